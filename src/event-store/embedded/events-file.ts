/** The file `events.db`: its tables, and the statements that read and write them. Every name here is storage. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { Position, Revision, StoredEvent } from '../event-store';
import { flushing } from './flushing';

const FORMAT = 1;

/**
 * `position` is the rowid: SQLite gives the next number to each row as it is written, and takes it back with a
 * transaction that is rolled back, so positions have no gaps. `id` is the 16 bytes of the UUID.
 */
const TABLES = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams (id),
    revision INTEGER NOT NULL,
    id BLOB NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

const COLUMNS = 's.name AS stream, e.revision, e.position, e.id, e.type, e.data, e.metadata';

export const statements = {
  ofStreamForwards: `SELECT ${COLUMNS} FROM streams s CROSS JOIN events e ON e.stream = s.id
    WHERE s.name = ? AND e.revision >= ? AND e.position <= ? ORDER BY e.revision LIMIT ?`,
  ofStreamBackwards: `SELECT ${COLUMNS} FROM streams s CROSS JOIN events e ON e.stream = s.id
    WHERE s.name = ? AND e.revision <= ? AND e.position <= ? ORDER BY e.revision DESC LIMIT ?`,
  ofAll: `SELECT ${COLUMNS} FROM events e CROSS JOIN streams s ON s.id = e.stream
    WHERE e.position > ? AND e.position <= ? ORDER BY e.position LIMIT ?`,
  head: 'SELECT coalesce(max(position), 0) AS position FROM events',
  identity: "SELECT value FROM meta WHERE name = 'identity'",
  stream: `SELECT id, (SELECT max(revision) FROM events WHERE stream = s.id) AS revision FROM streams s WHERE name = ?`,
  idsAfter: 'SELECT id, position FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?',
  addStream: 'INSERT INTO streams (name) VALUES (?)',
  addEvent: 'INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
} as const;

export const EVERYTHING: Position = Number.MAX_SAFE_INTEGER;

export type EventRow = Omit<StoredEvent, 'id'> & { readonly id: Uint8Array };

export type EventsFile = {
  readonly db: DatabaseSyncInstance;
  readonly statement: { readonly [name in keyof typeof statements]: StatementSyncInstance };
  /** What is read ends here: at `EVERYTHING`, unless what was written after it is not known to be on the disk. */
  readonly end: { position: Position };
  /**
   * Brings all that was committed to the disk, without holding the thread meanwhile.
   * @throws where it may not be there
   */
  readonly flush: () => Promise<void>;
  /** Whether no flush has failed that was not made up for; tries to. */
  readonly isMadeUp: () => boolean;
  readonly close: () => void;
};

export const idToBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');

const idFromBytes = (bytes: Uint8Array): string => {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

const storedEvent = (row: EventRow): StoredEvent => ({
  stream: row.stream,
  revision: row.revision,
  position: row.position,
  id: idFromBytes(row.id),
  type: row.type,
  data: row.data,
  metadata: row.metadata,
});

export const pathIn = (folder: string): string => join(folder, 'events.db');

const isNew = (db: DatabaseSyncInstance): boolean => {
  const { user_version: format } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (format > FORMAT) throw new Error(`was written by a newer version (format ${format}, known here: ${FORMAT})`);
  return format === 0;
};

const prepared = (db: DatabaseSyncInstance): EventsFile['statement'] => ({
  ofStreamForwards: db.prepare(statements.ofStreamForwards),
  ofStreamBackwards: db.prepare(statements.ofStreamBackwards),
  ofAll: db.prepare(statements.ofAll),
  head: db.prepare(statements.head),
  identity: db.prepare(statements.identity),
  stream: db.prepare(statements.stream),
  idsAfter: db.prepare(statements.idsAfter),
  addStream: db.prepare(statements.addStream),
  addEvent: db.prepare(statements.addEvent),
  begin: db.prepare(statements.begin),
  commit: db.prepare(statements.commit),
});

/**
 * Opens the file in the folder to append to it; makes it when it is not there.
 * @param isMoved whether somebody else moves the write-ahead log into the file before it is long
 * @throws one line that names the folder
 */
export const openToAppend = (folder: string, isMoved = false): EventsFile =>
  opened(folder, () => {
    const db = new DatabaseSync(pathIn(folder), { timeout: 1000 });
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = NORMAL');
    db.exec('PRAGMA journal_size_limit = 67108864');
    db.exec(`PRAGMA wal_autocheckpoint = ${isMoved ? 32_000 : 1_000}`);
    db.exec('PRAGMA cache_size = -16000');
    if (isNew(db)) {
      db.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${FORMAT}`);
      db.prepare("INSERT INTO meta VALUES ('identity', ?)").run(randomBytes(4).toString('hex'));
      db.exec('COMMIT');
    }
    return { db, statement: prepared(db), end: { position: EVERYTHING }, ...flushing(pathIn(folder), db) };
  });

/**
 * Opens the file in the folder to read it, beside a process that appends.
 * @throws one line that names the folder
 */
export const openToRead = (folder: string): EventsFile =>
  opened(folder, () => {
    if (!existsSync(pathIn(folder))) throw new Error('there is none');
    const db = new DatabaseSync(pathIn(folder), { readOnly: true, timeout: 5000 });
    if (isNew(db)) throw new Error('it is empty');
    const nothingToFlush = { flush: async () => undefined, isMadeUp: () => true, close: () => db.close() };
    return { db, statement: prepared(db), end: { position: EVERYTHING }, ...nothingToFlush };
  });

const opened = (folder: string, open: () => EventsFile): EventsFile => {
  try {
    return open();
  } catch (error) {
    throw new Error(`Cannot open the event store in ${folder}: ${error instanceof Error ? error.message : 'failed'}`, {
      cause: error,
    });
  }
};

export type Page = {
  readonly events: ReadonlyArray<StoredEvent>;
  /** Whether there may be more after it. */
  readonly more: boolean;
};

/** A page ends early here, so that large events do not fill the memory. In UTF-16 units of data and metadata. */
const PAGE_SIZE = 8 * 1024 * 1024;

const pageOf = (rows: Iterable<unknown>, limit: number): Page => {
  const events: Array<StoredEvent> = [];
  let size = 0;
  for (const row of rows as Iterable<EventRow>) {
    events.push(storedEvent(row));
    size += row.data.length + row.metadata.length;
    if (size > PAGE_SIZE) return { events, more: true };
  }
  return { events, more: events.length === limit };
};

/** At most `limit` events of a stream from a revision on, in the direction of reading. */
export const pageOfStream = (
  { statement, end }: EventsFile,
  stream: string,
  direction: 'forwards' | 'backwards',
  from: Revision,
  limit: number,
): Page => {
  const page = direction === 'forwards' ? statement.ofStreamForwards : statement.ofStreamBackwards;
  return pageOf(page.iterate(stream, from, end.position, limit), limit);
};

/** At most `limit` events of all streams after a position. */
export const pageOfAll = ({ statement, end }: EventsFile, after: Position, limit: number): Page =>
  pageOf(statement.ofAll.iterate(after, end.position, limit), limit);

export const headOf = ({ statement, end }: EventsFile): Position =>
  Math.min((statement.head.get() as { position: Position }).position, end.position);

export const identityOf = ({ statement }: EventsFile): string => (statement.identity.get() as { value: string }).value;

/**
 * Closes the file, with everything in `events.db` itself. The driver cannot finalize statements: the descriptors stay
 * until they are collected as garbage.
 */
export const closeFile = ({ db, close }: EventsFile): void => {
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    close();
  }
};
