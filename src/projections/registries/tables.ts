/** The registries that exist, who may do what in them, and what was decided on them and is not finished everywhere. */

export const tables = [
  'registries_registries', 'registries_grants', 'registries_protected', 'registries_collections', 'registries_unsettled',
] as const;

/**
 * `registries_protected` has the settled protections (A10). `registries_collections` outlives the registry: `life` is
 * the one that the registry's stream has registered, `lives` how many collections of the name were deleted, ever.
 * `registries_unsettled`: `name` is the alias or collection, `value` whether it is to be protected, or the life.
 */
export const schema = `
  CREATE TABLE registries_registries (
    name TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    accepted_types TEXT NOT NULL,
    visibility TEXT NOT NULL,
    default_role TEXT NOT NULL,
    collections INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL
  ) STRICT;
  CREATE TABLE registries_grants (
    registry TEXT NOT NULL,
    principal TEXT NOT NULL,
    role TEXT NOT NULL,
    since TEXT NOT NULL,
    by TEXT NOT NULL,
    PRIMARY KEY (registry, principal)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE registries_protected (
    registry TEXT NOT NULL, alias TEXT NOT NULL, PRIMARY KEY (registry, alias)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE registries_collections (
    registry TEXT NOT NULL,
    name TEXT NOT NULL,
    live INTEGER NOT NULL DEFAULT 0,
    life INTEGER,
    lives INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (registry, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE registries_unsettled (
    type TEXT NOT NULL,
    registry TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    value INTEGER NOT NULL DEFAULT 0,
    by TEXT NOT NULL,
    command_id TEXT NOT NULL,
    correlation TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (registry, type, name)
  ) STRICT, WITHOUT ROWID;
`;
