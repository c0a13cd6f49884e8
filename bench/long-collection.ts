/** P8 and P9: what a long collection takes in memory, and until its first command when it is not in the cache. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { join } from 'node:path';
import { isLeft, right } from 'fp-ts/Either';
import { v4 as uuid } from 'uuid';
import { Aggregates, createAggregates } from '../src/app/commands/aggregates';
import { openSnapshotFiles, SnapshotFiles } from '../src/app/snapshot-files';
import { collection } from '../src/domain/collection';
import { CollectionCommand } from '../src/domain/collection/commands';
import { fold } from '../src/decider/decider';
import { collectionStream } from '../src/domain/values/streams';
import { openEmbeddedStore } from '../src/event-store/embedded/embedded-store';
import { EventStore } from '../src/event-store/event-store';
import { decode } from '../src/event-store/history/history';
import { silent } from '../src/event-store/log';
import { remove, temporaryFolder } from './folders';
import { Figure, median, perSecond } from './ratio';
import { Begun, Line, scaled, Subject } from './subject';

const VERSIONS = scaled(100_000);
const SIZES = [100, 1_000, 10_000, 100_000].map(scaled);
const ROUNDS = 5;
const AT_ONCE = 64;

const shelf = { acceptedTypes: 'any', protectedAliases: [] } as const;
const observer = { conflict: () => undefined, unknownOutcome: () => undefined };
const aggregatesOn = (store: EventStore, snapshots?: SnapshotFiles): Aggregates =>
  createAggregates(store, { longestLane: 1_000, stateBytes: 1e9 }, observer, snapshots);

/** Sources of 40 characters, each of an artifact of its own. */
const linkOf = (name: string, index: number): CollectionCommand => ({
  type: 'LinkArtifactVersion', registry: 'bench', name, role: 'member', teams: [], shelf, aliases: [],
  source: { name: `team/project/${`artifact-${index}`.padEnd(24, 'x')}:v0`, digest: `sha256:${index}`, type: 'model', owner: 'team' },
});

const run = async ({ collection: { execute } }: Aggregates, name: string, command: CollectionCommand): Promise<void> => {
  const commandId = uuid();
  const done = await execute(collectionStream('bench', name), () => Promise.resolve(right(command)), {
    commandId, command: command.type, by: 'service:ci', at: new Date().toISOString(), correlationId: commandId,
  });
  if (isLeft(done)) throw new Error(JSON.stringify(done.left));
};

const fill = async (aggregates: Aggregates, name: string, versions: number): Promise<void> => {
  await perSecond(versions, AT_ONCE, (index) => run(aggregates, name, linkOf(name, index)));
};

const milliseconds = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begun) / 1e6;
};

const firstCommand = async (store: EventStore, folder: string, name: string, alias: string): Promise<number> => {
  const snapshots = openSnapshotFiles(folder, silent);
  const taken = await milliseconds(() =>
    run(aggregatesOn(store, snapshots), name, { type: 'AddAlias', alias, version: 0, role: 'member' }),
  );
  await snapshots.close();
  return taken;
};

const wholeFold = (store: EventStore, name: string): Promise<number> =>
  milliseconds(() => aggregatesOn(store).collection.load(collectionStream('bench', name)));

const bytesPerVersion = async (store: EventStore, name: string): Promise<number> => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const heap = (): number => {
    for (let times = 0; times < 4; times++) collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const folded = async () => {
    let state = collection.initial;
    const decodeEvent = decode(collection.events);
    for await (const stored of store.readStream(collectionStream('bench', name))) {
      const recorded = decodeEvent(stored);
      if (isLeft(recorded)) throw new Error(recorded.left.reason);
      state = fold(collection, [recorded.right.event], state);
    }
    return state;
  };
  // The first is kept as well, so that what it takes is in both.
  const held = [await folded()];
  const before = heap();
  held.push(await folded());
  return (heap() - before) / (held[1]?.nextVersion ?? NaN);
};

const begin = async (): Promise<Begun> => {
  const folder = temporaryFolder();
  const store = openEmbeddedStore({ folder });
  const kept = join(folder, 'snapshots');
  const make = async (name: string, versions: number): Promise<void> => {
    const snapshots = openSnapshotFiles(kept, silent);
    await fill(aggregatesOn(store, snapshots), name, versions);
    await snapshots.written();
    await snapshots.close();
  };
  await make('long', VERSIONS);
  let alias = 0;
  const first = (name: string): Promise<number> => firstCommand(store, kept, name, `alias-${alias++}`);
  const rounds: Figure = {
    id: 'P9', what: `first command on a collection of ${VERSIONS.toLocaleString('en')} versions that is not in the cache`,
    goal: 0.1, good: 'at most', rounds: ROUNDS,
    over: {
      label: 'with a snapshot', unit: 'ms',
      measure: () => first('long'),
    },
    under: { label: 'folding all', unit: 'ms', measure: () => wholeFold(store, 'long') },
  };
  const memory: Figure = {
    id: 'P8', what: `memory of a cached state of ${VERSIONS.toLocaleString('en')} versions, for each of them`,
    goal: 200, good: 'at most', rounds: 1,
    over: { label: 'heap', unit: 'bytes', measure: () => bytesPerVersion(store, 'long') },
  };
  const grown = async (): Promise<ReadonlyArray<Line>> => {
    const points: Array<readonly [number, number, number]> = [];
    for (const versions of SIZES) {
      const name = versions === VERSIONS ? 'long' : `of-${versions}`;
      if (name !== 'long') await make(name, versions);
      const commands = [await first(name), await first(name), await first(name)];
      const folds = [await wholeFold(store, name), await wholeFold(store, name), await wholeFold(store, name)];
      points.push([versions, median(commands), median(folds)]);
    }
    return [
      { label: 'first command, with a snapshot', points: points.map(([x, y]) => [x, y]) },
      { label: 'folding the whole stream', points: points.map(([x, , y]) => [x, y]) },
    ];
  };
  return {
    figures: [memory, rounds],
    curves: [
      { id: 'P9', title: 'First command on a collection that is not in the cache', x: 'versions', y: 'ms', measure: grown },
    ],
    end: async () => {
      await store.close();
      remove(folder);
    },
  };
};

export const longCollection: Subject = { ids: ['P8', 'P9'], begin };
