/** Rows for people, in columns. */
import { Terminal } from './terminal';

/** By how many rows the width of the columns is measured. */
const MEASURED = 200;

const escape = (character: string): string => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/** Without what a terminal would obey. */
export const plain = (text: string): string => text.replaceAll('\n', '\\n').replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escape);

/** Writes rows below a header, as they come; the last column has no width. */
export const writeTable = async (
  { line }: Pick<Terminal, 'line'>, header: ReadonlyArray<string>, rows: AsyncIterable<ReadonlyArray<string>>,
): Promise<void> => {
  let widths: ReadonlyArray<number> | undefined;
  let waiting: Array<ReadonlyArray<string>> = [header];
  const flush = async (): Promise<void> => {
    const measured = (widths ??= header.map((_, column) => Math.max(...waiting.map((row) => (row[column] ?? '').length))));
    for (const row of waiting)
      await line(row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(measured[column] ?? 0))).join('  '));
    waiting = [];
  };
  for await (const row of rows) {
    waiting.push(row.map(plain));
    if (waiting.length > MEASURED) await flush();
  }
  await flush();
};
