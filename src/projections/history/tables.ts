/** Every change there ever was, to look through by collection, registry, alias, principal and type. */
import { all } from '../sql';

export const tables = ['history', 'history_streams'] as const;

/** What only queries need. */
export const indexesOfQueries = {
  history_of_registry: 'CREATE INDEX history_of_registry ON history (registry) WHERE registry IS NOT NULL',
  history_of_collection: 'CREATE INDEX history_of_collection ON history (collection) WHERE collection IS NOT NULL',
  history_of_alias: 'CREATE INDEX history_of_alias ON history (alias, collection) WHERE alias IS NOT NULL',
  history_of_correlation: 'CREATE INDEX history_of_correlation ON history (substr(correlation, 1, 8))',
  history_by: 'CREATE INDEX history_by ON history (by)',
  history_of_type: 'CREATE INDEX history_of_type ON history (type)',
  history_of_day: 'CREATE INDEX history_of_day ON history (day)',
} as const;

/**
 * `registry` and `collection` of a change are rows of `history_streams`: those of the registry's and the collection's
 * own stream, also for what stands beside them. `at` is in milliseconds since 1970; `data` is as stored. Of a correlation
 * the beginning tells enough to find it, and the index stays small.
 */
export const schema = `
  CREATE TABLE history_streams (
    id INTEGER PRIMARY KEY,
    stream TEXT NOT NULL UNIQUE,
    registry_name TEXT,
    collection_name TEXT,
    registry INTEGER,
    collection INTEGER
  ) STRICT;
  CREATE TABLE history (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    command TEXT NOT NULL,
    command_id TEXT NOT NULL,
    correlation TEXT NOT NULL,
    reason TEXT,
    registry INTEGER,
    collection INTEGER,
    alias TEXT,
    data TEXT NOT NULL,
    day INTEGER AS (at / 86400000)
  ) STRICT;
  ${all(indexesOfQueries)}`;
