/** Questions about what is linked and what it is called, now or as of an instant. Lists answer a part, in their order. */
import { Either, left, right } from 'fp-ts/Either';
import { instantOf, millisecondsOf } from '../../domain/values/instants';
import { byCodePoint, LATEST } from '../../domain/values/names';
import { showFullName, showPath } from '../../domain/values/paths';
import { showVersion, VersionRef } from '../../domain/values/versions';
import { nodesAt } from '../intervals';
import { Database } from '../read-model';
import { endOf, Part, prepare } from '../sql';

const LIFE = `c.id, c.registry, c.name, c.type, c.description, c.versions, c.next_version AS nextVersion,
  c.created_at AS createdAt, c.created_by AS createdBy, c.updated_at AS updatedAt, c.deleted_at AS deletedAt`;
const TAGS = `(SELECT json_group_array(tag) FROM (
    SELECT tag FROM collections_tags WHERE collection = c.id ORDER BY tag)) AS tags`;
const OF_TYPE = '(:type IS NULL OR c.type = :type)';

/** Of a registry, by name. */
const ofRegistry = (index: string, more: string): string => `SELECT ${LIFE}, ${TAGS}
  FROM collections c INDEXED BY ${index}
  WHERE c.registry = :registry AND c.deleted_at IS NULL AND c.name >= max(:after, :prefix) AND c.name <= :end
    AND c.name <> :after ${more} ORDER BY c.name LIMIT :limit`;

/** Of many registries, by name and then registry. */
const ofAll = (index: string, more: string): string => `SELECT ${LIFE}, ${TAGS}
  FROM collections c INDEXED BY ${index}
  WHERE c.deleted_at IS NULL AND (c.name, c.registry) > (max(:after, :prefix), :afterRegistry) AND c.name <= :end
    AND +c.registry IN (SELECT value FROM json_each(:registries)) ${more} ORDER BY c.name, c.registry LIMIT :limit`;

const PROTECTED_NOW = `EXISTS (SELECT 1 FROM collections_protected p WHERE p.registry = :registry AND p.collection = :name
  AND p.alias = a.alias AND p.until IS NULL) AS protected`;
const PROTECTED_THEN = `EXISTS (SELECT 1 FROM collections_protected p WHERE p.registry = :registry
  AND p.collection = :name AND p.alias = a.alias AND p.since <= :at AND (p.until IS NULL OR p.until > :at)) AS protected`;
const ALIAS = 'a.alias, a.version, a.since, a.by';
const VERSION = 'version, source, run, linked_at AS linkedAt, linked_by AS linkedBy';

const versions = (order: 'ASC' | 'DESC'): string => `SELECT ${VERSION} FROM collections_versions
  WHERE collection = :collection AND version ${order === 'ASC' ? '>' : '<'} :after ORDER BY version ${order} LIMIT :limit`;
const versionsTagged = (order: 'ASC' | 'DESC'): string => `SELECT v.${VERSION}
  FROM collections_version_tags t INDEXED BY collections_version_tags_now
  CROSS JOIN collections_versions v ON v.collection = t.collection AND v.version = t.version
  WHERE t.collection = :collection AND t.tag = :tag AND t.until IS NULL AND t.version ${order === 'ASC' ? '>' : '<'} :after
  ORDER BY t.version ${order} LIMIT :limit`;

