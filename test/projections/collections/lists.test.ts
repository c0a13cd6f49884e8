/** Lists of collections and versions: their order, filters and parts. */
import * as fc from 'fast-check';
import { byCodePoint } from '../../../src/domain/values/names';
import { collections } from '../../../src/projections/collections';
import { CollectionFilter, CollectionQueries, collectionQueries } from '../../../src/projections/collections/queries';
import { Subject } from '../../../src/projections/read-model';
import { projectedLog, readModelsOf } from '../../support/projected-log';

type Stood = {
  readonly registry: string; readonly name: string; readonly type: string; readonly tags: ReadonlyArray<string>;
  readonly deleted: boolean;
};

const queriesOf = (stood: ReadonlyArray<Stood>): CollectionQueries => {
  const log = projectedLog();
  const model = readModelsOf(collections);
  stood.forEach(({ registry, name, type, tags, deleted }, n) => {
    const of = { category: 'collection', registry, collection: name } as const;
    const events: ReadonlyArray<Subject> = [
      { ...of, event: { type: 'CollectionCreated', data: { registry, name, type } } },
      ...tags.map((tag): Subject => ({ ...of, event: { type: 'CollectionTagged', data: { tag } } })),
      ...(deleted ? [{ ...of, event: { type: 'CollectionDeleted', data: {} } } satisfies Subject] : []),
    ];
    model.take(log.append(1_700_000_000_000 + n, events));
  });
  return collectionQueries(model.db, model.remember);
};

const registryNames = Array.from({ length: 20 }, (_, n) => `registry ${n}`);
// By UTF-16 unit, as JavaScript sorts, the emoji would come before U+FF5E.
const names = ['a', 'ab', 'abc', 'b', 'ä', '～', '🚀', '🚀🚀', 'Z', '_', '!'];
const stoodIn = fc
  .array(
    fc.record({
      registry: fc.constantFrom(...registryNames), name: fc.constantFrom(...names),
      type: fc.constantFrom('model', 'dataset'), tags: fc.subarray(['x', 'y']), deleted: fc.boolean(),
    }),
    { maxLength: 150, size: 'max' },
  )
  .map((all) => {
    const living = new Set<string>();
    return all.filter(({ registry, name, deleted }) => {
      const key = `${registry}/${name}`;
      if (living.has(key)) return false;
      if (!deleted) living.add(key);
      return true;
    });
  });
const filter: fc.Arbitrary<CollectionFilter> = fc.record(
  { artifactType: fc.constantFrom('model', 'dataset'), tag: fc.constantFrom('x', 'y'), name: fc.constantFrom('a', 'ab', '🚀', '!', 'q') },
  { requiredKeys: [] },
);
const sought = (stood: ReadonlyArray<Stood>, { artifactType, tag, name = '' }: CollectionFilter) =>
  stood.filter(
    (each) =>
      !each.deleted && each.name.startsWith(name) && (tag === undefined || each.tags.includes(tag)) &&
      (artifactType === undefined || each.type === artifactType),
  );

/** All of a list, part by part, as its pages are asked for. */
const inParts = <A, K>(part: (after: K | undefined) => ReadonlyArray<A>, keyOf: (item: A) => K): ReadonlyArray<A> => {
  const all: Array<A> = [];
  for (let after: K | undefined; ; ) {
    const items = part(after);
    const last = items.at(-1);
    if (last === undefined) return all;
    all.push(...items);
    after = keyOf(last);
  }
};

describe('lists of collections', () => {
  it('of a registry: by name, by code point (N8), whole in parts of any size, under any filters', () => {
    fc.assert(
      fc.property(stoodIn, filter, fc.integer({ min: 1, max: 5 }), (stood, asked, limit) => {
        const queries = queriesOf(stood);
        for (const registry of registryNames.slice(0, 3)) {
          const listed = inParts(
            (after: string | undefined) =>
              queries.listCollections(registry, asked, { limit, ...(after === undefined ? {} : { after }) }, 'acme'),
            ({ name }) => name,
          );
          const expected = sought(stood, asked).filter((each) => each.registry === registry);
          expect(listed.map(({ name }) => name)).toEqual(expected.map(({ name }) => name).sort(byCodePoint));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of few and of many registries: by name, then registry, and of no registry that was not asked for', () => {
    fc.assert(
      fc.property(stoodIn, filter, fc.integer({ min: 1, max: 7 }), fc.subarray(registryNames), (stood, asked, limit, seen) => {
        const queries = queriesOf(stood);
        const listed = inParts(
          (after: readonly [string, string] | undefined) =>
            queries.listAllCollections(seen, asked, { limit, ...(after === undefined ? {} : { after }) }, 'acme'),
          ({ name, registry }) => [name, registry] as const,
        );
        const expected = sought(stood, asked)
          .filter(({ registry }) => seen.includes(registry))
          .sort((a, b) => byCodePoint(a.name, b.name) || byCodePoint(a.registry, b.registry));
        expect(listed.map(({ name, registry }) => [name, registry])).toEqual(expected.map(({ name, registry }) => [name, registry]));
      }),
      { numRuns: 100 },
    );
  });
});

describe('lists of versions', () => {
  const log = projectedLog();
  const model = readModelsOf(collections);
  const place = { registry: 'model', collection: 'zoo' };
  const of = { category: 'collection', ...place } as const;
  model.take(log.append(1, [{ ...of, event: { type: 'CollectionCreated', data: { registry: 'model', name: 'zoo', type: 'model' } } }]));
  for (let version = 0; version < 30; version++)
    model.take(
      log.append(2 + version, [
        { ...of, event: { type: 'VersionLinked', data: { version, source: `t/p/a:v${version}`, digest: 'd', type: 'model' } } },
        ...(version % 3 === 0 ? [{ ...of, event: { type: 'VersionTagged', data: { version, tag: 'third' } } } satisfies Subject] : []),
      ]),
    );
  for (const version of [3, 4, 28])
    model.take(log.append(100, [{ ...of, event: { type: 'VersionUnlinked', data: { version } } }]));
  const queries = collectionQueries(model.db, model.remember);
  const expected = Array.from({ length: 30 }, (_, n) => n).filter((n) => ![3, 4, 28].includes(n));

  it.each([1, 7, 100])('by number either way, whole in parts of %i', (limit) => {
    for (const [order, tag] of [['asc', undefined], ['desc', undefined], ['asc', 'third'], ['desc', 'third']] as const) {
      const listed = inParts(
        (after: number | undefined) =>
          queries.listVersions(
            place, { order, ...(tag === undefined ? {} : { tag }) }, { limit, ...(after === undefined ? {} : { after }) },
          ) ?? [],
        ({ version }) => Number(version.slice(1)),
      );
      const all = expected.filter((n) => tag === undefined || n % 3 === 0);
      expect(listed.map(({ version }) => version)).toEqual((order === 'asc' ? all : all.reverse()).map((n) => `v${n}`));
    }
  });

  it('to compare: the newest, or those named, in that order', () => {
    expect(queries.sourcesOf(place, undefined, 2)).toMatchObject({ right: [{ version: 29, source: 't/p/a:v29' }, { version: 27 }] });
    expect(queries.sourcesOf(place, [5, 2, 9], 20)).toMatchObject({ right: [{ version: 5 }, { version: 2 }, { version: 9 }] });
    expect(queries.sourcesOf(place, [5, 4], 20)).toMatchObject({ left: { type: 'version_not_found' } });
    expect(queries.sourcesOf({ ...place, collection: 'ant' }, [5], 20)).toMatchObject({ left: { type: 'collection_not_found' } });
  });
});
