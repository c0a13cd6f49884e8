/**
 * A state is the same from a snapshot of it as from its events. What a state means, and the form of its parts, belong to
 * the form's number: a test that fails for the last one here wants a new number, and what stands here changed with it.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isRight } from 'fp-ts/Either';
import { Decider, fold, SnapshotForm } from '../../src/decider/decider';
import { EventCodecs, EventOf } from '../../src/event-store/history/history';
import { artifact } from '../../src/domain/artifact';
import { ArtifactCommand } from '../../src/domain/artifact/commands';
import { collection } from '../../src/domain/collection';
import { CollectionEvent } from '../../src/domain/collection/events';
import { linkedAs } from '../../src/domain/collection/state';
import { usage } from '../../src/domain/usage';
import { arbitraryCommand } from '../support/arbitrary-commands';

type Kept<S> = { readonly initial: S; readonly snapshot: SnapshotForm<S> };

/** As it comes back from where it was put away. */
const restored = <S>({ initial, snapshot }: Kept<S>, state: S): S | undefined => {
  let made: S | undefined = initial;
  for (const part of snapshot.parts(state)) made = made && snapshot.add(made, JSON.parse(JSON.stringify(part)));
  return made;
};

/** The states after each of the commands that is not refused. */
const states = <C, S, K extends EventCodecs, R>(decider: Decider<C, S, K, R>, commands: ReadonlyArray<C>, from: S): ReadonlyArray<S> => {
  const all = [from];
  for (const command of commands) {
    const state = all.at(-1) ?? from;
    const decided = decider.decide(command, state);
    all.push(isRight(decided) ? fold(decider, decided.right, state) : state);
  }
  return all;
};

const told = <C, S, K extends EventCodecs, R>(decider: Decider<C, S, K, R> & Kept<S>, commands: ReadonlyArray<C>, from: S) =>
  states(decider, commands, from).map((state) => [...decider.snapshot.parts(state)]);

const sequence = fc.array(arbitraryCommand, { maxLength: 60, size: 'max' });

it('a collection decides and remembers on as if there had been no snapshot, after any commands', () => {
  fc.assert(
    fc.property(sequence, sequence, (before, after) => {
      const state = states(collection, before, collection.initial).at(-1) ?? collection.initial;
      const again = restored(collection, state) ?? collection.initial;
      expect(collection.weight(again)).toBe(collection.weight(state));
      expect(told(collection, after, again)).toEqual(told(collection, after, state));
      if (state.type !== 'Live' || again.type !== 'Live') return;
      for (const source of state.sources)
        if (typeof source === 'string') expect(linkedAs(again, source)).toBe(linkedAs(state, source));
    }),
    { numRuns: 100 },
  );
});

/** Longer than a piece. */
const MANY = 2_500;
const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index);

const linked = (version: number): CollectionEvent => ({
  type: 'VersionLinked', data: { version, source: `team/project/artifact:v${version}`, digest: `sha256:${version}`, type: 'model' },
});
const collected = (count: number): ReadonlyArray<CollectionEvent> => [
  { type: 'AliasProtected', data: { alias: 'production' } },
  { type: 'CollectionCreated', data: { registry: 'model', name: 'zoo', type: 'model' } },
  { type: 'CollectionDescribed', data: { description: 'a \u2028 b' } },
  { type: 'CollectionTagged', data: { tag: 'vision' } },
  ...upTo(count).flatMap((version): ReadonlyArray<CollectionEvent> => [
    linked(version),
    { type: 'VersionTagged', data: { version, tag: 'fast' } },
    { type: 'AliasAdded', data: { alias: `alias-${version}`, to: version, cause: 'link' } },
    ...(version % 3 === 0
      ? [
          { type: 'AliasRemoved' as const, data: { alias: `alias-${version}`, from: version, cause: 'unlink' as const } },
          { type: 'VersionUnlinked' as const, data: { version } },
        ]
      : []),
  ]),
];

const logging = (digest: string): ArtifactCommand => ({
  type: 'LogArtifact', artifactType: 'model', digest, uri: null, sizeBytes: null, metadata: {}, metrics: {}, run: null, aliases: ['best'],
});

const used = (count: number): ReadonlyArray<EventOf<typeof usage.events>> =>
  upTo(count).map((version) => ({ type: 'UsageRecorded', data: { version, run: `team/project/run-${version}` } }));

const logged = (count: number) =>
  states(artifact, [...upTo(count).map((n) => logging(`sha256:${n}`)), { type: 'DeleteArtifactVersion', version: 1 }], artifact.initial).at(-1) ??
  artifact.initial;

it('long lists come back whole and in order, in parts of which none is long', () => {
  const one = fold(collection, collected(MANY));
  const again = restored(collection, one);
  expect(again).toEqual(one);
  expect(restored(artifact, logged(MANY))).toEqual(logged(MANY));
  expect(restored(usage, fold(usage, used(MANY)))?.toArray().sort()).toEqual(fold(usage, used(MANY)).toArray().sort());
  for (const part of collection.snapshot.parts(one)) expect(JSON.stringify(part).length).toBeLessThan(200_000);
});

it.each([['a list', []], ['nothing', null], ['other members', { other: [] }], ['versions before anything', { sources: ['a'] }],
  ['sources that are none', { sources: [true] }]])('%s is no part', (_, part) => {
  expect(collection.snapshot.add(collection.initial, part)).toBeUndefined();
  expect(artifact.snapshot.add(artifact.initial, part)).toBeUndefined();
  expect(usage.snapshot.add(usage.initial, part)).toBeUndefined();
});

const digestOf = (parts: Iterable<unknown>): string =>
  createHash('sha256').update([...parts].map((part) => JSON.stringify(part)).join('\n')).digest('hex').slice(0, 16);

it.each([
  ['collection', collection.snapshot.number, digestOf(collection.snapshot.parts(fold(collection, collected(20)))), 1, '640fdf54df82d6bb'],
  ['artifact', artifact.snapshot.number, digestOf(artifact.snapshot.parts(logged(20))), 1, '074ae00c91c5988b'],
  ['usage', usage.snapshot.number, digestOf(usage.snapshot.parts(fold(usage, used(20)))), 1, '34957fa96e8facac'],
])('the form of %s is that of its number', (_, number, digest, knownNumber, knownDigest) => {
  expect([number, digest]).toEqual([knownNumber, knownDigest]);
});
