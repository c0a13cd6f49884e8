/** Where what is measured on lies: below the system's temporary folder, and gone when the process is. */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'moniker-bench-'));
  made.add(folder);
  return folder;
};

export const remove = (folder: string): void => {
  made.delete(folder);
  rmSync(folder, { recursive: true, force: true });
};

export const removeAll = (): void => [...made].forEach(remove);

/** A folder that is kept from run to run where BENCH_DATA names one to hold it, for trying the suite out. */
export const keptFolder = (name: string): string | undefined => {
  const { BENCH_DATA: within } = process.env;
  if (within === undefined) return undefined;
  mkdirSync(join(within, name), { recursive: true });
  return join(within, name);
};

/** In bytes; 0 for a file that is not there. */
export const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
