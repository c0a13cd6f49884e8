/** Curves as SVG: x by its logarithm, y from 0. Colours that stand on white and on black. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { Drawn } from './subject';

const WIDTH = 720;
const HEIGHT = 320;
const EDGE = { left: 64, right: 24, top: 40, bottom: 44 };
const COLOURS = ['#3b7dd8', '#d9822b', '#3d9970', '#a463c9'];
const INK = '#7a7a7a';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const at = (value: number): string => value.toFixed(1);
const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 3 });

export const chart = ({ title, x, y, lines }: Drawn): string => {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map(([value]) => value);
  const across = scaleLog([Math.min(...xs), Math.max(...xs)], [EDGE.left, WIDTH - EDGE.right]);
  const up = scaleLinear([0, Math.max(...points.map(([, value]) => value)) * 1.1], [HEIGHT - EDGE.bottom, EDGE.top]).nice();
  const text = (place: string, words: string, anchor = 'middle', fill = INK): string =>
    `<text ${place} text-anchor="${anchor}" fill="${fill}">${escaped(words)}</text>`;
  const rule = (value: number): string =>
    `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${at(up(value))}" y2="${at(up(value))}" stroke="${INK}" stroke-opacity="0.25"/>` +
    text(`x="${EDGE.left - 8}" y="${at(up(value) + 4)}"`, number(value), 'end');
  const stops = [...new Set(xs)].sort((a, b) => a - b);
  const drawn = lines.map((line, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? INK;
    const places = line.points.map(([a, b]) => [at(across(a)), at(up(b))] as const);
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${places.map((place) => place.join(',')).join(' ')}"/>`,
      ...places.map(([a, b]) => `<circle cx="${a}" cy="${b}" r="3.5" fill="${colour}"/>`),
      text(`x="${WIDTH - EDGE.right}" y="${EDGE.top - 4 + 16 * index}"`, line.label, 'end', colour),
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    ...up.ticks(5).map(rule),
    ...stops.map((value) => text(`x="${at(across(value))}" y="${HEIGHT - EDGE.bottom + 18}"`, number(value))),
    text(`x="${EDGE.left}" y="18"`, `${title}: ${y}`, 'start'),
    text(`x="${WIDTH - EDGE.right}" y="${HEIGHT - 8}"`, x, 'end'),
    ...drawn,
    '</svg>\n',
  ].join('\n');
};
