/** What was committed is brought to the disk beside the thread: SQLite's own flush at COMMIT would hold it. */
import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { DatabaseSyncInstance } from '@photostructure/sqlite';

export type Flushing = {
  /**
   * Resolves when all that was committed before is on the disk.
   * @throws where it may not be
   */
  readonly flush: () => Promise<void>;
  /** Whether no flush has failed that was not made up for; tries to. */
  readonly isMadeUp: () => boolean;
  readonly close: () => void;
};

/** Moves the write-ahead log into the file, which is flushed; says whether nothing is left that is only in the log. */
const isMovedWhole = (db: DatabaseSyncInstance): boolean => {
  const { busy, log, checkpointed } = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as {
    readonly busy: number; readonly log: number; readonly checkpointed: number;
  };
  return busy === 0 && log === checkpointed;
};

/**
 * Of a file in WAL mode with `synchronous=NORMAL`, which has been read; closes it, too. An operating system tells of a
 * failed flush once, and may take for clean what was not written; so nothing is taken for flushed after that until all
 * was moved into the file itself (decision 22).
 * @throws where what is there already cannot be flushed
 */
export const flushing = (file: string, db: DatabaseSyncInstance): Flushing => {
  const log = openSync(`${file}-wal`, 'r+');
  // A process that was killed before its flush may have left something, which is read from now on.
  isMovedWhole(db);
  fdatasyncSync(log);
  let failure: unknown;
  const move = (): void => {
    if (!isMovedWhole(db)) throw failure;
    failure = undefined;
  };
  return {
    flush: async () => {
      if (failure !== undefined) return move();
      try {
        await promisify(fdatasync)(log);
      } catch (error) {
        failure = error;
        move();
      }
    },
    isMadeUp: () => {
      try {
        if (failure !== undefined) move();
        return true;
      } catch {
        return false;
      }
    },
    close: () => {
      db.close();
      closeSync(log);
    },
  };
};
