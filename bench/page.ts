/** What a run of the whole suite leaves behind: the table in README.md, results.json, and the curves as SVG. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { chart } from './chart';
import { Measured, valueShown } from './ratio';
import { Drawn, SCALE } from './subject';

const BEGIN = '<!-- made by npm run bench -->';
const END = '<!-- end of what npm run bench makes -->';

const cells = (row: ReadonlyArray<string>): string => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const spread = ({ values, unit }: Measured): string =>
  values.length < 2 || unit !== '' ? '' : ` (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;

const table = (results: ReadonlyArray<Measured>): string => {
  const [cpu] = cpus();
  const of = SCALE === 1 ? '' : `, at ${SCALE} of full size`;
  return [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} × ${cpu?.model ?? 'unknown'}${of}. ` +
      'Medians; in brackets the lowest and the highest of the rounds.',
    '',
    cells(['', 'what', 'figure', 'goal', '', 'one side', 'other side']),
    cells(['---', '---', '---:', '---', '---', '---', '---']),
    ...results.map((measured) =>
      cells([
        measured.id, measured.what, `${valueShown(measured)}${spread(measured)}`, measured.goal ?? '',
        measured.reached === undefined ? '' : measured.reached ? 'reached' : '**missed**', measured.over, measured.under ?? '',
      ]),
    ),
  ].join('\n');
};

/** @param folder where README.md may stand already, with prose around the markers */
export const writePage = (folder: string, results: ReadonlyArray<Measured>, curves: ReadonlyArray<Drawn>): void => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'README.md');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : `# Performance\n\n${BEGIN}\n${END}\n`;
  const [head, rest] = [before.split(BEGIN)[0] ?? '', before.split(END)[1] ?? ''];
  writeFileSync(file, `${head}${BEGIN}\n${table(results)}\n${END}${rest}`);
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify({ results, curves }, null, 2)}\n`);
  for (const curve of curves) writeFileSync(join(folder, `${curve.id.toLowerCase()}.svg`), chart(curve));
};
