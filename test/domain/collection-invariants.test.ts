import * as fc from 'fast-check';
import { isRight } from 'fp-ts/Either';
import { collection } from '../../src/domain/collection';
import { CollectionCommand } from '../../src/domain/collection/commands';
import { CollectionEvent } from '../../src/domain/collection/events';
import { check, checkEnd, unchecked } from '../../src/domain/collection/invariants';
import { CollectionState, initial } from '../../src/domain/collection/state';

const faultsOf = (events: ReadonlyArray<CollectionEvent>): ReadonlyArray<string> => {
  let checked = unchecked;
  const faults = events.flatMap((event) => {
    const step = check(checked, event);
    checked = step.state;
    return step.faults;
  });
  return [...faults, ...checkEnd(checked)];
};

const shelf = { acceptedTypes: 'any', protectedAliases: ['live'] } as const;
const linking = (artifact: number, aliases: ReadonlyArray<string> = []): CollectionCommand => ({
  type: 'LinkArtifactVersion', registry: 'model', name: 'net', aliases, role: 'admin', teams: [], shelf,
  source: { name: `vision/zoo/net:v${artifact}`, digest: `d${artifact}`, type: 'model', owner: 'team' },
});

const aliasName = fc.constantFrom('a', 'b', 'live', 'z');
const version = fc.nat({ max: 12 });
const command: fc.Arbitrary<CollectionCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(version, fc.uniqueArray(aliasName, { maxLength: 2 })).map(([n, names]) => linking(n, names)) },
  { weight: 3, arbitrary: version.map((n) => ({ type: 'UnlinkVersion' as const, version: n, role: 'admin' as const })) },
  { weight: 4, arbitrary: fc.tuple(aliasName, version).map(([alias, n]) => ({ type: 'AddAlias' as const, alias, version: n, role: 'admin' as const })) },
  aliasName.map((alias) => ({ type: 'RemoveAlias' as const, alias, role: 'admin' as const })),
  aliasName.map((alias) => ({ type: 'RollBackAlias' as const, alias, role: 'admin' as const })),
  fc.constant({ type: 'DeleteCollection', role: 'admin' } as const),
  fc.constant({ type: 'CloseCollection', life: 1 } as const),
  aliasName.map((alias) => ({ type: 'ProtectAlias' as const, alias })),
  version.map((n) => ({ type: 'TagVersion' as const, version: n, tag: 't', role: 'admin' as const })),
);

/** What the rules make of commands. */
const historyOf = (commands: ReadonlyArray<CollectionCommand>): ReadonlyArray<CollectionEvent> => {
  let state: CollectionState = initial;
  return commands.flatMap((asked) => {
    const decided = collection.decide(asked, state);
    if (!isRight(decided)) return [];
    state = decided.right.reduce(collection.evolve, state);
    return decided.right;
  });
};