export const selects = {
  now: `SELECT ${LIFE}, ${TAGS} FROM collections c INDEXED BY collections_now
    WHERE c.registry = :registry AND c.name = :name AND c.deleted_at IS NULL`,
  lifeAt: `SELECT ${LIFE}, '[]' AS tags FROM collections c WHERE c.registry = :registry AND c.name = :name
    AND c.created_at <= :at ORDER BY c.created_at DESC, c.id DESC LIMIT 1`,
  changedBetween: `SELECT ${LIFE}, '[]' AS tags FROM collections c WHERE c.registry = :registry AND c.created_at <= :to
    AND c.updated_at > :from ORDER BY c.name, c.created_at, c.id`,
  ever: 'SELECT 1 FROM collections WHERE registry = ? AND name = ? LIMIT 1',
  ofRegistry: ofRegistry('collections_now', ''),
  ofRegistryByType: ofRegistry('collections_of_type', 'AND c.type = :type'),
  ofRegistryByTag: `SELECT ${LIFE}, ${TAGS}
    FROM collections_tags t INDEXED BY collections_tags_of_registry CROSS JOIN collections c ON c.id = t.collection
    WHERE t.registry = :registry AND t.tag = :tag AND t.name >= max(:after, :prefix) AND t.name <= :end
      AND t.name <> :after AND ${OF_TYPE} ORDER BY t.name LIMIT :limit`,
  ofAll: ofAll('collections_by_name', ''),
  ofAllByType: ofAll('collections_by_type', 'AND c.type = :type'),
  ofAllByTag: `SELECT ${LIFE}, ${TAGS}
    FROM collections_tags t INDEXED BY collections_tags_by_name CROSS JOIN collections c ON c.id = t.collection
    WHERE t.tag = :tag AND (t.name, t.registry) > (max(:after, :prefix), :afterRegistry) AND t.name <= :end
      AND +t.registry IN (SELECT value FROM json_each(:registries)) AND ${OF_TYPE} ORDER BY t.name, t.registry LIMIT :limit`,
  aliases: `SELECT ${ALIAS}, ${PROTECTED_NOW} FROM collections_aliases a WHERE a.collection = :collection ORDER BY a.alias`,
  aliasesAt: `SELECT ${ALIAS}, ${PROTECTED_THEN} FROM collections_aliases_past a
      WHERE a.collection = :collection AND a.node IN (SELECT value FROM json_each(:nodes))
        AND a.since <= :at AND a.until > :at
    UNION ALL SELECT ${ALIAS}, ${PROTECTED_THEN} FROM collections_aliases a
      WHERE a.collection = :collection AND a.since <= :at`,
  aliasesOf: `SELECT ${ALIAS}, ${PROTECTED_NOW} FROM collections_aliases a
    WHERE a.collection = :collection AND a.version = :version ORDER BY a.alias`,
  holder: 'SELECT version FROM collections_aliases WHERE collection = ? AND alias = ?',
  version: `SELECT ${VERSION} FROM collections_versions WHERE collection = ? AND version = ?`,
  versionAt: `SELECT ${VERSION} FROM collections_versions
      WHERE collection = :collection AND version = :version AND linked_at <= :at
    UNION ALL SELECT ${VERSION} FROM collections_unlinked
      WHERE collection = :collection AND version = :version AND linked_at <= :at AND unlinked_at > :at`,
  tags: `SELECT tag FROM collections_version_tags WHERE collection = ? AND version = ? AND until IS NULL ORDER BY tag`,
  tagsAt: `SELECT tag FROM collections_version_tags WHERE collection = :collection AND version = :version
    AND since <= :at AND (until IS NULL OR until > :at) ORDER BY tag`,
  versionsUp: versions('ASC'),
  versionsDown: versions('DESC'),
  taggedUp: versionsTagged('ASC'),
  taggedDown: versionsTagged('DESC'),
  linkedSince: `SELECT version, source FROM collections_versions
      WHERE collection = :collection AND version > :after AND version <= :last AND linked_at <= :at
    UNION ALL SELECT version, source FROM collections_unlinked
      WHERE collection = :collection AND version > :after AND version <= :last AND linked_at <= :at AND unlinked_at > :at
    ORDER BY version`,
  unlinkedBetween: `SELECT version, source FROM collections_unlinked WHERE collection = :collection
    AND unlinked_at > :from AND unlinked_at <= :to AND linked_at <= :from ORDER BY version`,
} as const;

/** Where a collection is. */
export type Place = { readonly registry: string; readonly collection: string };

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

type LinkedShown = { readonly collection: string; readonly version: string; readonly source: string };
export type DiffShown = {
  readonly linked: ReadonlyArray<LinkedShown>;
  readonly unlinked: ReadonlyArray<LinkedShown>;
  readonly aliases: ReadonlyArray<{
    readonly collection: string; readonly alias: string; readonly from: string | null; readonly to: string | null;
  }>;
};

export type NotThere = { readonly type: 'collection_not_found' | 'version_not_found' };

export type CollectionFilter = {
  readonly artifactType?: string;
  readonly tag?: string;
  /** The beginning of the name. */
  readonly name?: string;
};

export type VersionFilter = {
  readonly order: 'asc' | 'desc';
  readonly tag?: string;
  /** The one that holds this alias now. */
  readonly alias?: string;
  /** The one of this number. */
  readonly version?: number;
};

/** One life of a name. */
type Life = {
  readonly id: number;
  readonly registry: string;
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly versions: number;
  readonly nextVersion: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
  /** JSON */
  readonly tags: string;
};
type AliasRow = {
  readonly alias: string; readonly version: number; readonly since: number; readonly by: string; readonly protected: number;
};
type VersionRow = {
  readonly version: number; readonly source: string; readonly run: string | null; readonly linkedAt: number;
  readonly linkedBy: string;
};
type LinkedRow = { readonly version: number; readonly source: string };

