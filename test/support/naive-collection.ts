/**
 * A collection once more, as simply as `domain.md` tells it: plain arrays, nothing shared with `src/`. It is given the
 * events, and throws at one that could not have happened.
 */

type Event = { readonly type: string; readonly data: unknown };
type Data = {
  readonly alias: string; readonly from: number; readonly to: number; readonly cause: string;
  readonly version: number; readonly source: string; readonly type: string; readonly tag: string;
};

/** One alias: who holds it, who would be next back, and who had it when it was taken away (A7). */
type Holding = { holder: number | null; readonly former: Array<number>; last: number | null };

export type NaiveCollection = {
  live: boolean;
  type: string;
  /** The number of the next version (V1). */
  next: number;
  /** Linked versions and their sources. */
  linked: Map<number, string>;
  aliases: Map<string, Holding>;
  protectedAliases: Set<string>;
  deletions: number;
};

const must = (condition: boolean, event: Event, why: string): void => {
  if (!condition) throw new Error(`${why}: ${JSON.stringify(event)}`);
};

const holding = (state: NaiveCollection, alias: string): Holding => {
  const known = state.aliases.get(alias) ?? { holder: null, former: [], last: null };
  state.aliases.set(alias, known);
  return known;
};

const give = (state: NaiveCollection, event: Event, from: number | null, { alias, to, cause }: Data): void => {
  const held = holding(state, alias);
  must(held.holder === from, event, `A1: ${alias} is held by ${held.holder}`);
  must(state.linked.has(to), event, 'the new holder is not linked');
  must(from !== to, event, 'A3: nothing changes');
  if (cause === 'rollback') {
    const back = from === null ? held.last : held.former.pop();
    must(back === to, event, `A7: it goes back to ${back}`);
  } else {
    const pushed = from ?? (held.last === to ? null : held.last);
    if (pushed !== null) held.former.push(pushed);
  }
  held.holder = to;
  held.last = null;
};

const apply = (state: NaiveCollection, event: Event): void => {
  const data = event.data as Data;
  if (['AliasProtected', 'AliasUnprotected', 'CollectionCreated', 'CollectionDeleted'].includes(event.type) === false)
    must(state.live, event, 'there is no collection');
  switch (event.type) {
    case 'CollectionCreated':
      must(!state.live, event, 'there is one');
      Object.assign(state, { live: true, type: data.type, linked: new Map(), aliases: new Map() });
      return;
    case 'CollectionDeleted':
      must([...state.aliases.values()].every(({ holder }) => holder === null) || !state.live, event, 'C2: an alias is left');
      Object.assign(state, { live: false, linked: new Map(), aliases: new Map(), protectedAliases: new Set() });
      state.deletions += 1;
      return;
    case 'VersionLinked':
      must(data.version === state.next, event, `V1: the next number is ${state.next}`);
      must(data.type === state.type, event, `V2: the type is ${state.type}`);
      must(![...state.linked.values()].includes(data.source), event, 'V3: it is linked already');
      state.linked.set(data.version, data.source);
      state.next += 1;
      return;
    case 'VersionUnlinked':
      must(state.linked.delete(data.version), event, 'it is not linked');
      for (const [alias, { holder }] of state.aliases) must(holder !== data.version, event, `V5: it holds ${alias}`);
      return;
    case 'AliasAdded':
      return give(state, event, null, data);
    case 'AliasMoved':
      return give(state, event, data.from, data);
    case 'AliasRemoved': {
      const held = holding(state, data.alias);
      must(held.holder === data.from, event, `A1: ${data.alias} is held by ${held.holder}`);
      Object.assign(held, { holder: null, last: data.from });
      return;
    }
    case 'AliasProtected':
      state.protectedAliases.add(data.alias);
      return;
    case 'AliasUnprotected':
      state.protectedAliases.delete(data.alias);
      return;
    case 'VersionTagged':
    case 'VersionUntagged':
      must(state.linked.has(data.version), event, 'it is not linked');
      return;
    case 'CollectionDescribed':
    case 'CollectionTagged':
    case 'CollectionUntagged':
      return;
    default:
      must(false, event, 'what is this');
  }
};

export const naiveCollection = (): NaiveCollection => ({
  live: false, type: '', next: 0, linked: new Map(), aliases: new Map(), protectedAliases: new Set(), deletions: 0,
});

/** The collection after one append; between appends `latest` is held by the highest linked version (A2, V5). */
export const append = (state: NaiveCollection, events: ReadonlyArray<Event>): void => {
  for (const event of events) apply(state, event);
  const latest = state.aliases.get('latest')?.holder ?? null;
  const highest = state.linked.size === 0 ? null : Math.max(...state.linked.keys());
  if (latest !== highest) throw new Error(`A2: latest is ${latest}, the newest is ${highest}`);
};

/** Who holds what. */
export const holders = (state: NaiveCollection): ReadonlyMap<string, number> =>
  new Map([...state.aliases].flatMap(([alias, { holder }]) => (holder === null ? [] : [[alias, holder] as const])));

/** Whom a rollback gives the alias to, as A7 says; undefined where it is unavailable. */
export const rollbackTarget = (state: NaiveCollection, alias: string): number | undefined => {
  const held = state.aliases.get(alias);
  const target = held?.holder === null ? held.last : held?.former.at(-1);
  return target != null && state.linked.has(target) ? target : undefined;
};