test('A1, A2, V1, V5: every history that the rules bring forth holds', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      expect(faultsOf(historyOf(commands))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('A1, A2, V1, V5: a history that lacks an event that changes links or aliases does not hold', () => {
  const telling = ['AliasAdded', 'AliasMoved', 'VersionLinked', 'VersionUnlinked', 'CollectionCreated'];
  const whole = historyOf([
    linking(0, ['a']), linking(1, ['live']), { type: 'AddAlias', alias: 'a', version: 1, role: 'admin' },
    { type: 'UnlinkVersion', version: 1, role: 'admin' }, linking(2, ['a']), { type: 'DeleteCollection', role: 'admin' },
  ]);
  expect(faultsOf(whole)).toEqual([]);
  const missed = whole.filter(
    ({ type }, index) => telling.includes(type) && faultsOf(whole.filter((_, other) => other !== index)).length === 0,
  );
  expect(missed).toEqual([]);
});

const created: CollectionEvent = { type: 'CollectionCreated', data: { registry: 'model', name: 'net', type: 'model' } };
const linked = (n: number): CollectionEvent => ({
  type: 'VersionLinked', data: { version: n, source: `t/p/a:v${n}`, digest: 'd', type: 'model' },
});
const unlinked = (n: number): CollectionEvent => ({ type: 'VersionUnlinked', data: { version: n } });
const added = (alias: string, to: number, cause: 'link' | 'change' = 'link'): CollectionEvent => ({
  type: 'AliasAdded', data: { alias, to, cause },
});
const moved = (alias: string, from: number, to: number, cause: 'link' | 'change' | 'unlink' = 'change'): CollectionEvent => ({
  type: 'AliasMoved', data: { alias, from, to, cause },
});
const removed = (alias: string, from: number, cause: 'change' | 'unlink' | 'collection_deleted' = 'change'): CollectionEvent => ({
  type: 'AliasRemoved', data: { alias, from, cause },
});
const deleted: CollectionEvent = { type: 'CollectionDeleted', data: {} };
const one = [created, linked(0), added('latest', 0)];
const two = [...one, linked(1), moved('latest', 0, 1, 'link')];

test.each<readonly [rule: string, events: ReadonlyArray<CollectionEvent>, faults: ReadonlyArray<string>]>([
  ['A1: a second holder', [...two, added('a', 0, 'change'), added('a', 1, 'change')], ['A1: "a" was held by v0, not by no version']],
  ['A1: moved from where it was not', [...two, moved('a', 1, 0)], ['A1: "a" was held by no version, not by v1']],
  ['A1: taken from where it was not', [...two, added('a', 0, 'change'), removed('a', 1)], ['A1: "a" was held by v0, not by v1']],
  ['A1: given to its holder', [...two, added('a', 0, 'change'), moved('a', 0, 0)], ['A1: "a" was given to its holder']],
  ['A1: given to what is not linked', [...one, added('a', 7, 'change')], ['A1: "a" was given to v7, which is not linked']],
  ['A2: latest stays behind', [...one, linked(1)], ['A2: "latest" was not given to v1 with its link']],
  ['A2: latest later', [...one, linked(1), added('a', 1), moved('latest', 0, 1, 'link')],
    ['A2: "latest" was not given to v1 with its link', 'A2: "latest" was changed without a new version']],
  ['A2: latest by hand', [...two, moved('latest', 1, 0)], ['A2: "latest" was changed without a new version']],
  ['V1: a number left out', [created, linked(1), added('latest', 1)], ['V1: v1 was linked where v0 was the next number']],
  ['V1: a number again', [...two, removed('latest', 1, 'unlink'), unlinked(1), linked(1), added('latest', 1)],
    ['V5: "latest" went to no version, and not to the highest remaining, v0', 'V1: v1 was linked where v2 was the next number']],
  ['V1: a number again after a deletion',
    [...one, removed('latest', 0, 'collection_deleted'), deleted, ...one], ['V1: v0 was linked where v1 was the next number']],
  ['V5: an alias left', [...two, added('a', 0, 'change'), unlinked(0)], ['V5: v0 was unlinked while it held "a"']],
  ['V5: not unlinked', [...two, added('a', 0, 'change'), removed('a', 0, 'unlink'), added('a', 1, 'change')],
    ['V5: aliases were taken from v0 for an unlinking, and it was not unlinked']],
  ['V5: not unlinked by the end', [...two, added('a', 0, 'change'), removed('a', 0, 'unlink')],
    ['V5: aliases were taken from v0 for an unlinking, and it was not unlinked']],
  ['V5: order of name',
    [...two, added('a', 0, 'change'), added('b', 0, 'change'), removed('b', 0, 'unlink'), removed('a', 0, 'unlink'), unlinked(0)],
    ['V5: aliases were not taken away in order of name']],
  ['V5: unlinked twice', [...two, unlinked(0), unlinked(0)], ['V5: v0 was unlinked, and was not linked']],
  ['V5: latest too low',
    [...two, linked(2), moved('latest', 1, 2, 'link'), moved('latest', 2, 0, 'unlink'), unlinked(2)],
    ['V5: "latest" went to v0, and not to the highest remaining, v1']],
  ['C2: aliases left', [...one, deleted], ['C2: it was deleted while 1 aliases were held']],
  ['C1: nothing stands', [linked(0), added('latest', 0)],
    ['C1: VersionLinked where no collection stands', 'C1: AliasAdded where no collection stands']],
])('%s is found', (_rule, events, faults) => {
  expect(faultsOf(events)).toEqual(faults);
});

// Whatever walks over the gap each time does not end within the time that a test has.
test('V5: histories in which the highest is linked and unlinked over a gap are checked', () => {
  const events: Array<CollectionEvent> = [created, linked(0), added('latest', 0)];
  for (let n = 1; n < 20_000; n++) events.push(linked(n), moved('latest', n - 1, n, 'link'));
  for (let n = 1; n < 19_999; n++) events.push(unlinked(n));
  for (let n = 20_000; n < 30_000; n++)
    events.push(linked(n), moved('latest', 19_999, n, 'link'), moved('latest', n, 19_999, 'unlink'), unlinked(n));
  expect(faultsOf(events)).toEqual([]);
});
