/** What is linked in each collection and which version holds which alias: now, and as of any instant. */
import { all } from '../sql';

export const tables = [
  'collections', 'collections_tags', 'collections_versions', 'collections_unlinked', 'collections_version_tags',
  'collections_aliases', 'collections_aliases_held', 'collections_aliases_gone', 'collections_protected',
] as const;

/** What only queries need. */
export const indexesOfQueries = {
  collections_of_type: 'CREATE INDEX collections_of_type ON collections (registry, type, name) WHERE deleted_at IS NULL',
  collections_by_name: 'CREATE INDEX collections_by_name ON collections (name, registry) WHERE deleted_at IS NULL',
  collections_by_type: 'CREATE INDEX collections_by_type ON collections (type, name, registry) WHERE deleted_at IS NULL',
  collections_tags_of_registry: 'CREATE INDEX collections_tags_of_registry ON collections_tags (registry, tag, name)',
  collections_tags_by_name: 'CREATE INDEX collections_tags_by_name ON collections_tags (tag, name, registry)',
  collections_unlinked_by_instant: 'CREATE INDEX collections_unlinked_by_instant ON collections_unlinked (collection, unlinked_at)',
} as const;

/**
 * A row of `collections` is one life of a name: a collection that is created again after it was deleted is another
 * row, and the first keeps all that was in it. Instants are milliseconds since 1970; `until` is null while it goes on.
 * Protection outlives a life and may come before it (A10), so it goes by names.
 *
 * An alias is in the map from when it was added until it was removed, whoever held it meanwhile: `collections_aliases`
 * has those that are in it now, `collections_aliases_gone` when others were, at the nodes of an interval tree. Former
 * holders are in `collections_aliases_held`.
 */
export const schema = `
  CREATE TABLE collections (
    id INTEGER PRIMARY KEY,
    registry TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    description TEXT NOT NULL,
    versions INTEGER NOT NULL,
    next_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
  ) STRICT;
  CREATE INDEX collections_lives ON collections (registry, name, created_at);
  CREATE UNIQUE INDEX collections_now ON collections (registry, name) WHERE deleted_at IS NULL;

  CREATE TABLE collections_tags (
    collection INTEGER NOT NULL, tag TEXT NOT NULL, registry TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (collection, tag)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE collections_versions (
    collection INTEGER NOT NULL,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,
    run TEXT,
    linked_at INTEGER NOT NULL,
    linked_by TEXT NOT NULL,
    PRIMARY KEY (collection, version)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE collections_unlinked (
    collection INTEGER NOT NULL,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,
    run TEXT,
    linked_at INTEGER NOT NULL,
    linked_by TEXT NOT NULL,
    unlinked_at INTEGER NOT NULL,
    PRIMARY KEY (collection, version)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE collections_version_tags (
    collection INTEGER NOT NULL, version INTEGER NOT NULL, tag TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
    PRIMARY KEY (collection, version, tag, since)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX collections_version_tags_now ON collections_version_tags (collection, tag, version)
    WHERE until IS NULL;

  CREATE TABLE collections_aliases (
    collection INTEGER NOT NULL,
    alias TEXT NOT NULL,
    version INTEGER NOT NULL,
    since INTEGER NOT NULL,
    by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (collection, alias)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE collections_aliases_held (
    collection INTEGER NOT NULL,
    alias TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    version INTEGER NOT NULL,
    by TEXT NOT NULL,
    PRIMARY KEY (collection, alias, since)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE collections_aliases_gone (
    collection INTEGER NOT NULL,
    node INTEGER NOT NULL,
    alias TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (collection, node, alias)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE collections_protected (
    registry TEXT NOT NULL, collection TEXT NOT NULL, alias TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
    PRIMARY KEY (registry, collection, alias, since)
  ) STRICT, WITHOUT ROWID;
  ${all(indexesOfQueries)}`;
