/** The file of the read models: how far each has come, in the same transactions as its rows. */
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { Either, left, right } from 'fp-ts/Either';
import { Position, StoredEvent } from '../../event-store/event-store';
import { Database, ProjectedEvent, ReadModel } from '../read-model';
import { prepare } from '../sql';
import { nextTurn } from './next-turn';

/**
 * `store`: the identity of the event store; '' until it is known. `stream`, `revision` and `event` (an id): the newest
 * event taken in, by which a log that was set back to an older copy is found out.
 */
const TABLE = `CREATE TABLE IF NOT EXISTS read_models (
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  store TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0,
  stream TEXT,
  revision INTEGER,
  event TEXT
) STRICT`;

const statements = {
  version: 'SELECT version FROM read_models WHERE name = ?',
  position: 'SELECT position FROM read_models WHERE name = ?',
  forget: 'DELETE FROM read_models WHERE name = ?',
  begin: 'INSERT INTO read_models (name, version) VALUES (?, ?)',
  newest: 'SELECT stream, revision, event FROM read_models WHERE event IS NOT NULL ORDER BY position DESC LIMIT 1',
  ofOthers: "SELECT name FROM read_models WHERE store NOT IN ('', ?)",
  claim: 'UPDATE read_models SET store = ?',
  index: "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?",
  moveOn: `UPDATE read_models SET position = :position, stream = coalesce(:stream, stream),
    revision = coalesce(:revision, revision), event = coalesce(:event, event) WHERE position < :position`,
} as const;

/** A read model, how far it has come, and what takes one event in, once it is prepared. */
type Running = { readonly model: ReadModel; position: Position; project: ((event: ProjectedEvent) => void) | undefined };

export type Anchor = { readonly stream: string; readonly revision: number; readonly event: string };

/** What went wrong while events were taken in, and at which of them. */
export type Refusal = { readonly at: ProjectedEvent | undefined; readonly error: unknown };

export type Checkpoints = {
  readonly db: Database;
  /** Everything up to here is in every read model. */
  readonly position: () => Position;
  /** How far the model has come that has come furthest. */
  readonly furthest: () => Position;
  /** The newest event that was taken in. */
  readonly newest: () => Anchor | undefined;
  /** Empties the models that were made from another store, or all, so that they begin anew; answers their names. */
  readonly adopt: (identity: string, all: boolean) => ReadonlyArray<string>;
  /**
   * Takes events in, each into the models that have not had it, in one transaction with the position up to which the
   * log has been seen; nothing at all where it fails.
   * @param last the newest of the events, as stored
   */
  readonly take: (
    events: ReadonlyArray<ProjectedEvent>,
    position: Position,
    last: StoredEvent | undefined,
  ) => Either<Refusal, void>;
  /**
   * A long log is to be taken in from its beginning: until `finish` nothing is flushed to the disk, and the indexes of
   * queries are left out. What a crash leaves behind then is made anew at the next opening, and so is what is closed
   * before that.
   */
  readonly hurry: () => void;
  /** After `hurry`: makes the indexes, in turns, and flushes all. Nothing is to be taken in meanwhile. */
  readonly finish: () => Promise<void>;
  readonly close: () => void;
};

/** Stands beside the file while it is not one to rely on. */
export const unfinishedMark = (file: string): string => `${file}.unfinished`;

const flushFolder = (file: string): void => {
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
};

const removeUnfinished = (file: string): void => {
  if (!existsSync(unfinishedMark(file))) return;
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
  flushFolder(file);
  rmSync(unfinishedMark(file));
};

/**
 * Opens the file, and makes it when it is not there. A model whose version differs begins anew.
 * @param isMoved whether somebody else moves the write-ahead log into the file before it is long
 * @throws an Error of one line that names the file
 */
export const openCheckpoints = (file: string, models: ReadonlyArray<ReadModel>, isMoved = false): Checkpoints => {
  try {
    removeUnfinished(file);
    return checkpointsIn(file, openFile(file, isMoved), models);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'failed';
    throw new Error(`Cannot open the read models in ${file} (it may be deleted, and is then made anew): ${reason}`, {
      cause: error,
    });
  }
};