/** Of so few registries each is asked for its own part; of more, the list of all names is gone through. */
const FEW = 16;

const collectionNotFound: NotThere = { type: 'collection_not_found' };
const versionNotFound: NotThere = { type: 'version_not_found' };

const collectionShown = (organization: string) => (life: Life): CollectionShown => ({
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

const aliasShown = ({ alias, version, since, by, protected: guarded }: AliasRow): AliasShown => ({
  alias,
  version: showVersion(version),
  kind: alias === LATEST ? 'default' : 'custom',
  protected: guarded === 1,
  since: instantOf(since),
  by,
});

const versionShown = (
  { registry, name, type }: Life, row: VersionRow, aliases: ReadonlyArray<AliasRow>, tags: ReadonlyArray<string>,
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

const groupedBy = <A, K>(items: ReadonlyArray<A>, key: (item: A) => K): ReadonlyMap<K, ReadonlyArray<A>> => {
  const groups = new Map<K, Array<A>>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
};

const showOrNull = (version: number | undefined): string | null => (version === undefined ? null : showVersion(version));

export const collectionQueries = (db: Database) => {
  const select = prepare(db, selects);

  const lifeNow = ({ registry, collection }: Place): Life | undefined =>
    select.now.get({ registry, name: collection }) as Life | undefined;

  const lifeAt = ({ registry, collection }: Place, at: number): Life | undefined => {
    const life = select.lifeAt.get({ registry, name: collection, at }) as Life | undefined;
    return life !== undefined && isAliveAt(life, at) ? life : undefined;
  };

  const isAliveAt = ({ createdAt, deletedAt }: Life, at: number): boolean =>
    createdAt <= at && (deletedAt === null || deletedAt > at);

  /** The whole map, by alias. */
  const aliasRows = ({ id, registry, name }: Life): ReadonlyArray<AliasRow> =>
    select.aliases.all({ collection: id, registry, name }) as ReadonlyArray<AliasRow>;

  const aliasRowsAt = ({ id, registry, name, createdAt, updatedAt }: Life, at: number): ReadonlyArray<AliasRow> => {
    const nodes = JSON.stringify(nodesAt(at, { from: createdAt, to: updatedAt }));
    const rows = select.aliasesAt.all({ collection: id, registry, name, at, nodes }) as ReadonlyArray<AliasRow>;
    return [...rows].sort((a, b) => byCodePoint(a.alias, b.alias));
  };

  const tagsOf = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> =>
    (rows as ReadonlyArray<{ tag: string }>).map(({ tag }) => tag);

  const holderOf = ({ id }: Life, alias: string): number | undefined =>
    (select.holder.get(id, alias) as { version: number } | undefined)?.version;

  const versionNow = (life: Life, ref: VersionRef): VersionShown | undefined => {
    const { id, registry, name } = life;
    const version = ref.type === 'Version' ? ref.version : holderOf(life, ref.alias);
    const row = version === undefined ? undefined : (select.version.get(id, version) as VersionRow | undefined);
    if (row === undefined) return undefined;
    const aliases = select.aliasesOf.all({ collection: id, version: row.version, registry, name });
    return versionShown(life, row, aliases as ReadonlyArray<AliasRow>, tagsOf(select.tags.all(id, row.version)));
  };

  const versionAt = (life: Life, ref: VersionRef, at: number): VersionShown | undefined => {
    const aliases = aliasRowsAt(life, at);
    const version = ref.type === 'Version' ? ref.version : aliases.find(({ alias }) => alias === ref.alias)?.version;
    if (version === undefined) return undefined;
    const key = { collection: life.id, version, at };
    const row = select.versionAt.get(key) as VersionRow | undefined;
    if (row === undefined) return undefined;
    return versionShown(life, row, aliases.filter((each) => each.version === version), tagsOf(select.tagsAt.all(key)));
  };

  const rowsOf = (life: Life, filter: VersionFilter, { after, limit }: Part<number>): ReadonlyArray<VersionRow> => {
    const { order, tag, alias } = filter;
    const start = after ?? (order === 'asc' ? -1 : Number.MAX_SAFE_INTEGER);
    if (alias === undefined && filter.version === undefined) {
      const asked = { collection: life.id, after: start, limit, ...(tag === undefined ? {} : { tag }) };
      const up = tag === undefined ? select.versionsUp : select.taggedUp;
      const down = tag === undefined ? select.versionsDown : select.taggedDown;
      return (order === 'asc' ? up : down).all(asked) as ReadonlyArray<VersionRow>;
    }
    const version = alias === undefined ? filter.version : holderOf(life, alias);
    if (version === undefined || version !== (filter.version ?? version)) return [];
    if (order === 'asc' ? version <= start : version >= start) return [];
    const row = select.version.get(life.id, version) as VersionRow | undefined;
    return row === undefined || (tag !== undefined && !tagsOf(select.tags.all(life.id, version)).includes(tag)) ? [] : [row];
  };

  const listOfRegistry = (
    registry: string, { artifactType, tag, name = '' }: CollectionFilter, after: string, limit: number,
  ): ReadonlyArray<Life> => {
    const asked = { registry, prefix: name, end: endOf(name), after, limit };
    if (tag !== undefined) return select.ofRegistryByTag.all({ ...asked, tag, type: artifactType ?? null }) as Array<Life>;
    if (artifactType !== undefined) return select.ofRegistryByType.all({ ...asked, type: artifactType }) as Array<Life>;
    return select.ofRegistry.all(asked) as Array<Life>;
  };

  const listOfAll = (
    registries: ReadonlyArray<string>, { artifactType, tag, name = '' }: CollectionFilter,
    [after, afterRegistry]: readonly [string, string], limit: number,
  ): ReadonlyArray<Life> => {
    const asked = {
      registries: JSON.stringify(registries), prefix: name, end: endOf(name), after, afterRegistry, limit,
    };
    if (tag !== undefined) return select.ofAllByTag.all({ ...asked, tag, type: artifactType ?? null }) as Array<Life>;
    if (artifactType !== undefined) return select.ofAllByType.all({ ...asked, type: artifactType }) as Array<Life>;
    return select.ofAll.all(asked) as Array<Life>;
  };

  const listOfFew = (
    registries: ReadonlyArray<string>, filter: CollectionFilter, [after, afterRegistry]: readonly [string, string],
    limit: number,
  ): ReadonlyArray<Life> =>
    registries
      .flatMap((registry) => {
        // The collection named as the cursor has been shown already, but in the registries that come after its own.
        const shown = byCodePoint(registry, afterRegistry) <= 0;
        const rest = listOfRegistry(registry, filter, after, limit);
        const named = shown || after === '' ? undefined : lifeNow({ registry, collection: after });
        return named !== undefined && matches(named, filter) ? [named, ...rest] : rest;
      })
      .sort((a, b) => byCodePoint(a.name, b.name) || byCodePoint(a.registry, b.registry))
      .slice(0, limit);

  const matches = ({ type, tags }: Life, { artifactType, tag }: CollectionFilter): boolean =>
    (artifactType === undefined || type === artifactType) &&
    (tag === undefined || (JSON.parse(tags) as ReadonlyArray<string>).includes(tag));

  /** What differs between two instants; a life is given where one stands then. */
  const diffOf = (collection: string, a: Life | undefined, b: Life | undefined, from: number, to: number): DiffShown => {
    const before = new Map(a === undefined ? [] : aliasRowsAt(a, from).map((row) => [row.alias, row.version]));
    const after = new Map(b === undefined ? [] : aliasRowsAt(b, to).map((row) => [row.alias, row.version]));
    const same = a !== undefined && a.id === b?.id;
    // `latest` is always the highest that is linked (A2, V5).
    const highest = before.get(LATEST) ?? -1;
    const linkedAt = (life: Life, above: number, last: number, at: number): ReadonlyArray<LinkedRow> =>
      select.linkedSince.all({ collection: life.id, after: above, last, at }) as ReadonlyArray<LinkedRow>;
    const unlinkedFrom = (life: Life): ReadonlyArray<LinkedRow> =>
      same
        ? (select.unlinkedBetween.all({ collection: life.id, from, to }) as ReadonlyArray<LinkedRow>)
        : linkedAt(life, -1, highest, from);
    const shown = ({ version, source }: LinkedRow): LinkedShown => ({ collection, version: showVersion(version), source });
    return {
      linked: b === undefined ? [] : linkedAt(b, same ? highest : -1, after.get(LATEST) ?? -1, to).map(shown),
      unlinked: a === undefined ? [] : unlinkedFrom(a).map(shown),
      aliases: [...new Set([...before.keys(), ...after.keys()])]
        .filter((alias) => before.get(alias) !== after.get(alias))
        .sort(byCodePoint)
        .map((alias) => ({
          collection, alias, from: showOrNull(before.get(alias)), to: showOrNull(after.get(alias)),
        })),
    };
  };

  return {
    /** Whether a collection of this name stands or ever stood in the registry. */
    everStood: ({ registry, collection }: Place): boolean => select.ever.get(registry, collection) !== undefined,

    /** @param organization its name, which target paths begin with */
    getCollection: (
      place: Place, organization: string,
    ): (CollectionShown & { readonly aliases: ReadonlyArray<AliasShown> }) | undefined => {
      const life = lifeNow(place);
      return life && { ...collectionShown(organization)(life), aliases: aliasRows(life).map(aliasShown) };
    },

    /** By name. */
    listCollections: (
      registry: string, filter: CollectionFilter, { after = '', limit }: Part<string>, organization: string,
    ): ReadonlyArray<CollectionShown> =>
      listOfRegistry(registry, filter, after, limit).map(collectionShown(organization)),

    /** Of these registries, by name and then registry. */
    listAllCollections: (
      registries: ReadonlyArray<string>, filter: CollectionFilter,
      { after = ['', ''], limit }: Part<readonly [name: string, registry: string]>, organization: string,
    ): ReadonlyArray<CollectionShown> => {
      const list = registries.length <= FEW ? listOfFew : listOfAll;
      return list(registries, filter, after, limit).map(collectionShown(organization));
    },

    /** The whole map by alias, now or at an instant; undefined where no collection stands then. */
    getAliases: (place: Place, at?: string): ReadonlyArray<AliasShown> | undefined => {
      if (at === undefined) {
        const life = lifeNow(place);
        return life && aliasRows(life).map(aliasShown);
      }
      const life = lifeAt(place, millisecondsOf(at));
      return life && aliasRowsAt(life, millisecondsOf(at)).map(aliasShown);
    },

    /** A version by number or alias, now or at an instant. */
    getVersion: (place: Place, ref: VersionRef, at?: string): Either<NotThere, VersionShown> => {
      const then = at === undefined ? undefined : millisecondsOf(at);
      const life = then === undefined ? lifeNow(place) : lifeAt(place, then);
      if (life === undefined) return left(collectionNotFound);
      const version = then === undefined ? versionNow(life, ref) : versionAt(life, ref, then);
      return version === undefined ? left(versionNotFound) : right(version);
    },

    /** By number; undefined where no collection stands. */
    listVersions: (place: Place, filter: VersionFilter, part: Part<number>): ReadonlyArray<VersionShown> | undefined => {
      const life = lifeNow(place);
      if (life === undefined) return undefined;
      const rows = rowsOf(life, filter, part);
      const held = groupedBy(rows.length === 0 ? [] : aliasRows(life), ({ version }) => version);
      return rows.map((row) =>
        versionShown(life, row, held.get(row.version) ?? [], tagsOf(select.tags.all(life.id, row.version))),
      );
    },

    /** The names of the sources of linked versions: of those named, in that order, or of the newest `limit`. */
    sourcesOf: (
      place: Place, named: ReadonlyArray<number> | undefined, limit: number,
    ): Either<NotThere, ReadonlyArray<{ readonly version: number; readonly source: string }>> => {
      const life = lifeNow(place);
      if (life === undefined) return left(collectionNotFound);
      if (named === undefined) return right([...rowsOf(life, { order: 'desc' }, { limit })]);
      const rows = named.map((version) => select.version.get(life.id, version) as VersionRow | undefined);
      const found = rows.filter((row) => row !== undefined);
      return found.length < named.length ? left(versionNotFound) : right(found);
    },

    /** From one instant to a later one; a collection that stands at neither differs in nothing. */
    diff: (place: Place, from: string, to: string): DiffShown => {
      const [a, b] = [millisecondsOf(from), millisecondsOf(to)];
      return diffOf(place.collection, lifeAt(place, a), lifeAt(place, b), a, b);
    },

    /** The same of all collections of a registry, by name. */
    diffOfRegistry: (registry: string, from: string, to: string): DiffShown => {
      const [a, b] = [millisecondsOf(from), millisecondsOf(to)];
      const changed = select.changedBetween.all({ registry, from: a, to: b }) as ReadonlyArray<Life>;
      const diffs = [...groupedBy(changed, ({ name }) => name)].map(([name, lives]) =>
        diffOf(name, lives.find((life) => isAliveAt(life, a)), lives.find((life) => isAliveAt(life, b)), a, b),
      );
      return {
        linked: diffs.flatMap(({ linked }) => linked),
        unlinked: diffs.flatMap(({ unlinked }) => unlinked),
        aliases: diffs.flatMap(({ aliases }) => aliases),
      };
    },
  };
};

export type CollectionQueries = ReturnType<typeof collectionQueries>;
