/** `npm run bench [-- P1 P4]`: one line for each figure; the results as JSON too, where BENCH_JSON names a file. */
import { writeFileSync } from 'node:fs';
import { p1 } from './commands';
import { largeStore, rebuild } from './history';
import { overHttp } from './http';
import { Figure, line, Measured, measure } from './ratio';

/** Figures that share what they are measured on, by the first part of their names. */
type Suite = () => Promise<{ readonly figures: ReadonlyArray<Figure>; readonly end: () => Promise<void> }>;

const suites: ReadonlyArray<readonly [ids: ReadonlyArray<string>, suite: Suite]> = [
  [['P1'], () => Promise.resolve({ figures: p1, end: () => Promise.resolve() })],
  [['P2', 'P3'], overHttp],
  [['P4'], largeStore],
  [['P5'], rebuild],
];

const main = async (): Promise<void> => {
  const asked = process.argv.slice(2).map((id) => id.toUpperCase());
  const all = suites.flatMap(([ids]) => ids);
  const unknown = asked.filter((id) => !all.includes(id));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  const results: Array<Measured> = [];
  for (const [ids, suite] of suites) {
    if (asked.length > 0 && !ids.some((id) => asked.includes(id))) continue;
    const { figures, end } = await suite();
    try {
      for (const figure of figures) {
        if (asked.length > 0 && !asked.includes(figure.id)) continue;
        const measured = await measure(figure);
        results.push(measured);
        process.stdout.write(`${line(measured)}\n`);
      }
    } finally {
      await end();
    }
  }
  const file = process.env['BENCH_JSON'];
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
};

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
