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

/**
 * Fills the event store of a folder with what `work` appends; where that fails or is killed, nothing has changed.
 * @throws an Error of one line: the store holds events, or is in use, or cannot be made; and what `work` throws
 */
export const fillEmbeddedStore = async (
  { folder, log }: { readonly folder: string; readonly log: Log },
  work: (store: EventStore) => Promise<void>,
): Promise<void> => {
  const unlock = lockFolder(folder);
  const beside = join(folder, 'events.filling');
  try {
    if (holdsEvents(folder)) throw new Error(`The event store in ${folder} is not empty`);
    rmSync(beside, { recursive: true, force: true });
    const store = openEmbeddedStore({ folder: beside, log });
    try {
      await work(store);
    } finally {
      await store.close();
    }
    putInPlace(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
    unlock();
  }
};

const putInPlace = (beside: string, folder: string): void => {
  const journal = `${pathIn(beside)}-wal`;
  if (existsSync(journal) && statSync(journal).size > 0) throw new Error(`Cannot finish ${pathIn(beside)}: see the log`);
  for (const rest of ['-wal', '-shm']) rmSync(pathIn(folder) + rest, { force: true });
  renameSync(pathIn(beside), pathIn(folder));
  const entry = openSync(folder, 'r');
  fsyncSync(entry);
  closeSync(entry);
};
