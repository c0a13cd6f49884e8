/**
 * `npm run bench`: one line for each figure. Names of figures measure those alone: `npm run bench -- P4 P6`. A run of
 * all at full size writes docs/performance. Ends with 1 where something could not be measured.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { commands } from './commands';
import { disk } from './disk';
import { removeAll } from './folders';
import { largeStore, rebuild, starting } from './history';
import { overHttp } from './http';
import { load } from './load';
import { longCollection } from './long-collection';
import { writePage } from './page';
import { line, Measured, measure } from './ratio';
import { Drawn, SCALE, Subject } from './subject';

const subjects: ReadonlyArray<Subject> = [commands, overHttp, largeStore, starting, rebuild, longCollection, load, disk];

const PAGE = join(__dirname, '..', 'docs', 'performance');

type Results = { readonly measured: Array<Measured>; readonly drawn: Array<Drawn> };

const run = async (subject: Subject, isAsked: (id: string) => boolean, { measured, drawn }: Results): Promise<void> => {
  const { figures, curves = [], end } = await subject.begin();
  try {
    for (const figure of figures.filter(({ id }) => isAsked(id))) {
      const result = await measure(figure);
      measured.push(result);
      process.stdout.write(`${line(result)}\n`);
    }
    for (const { measure: points, ...curve } of curves.filter(({ id }) => isAsked(id)))
      drawn.push({ ...curve, lines: await points() });
  } finally {
    await end();
  }
};

type Options = { readonly json?: string; readonly page?: string };

const main = async (names: ReadonlyArray<string>, { json, page }: Options): Promise<void> => {
  const asked = names.map((name) => name.toUpperCase());
  const all = subjects.flatMap(({ ids }) => ids);
  const unknown = asked.filter((id) => !all.includes(id));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  const isAsked = (id: string): boolean => asked.length === 0 || asked.includes(id);
  const results: Results = { measured: [], drawn: [] };
  for (const subject of subjects.filter(({ ids }) => ids.some(isAsked)))
    await run(subject, isAsked, results).catch((error: unknown) => {
      process.exitCode = 1;
      process.stderr.write(`${subject.ids.join(', ')}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    });
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  if (page !== undefined) writePage(page, results.measured, results.drawn);
  else if (asked.length === 0 && SCALE === 1 && process.exitCode !== 1) writePage(PAGE, results.measured, results.drawn);
};

const ended = (status: number) => (): void => {
  removeAll();
  process.exit(status);
};
process.once('SIGINT', ended(130)).once('SIGTERM', ended(143));

void new Command('bench')
  .argument('[figures...]', 'P1, P2 …; all of them unless named')
  .option('--json <file>', 'write the results there')
  .option('--page <folder>', 'write the page there, whatever was measured')
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    removeAll();
    // A node whose subject could not begin is not waited for.
    process.exit();
  });
