/** What the page asks, each question under one key; what changes is asked again by the beginnings of the keys. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answered, api, everyPage, firstPages, Schemas } from './client';
import { hasCode } from './problem';

export type Registry = Schemas['Registry'];
export type Collection = Schemas['Collection'];
export type CollectionInList = Schemas['CollectionInList'];
export type HeldAlias = Schemas['HeldAlias'];
export type LinkedVersion = Schemas['LinkedVersion'];
export type Change = Schemas['Change'];
export type AliasMove = Schemas['AliasMoveInHistory'];
export type Diff = Schemas['Diff'];
export type Role = Schemas['Role'];
export type InCollection = { registry: string; collection: string };
export type HistoryFilter = { by?: string; type?: string; alias?: string; from?: string; to?: string };
export type Order = 'asc' | 'desc';

const VERSIONS_AT_ONCE = 200;
/** What the timeline reads at most of each type of change, in pages of 500. */
const TIMELINE_PAGES = 20;

const next = (page: { nextCursor: string | null }) => page.nextCursor ?? undefined;
const withCursor = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });

/** Who one is; `position`: where the log was then, so that all that is asked later includes at least that. @throws ProblemError */
export const askWhoAmI = async () => {
  const asked = await api.GET('/whoami');
  const me = await answered(Promise.resolve(asked));
  return { ...me, position: asked.response.headers.get('moniker-position') ?? undefined };
};

export const whoAmI = queryOptions({
  queryKey: ['whoami'],
  queryFn: askWhoAmI,
  staleTime: 60_000,
});

export const organization = queryOptions({
  queryKey: ['organization'],
  queryFn: () => answered(api.GET('/organization')),
  staleTime: Infinity,
});

export const registries = queryOptions({
  queryKey: ['registries'],
  queryFn: () => everyPage((query) => answered(api.GET('/registries', { params: { query } }))),
});

export const registryOf = (registry: string) =>
  queryOptions({
    queryKey: ['registry', registry],
    queryFn: () => answered(api.GET('/registries/{registry}', { params: { path: { registry } } })),
  });

export const membersOf = (registry: string) =>
  queryOptions({
    queryKey: ['registry', registry, 'members'],
    queryFn: () =>
      everyPage((query) =>
        answered(api.GET('/registries/{registry}/members', { params: { path: { registry }, query } })),
      ),
  });

export const collectionsOf = (registry: string) =>
  queryOptions({
    queryKey: ['registry', registry, 'collections'],
    queryFn: () =>
      everyPage((query) =>
        answered(api.GET('/registries/{registry}/collections', { params: { path: { registry }, query } })),
      ),
  });

/** All collections that one can see, or those that one may link to. */
export const allCollections = (role?: 'member') =>
  queryOptions({
    queryKey: ['collections', role ?? 'any'],
    queryFn: () =>
      everyPage(
        (page) => answered(api.GET('/collections', { params: { query: { ...page, ...(role ? { role } : {}) } } })),
        10,
      ),
    staleTime: 30_000,
  });

const inCollection = ({ registry, collection }: InCollection) => ['registry', registry, 'collection', collection] as const;

export const collectionOf = (place: InCollection) =>
  queryOptions({
    queryKey: inCollection(place),
    queryFn: () => answered(api.GET('/registries/{registry}/collections/{collection}', { params: { path: place } })),
  });

const heldAliases = async (place: InCollection, at?: string): Promise<ReadonlyArray<HeldAlias>> => {
  const query = at === undefined ? {} : { at };
  try {
    const { items } = await answered(
      api.GET('/registries/{registry}/collections/{collection}/aliases', { params: { path: place, query } }),
    );
    return items;
  } catch (error) {
    // Before a collection began it held none.
    if (at !== undefined && hasCode(error, 'collection_not_found')) return [];
    throw error;
  }
};

export const aliasesOf = (place: InCollection, at?: string) =>
  queryOptions({
    queryKey: [...inCollection(place), 'aliases', at ?? 'now'],
    queryFn: () => heldAliases(place, at),
    placeholderData: keepPreviousData,
  });

export type VersionFilter = { tag?: string; alias?: string; source?: string };

