/** `npm run bench [-- P1 P4]`: one line for each figure; the results as JSON too, where BENCH_JSON names a file. */
import { writeFileSync } from 'node:fs';
import { p1 } from './commands';
import { Figure, line, Measured, measure } from './ratio';

const suites: Readonly<Record<string, () => Promise<{ readonly figures: ReadonlyArray<Figure>; readonly end: () => Promise<void> }>>> = {
  P1: () => Promise.resolve({ figures: p1, end: () => Promise.resolve() }),
};

const main = async (): Promise<void> => {
  const asked = process.argv.slice(2).map((id) => id.toUpperCase());
  const unknown = asked.filter((id) => !(id in suites));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${Object.keys(suites).join(', ')}.`);
  const results: Array<Measured> = [];
  for (const [id, suite] of Object.entries(suites)) {
    if (asked.length > 0 && !asked.includes(id)) continue;
    const { figures, end } = await suite();
    try {
      for (const figure of figures) {
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
