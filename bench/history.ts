/** What a long history costs: P4, P6, P7 and P11 in a store of 1,000,000 versions against small ones, and P5. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedStore } from '../src/event-store/embedded/embedded-store';
import { EventStore } from '../src/event-store/event-store';
import { temporaryFolder, remove } from './folders';
import { chance, MOVED, REGISTRY } from './log';
import { ask, Asked, Node, startBuilt, startNode, times } from './node';
import { Figure, median, timed } from './ratio';
import { letGo, makeReadModels, moved, MOVES, sized, SIZES, Store, storeOf, VERSIONS } from './stores';
import { Begun, Curve, Subject } from './subject';

const shown = (count: number): string => count.toLocaleString('en');
const within = (collection: string): string => `/registries/${REGISTRY}/collections/${collection}`;
const medianOf = async (node: Node, count: number, next: (index: number) => Asked): Promise<number> =>
  median(await times(node, count, next));

/** The median of alias moves one after another, in milliseconds: each moves it. */
const aliasMove = (node: Node, collection: string): Promise<number> => {
  const first = turn++;
  return medianOf(node, 200, (index) => ({
    method: 'PUT', path: `${within(collection)}/aliases/champion`, body: { version: `v${(first + index) % 10}` },
  }));
};
let turn = 0;

const aliases = (large: Node, tenVersions: Node): Pick<Begun, 'figures' | 'curves'> => ({
  figures: [
    {
      id: 'P4', goal: 1.2, good: 'at most', rounds: 5,
      what: `set an alias, in a store of ${shown(VERSIONS)} versions and a collection of ${shown(VERSIONS / 10)}`,
      over: { label: 'median', unit: 'ms', measure: () => aliasMove(large, 'large') },
      under: { label: 'in a store of 10', unit: 'ms', measure: () => aliasMove(tenVersions, 'large') },
    },
  ],
  curves: [
    {
      id: 'P4', title: 'Setting an alias', x: 'versions in the collection', y: 'median, ms',
      measure: async () => {
        const rounds: Array<ReadonlyArray<number>> = [];
        for (let round = 0; round < 4; round++) {
          const sizes: Array<number> = [];
          for (const size of SIZES) sizes.push(await aliasMove(large, sized(size)));
          if (round > 0) rounds.push(sizes);
        }
        return [
          {
            label: `in a store of ${shown(VERSIONS)} versions`,
            points: SIZES.map((size, index) => [size, median(rounds.map((round) => round[index] ?? NaN))] as const),
          },
        ];
      },
    },
  ],
});

/** Evenly between two instants, in milliseconds since 1970. */
const anyInstant = (random: () => number, from: number, to: number): string =>
  new Date(from + Math.floor(random() * (to - from))).toISOString();

const resolving = (large: Node, end: string): Pick<Begun, 'figures' | 'curves'> => {
  const random = chance(6);
  const to = Date.parse(end);
  /** The log begins with the sources, and with links to what the alias then moves between. */
  const from = to - (to - Date.parse('2024-01-01T00:00:00.000Z')) * 0.8;
  // So many that most are answered by compiled code: of 200 half the time was the compiler's.
  const resolve = (moves: number, at?: () => string): Promise<number> =>
    medianOf(large, 2_000, () => ({
      method: 'GET', path: `/resolve?name=wandb-registry-${REGISTRY}/${moved(moves)}:${MOVED}${at === undefined ? '' : `&at=${at()}`}`,
    }));
  const instant = (): string => anyInstant(random, from, to);
  const most = MOVES.at(-1) ?? 0;
  return {
    figures: [
      {
        id: 'P6', goal: 1.5, good: 'at most', rounds: 5, what: `resolve as of a random instant, of an alias that moved ${shown(most)} times`,
        over: { label: 'median', unit: 'ms', measure: () => resolve(most, instant) },
        under: { label: 'now', unit: 'ms', measure: () => resolve(most) },
      },
    ],
    curves: [
      {
        id: 'P6', title: 'Resolving an alias', x: 'moves of the alias', y: 'median, ms',
        measure: async () => {
          const points: Array<readonly [moves: number, then: number, now: number]> = [];
          for (const moves of [MOVES[0] ?? 0, ...MOVES]) points.push([moves, await resolve(moves, instant), await resolve(moves)]);
          return [
            { label: 'as of a random instant', points: points.slice(1).map(([moves, then]) => [moves, then] as const) },
            { label: 'now', points: points.slice(1).map(([moves, , now]) => [moves, now] as const) },
          ];
        },
      },
    ],
  };
};

/** Since when a collection has its newest fifty versions, which so are what a diff tells. */
const fiftyAgo = async (node: Node): Promise<string> => {
  const { text } = await ask(node, { method: 'GET', path: `${within('large')}/versions?limit=50` });
  const { items } = JSON.parse(text) as { items: ReadonlyArray<{ linkedAt: string }> };
  return items.at(-1)?.linkedAt ?? '';
};

