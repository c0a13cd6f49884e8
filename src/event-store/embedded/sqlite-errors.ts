/** What an error of SQLite says about what became of a transaction, or of a read. */
import { StoreError, Unavailable } from '../event-store';

/** Primary result codes (https://sqlite.org/rescode.html); the extended ones carry them in their low byte. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const FULL = 13;
const CORRUPT = 11;
const NOTADB = 26;

export const isBusy = (error: unknown): boolean => primaryCode(error) === BUSY;

const primaryCode = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Before COMMIT nothing can have been kept: the frame that commits was not written. */
export const beforeCommit = (error: unknown): Unavailable => ({
  type: 'Unavailable',
  outcome: 'none',
  reason: reasonOf(error),
});

/**
 * At COMMIT. These four are certain: the last frame, the one that commits, was not written whole (FULL), or nothing
 * was (the others). Any other error, a failed fsync above all, may leave that frame in the file, and a crash before
 * the next append would bring it back.
 */
export const atCommit = (error: unknown): Unavailable => {
  const certain = [BUSY, LOCKED, READONLY, FULL].includes(primaryCode(error) ?? -1);
  return { type: 'Unavailable', outcome: certain ? 'none' : 'unknown', reason: reasonOf(error) };
};

/** What was committed, and may not be on the disk: a crash of the machine may lose it or not. */
export const atFlush = (error: unknown): Unavailable => ({
  type: 'Unavailable',
  outcome: 'unknown',
  reason: reasonOf(error),
});

export const asStoreError = (error: unknown): StoreError =>
  new StoreError(
    [CORRUPT, NOTADB].includes(primaryCode(error) ?? -1) ? 'Fault' : 'Unavailable',
    `the event store cannot be read: ${reasonOf(error)}`,
  );
