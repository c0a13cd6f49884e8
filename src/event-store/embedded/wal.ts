/**
 * The write-ahead logs of SQLite files are moved into the files by a thread of its own: it takes some hundredths of a
 * second of writing and flushing, in which the thread that serves everybody would stand still.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Log } from '../log';

/** How long after a commit at the latest, in milliseconds. */
const SOON = 250;

/** What whoever writes to a file does for its log. */
export type LogMoving = {
  /** Called after each commit. */
  readonly written: () => void;
  /**
   * Asked before each transaction, and waited for where it answers a promise: some milliseconds, in which the last of a log
   * that has become long is moved, so that it begins anew.
   */
  readonly held: () => Promise<void> | undefined;
};

export type WalThread = {
  readonly of: (file: string) => LogMoving;
  /** After what is under way. */
  readonly close: () => Promise<void>;
};

type Said =
  | { readonly hold: string }
  | { readonly moved: string; readonly failure?: string }
  | { readonly done: true };

type Hold = { readonly over: Promise<void>; readonly end: () => void };

const hold = (): Hold => {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  return { over, end };
};

/** @param files of SQLite in WAL mode, which may not be there yet */
export const startWalThread = (files: ReadonlyArray<string>, log: Log): WalThread => {
  const worker = new Worker(join(__dirname, 'wal-thread.js'), { execArgv: [] });
  worker.unref();
  const holds = new Map<string, Hold>();
  let state: 'idle' | 'due' | 'moving' | 'moving, and due' | 'over' = 'idle';
  let timer: NodeJS.Timeout | undefined;
  let moving: Hold | undefined;
  let said = false;

  const failed = (reason: string): void => {
    if (!said) log.warn({ reason }, 'a write-ahead log is not moved by its thread; SQLite does it when it is long');
    said = true;
  };

  const wait = (): void => {
    state = 'due';
    timer = setTimeout(move, SOON).unref();
  };

  const move = (): void => {
    if (state !== 'due') return;
    state = 'moving';
    moving = hold();
    worker.postMessage(files);
  };

  const release = (file: string): void => {
    holds.get(file)?.end();
    holds.delete(file);
  };

  worker.on('message', (message: Said) => {
    if ('hold' in message) {
      holds.set(message.hold, hold());
      worker.postMessage('held');
    } else if ('moved' in message) {
      release(message.moved);
      if (message.failure !== undefined) failed(`${message.moved}: ${message.failure}`);
    } else {
      moving?.end();
      if (state === 'moving, and due') wait();
      else state = 'idle';
    }
  });
  worker.on('error', (error) => failed(error.message));
  worker.once('exit', () => {
    state = 'over';
    moving?.end();
    for (const file of [...holds.keys()]) release(file);
  });

  return {
    of: (file) => ({
      written: () => {
        if (state === 'idle') wait();
        else if (state === 'moving') state = 'moving, and due';
      },
      held: () => holds.get(file)?.over,
    }),
    close: async () => {
      clearTimeout(timer);
      await moving?.over;
      clearTimeout(timer);
      await worker.terminate();
    },
  };
};
