/**
 * One process for a folder. The lock is that of SQLite on a file of its own: the system lets go of it when the process
 * ends, however it ends, and readers of `events.db` are not in its way.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, DatabaseSyncInstance } from '@photostructure/sqlite';
import { isBusy } from './sqlite-errors';

/**
 * Takes the folder, and makes it when it is not there.
 * @returns lets go of it
 * @throws one line that names the folder
 */
export const lockFolder = (folder: string): (() => void) => {
  let lock: DatabaseSyncInstance | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
    lock.exec('PRAGMA journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return () => lock?.close();
  } catch (error) {
    lock?.close();
    throw new Error(
      isBusy(error)
        ? `The event store in ${folder} is in use by another process`
        : `Cannot open the event store in ${folder}: ${error instanceof Error ? error.message : 'failed'}`,
      { cause: error },
    );
  }
};
