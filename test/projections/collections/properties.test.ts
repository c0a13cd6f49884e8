/** For random histories: what the read model answers, now and at any instant, is what a plain fold of the events says. */
import { isRight } from 'fp-ts/Either';
import * as fc from 'fast-check';
import { VersionRef } from '../../../src/domain/values/versions';
import { collections } from '../../../src/projections/collections';
import { CollectionQueries, collectionQueries } from '../../../src/projections/collections/queries';
import { DiffShown } from '../../../src/projections/collections/shown';
import {
  aliasesOf, differenceOf, Folded, folded, histories, instantsOf, NAMES, REGISTRY, versionOf,
} from '../../support/collection-histories';
import { readModelsOf } from '../../support/projected-log';

const placeOf = (name: string) => ({ registry: REGISTRY, collection: name });

const refsOf = (state: Folded): ReadonlyArray<VersionRef> => [
  ...Array.from({ length: state.nextVersion + 1 }, (_, version): VersionRef => ({ type: 'Version', version })),
  ...['latest', 'production', 'a', 'never'].map((alias): VersionRef => ({ type: 'Alias', alias })),
];

const versionSaid = (state: Folded, name: string, ref: VersionRef) => {
  const version = ref.type === 'Version' ? ref.version : state.aliases.get(ref.alias)?.version;
  return version === undefined ? undefined : versionOf(state, name, version);
};

const expectAnswers = (queries: CollectionQueries, name: string, state: Folded, at?: string): void => {
  expect(queries.getAliases(placeOf(name), at)).toEqual(aliasesOf(state));
  for (const ref of refsOf(state)) {
    const answer = queries.getVersion(placeOf(name), ref, at);
    expect(isRight(answer) ? answer.right : undefined).toEqual(versionSaid(state, name, ref));
    if (!isRight(answer))
      expect(answer.left).toEqual({ type: state.live ? 'version_not_found' : 'collection_not_found' });
  }
};

const expectListed = (queries: CollectionQueries, name: string, state: Folded): void => {
  const all = [...state.versions.keys()].sort((a, b) => a - b).map((version) => versionOf(state, name, version));
  const list = (order: 'asc' | 'desc', more = {}) =>
    queries.listVersions(placeOf(name), { order, ...more }, { limit: 1000 });
  expect(list('asc')).toEqual(state.live ? all : undefined);
  expect(list('desc')).toEqual(state.live ? [...all].reverse() : undefined);
  if (!state.live) return;
  expect(list('asc', { tag: 'vision' })).toEqual(all.filter((each) => each?.tags.includes('vision')));
  expect(list('desc', { alias: 'production' })).toEqual(all.filter((each) => each?.aliases.includes('production')));
  expect(list('desc', { version: 3 })).toEqual(all.filter((each) => each?.version === 'v3'));
  expect(list('desc', { version: 3, tag: 'vision', alias: 'latest' })).toEqual(
    all.filter((each) => each?.version === 'v3' && each.tags.includes('vision') && each.aliases.includes('latest')),
  );
};

/** The state at an instant, as the API tells it: the versions that are linked and who holds which alias. */
const toldBy = (queries: CollectionQueries, name: string, at: string, numbers: number) => ({
  versions: Array.from({ length: numbers }, (_, version) => queries.getVersion(placeOf(name), { type: 'Version', version }, at))
    .flatMap((answer) => (isRight(answer) ? [answer.right.version] : [])),
  aliases: new Map((queries.getAliases(placeOf(name), at) ?? []).map(({ alias, version }) => [alias, version])),
});

const applied = (told: ReturnType<typeof toldBy>, diff: DiffShown): ReturnType<typeof toldBy> => {
  const gone = diff.unlinked.map(({ version }) => version);
  const aliases = new Map(told.aliases);
  for (const { alias, from, to } of diff.aliases) {
    expect(aliases.get(alias) ?? null).toBe(from);
    if (to === null) aliases.delete(alias);
    else aliases.set(alias, to);
  }
  return {
    versions: [...told.versions.filter((version) => !gone.includes(version)), ...diff.linked.map(({ version }) => version)]
      .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
    aliases,
  };
};

