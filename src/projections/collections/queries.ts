/** Questions about what is linked and what it is called, now or as of an instant. Lists answer a part, in their order. */
import { Either, left, right } from 'fp-ts/Either';
import { millisecondsOf } from '../../domain/values/instants';
import { byCodePoint, LATEST } from '../../domain/values/names';
import { showVersion, VersionRef } from '../../domain/values/versions';
import { nodesAt } from '../intervals';
import { Database } from '../read-model';
import { Remember } from '../remembered';
import { endOf, Part, prepare } from '../sql';
import {
  AliasRow, CollectionRow, HeldRow, Life, LinkedRow, selects, Span, VersionEverRow, VersionRow, WholeVersionRow,
} from './selects';
import {
  AliasShown, aliasShown, CollectionShown, collectionShown, DiffShown, linkedShown, showOrNull, VersionShown, versionShown,
  wholeVersionShown,
} from './shown';

/** Where a collection is. */
export type Place = { readonly registry: string; readonly collection: string };

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

const FEW = 16;

const collectionNotFound: NotThere = { type: 'collection_not_found' };
const versionNotFound: NotThere = { type: 'version_not_found' };

const isWithin = (at: number) => ({ since, until }: Span): boolean => since <= at && (until === null || until > at);

/** Of rows of which ten or so fill a kilobyte. */
const roomOf = (rows: ReadonlyArray<unknown>): number => 1 + rows.length / 10;

const groupedBy = <A, K>(items: ReadonlyArray<A>, key: (item: A) => K): ReadonlyMap<K, ReadonlyArray<A>> => {
  const groups = new Map<K, Array<A>>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
};

/**
 * @param few of so few registries each is asked for its own part of a list, of more the list of all names is gone
 * through; and so few removed aliases are looked at one by one, of more those in a tree
 */