const pages = async (large: Node, small: Node): Promise<ReadonlyArray<Figure>> => {
  const since = [await fiftyAgo(large), await fiftyAgo(small)] as const;
  const now = new Date().toISOString();
  const queries: ReadonlyArray<readonly [what: string, path: (since: string) => string]> = [
    ['a page of 50 versions', () => `${within('large')}/versions?limit=50`],
    ['a page of 50 collections', () => `/registries/${REGISTRY}/collections?limit=50`],
    ['search: collections of all registries by the beginning of the name', () => '/collections?name=c00&limit=50'],
    ['the alias map', () => `${within('large')}/aliases`],
    ['a diff of 50 versions', (from) => `${within('large')}/diff?from=${from}&to=${now}`],
    ['metrics of 20 versions', () => `${within('large')}/metrics`],
    ['a page of 50 changes', () => `${within('large')}/history?limit=50`],
  ];
  return queries.map(([what, path]) => ({
    id: 'P11', what: `${what}, in a store of ${shown(VERSIONS)} versions`, goal: 1.5, good: 'at most', rounds: 5,
    over: { label: 'median', unit: 'ms', measure: () => medianOf(large, 100, () => ({ method: 'GET', path: path(since[0]) })) },
    under: { label: 'of 1,000', unit: 'ms', measure: () => medianOf(small, 100, () => ({ method: 'GET', path: path(since[1]) })) },
  }));
};

const beginLargeStore: Subject['begin'] = async () => {
  const [large, small, ten] = [await storeOf('large'), await storeOf('small'), await storeOf('tenVersions')];
  const nodes = [await startNode(large.folder), await startNode(small.folder), await startNode(ten.folder)] as const;
  const [inLarge, inSmall, inTen] = nodes;
  const parts = [aliases(inLarge, inTen), resolving(inLarge, large.end)];
  return {
    figures: [...parts.flatMap(({ figures }) => figures), ...(await pages(inLarge, inSmall))],
    curves: parts.flatMap(({ curves }): ReadonlyArray<Curve> => curves ?? []),
    end: async () => {
      for (const node of nodes) await node.end();
    },
  };
};

export const largeStore: Subject = { ids: ['P4', 'P6', 'P11'], begin: beginLargeStore };

const untilReady = async ({ folder }: Store): Promise<number> => {
  const begun = process.hrtime.bigint();
  const node = await startBuilt(folder);
  const milliseconds = Number(process.hrtime.bigint() - begun) / 1e6;
  await node.end();
  return milliseconds;
};

export const starting: Subject = {
  ids: ['P7'],
  begin: async () => {
    const [large, few] = [await storeOf('large'), await storeOf('thousandEvents')];
    return {
      figures: [
        {
          id: 'P7', what: `start to ready, with ${shown(large.events)} events and read models in place`, goal: 1.5, good: 'at most', rounds: 5,
          over: { label: 'until ready', unit: 'ms', measure: () => untilReady(large) },
          under: { label: `with ${shown(few.events)}`, unit: 'ms', measure: () => untilReady(few) },
        },
      ],
      end: async () => undefined,
    };
  },
};

/** Events per second. */
const readWhole = async (store: EventStore): Promise<number> => {
  let events = 0;
  const milliseconds = await timed(async () => {
    for await (const event of store.readAll({ after: 0 })) events += event.data === '' ? 0 : 1;
  });
  return (events / milliseconds) * 1000;
};

const beginRebuild: Subject['begin'] = async () => {
  const folder = temporaryFolder();
  const middle = openEmbeddedStore(await storeOf('middle', { withReadModels: false }));
  const large = openEmbeddedStore(await storeOf('large'));
  const rebuilt = async (store: EventStore): Promise<number> => {
    const file = join(folder, 'rebuilt.db');
    const milliseconds = await makeReadModels(store, file);
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    return ((await store.head()) / milliseconds) * 1000;
  };
  const figure = async (store: EventStore, rounds: number): Promise<Figure> => ({
    id: 'P5', what: `all read models made anew from a log of ${shown(await store.head())} events`, goal: 0.5, good: 'at least', rounds,
    over: { label: 'rebuilt', unit: 'events/s', measure: () => rebuilt(store) },
    under: { label: 'raw read', unit: 'events/s', measure: () => readWhole(store) },
  });
  return {
    figures: [await figure(middle, 3), await figure(large, 1)],
    end: async () => {
      for (const store of [middle, large]) await store.close();
      remove(folder);
      await letGo('middle');
    },
  };
};

export const rebuild: Subject = { ids: ['P5'], begin: beginRebuild };