describe('T1: the collections of random histories', () => {
  it('as of any instant, answer as the fold of the events up to it', () => {
    fc.assert(
      fc.property(histories(60), fc.nat(3), (events, few) => {
        const model = readModelsOf(collections);
        const queries = collectionQueries(model.db, model.remember, few);
        model.take(events);
        for (const name of NAMES)
          for (const at of instantsOf(events)) expectAnswers(queries, name, folded(events, name, at), at);
        model.db.close();
      }),
      { numRuns: 40 },
    );
  });

  it('now, answer as the fold of all events, after each of them (A1, V1, V5)', () => {
    fc.assert(
      fc.property(histories(50), (events) => {
        const model = readModelsOf(collections);
        const queries = collectionQueries(model.db, model.remember);
        events.forEach((event, index) => {
          model.take([event]);
          const name = event.category === 'collection' ? event.collection : '';
          const state = folded(events.slice(0, index + 1), name);
          expectAnswers(queries, name, state);
          expectListed(queries, name, state);
          const shown = queries.getCollection(placeOf(name), 'acme');
          expect(shown?.versions).toBe(state.live ? state.versions.size : undefined);
          expect(shown?.nextVersion).toBe(state.live ? `v${state.nextVersion}` : undefined);
          expect(shown?.tags).toEqual(state.live ? [...state.tags].sort() : undefined);
          expect(shown?.description).toBe(state.live ? state.description : undefined);
        });
        model.db.close();
      }),
      { numRuns: 40 },
    );
  });

  it('differ between two instants as their states do, and a diff leads from the one to the other', () => {
    fc.assert(
      fc.property(histories(60), fc.nat(), fc.nat(), (events, one, other) => {
        const model = readModelsOf(collections);
        const queries = collectionQueries(model.db, model.remember);
        model.take(events);
        const instants = instantsOf(events);
        const [from = '', to = ''] = [instants[one % instants.length] ?? '', instants[other % instants.length] ?? ''].sort();
        const diffs = NAMES.map((name) => {
          const [a, b] = [folded(events, name, from), folded(events, name, to)];
          const diff = queries.diff(placeOf(name), from, to);
          expect(diff).toEqual(differenceOf(name, a, b));
          const numbers = b.nextVersion;
          expect(applied(toldBy(queries, name, from, numbers), diff)).toEqual(toldBy(queries, name, to, numbers));
          return { name, diff };
        });
        const inOrder = [...diffs].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ diff }) => diff);
        expect(queries.diffOfRegistry(REGISTRY, from, to)).toEqual({
          linked: inOrder.flatMap(({ linked }) => linked),
          unlinked: inOrder.flatMap(({ unlinked }) => unlinked),
          aliases: inOrder.flatMap(({ aliases }) => aliases),
        });
        model.db.close();
      }),
      { numRuns: 150 },
    );
  });

  it('are the same whether they were made at once or piece by piece, with pieces undone and done again', () => {
    fc.assert(
      fc.property(histories(60), fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.boolean())), (events, pieces) => {
        const whole = readModelsOf(collections);
        whole.take(events);
        const pieced = readModelsOf(collections);
        let done = 0;
        for (const [size, undone] of pieces) {
          const piece = events.slice(done, done + size);
          if (undone) pieced.takeInVain(events.slice(done, done + 2 * size));
          pieced.take(piece);
          if (size % 2 === 0) pieced.reopen();
          done += size;
        }
        pieced.take(events.slice(done));
        expect(pieced.rows()).toEqual(whole.rows());
        whole.db.close();
        pieced.db.close();
      }),
      { numRuns: 100 },
    );
  });
});