export const versionsOf = (place: InCollection, order: Order, filter: VersionFilter) =>
  infiniteQueryOptions({
    queryKey: [...inCollection(place), 'versions', order, filter],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/registries/{registry}/collections/{collection}/versions', {
          params: { path: place, query: { order, ...filter, limit: VERSIONS_AT_ONCE, ...withCursor(pageParam) } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    placeholderData: keepPreviousData,
  });

export const versionOf = (place: InCollection, ref: string, at?: string) =>
  queryOptions({
    queryKey: [...inCollection(place), 'version', ref, at ?? 'now'],
    queryFn: () =>
      answered(
        api.GET('/registries/{registry}/collections/{collection}/versions/{ref}', {
          params: { path: { ...place, ref }, query: at === undefined ? {} : { at } },
        }),
      ),
  });

export const lineageOf = (place: InCollection, version: string) =>
  queryOptions({
    queryKey: [...inCollection(place), 'lineage', version],
    queryFn: () =>
      answered(
        api.GET('/registries/{registry}/collections/{collection}/versions/{version}/lineage', {
          params: { path: { ...place, version } },
        }),
      ),
  });

export const metricsOf = (place: InCollection, versions: ReadonlyArray<string>) =>
  queryOptions({
    queryKey: [...inCollection(place), 'metrics', versions],
    queryFn: () =>
      answered(
        api.GET('/registries/{registry}/collections/{collection}/metrics', {
          params: { path: place, query: { versions: versions.join(',') } },
        }),
      ),
  });

export const aliasHistoryOf = (place: InCollection, alias: string) =>
  queryOptions({
    queryKey: [...inCollection(place), 'alias-history', alias],
    queryFn: () =>
      everyPage(
        (query) =>
          answered(
            api.GET('/registries/{registry}/collections/{collection}/aliases/{alias}/history', {
              params: { path: { ...place, alias }, query },
            }),
          ),
        4,
      ),
  });

export const collectionHistory = (place: InCollection, filter: HistoryFilter) =>
  infiniteQueryOptions({
    queryKey: [...inCollection(place), 'history', filter],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/registries/{registry}/collections/{collection}/history', {
          params: { path: place, query: { ...filter, limit: 50, ...withCursor(pageParam) } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    placeholderData: keepPreviousData,
  });

/** Just after an instant: what happened at it counts (T1), and ranges exclude their end. */
export const justAfter = (at: string): string => new Date(Date.parse(at) + 1).toISOString();

/** A collection's description and tags at an instant, folded from its events. */
export const collectionThen = (place: InCollection, at: string) =>
  queryOptions({
    queryKey: [...inCollection(place), 'then', at],
    queryFn: async () => {
      const types = ['CollectionCreated', 'CollectionDescribed', 'CollectionTagged', 'CollectionUntagged'];
      const lists = await Promise.all(
        types.map((type) =>
          everyPage((query) =>
            answered(
              api.GET('/registries/{registry}/collections/{collection}/history', {
                params: { path: place, query: { ...query, type, order: 'asc', to: justAfter(at) } },
              }),
            ),
          ),
        ),
      );
      const changes = lists.flat().sort((a, b) => a.revision - b.revision);
      return changes.reduce((then: { description: string; tags: ReadonlyArray<string> }, { type, data }) => {
        const { description, tag } = data as { description?: string; tag?: string };
        if (type === 'CollectionCreated') return { description: '', tags: [] };
        if (type === 'CollectionDescribed') return { ...then, description: description ?? '' };
        const others = then.tags.filter((other) => other !== tag);
        return { ...then, tags: type === 'CollectionTagged' && tag !== undefined ? [...others, tag].sort() : others };
      }, { description: '', tags: [] });
    },
    staleTime: Infinity,
  });

/** Of a collection that was deleted: by whom, when and why; null where there never was one. */
export const collectionEnd = (place: InCollection) =>
  queryOptions({
    queryKey: [...inCollection(place), 'end'],
    queryFn: async () => {
      try {
        const { items } = await answered(
          api.GET('/registries/{registry}/collections/{collection}/history', {
            params: { path: place, query: { type: 'CollectionDeleted', limit: 1 } },
          }),
        );
        return items[0] ?? null;
      } catch (error) {
        if (hasCode(error, 'collection_not_found')) return null;
        throw error;
      }
    },
  });

export type Timeline = {
  /** Oldest first. */
  readonly changes: ReadonlyArray<Change>;
  /** Since when `changes` are all there were, what happened at it excluded; undefined where nothing was left out. */
  readonly begins: string | undefined;
  /** Who held what at `begins`. */
  readonly held: ReadonlyArray<HeldAlias>;
};

/** The changes of the alias map, the links and the unlinks: the newest, where there are more than can be read. */
export const timelineOf = (place: InCollection) =>
  queryOptions({
    queryKey: [...inCollection(place), 'timeline'],
    queryFn: async (): Promise<Timeline> => {
      const types = ['AliasAdded', 'AliasMoved', 'AliasRemoved', 'VersionLinked', 'VersionUnlinked'];
      const lists = await Promise.all(
        types.map((type) =>
          firstPages(
            (query) =>
              answered(
                api.GET('/registries/{registry}/collections/{collection}/history', {
                  params: { path: place, query: { ...query, type, order: 'desc' } },
                }),
              ),
            TIMELINE_PAGES,
          ),
        ),
      );
      const changes = lists.flatMap(({ items }) => items).sort((a, b) => a.revision - b.revision);
      // Nothing is missing since the youngest of the instants that a list was cut off at.
      const begins = lists.flatMap(({ items, isAll }) => (isAll ? [] : items.slice(-1).map(({ at }) => at))).sort().at(-1);
      return { changes, begins, held: begins === undefined ? [] : await heldAliases(place, begins) };
    },
  });

export const collectionDiff = (place: InCollection, from: string, to: string) =>
  queryOptions({
    queryKey: [...inCollection(place), 'diff', from, to],
    queryFn: () =>
      answered(
        api.GET('/registries/{registry}/collections/{collection}/diff', { params: { path: place, query: { from, to } } }),
      ),
    placeholderData: keepPreviousData,
  });

export const registryDiff = (registry: string, from: string, to: string) =>
  queryOptions({
    queryKey: ['registry', registry, 'diff', from, to],
    queryFn: () =>
      answered(api.GET('/registries/{registry}/diff', { params: { path: { registry }, query: { from, to } } })),
  });

export const verificationOf = (place: InCollection) =>
  queryOptions({
    queryKey: [...inCollection(place), 'verification'],
    queryFn: () =>
      answered(
        api.GET('/registries/{registry}/collections/{collection}/verification', { params: { path: place } }),
      ),
  });

/** The newest changes of some registries, merged. */
export const recentChanges = (names: ReadonlyArray<string>) =>
  queryOptions({
    queryKey: ['recent', names],
    queryFn: async () => {
      const lists = await Promise.all(
        names.map((registry) =>
          answered(
            api.GET('/registries/{registry}/history', { params: { path: { registry }, query: { limit: 30 } } }),
          ),
        ),
      );
      return lists
        .flatMap(({ items }) => items)
        .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.revision - a.revision));
    },
  });

