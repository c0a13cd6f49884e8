/** Makes the event store of a folder whole or not at all: beside it first, and put in its place when it is finished. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EventStore } from '../event-store';
import { Log } from '../log';
import { openEmbeddedStore } from './embedded-store';
import { headOf, openToRead, pathIn } from './events-file';
import { lockFolder } from './folder-lock';

export const holdsEvents = (folder: string): boolean => {
  if (!existsSync(pathIn(folder))) return false;
  const file = openToRead(folder);
  try {
    return headOf(file) > 0;
  } finally {
    file.db.close();
  }
};

/** Where a store is filled that is not there yet. */
export const fillingIn = (folder: string): string => join(folder, 'events.filling');

export type Filling = {
  readonly folder: string;
  readonly log: Log;
  /** Whether what is beside the store is kept where the work fails, and given to the next that resumes. */
  readonly resumable: boolean;
};

/**
 * Fills the event store of a folder with what `work` appends; where that fails or is killed, the store has not changed.
 * @throws an Error of one line: the store holds events, or is in use, or cannot be made; and what `work` throws
 */
export const fillEmbeddedStore = async <A>(
  { folder, log, resumable }: Filling,
  work: (store: EventStore) => Promise<A>,
): Promise<A> => {
  const unlock = lockFolder(folder);
  const beside = fillingIn(folder);
  const clear = (): void => rmSync(beside, { recursive: true, force: true });
  try {
    if (holdsEvents(folder)) throw new Error(`The event store in ${folder} is not empty`);
    if (!resumable) clear();
    const store = openEmbeddedStore({ folder: beside, log });
    const result = await work(store).finally(store.close);
    putInPlace(beside, folder);
    clear();
    return result;
  } catch (error) {
    if (!resumable) clear();
    throw error;
  } finally {
    unlock();
  }
};

const putInPlace = (beside: string, folder: string): void => {
  const journal = `${pathIn(beside)}-wal`;
  if (existsSync(journal) && statSync(journal).size > 0) throw new Error(`Cannot finish ${pathIn(beside)}: its write-ahead log could not be moved into it; is the disk full?`);
  for (const rest of ['-wal', '-shm']) rmSync(pathIn(folder) + rest, { force: true });
  renameSync(pathIn(beside), pathIn(folder));
  const entry = openSync(folder, 'r');
  fsyncSync(entry);
  closeSync(entry);
};