const openFile = (file: string, isMoved: boolean): Database => {
  const db = new DatabaseSync(file, { timeout: 1000 });
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('PRAGMA journal_size_limit = 67108864');
  db.exec('PRAGMA cache_size = -32000');
  db.exec(`PRAGMA wal_autocheckpoint = ${isMoved ? 32_000 : 4_000}`);
  db.exec(TABLE);
  return db;
};

/**
 * Whether what is committed is flushed to the disk. Without it there is no write-ahead log either, unless another process
 * looks at the file just then; a transaction that fails is undone in either case.
 */
const flushing = (db: Database, flushed: boolean): void => {
  if (!flushed) {
    db.exec('PRAGMA synchronous = OFF');
    try {
      db.exec('PRAGMA journal_mode = MEMORY');
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    return;
  }
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  // The file is flushed by a checkpoint, and that only where there is something to write.
  db.exec('PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = NORMAL');
};

const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === 5;

const checkpointsIn = (file: string, db: Database, models: ReadonlyArray<ReadModel>): Checkpoints => {
  const statement = prepare(db, statements);

  const transaction = (work: () => void): void => {
    db.exec('BEGIN IMMEDIATE');
    try {
      work();
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };

  const beginAnew = (model: ReadModel): void => {
    for (const table of model.tables) db.exec(`DROP TABLE IF EXISTS ${table}`);
    db.exec(model.schema);
    statement.forget.run(model.name);
    statement.begin.run(model.name, model.version);
  };

  transaction(() => {
    for (const model of models) {
      const known = statement.version.get(model.name) as { version: number } | undefined;
      if (known?.version !== model.version) beginAnew(model);
    }
  });

  const positionOf = (model: ReadModel): Position =>
    (statement.position.get(model.name) as { position: Position }).position;

  const running = models.map((model): Running => ({ model, position: positionOf(model), project: model.project(db) }));
  const projectOf = (each: Running): ((event: ProjectedEvent) => void) => (each.project ??= each.model.project(db));

  const moveOn = (position: Position, last: StoredEvent | undefined): void => {
    const { stream = null, revision = null, id = null } = last ?? {};
    const behind = running.filter((each) => each.position < position).length;
    const { changes } = statement.moveOn.run({ position, stream, revision, event: id });
    if (changes !== behind) throw new Error('another process writes to the file of the read models');
  };

  return {
    db,
    position: () => running.reduce((least, { position }) => Math.min(least, position), Infinity),
    furthest: () => running.reduce((most, { position }) => Math.max(most, position), 0),
    newest: () => statement.newest.get() as Anchor | undefined,
    adopt: (identity, all) => {
      const others = (statement.ofOthers.all(identity) as ReadonlyArray<{ name: string }>).map(({ name }) => name);
      const emptied = running.filter(({ model, position }) => (all && position > 0) || others.includes(model.name));
      transaction(() => {
        for (const { model } of emptied) beginAnew(model);
        statement.claim.run(identity);
      });
      for (const each of emptied) {
        each.position = 0;
        each.project = undefined;
      }
      return emptied.map(({ model }) => model.name);
    },
    take: (events, position, last) => {
      let at: ProjectedEvent | undefined;
      try {
        transaction(() => {
          for (const event of events) {
            at = event;
            for (const each of running) if (each.position < event.position) projectOf(each)(event);
          }
          at = undefined;
          moveOn(position, last);
        });
      } catch (error) {
        // What they remember of the transaction is not so.
        for (const each of running) each.project = undefined;
        return left({ at, error });
      }
      for (const each of running) each.position = Math.max(each.position, position);
      return right(undefined);
    },
    hurry: () => {
      closeSync(openSync(unfinishedMark(file), 'w'));
      flushFolder(file);
      for (const { model } of running.filter(({ position }) => position === 0))
        for (const index of Object.keys(model.indexesOfQueries)) db.exec(`DROP INDEX IF EXISTS ${index}`);
      flushing(db, false);
    },
    finish: async () => {
      for (const { model } of running)
        for (const [index, sql] of Object.entries(model.indexesOfQueries)) {
          if (statement.index.get(index) === undefined) db.exec(sql);
          await nextTurn();
        }
      flushing(db, true);
      rmSync(unfinishedMark(file));
      flushFolder(file);
    },
    close: () => db.close(),
  };
};
