/**
 * The write-ahead logs of SQLite files are moved into the files by a thread of its own: it takes some hundredths of a
 * second of writing and flushing, in which the thread that serves everybody would stand still.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Log } from '../log';

/** How long after a commit at the latest, in milliseconds. */
const SOON = 250;

export type WalThread = {
  /** Something was committed to one of the files. */
  readonly written: () => void;
  /** After what is under way. */
  readonly close: () => Promise<void>;
};

/** @param files of SQLite in WAL mode, which may not be there yet */
export const startWalThread = (files: ReadonlyArray<string>, log: Log): WalThread => {
  const worker = new Worker(join(__dirname, 'wal-thread.js'), { execArgv: [] });
  worker.unref();
  let timer: NodeJS.Timeout | undefined;
  let answered: Promise<void> = Promise.resolve();
  let said = false;

  const failed = (reason: string): void => {
    if (!said) log.warn({ reason }, 'a write-ahead log is not moved by its thread; SQLite does it when it is long');
    said = true;
  };
  const dead = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', (error) => failed(error.message));

  const move = (): void => {
    const done = new Promise<void>((resolve) =>
      worker.once('message', (failures: ReadonlyArray<string>) => {
        if (failures.length > 0) failed(failures.join('; '));
        timer = undefined;
        resolve();
      }),
    );
    answered = Promise.race([done, dead]);
    worker.postMessage(files);
  };

  return {
    written: () => {
      timer ??= setTimeout(move, SOON).unref();
    },
    close: async () => {
      clearTimeout(timer);
      await answered;
      await worker.terminate();
    },
  };
};
