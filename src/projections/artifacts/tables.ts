/** Source artifacts, their versions and aliases, and where they are linked. */
import { all } from '../sql';

export const tables = [
  'artifacts_projects', 'artifacts_artifacts', 'artifacts_versions', 'artifacts_aliases', 'artifacts_links',
] as const;

/** What only queries need. */
export const indexesOfQueries = {
  artifacts_aliases_by_version: 'CREATE UNIQUE INDEX artifacts_aliases_by_version ON artifacts_aliases (artifact, version, alias)',
  artifacts_links_by_source: 'CREATE UNIQUE INDEX artifacts_links_by_source ON artifacts_links (source, registry, collection, version)',
} as const;

/**
 * Outside of `artifacts_artifacts`, `artifact` is `entity/project/artifact`. Deleted versions stay, without their uri:
 * they are shown as the source of what is still linked (S4). `artifacts_links` has what is linked now, of registries
 * that exist; `source` is `entity/project/artifact:v7`.
 */
export const schema = `
  CREATE TABLE artifacts_projects (
    entity TEXT NOT NULL, project TEXT NOT NULL, PRIMARY KEY (entity, project)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE artifacts_artifacts (
    entity TEXT NOT NULL,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    versions INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (entity, project, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE artifacts_versions (
    artifact TEXT NOT NULL,
    version INTEGER NOT NULL,
    available INTEGER NOT NULL DEFAULT 1,
    type TEXT NOT NULL,
    digest TEXT NOT NULL,
    uri TEXT,
    size_bytes INTEGER,
    run TEXT,
    logged_at TEXT NOT NULL,
    logged_by TEXT NOT NULL,
    metrics TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE INDEX artifacts_versions_by_number ON artifacts_versions (artifact, version, available);
  CREATE TABLE artifacts_aliases (
    artifact TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (artifact, alias)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE artifacts_links (
    registry TEXT NOT NULL,
    collection TEXT NOT NULL,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (registry, collection, version)
  ) STRICT, WITHOUT ROWID;
  ${all(indexesOfQueries)}`;
