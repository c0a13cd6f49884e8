/** The event store inside the process: one SQLite file, for one process at a time. */
import { isLeft, left } from 'fp-ts/Either';
import { appendable } from '../appendable';
import { EventStore } from '../event-store';
import { Log, silent } from '../log';
import { damageOf } from './damage';
import { closeFile, openToAppend, openToRead } from './events-file';
import { lockFolder } from './folder-lock';
import { groupCommit } from './group-commit';
import { EventReader, reading } from './reading';
import { subscribing } from './subscribing';
import { LogMoving } from './wal';

export type { EventReader } from './reading';

export type EmbeddedOptions = {
  /** Holds `events.db`; made when it is not there. */
  readonly folder: string;
  readonly log?: Log;
  /**
   * Who moves the write-ahead log into the file before it is long; where nobody does, SQLite does it at every thousandth
   * page, in the middle of a commit.
   */
  readonly moving?: LogMoving;
};

/**
 * Opens the event store in a folder for this process alone.
 * @throws an Error of one line that names the folder: another process uses it, or it cannot be opened
 */
export const openEmbeddedStore = ({ folder, log = silent, moving }: EmbeddedOptions): EventStore => {
  const unlock = lockFolder(folder);
  const file = (() => {
    try {
      return openToAppend(folder, moving !== undefined);
    } catch (error) {
      unlock();
      throw error;
    }
  })();
  const { subscribe, wake, end } = subscribing(file);
  const committed = (): void => {
    wake();
    moving?.written();
  };
  const commits = groupCommit(file, log, committed, moving?.held);
  let closed = false;

  return {
    ...reading(file, commits.isEndKnown),
    subscribe,
    append: async (stream, expected, events) => {
      if (closed) return left({ type: 'Unavailable', outcome: 'none', reason: 'the event store is closed' });
      const checked = appendable(stream, expected, events);
      return isLeft(checked) ? checked : commits.append({ stream, expected, events });
    },
    exclusive: true,
    close: async () => {
      if (closed) return;
      closed = true;
      await commits.end();
      end();
      try {
        closeFile(file);
      } catch (error) {
        log.warn({ err: error }, 'the log was not moved to events.db whole; the next start does it');
      } finally {
        unlock();
      }
    },
  };
};

export type EmbeddedReader = EventReader & {
  /** What is wrong with the file, in sentences, where its events may seem whole. Holds the thread. */
  readonly damage: () => ReadonlyArray<string>;
};

/**
 * Opens the event store in a folder to read it, also while a process appends to it.
 * @throws an Error of one line that names the folder
 */
export const openEmbeddedReader = ({ folder }: Pick<EmbeddedOptions, 'folder'>): EmbeddedReader => {
  const file = openToRead(folder);
  let closed = false;
  return {
    ...reading(file),
    damage: () => damageOf(file),
    close: async () => {
      if (closed) return;
      closed = true;
      file.db.close();
    },
  };
};