export const auditFeed = (filter: HistoryFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) =>
      answered(api.GET('/audit', { params: { query: { ...filter, limit: 100, ...withCursor(pageParam) } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    placeholderData: keepPreviousData,
  });

export const entities = queryOptions({
  queryKey: ['entities'],
  queryFn: () => everyPage((query) => answered(api.GET('/entities', { params: { query } }))),
});

export const projectsOf = (entity: string) =>
  queryOptions({
    queryKey: ['entities', entity, 'projects'],
    queryFn: () =>
      everyPage((query) => answered(api.GET('/entities/{entity}/projects', { params: { path: { entity }, query } }))),
    enabled: entity !== '',
  });

export type InProject = { entity: string; project: string };
export type InArtifact = InProject & { artifact: string };

export const artifactsOf = (place: InProject) =>
  queryOptions({
    queryKey: ['entities', place.entity, 'projects', place.project],
    queryFn: () =>
      everyPage((query) =>
        answered(api.GET('/entities/{entity}/projects/{project}/artifacts', { params: { path: place, query } })),
      ),
    enabled: place.project !== '',
  });

export const sourceVersionsOf = (place: InArtifact) =>
  queryOptions({
    queryKey: ['entities', place.entity, 'projects', place.project, place.artifact],
    queryFn: () =>
      everyPage(
        (query) =>
          answered(
            api.GET('/entities/{entity}/projects/{project}/artifacts/{artifact}/versions', {
              params: { path: place, query },
            }),
          ),
        4,
      ),
    enabled: place.artifact !== '',
  });

export const teams = queryOptions({
  queryKey: ['people', 'teams'],
  queryFn: () => everyPage((query) => answered(api.GET('/teams', { params: { query } }))),
});

export const users = queryOptions({
  queryKey: ['people', 'users'],
  queryFn: () => everyPage((query) => answered(api.GET('/users', { params: { query } }))),
});

export const serviceAccounts = queryOptions({
  queryKey: ['people', 'service-accounts'],
  queryFn: () => everyPage((query) => answered(api.GET('/service-accounts', { params: { query } }))),
});

export const keys = queryOptions({
  queryKey: ['people', 'keys'],
  queryFn: () => everyPage((query) => answered(api.GET('/keys', { params: { query } }))),
});
