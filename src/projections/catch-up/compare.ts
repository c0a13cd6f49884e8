/**
 * Whether read models hold what a fresh replay of the log puts into them: as they are at one moment, also while they are
 * written to, each up to its own position.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { isLeft } from 'fp-ts/Either';
import { Position, StoredEvent } from '../../event-store/event-store';
import { Database, ReadModel } from '../read-model';
import { unfinishedMark } from './checkpoints';
import { decodeEvent } from './decode';
import { nextTurn } from './next-turn';

/** Rows that are there and should not be (`kept`), or should be and are not (`missing`), with the first of them as JSON. */
export type TableDifference = {
  readonly readModel: string;
  readonly table: string;
  readonly kept: ReadonlyArray<string>;
  readonly missing: ReadonlyArray<string>;
};

export type Comparison = {
  /** Up to which the furthest read model has come. */
  readonly position: Position;
  /** The names of those that were compared. */
  readonly readModels: ReadonlyArray<string>;
  readonly differences: ReadonlyArray<TableDifference>;
  /** What else is wrong, in sentences. */
  readonly problems: ReadonlyArray<string>;
  /** What was not compared, and why that is no fault, in sentences. */
  readonly notes: ReadonlyArray<string>;
};

export type ToCompare = {
  /** The file of the read models. */
  readonly file: string;
  readonly models: ReadonlyArray<ReadModel>;
  /** Of the event store. */
  readonly identity: string;
  /** The log from its first event; read after the read models' positions are. */
  readonly events: () => AsyncIterable<StoredEvent>;
  /** Gives it up. */
  readonly signal: AbortSignal;
};

/** How many rows of a table are told. */
const MOST = 5;

type Checkpoint = {
  readonly name: string;
  readonly version: number;
  readonly store: string;
  readonly position: Position;
  readonly event: string | null;
};

type Compared = { readonly model: ReadModel; readonly checkpoint: Checkpoint };

const NONE = 'there are no read models here';

const nothing = (note: string): Comparison => ({ position: 0, readModels: [], differences: [], problems: [], notes: [note] });

/** @throws what SQLite throws where the file is not one of read models */
export const compareReadModels = async (asked: ToCompare): Promise<Comparison> => {
  if (!existsSync(asked.file)) return nothing(NONE);
  if (existsSync(unfinishedMark(asked.file))) return nothing('the read models are being made anew, or a server makes them anew');
  const db: Database = new DatabaseSync('');
  try {
    db.exec('PRAGMA journal_mode = OFF');
    db.exec('PRAGMA cache_size = -64000');
    db.prepare('ATTACH ? AS kept').run(`${pathToFileURL(resolve(asked.file)).href}?mode=ro`);
    // From the first reading of it on, what was attached stays as it was then.
    db.exec('BEGIN');
    return await compareWith(db, asked);
  } finally {
    db.close();
  }
};

const compareWith = async (db: Database, { models, identity, events, signal }: ToCompare): Promise<Comparison> => {
  if (db.prepare("SELECT 1 FROM kept.sqlite_schema WHERE name = 'read_models'").get() === undefined) return nothing(NONE);
  const checkpoints = db.prepare('SELECT name, version, store, position, event FROM kept.read_models').all() as
    ReadonlyArray<Checkpoint>;
  const [notes, compared]: [Array<string>, Array<Compared>] = [[], []];
  for (const model of models) {
    const checkpoint = checkpoints.find(({ name }) => name === model.name);
    if (checkpoint?.version !== model.version) notes.push(`${model.name} is of another version: a server makes it anew`);
    else if (checkpoint.store !== identity) notes.push(`${model.name} was not made from this log: a server makes it anew`);
    else compared.push({ model, checkpoint });
  }
  const position = Math.max(0, ...compared.map(({ checkpoint }) => checkpoint.position));
  const problems = await replay(db, compared, position, events());
  const differences: Array<TableDifference> = [];
  if (problems.length === 0)
    for (const { model } of compared)
      for (const table of model.tables) {
        // Each holds the thread for as long as it takes to read it.
        await nextTurn();
        signal.throwIfAborted();
        differences.push(...differencesIn(db, model.name, table));
      }
  return { position, readModels: compared.map(({ model }) => model.name), differences, problems, notes };
};

/** Answers what kept it from its end. */
const replay = async (
  db: Database, compared: ReadonlyArray<Compared>, position: Position, events: AsyncIterable<StoredEvent>,
): Promise<ReadonlyArray<string>> => {
  for (const { model } of compared) db.exec(model.schema);
  const projects = compared.map(({ model, checkpoint }) => ({ project: model.project(db), until: checkpoint.position }));
  const seen = new Set(compared.flatMap(({ checkpoint: { event } }) => event ?? []));
  let reached = 0;
  for await (const stored of events) {
    if (stored.position > position) break;
    reached = stored.position;
    seen.delete(stored.id);
    const decoded = decodeEvent(stored);
    if (isLeft(decoded)) return [`a replay stops at revision ${stored.revision} of ${stored.stream}: ${decoded.left.reason}`];
    if (decoded.right === undefined) continue;
    for (const { project, until } of projects) if (stored.position <= until) project(decoded.right);
  }
  if (reached < position && seen.size > 0)
    return [`the read models hold what the log does not: they have seen position ${position}, and it ends at ${reached}`];
  return seen.size === 0 ? [] : ['the read models were made from events that the log does not hold'];
};

const differencesIn = (db: Database, readModel: string, table: string): ReadonlyArray<TableDifference> => {
  try {
    const [kept, missing] = [rowsOnlyIn(db, 'kept', 'main', table), rowsOnlyIn(db, 'main', 'kept', table)];
    return kept.length + missing.length === 0 ? [] : [{ readModel, table, kept, missing }];
  } catch (error) {
    return [{ readModel, table, kept: [`cannot be read: ${messageOf(error)}`], missing: [] }];
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const countOf = (db: Database, table: string): number =>
  (db.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number }).rows;

const rowsOnlyIn = (db: Database, here: string, there: string, table: string): ReadonlyArray<string> => {
  const rows = db.prepare(`SELECT * FROM ${here}.${table} EXCEPT SELECT * FROM ${there}.${table} LIMIT ${MOST}`).all();
  if (rows.length > 0) return rows.map((row) => JSON.stringify(row));
  const more = countOf(db, `${here}.${table}`) - countOf(db, `${there}.${table}`);
  return more > 0 ? [`${more} rows again`] : [];
};
