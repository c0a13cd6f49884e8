/** What `api.md` shows of collections, their versions and aliases, made of rows. */
import { instantOf } from '../../domain/values/instants';
import { LATEST } from '../../domain/values/names';
import { showFullName, showPath } from '../../domain/values/paths';
import { showVersion } from '../../domain/values/versions';
import { AliasRow, CollectionRow, Life, LinkedRow, VersionRow, WholeVersionRow } from './selects';

/** The collection of `api.md`, as lists show it. */
export type CollectionShown = {
  readonly registry: string;
  readonly name: string;
  readonly targetPath: string;
  readonly type: string;
  readonly description: string;
  readonly tags: ReadonlyArray<string>;
  /** How many are linked now. */
  readonly versions: number;
  readonly nextVersion: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
};

export type AliasShown = {
  readonly alias: string;
  readonly version: string;
  readonly kind: 'default' | 'custom';
  readonly protected: boolean;
  readonly since: string;
  readonly by: string;
};

/** The version of `api.md`, but for its source, of which it has the name: `team/project/artifact:v7`. */
export type VersionShown = {
  readonly fullName: string;
  readonly registry: string;
  readonly collection: string;
  readonly version: string;
  readonly type: string;
  readonly aliases: ReadonlyArray<string>;
  readonly protected: boolean;
  readonly tags: ReadonlyArray<string>;
  readonly source: string;
  readonly run: string | null;
  readonly linkedAt: string;
  readonly linkedBy: string;
};

export type LinkedShown = { readonly collection: string; readonly version: string; readonly source: string };
export type DiffShown = {
  readonly linked: ReadonlyArray<LinkedShown>;
  readonly unlinked: ReadonlyArray<LinkedShown>;
  readonly aliases: ReadonlyArray<{
    readonly collection: string; readonly alias: string; readonly from: string | null; readonly to: string | null;
  }>;
};

export const collectionShown = (organization: string) => (life: CollectionRow): CollectionShown => ({
  registry: life.registry,
  name: life.name,
  targetPath: `${organization}/${showPath(life.registry, life.name)}`,
  type: life.type,
  description: life.description,
  tags: JSON.parse(life.tags) as ReadonlyArray<string>,
  versions: life.versions,
  nextVersion: showVersion(life.nextVersion),
  createdAt: instantOf(life.createdAt),
  createdBy: life.createdBy,
  updatedAt: instantOf(life.updatedAt),
});

export const aliasShown = ({ alias, version, since, by, protected: guarded }: AliasRow): AliasShown => ({
  alias,
  version: showVersion(version),
  kind: alias === LATEST ? 'default' : 'custom',
  protected: guarded === 1,
  since: instantOf(since),
  by,
});

export const versionShown = (
  { registry, name, type }: Pick<Life, 'registry' | 'name' | 'type'>, row: VersionRow,
  aliases: ReadonlyArray<Pick<AliasRow, 'alias' | 'protected'>>, tags: ReadonlyArray<string>,
): VersionShown => ({
  fullName: showFullName(registry, name, row.version),
  registry,
  collection: name,
  version: showVersion(row.version),
  type,
  aliases: aliases.map(({ alias }) => alias),
  protected: aliases.some(({ protected: guarded }) => guarded === 1),
  tags,
  source: row.source,
  run: row.run,
  linkedAt: instantOf(row.linkedAt),
  linkedBy: row.linkedBy,
});

export const wholeVersionShown = (
  life: Pick<Life, 'registry' | 'name' | 'type'>, { aliases, tags, ...row }: WholeVersionRow,
): VersionShown =>
  versionShown(
    life, row, JSON.parse(aliases) as ReadonlyArray<Pick<AliasRow, 'alias' | 'protected'>>,
    JSON.parse(tags) as ReadonlyArray<string>,
  );

export const linkedShown = (collection: string) => ({ version, source }: LinkedRow): LinkedShown => ({
  collection, version: showVersion(version), source,
});

export const showOrNull = (version: number | undefined): string | null => (version === undefined ? null : showVersion(version));