export const collectionQueries = (db: Database, remember: Remember, few = FEW) => {
  const select = prepare(db, selects);

  const lifeNow = ({ registry, collection }: Place): Life | undefined =>
    select.lifeNow.get({ registry, name: collection }) as Life | undefined;

  const collectionNow = ({ registry, collection }: Place): CollectionRow | undefined =>
    select.collection.get({ registry, name: collection }) as CollectionRow | undefined;

  /** Most ask about the life that goes on. */
  const lifeAt = (place: Place, at: number): Life | undefined => {
    const now = lifeKnown(place);
    return now !== undefined && now.createdAt <= at ? now : lifeThen(place, at);
  };

  const lifeKnown = remember(({ registry, collection }: Place) => `${registry}/${collection}`, lifeNow);

  const lifeThen = ({ registry, collection }: Place, at: number): Life | undefined => {
    const life = select.lifeAt.get({ registry, name: collection, at }) as Life | undefined;
    return life !== undefined && isAliveAt(life, at) ? life : undefined;
  };

  const isAliveAt = ({ createdAt, deletedAt }: Life, at: number): boolean =>
    createdAt <= at && (deletedAt === null || deletedAt > at);

  /** The whole map, by alias. */
  const aliasRows = ({ id, registry, name }: Life): ReadonlyArray<AliasRow> =>
    select.aliases.all({ collection: id, registry, name }) as ReadonlyArray<AliasRow>;

  /** The nodes where aliases may be that were removed after the instant: all that there are, where they are few. */
  const goneNodesAt = ({ id, createdAt, updatedAt }: Life, at: number): ReadonlyArray<number> => {
    const all = goneNodes(id);
    return all.length > few ? nodesAt(at, { from: createdAt, to: updatedAt }) : all;
  };

  const goneNodes = remember(String, (id: number) =>
    (select.goneNodes.all(id, few + 1) as ReadonlyArray<{ node: number }>).map(({ node }) => node),
  );

  const aliasesSince = remember(
    String, (id: number) => select.aliasesSince.all(id) as ReadonlyArray<HeldRow & { readonly addedAt: number }>, roomOf,
  );

  const protections = remember(
    ({ registry, name }: Life, alias: string) => `${registry}/${name}:${alias}`,
    ({ registry, name }, alias) => select.protections.all(registry, name, alias) as ReadonlyArray<Span>,
    roomOf,
  );

  const versionEver = remember(
    (id: number, version: number) => `${id}:${version}`,
    (id, version) => {
      const row = select.versionEver.get({ collection: id, version }) as VersionEverRow | undefined;
      return row && { ...row, tagged: JSON.parse(row.tagged) as ReadonlyArray<Span & { readonly tag: string }> };
    },
    (row) => 1 + roomOf(row?.tagged ?? []),
  );

  const goneAliasesAt = (life: Life, at: number): ReadonlyArray<{ readonly alias: string }> => {
    const nodes = goneNodesAt(life, at);
    if (nodes.length === 0) return [];
    return select.aliasesGone.all({ collection: life.id, nodes: JSON.stringify(nodes), at }) as Array<{ alias: string }>;
  };

  /** The holder of an alias that was in the map at the instant, and has had another since. */
  const heldAt = ({ id }: Life, alias: string, at: number): HeldRow =>
    select.heldAt.get(id, alias, at) as HeldRow;

  /** The whole map as it was at the instant, by alias. */
  const mapAt = (life: Life, at: number): ReadonlyArray<HeldRow> => {
    const now = aliasesSince(life.id).filter(({ addedAt }) => addedAt <= at);
    const kept = now.map((row) => (row.since <= at ? row : heldAt(life, row.alias, at)));
    const gone = goneAliasesAt(life, at).map(({ alias }) => heldAt(life, alias, at));
    return gone.length === 0 ? kept : [...kept, ...gone].sort((a, b) => byCodePoint(a.alias, b.alias));
  };

  const withProtectionAt = (life: Life, at: number) => ({ alias, version, since, by }: HeldRow): AliasRow => ({
    alias, version, since, by, protected: protections(life, alias).some(isWithin(at)) ? 1 : 0,
  });

  const aliasRowsAt = (life: Life, at: number): ReadonlyArray<AliasRow> => mapAt(life, at).map(withProtectionAt(life, at));

  const tagsOf = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> =>
    (rows as ReadonlyArray<{ tag: string }>).map(({ tag }) => tag);

  const holderOf = ({ id }: Life, alias: string): number | undefined =>
    (select.holder.get(id, alias) as { version: number } | undefined)?.version;

  const keyOf = ({ registry, collection }: Place, ref: VersionRef): string =>
    `${registry}/${collection}:${ref.type === 'Version' ? showVersion(ref.version) : ref.alias}`;

  const versionNow = remember(
    keyOf,
    ({ registry, collection }, ref): VersionShown | undefined => {
      const asked = { registry, name: collection };
      const row = (
        ref.type === 'Version'
          ? select.versionNow.get({ ...asked, version: ref.version })
          : select.holderNow.get({ ...asked, alias: ref.alias })
      ) as (WholeVersionRow & Pick<Life, 'registry' | 'name' | 'type'>) | undefined;
      return row && wholeVersionShown(row, row);
    },
    // Each of its aliases may ask for it, and each answer has them all.
    (version) => 1 + [...(version?.aliases ?? []), ...(version?.tags ?? [])].join('').length / 1_000,
  );

  const versionAt = (life: Life, ref: VersionRef, at: number): VersionShown | undefined => {
    const map = mapAt(life, at);
    const version = ref.type === 'Version' ? ref.version : map.find(({ alias }) => alias === ref.alias)?.version;
    const row = version === undefined ? undefined : versionEver(life.id, version);
    if (row === undefined || !isWithin(at)({ since: row.linkedAt, until: row.unlinkedAt })) return undefined;
    const tags = row.tagged.filter(isWithin(at)).map(({ tag }) => tag);
    const held = map.filter((one) => one.version === version).map(withProtectionAt(life, at));
    return versionShown(life, row, held, tags);
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
  ): ReadonlyArray<CollectionRow> => {
    const asked = { registry, prefix: name, end: endOf(name), after, limit };
    if (tag !== undefined) return select.ofRegistryByTag.all({ ...asked, tag, type: artifactType ?? null }) as Array<CollectionRow>;
    if (artifactType !== undefined) return select.ofRegistryByType.all({ ...asked, type: artifactType }) as Array<CollectionRow>;
    return select.ofRegistry.all(asked) as Array<CollectionRow>;
  };

  const listOfAll = (
    registries: ReadonlyArray<string>, { artifactType, tag, name = '' }: CollectionFilter,
    [after, afterRegistry]: readonly [string, string], limit: number,
  ): ReadonlyArray<CollectionRow> => {
    const asked = {
      registries: JSON.stringify(registries), prefix: name, end: endOf(name), after, afterRegistry, limit,
    };
    if (tag !== undefined) return select.ofAllByTag.all({ ...asked, tag, type: artifactType ?? null }) as Array<CollectionRow>;
    if (artifactType !== undefined) return select.ofAllByType.all({ ...asked, type: artifactType }) as Array<CollectionRow>;
    return select.ofAll.all(asked) as Array<CollectionRow>;
  };

  const listOfFew = (
    registries: ReadonlyArray<string>, filter: CollectionFilter, [after, afterRegistry]: readonly [string, string],
    limit: number,
  ): ReadonlyArray<CollectionRow> =>
    registries
      .flatMap((registry) => {
        // The collection named as the cursor has been shown already, but in the registries that come after its own.
        const shown = byCodePoint(registry, afterRegistry) <= 0;
        const rest = listOfRegistry(registry, filter, after, limit);
        const named = shown || after === '' ? undefined : collectionNow({ registry, collection: after });
        return named !== undefined && matches(named, filter) ? [named, ...rest] : rest;
      })
      .sort((a, b) => byCodePoint(a.name, b.name) || byCodePoint(a.registry, b.registry))
      .slice(0, limit);

  const matches = ({ type, tags }: CollectionRow, { artifactType, tag }: CollectionFilter): boolean =>
    (artifactType === undefined || type === artifactType) &&
    (tag === undefined || (JSON.parse(tags) as ReadonlyArray<string>).includes(tag));

  /** What differs between two instants; a life is given where one stands then. */
  const diffOf = (collection: string, a: Life | undefined, b: Life | undefined, from: number, to: number): DiffShown => {
    const before = new Map(a === undefined ? [] : mapAt(a, from).map((row) => [row.alias, row.version]));
    const after = new Map(b === undefined ? [] : mapAt(b, to).map((row) => [row.alias, row.version]));
    const same = a !== undefined && a.id === b?.id;
    // `latest` is always the highest that is linked (A2, V5).
    const highest = before.get(LATEST) ?? -1;
    const linkedAt = (life: Life, above: number, last: number, at: number): ReadonlyArray<LinkedRow> =>
      select.linkedSince.all({ collection: life.id, after: above, last, at }) as ReadonlyArray<LinkedRow>;
    const unlinkedFrom = (life: Life): ReadonlyArray<LinkedRow> =>
      same
        ? (select.unlinkedBetween.all({ collection: life.id, from, to }) as ReadonlyArray<LinkedRow>)
        : linkedAt(life, -1, highest, from);
    const shown = linkedShown(collection);
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
      const row = collectionNow(place);
      return row && { ...collectionShown(organization)(row), aliases: aliasRows(row).map(aliasShown) };
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
      const list = registries.length <= few ? listOfFew : listOfAll;
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
      if (at === undefined) {
        const version = versionNow(place, ref);
        if (version !== undefined) return right(version);
        return left(lifeNow(place) === undefined ? collectionNotFound : versionNotFound);
      }
      const life = lifeAt(place, millisecondsOf(at));
      if (life === undefined) return left(collectionNotFound);
      const version = versionAt(life, ref, millisecondsOf(at));
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
