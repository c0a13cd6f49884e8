/** A process of its own, in which nothing else is on the heap: what states say they weigh, and what V8 says; JSON. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { artifact } from '../../src/domain/artifact';
import { collection } from '../../src/domain/collection';
import { CollectionEvent } from '../../src/domain/collection/events';
import { Decider, fold } from '../../src/decider/decider';
import { EventCodecs, EventOf } from '../../src/event-store/history/history';
import { organization } from '../../src/domain/organization';
import { registry } from '../../src/domain/registry';
import { usage } from '../../src/domain/usage';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** When nothing more is let go of: V8 sweeps beside the thread, later where the machine is busy. */
const heap = (): number => {
  let least = Infinity;
  for (let same = 0, times = 0; same < 3 && times < 50; times++) {
    collectGarbage();
    const { heapUsed } = process.memoryUsage();
    same = heapUsed < least - 1_000 ? 0 : same + 1;
    least = Math.min(least, heapUsed);
  }
  return least;
};

/** As they come from the store: nothing in them is shared. */
function* read<E>(count: number, make: (index: number) => ReadonlyArray<E>): Generator<E> {
  for (let index = 0; index < count; index++) yield* JSON.parse(JSON.stringify(make(index))) as ReadonlyArray<E>;
}

const measured = <C, S, K extends EventCodecs, R>(decider: Decider<C, S, K, R>, events: () => Iterable<EventOf<K>>) => {
  fold(decider, events());
  const before = heap();
  const state = fold(decider, events());
  return { bytes: heap() - before, weight: decider.weight(state) };
};

const name = (index: number, length: number): string => `team/project/${String(index).padStart(length - 16, 'a')}:v0`;
const linked = (version: number, length: number): CollectionEvent =>
  ({ type: 'VersionLinked', data: { version, source: name(version, length), digest: `sha256:${version}`, type: 'model' } });
const created: CollectionEvent = { type: 'CollectionCreated', data: { registry: 'model', name: 'c', type: 'model' } };

function* collected(count: number, make: (index: number) => ReadonlyArray<CollectionEvent>): Generator<CollectionEvent> {
  yield created;
  yield* read(count, make);
}

const MANY = 5_000;

const states: ReadonlyArray<readonly [what: string, measure: () => { readonly bytes: number; readonly weight: number }]> = [
  ['versions of sources of 40 characters', () => measured(collection, () => collected(MANY, (index) => [linked(index, 40)]))],
  ['versions of sources of 300 characters', () => measured(collection, () => collected(MANY, (index) => [linked(index, 300)]))],
  ['versions linked and unlinked', () =>
    measured(collection, () => collected(MANY, (index) => [linked(index, 40), { type: 'VersionUnlinked', data: { version: index } }]))],
  ['versions with a tag each', () =>
    measured(collection, () => collected(MANY, (index) => [linked(index, 40), { type: 'VersionTagged', data: { version: index, tag: `tag ${index}` } }]))],
  ['versions with 20 tags each', () =>
    measured(collection, () =>
      collected(MANY / 10, (version) => [
        linked(version, 40),
        ...Array.from({ length: 20 }, (_, tag): CollectionEvent => ({ type: 'VersionTagged', data: { version, tag: `quite a tag ${tag}` } })),
      ]))],
  ['aliases given and taken', () =>
    measured(collection, () =>
      collected(MANY, (index) => [
        ...(index === 0 ? [linked(0, 40)] : []),
        { type: 'AliasAdded', data: { alias: `alias-${index}`, to: 0, cause: 'change' } },
        { type: 'AliasRemoved', data: { alias: `alias-${index}`, from: 0, cause: 'change' } },
      ]))],
  ['versions of an artifact', () =>
    measured(artifact, () =>
      read(MANY, (version) => [
        { type: 'ArtifactLogged', data: { version, type: 'model', digest: `sha256:${String(version).padStart(64, '0')}`, uri: null, sizeBytes: null, metadata: {}, metrics: {}, run: null } },
      ]))],
  ['collections of a registry', () =>
    measured(registry, () =>
      read(MANY, (index) => [
        ...(index === 0
          ? [{ type: 'RegistryCreated' as const, data: { name: 'r', description: '', acceptedTypes: 'any' as const, visibility: 'organization' as const, defaultRole: 'viewer' as const } }]
          : []),
        { type: 'CollectionRegistered' as const, data: { collection: `collection-${index}`, life: 1 } },
      ]))],
  ['users of an organization', () =>
    measured(organization, () => read(MANY, (index) => [{ type: 'UserCreated', data: { name: `user-${index}`, role: 'member' } }]))],
  ['keys of an organization', () =>
    measured(organization, () =>
      read(MANY, (index) => [
        { type: 'KeyCreated', data: { id: `key-${index}`, principal: 'service:ci', hash: String(index).padStart(64, '0'), label: '', expiresAt: null } },
      ]))],
  ['usages', () => measured(usage, () => read(MANY, (version) => [{ type: 'UsageRecorded', data: { version, run: 'team/project/run-of-some-length' } }]))],
];

const median = (numbers: ReadonlyArray<number>): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;

/** In rounds, for in the first of them V8 still lets go of code. */
const rounds = [1, 2, 3, 4, 5].map(() => states.map(([what, measure]) => ({ what, ...measure() })));
const weighed = states.map(([what], index) => {
  const each = rounds.flatMap((round) => round[index] ?? []);
  return { what, bytes: median(each.map(({ bytes }) => bytes)), weight: each[0]?.weight };
});
process.stdout.write(`${JSON.stringify(weighed)}\n`);
