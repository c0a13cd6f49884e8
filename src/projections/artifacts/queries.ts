/** Questions about source artifacts, and about where they are linked. Who may ask them is judged by whoever asks. */
import { showVersion, VersionRef } from '../../domain/values/versions';
import { Database } from '../read-model';
import { Part, prepare, shownOf } from '../sql';

const VERSION = `artifact, version, available, type, digest, uri, size_bytes AS sizeBytes, run,
  logged_at AS loggedAt, logged_by AS loggedBy, metrics, metadata`;

export const selects = {
  projects: `SELECT project AS name FROM artifacts_projects
    WHERE entity = :entity AND project > :after ORDER BY project LIMIT :limit`,
  artifacts: `SELECT name, type, versions FROM artifacts_artifacts
    WHERE entity = :entity AND project = :project AND name > :after ORDER BY name LIMIT :limit`,
  artifact: 'SELECT type FROM artifacts_artifacts WHERE entity = ? AND project = ? AND name = ?',
  version: `SELECT ${VERSION} FROM artifacts_versions WHERE artifact = ? AND version = ?`,
  versions: `SELECT ${VERSION} FROM artifacts_versions
    WHERE artifact = :artifact AND version < :before AND available = 1 ORDER BY version DESC LIMIT :limit`,
  holder: 'SELECT version FROM artifacts_aliases WHERE artifact = ? AND alias = ?',
  aliases: 'SELECT alias FROM artifacts_aliases WHERE artifact = ? AND version = ? ORDER BY alias',
  links: `SELECT registry, collection, version FROM artifacts_links
    WHERE source = ? ORDER BY registry, collection, version`,
} as const;

/** A source version as a linked version shows it: `metadata` and `metrics` as JSON text. */
export type SourceOfVersion = {
  /** `team/project/artifact:v7` */
  readonly name: string;
  readonly entity: string;
  readonly project: string;
  readonly artifact: string;
  readonly version: string;
  readonly digest: string;
  /** Null for a deleted one, too. */
  readonly uri: string | null;
  readonly sizeBytes: number | null;
  readonly metadata: string;
  readonly metrics: string;
  readonly run: string | null;
  /** False for a deleted one (S4). */
  readonly available: boolean;
};

export type Link = { readonly registry: string; readonly collection: string; readonly version: string };

/** The source version of `api.md`. */
export type SourceVersionShown = Omit<SourceOfVersion, 'metadata' | 'metrics'> & {
  readonly type: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly aliases: ReadonlyArray<string>;
  readonly loggedAt: string;
  readonly loggedBy: string;
  readonly links: ReadonlyArray<Link>;
};

/** Whether the reader sees a registry. */
export type Sees = (registry: string) => boolean;

type VersionRow = {
  readonly artifact: string;
  readonly version: number;
  readonly available: number;
  readonly type: string;
  readonly digest: string;
  readonly uri: string | null;
  readonly sizeBytes: number | null;
  readonly run: string | null;
  readonly loggedAt: string;
  readonly loggedBy: string;
  readonly metrics: string;
  readonly metadata: string;
};
type LinkRow = { readonly registry: string; readonly collection: string; readonly version: number };

const nameOf = ({ artifact, version }: Pick<VersionRow, 'artifact' | 'version'>): string =>
  `${artifact}:${showVersion(version)}`;

const sourceOfRow = (row: VersionRow): SourceOfVersion => {
  const [entity = '', project = '', artifact = ''] = row.artifact.split('/');
  const { version, digest, uri, sizeBytes, metadata, metrics, run, available } = row;
  return {
    name: nameOf(row), entity, project, artifact, version: showVersion(version),
    digest, uri, sizeBytes, metadata, metrics, run, available: available === 1,
  };
};

