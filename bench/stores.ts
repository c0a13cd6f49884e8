/** The stores that figures are measured on: a large one, made once in a run, and small ones to compare it with. */
import { existsSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedStore } from '../src/event-store/embedded/embedded-store';
import { EventStore } from '../src/event-store/event-store';
import { silent } from '../src/event-store/log';
import { openReadModels } from '../src/projections/catch-up/read-models';
import { readModels } from '../src/projections/models';
import { keptFolder, remove, temporaryFolder } from './folders';
import { CollectionShape, Shape, writeLog } from './log';
import { timed } from './ratio';
import { scaled } from './subject';

/** The data folder of a node, with the read models in place. */
export type Store = {
  readonly folder: string;
  /** In its log, as it was made. */
  readonly events: number;
  /** Of its last append, RFC 3339. */
  readonly end: string;
};

export const VERSIONS = scaled(1_000_000);
export const OTHERS = 900;
/** In the order of their size; the last is that of the collection `large`. */
export const SIZES = [10, 100, 1_000, 10_000, 100_000].map((size) => Math.min(size, VERSIONS / 10));
/** How often an alias has moved. */
export const MOVES = [1_000, 10_000, 100_000, 1_000_000].map(scaled);

export const collectionAt = (index: number): string => `c${String(index).padStart(3, '0')}`;
export const sized = (size: number): string => (size === SIZES.at(-1) ? 'large' : `of-${size}`);
export const moved = (moves: number): string => `moved-${moves}`;

const others = (count: number, versions: number): ReadonlyArray<CollectionShape> =>
  Array.from({ length: count }, (_, index) => ({ name: collectionAt(index), versions }));

const shapes = {
  large: {
    seed: 1,
    collections: [
      { name: 'large', versions: VERSIONS / 10 },
      ...others(OTHERS, Math.ceil((VERSIONS * 0.9) / OTHERS)),
      ...[...new Set(SIZES.slice(0, -1))].filter((size) => size < VERSIONS / 10).map((size) => ({ name: sized(size), versions: size })),
      ...MOVES.map((moves) => ({ name: moved(moves), versions: 100, moves })),
    ],
  },
  /** 1,000 versions. */
  small: { seed: 2, collections: [{ name: 'large', versions: 400 }, ...others(60, 10)] },
  /** Near 1,000 events. */
  thousandEvents: { seed: 3, collections: [{ name: 'large', versions: 235 }] },
  tenVersions: { seed: 4, collections: [{ name: 'large', versions: 10 }] },
  /** For what has to be read whole several times. */
  middle: { seed: 5, collections: [{ name: 'large', versions: scaled(20_000) }, ...others(80, scaled(1_000))] },
} as const satisfies Record<string, Shape>;

const FILE = 'read-models.db';

/** Makes all read models from the log, into a file. @returns milliseconds */
export const makeReadModels = (store: EventStore, file: string): Promise<number> =>
  timed(async () => {
    const models = openReadModels({ file, models: readModels, store, log: silent });
    await models.waitFor(await store.head(), 3_600_000);
    await models.close();
  });

const made = new Map<string, Promise<Store>>();

const make = async (name: keyof typeof shapes, withReadModels: boolean): Promise<Store> => {
  const kept = keptFolder(`${name}-${VERSIONS}`);
  const folder = kept ?? temporaryFolder();
  const note = join(folder, 'made.json');
  if (!existsSync(note)) writeFileSync(note, JSON.stringify({ end: writeLog(folder, shapes[name]) }));
  const { end } = JSON.parse(readFileSync(note, 'utf8')) as Pick<Store, 'end'>;
  const store = openEmbeddedStore({ folder });
  const events = await store.head();
  if (withReadModels) await makeReadModels(store, join(folder, FILE));
  await store.close();
  return { folder, events, end };
};

/** Made once, for all who ask; they may append to it, but change nothing that others look at. */
export const storeOf = (name: keyof typeof shapes, { withReadModels = true } = {}): Promise<Store> => {
  const known = made.get(name) ?? make(name, withReadModels);
  made.set(name, known);
  return known;
};

/** Of who was the last to ask. */
export const letGo = async (name: keyof typeof shapes): Promise<void> => {
  const store = await made.get(name);
  made.delete(name);
  if (store !== undefined && process.env['BENCH_DATA'] === undefined) remove(store.folder);
};
