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
  let state: 'idle' | 'due' | 'moving' | 'moving, and due' = 'idle';
  let timer: NodeJS.Timeout | undefined;
  let moved: Promise<void> = Promise.resolve();
  let said = false;

  const failed = (reason: string): void => {
    if (!said) log.warn({ reason }, 'a write-ahead log is not moved by its thread; SQLite does it when it is long');
    said = true;
  };
  worker.on('error', (error) => failed(error.message));
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  const wait = (): void => {
    state = 'due';
    timer = setTimeout(move, SOON).unref();
  };

  const move = (): void => {
    state = 'moving';
    const done = new Promise<ReadonlyArray<string>>((resolve) => worker.once('message', resolve)).then((failures) => {
      if (failures.length > 0) failed(failures.join('; '));
      if (state === 'moving, and due') wait();
      else state = 'idle';
    });
    moved = Promise.race([done, gone]);
    worker.postMessage(files);
  };

  return {
    written: () => {
      if (state === 'idle') wait();
      else if (state === 'moving') state = 'moving, and due';
    },
    close: async () => {
      clearTimeout(timer);
      await moved;
      clearTimeout(timer);
      await worker.terminate();
    },
  };
};