export const artifactQueries = (db: Database) => {
  const select = prepare(db, selects);

  const versionRow = (source: string): VersionRow | undefined => {
    const colon = source.lastIndexOf(':v');
    return select.version.get(source.slice(0, colon), Number(source.slice(colon + 2))) as VersionRow | undefined;
  };

  const linksOf = (source: string): ReadonlyArray<LinkRow> => select.links.all(source) as ReadonlyArray<LinkRow>;

  const shown = (row: VersionRow, sees: Sees): SourceVersionShown => {
    const { metadata, metrics, ...source } = sourceOfRow(row);
    const aliases = select.aliases.all(row.artifact, row.version) as ReadonlyArray<{ alias: string }>;
    return {
      ...source,
      type: row.type,
      metadata: JSON.parse(metadata) as SourceVersionShown['metadata'],
      metrics: JSON.parse(metrics) as SourceVersionShown['metrics'],
      aliases: aliases.map(({ alias }) => alias),
      loggedAt: row.loggedAt,
      loggedBy: row.loggedBy,
      links: linksOf(source.name)
        .filter(({ registry }) => sees(registry))
        .map(({ registry, collection, version }) => ({ registry, collection, version: showVersion(version) })),
    };
  };

  return {
    listProjects: (entity: string, { after = '', limit }: Part<string>): ReadonlyArray<{ readonly name: string }> =>
      (select.projects.all({ entity, after, limit }) as ReadonlyArray<{ name: string }>).map(({ name }) => ({ name })),

    listArtifacts: (
      entity: string, project: string, { after = '', limit }: Part<string>,
    ): ReadonlyArray<{ readonly name: string; readonly type: string; readonly versions: number }> =>
      (
        select.artifacts.all({ entity, project, after, limit }) as ReadonlyArray<{
          name: string;
          type: string;
          versions: number;
        }>
      ).map(({ name, type, versions }) => ({ name, type, versions })),

    /** @param artifact `entity/project/artifact`, as below; one whose versions are all deleted is there */
    artifactExists: (artifact: string): boolean => select.artifact.get(...artifact.split('/')) !== undefined,

    /** Those that are not deleted, newest first, below the number of `after`. */
    listSourceVersions: (
      artifact: string, sees: Sees, { after = Number.MAX_SAFE_INTEGER, limit }: Part<number>,
    ): Iterable<SourceVersionShown> =>
      shownOf(select.versions, { artifact, before: after, limit }, (row: VersionRow) => shown(row, sees)),

    /** Undefined for one that never was, is deleted, or whose alias is held by none. */
    getSourceVersion: (artifact: string, ref: VersionRef, sees: Sees): SourceVersionShown | undefined => {
      const version =
        ref.type === 'Version'
          ? ref.version
          : (select.holder.get(artifact, ref.alias) as { version: number } | undefined)?.version;
      const row = version === undefined ? undefined : (select.version.get(artifact, version) as VersionRow | undefined);
      return row === undefined || row.available === 0 ? undefined : shown(row, sees);
    },

    /** @param source `entity/project/artifact:v7`, deleted or not */
    sourceOf: (source: string): SourceOfVersion | undefined => {
      const row = versionRow(source);
      return row && sourceOfRow(row);
    },

    /** When a source version was logged, deleted or not, and in which run. @param source `entity/project/artifact:v7` */
    loggingOf: (source: string): { readonly at: string; readonly run: string | null } | undefined => {
      const row = versionRow(source);
      return row && { at: row.loggedAt, run: row.run };
    },

    /** Where a source version is linked now, whoever may see it. @param source `entity/project/artifact:v7` */
    linkedIn: (source: string): ReadonlyArray<{ readonly registry: string; readonly collection: string }> =>
      linksOf(source).map(({ registry, collection }) => ({ registry, collection })),

    /** As which version a source version is linked now in a collection (V3: once); undefined where it is not. */
    linkedAs: (source: string, registry: string, collection: string): number | undefined =>
      linksOf(source).find((link) => link.registry === registry && link.collection === collection)?.version,
  };
};
