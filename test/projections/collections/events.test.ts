/** What each event of a collection does to what is answered. */
import { CollectionEvent, CollectionEvents, collectionEvents } from '../../../src/domain/collection/events';
import { instantOf, millisecondsOf } from '../../../src/domain/values/instants';
import { VersionRef } from '../../../src/domain/values/versions';
import { collections } from '../../../src/projections/collections';
import { collectionQueries } from '../../../src/projections/collections/queries';
import { projectedLog, readModelsOf } from '../../support/projected-log';

const PLACE = { registry: 'model', collection: 'zoo' };
const BEGIN = millisecondsOf('2026-01-31T09:00:00.000Z');
/** The instant of the n-th append. */
const at = (n: number): string => instantOf(BEGIN + n * 1000);
const version = (number: number): VersionRef => ({ type: 'Version', version: number });
const alias = (name: string): VersionRef => ({ type: 'Alias', alias: name });

/** A collection in which there is one of everything: v0 with a tag and the alias `staging`, v1 with `latest`. */
const before: ReadonlyArray<CollectionEvent> = [
  { type: 'CollectionCreated', data: { registry: 'model', name: 'zoo', type: 'model' } },
  { type: 'CollectionTagged', data: { tag: 'old' } },
  { type: 'VersionLinked', data: { version: 0, source: 'vision/zoo/net:v0', digest: 'a', type: 'model' } },
  { type: 'VersionTagged', data: { version: 0, tag: 'old' } },
  { type: 'AliasAdded', data: { alias: 'staging', to: 0, cause: 'change' } },
  { type: 'AliasProtected', data: { alias: 'gold' } },
  { type: 'VersionLinked', data: { version: 1, source: 'vision/zoo/net:v1', digest: 'b', type: 'model', run: 'vision/zoo/r1' } },
  { type: 'AliasAdded', data: { alias: 'latest', to: 1, cause: 'link' } },
];

const opened = (...events: ReadonlyArray<CollectionEvent | ReadonlyArray<CollectionEvent>>) => {
  const log = projectedLog();
  const model = readModelsOf(collections);
  [...before, ...events].forEach((given, n) => {
    const appended = Array.isArray(given) ? (given as ReadonlyArray<CollectionEvent>) : [given as CollectionEvent];
    model.take(log.append(BEGIN + n * 1000, appended.map((event) => ({ category: 'collection', ...PLACE, event })), { by: 'user:bob' }));
  });
  return collectionQueries(model.db, model.remember);
};
const held = (queries: ReturnType<typeof opened>, when?: string) =>
  Object.fromEntries((queries.getAliases(PLACE, when) ?? []).map((each) => [each.alias, each.version]));

/** When the event under test happens, and just before it. */
const THEN = at(before.length);
const EARLIER = at(before.length - 1);

type Proof<K extends keyof CollectionEvents> = {
  readonly event: CollectionEvent & { readonly type: K };
  readonly proves: (queries: ReturnType<typeof opened>) => void;
};
const proofs: { readonly [K in keyof CollectionEvents]: Proof<K> } = {
  CollectionCreated: {
    event: { type: 'CollectionCreated', data: { registry: 'model', name: 'ant', type: 'model' } },
    proves: (queries) =>
      expect(queries.getCollection({ ...PLACE, collection: 'ant' }, 'acme')).toEqual({
        registry: 'model', name: 'ant', targetPath: 'acme/wandb-registry-model/ant', type: 'model', description: '', tags: [],
        versions: 0, nextVersion: 'v0', createdAt: THEN, createdBy: 'user:bob', updatedAt: THEN, aliases: [],
      }),
  },
  CollectionDescribed: {
    event: { type: 'CollectionDescribed', data: { description: 'animals' } },
    proves: (queries) =>
      expect(queries.getCollection(PLACE, 'acme')).toMatchObject({ description: 'animals', updatedAt: THEN }),
  },
  CollectionTagged: {
    event: { type: 'CollectionTagged', data: { tag: 'new' } },
    proves: (queries) => expect(queries.getCollection(PLACE, 'acme')).toMatchObject({ tags: ['new', 'old'], updatedAt: THEN }),
  },
  CollectionUntagged: {
    event: { type: 'CollectionUntagged', data: { tag: 'old' } },
    proves: (queries) => expect(queries.getCollection(PLACE, 'acme')).toMatchObject({ tags: [], updatedAt: THEN }),
  },
  VersionLinked: {
    event: { type: 'VersionLinked', data: { version: 2, source: 'vision/zoo/net:v2', digest: 'c', type: 'model', run: 'vision/zoo/r2' } },
    proves: (queries) => {
      expect(queries.getVersion(PLACE, version(2))).toMatchObject({
        right: {
          fullName: 'wandb-registry-model/zoo:v2', registry: 'model', collection: 'zoo', version: 'v2', type: 'model',
          aliases: [], protected: false, tags: [], source: 'vision/zoo/net:v2', run: 'vision/zoo/r2', linkedAt: THEN,
          linkedBy: 'user:bob',
        },
      });
      expect(queries.getVersion(PLACE, version(2), EARLIER)).toEqual({ _tag: 'Left', left: { type: 'version_not_found' } });
      expect(queries.getCollection(PLACE, 'acme')).toMatchObject({ versions: 3, nextVersion: 'v3', updatedAt: THEN });
    },
  },
  VersionUnlinked: {
    event: { type: 'VersionUnlinked', data: { version: 0 } },
    proves: (queries) => {
      expect(queries.getVersion(PLACE, version(0))).toMatchObject({ left: { type: 'version_not_found' } });
      expect(queries.getVersion(PLACE, version(0), EARLIER)).toMatchObject({ right: { tags: ['old'], aliases: ['staging'] } });
      expect(queries.getCollection(PLACE, 'acme')).toMatchObject({ versions: 1, nextVersion: 'v2', updatedAt: THEN });
    },
  },
  VersionTagged: {
    event: { type: 'VersionTagged', data: { version: 0, tag: 'new' } },
    proves: (queries) => {
      expect(queries.getVersion(PLACE, version(0))).toMatchObject({ right: { tags: ['new', 'old'] } });
      expect(queries.getVersion(PLACE, version(0), EARLIER)).toMatchObject({ right: { tags: ['old'] } });
    },
  },
  VersionUntagged: {
    event: { type: 'VersionUntagged', data: { version: 0, tag: 'old' } },
    proves: (queries) => {
      expect(queries.getVersion(PLACE, version(0))).toMatchObject({ right: { tags: [] } });
      expect(queries.getVersion(PLACE, version(0), EARLIER)).toMatchObject({ right: { tags: ['old'] } });
    },
  },
  AliasAdded: {
    event: { type: 'AliasAdded', data: { alias: 'gold', to: 0, cause: 'change' } },
    proves: (queries) => {
      expect(queries.getAliases(PLACE)).toEqual([
        { alias: 'gold', version: 'v0', kind: 'custom', protected: true, since: THEN, by: 'user:bob' },
        { alias: 'latest', version: 'v1', kind: 'default', protected: false, since: EARLIER, by: 'user:bob' },
        { alias: 'staging', version: 'v0', kind: 'custom', protected: false, since: at(4), by: 'user:bob' },
      ]);
      expect(queries.getVersion(PLACE, alias('gold'))).toMatchObject({ right: { version: 'v0', protected: true } });
      expect(held(queries, EARLIER)).toEqual({ latest: 'v1', staging: 'v0' });
    },
  },
  AliasMoved: {
    event: { type: 'AliasMoved', data: { alias: 'staging', from: 0, to: 1, cause: 'change' } },
    proves: (queries) => {
      expect(held(queries)).toEqual({ latest: 'v1', staging: 'v1' });
      expect(held(queries, THEN)).toEqual({ latest: 'v1', staging: 'v1' });
      expect(held(queries, EARLIER)).toEqual({ latest: 'v1', staging: 'v0' });
    },
  },
  AliasRemoved: {
    event: { type: 'AliasRemoved', data: { alias: 'staging', from: 0, cause: 'change' } },
    proves: (queries) => {
      expect(held(queries)).toEqual({ latest: 'v1' });
      expect(held(queries, EARLIER)).toEqual({ latest: 'v1', staging: 'v0' });
    },
  },
  AliasProtected: {
    event: { type: 'AliasProtected', data: { alias: 'staging' } },
    proves: (queries) => {
      expect(queries.getVersion(PLACE, version(0))).toMatchObject({ right: { protected: true } });
      expect(queries.getVersion(PLACE, version(0), EARLIER)).toMatchObject({ right: { protected: false } });
    },
  },
  AliasUnprotected: {
    event: { type: 'AliasUnprotected', data: { alias: 'gold' } },
    proves: (queries) => expect(queries.getAliases(PLACE)?.filter((each) => each.protected)).toEqual([]),
  },
  CollectionDeleted: {
    event: { type: 'CollectionDeleted', data: {} },
    proves: (queries) => {
      expect(queries.getCollection(PLACE, 'acme')).toBeUndefined();
      expect(queries.getVersion(PLACE, version(1))).toMatchObject({ left: { type: 'collection_not_found' } });
      expect(queries.getVersion(PLACE, version(1), THEN)).toMatchObject({ left: { type: 'collection_not_found' } });
      expect(queries.getVersion(PLACE, version(1), EARLIER)).toMatchObject({ right: { version: 'v1' } });
      expect(queries.everStood(PLACE)).toBe(true);
    },
  },
};

describe('T1: what an event of a collection changes, from its instant on', () => {
  for (const [type, { event, proves }] of Object.entries(proofs))
    it(type, () => {
      const placed = type === 'CollectionCreated' ? undefined : event;
      if (placed !== undefined) return proves(opened(placed));
      const log = projectedLog();
      const model = readModelsOf(collections);
      model.take(log.append(millisecondsOf(THEN), [{ category: 'collection', registry: 'model', collection: 'ant', event }], { by: 'user:bob' }));
      proves(collectionQueries(model.db, model.remember));
    });

  it('every event is among them', () => {
    expect(Object.keys(proofs)).toEqual(Object.keys(collectionEvents));
  });
});

describe('collections, by name', () => {
  it('V1: a collection that is created again goes on with the numbers, and has nothing of the first', () => {
    const queries = opened(
      [
        { type: 'AliasRemoved', data: { alias: 'latest', from: 1, cause: 'collection_deleted' } },
        { type: 'AliasRemoved', data: { alias: 'staging', from: 0, cause: 'collection_deleted' } },
        { type: 'CollectionDeleted', data: {} },
      ],
      { type: 'CollectionCreated', data: { registry: 'model', name: 'zoo', type: 'dataset' } },
    );
    expect(queries.getCollection(PLACE, 'acme')).toMatchObject({
      type: 'dataset', tags: [], versions: 0, nextVersion: 'v2', aliases: [], createdAt: at(before.length + 1),
    });
    expect(queries.listVersions(PLACE, { order: 'asc' }, { limit: 10 })).toEqual([]);
    expect(queries.getVersion(PLACE, version(0))).toMatchObject({ left: { type: 'version_not_found' } });
    expect(queries.getVersion(PLACE, alias('staging'), EARLIER)).toMatchObject({ right: { version: 'v0', type: 'model' } });
    expect(queries.diff(PLACE, EARLIER, at(100))).toEqual({
      linked: [],
      unlinked: [
        { collection: 'zoo', version: 'v0', source: 'vision/zoo/net:v0' },
        { collection: 'zoo', version: 'v1', source: 'vision/zoo/net:v1' },
      ],
      aliases: [
        { collection: 'zoo', alias: 'latest', from: 'v1', to: null },
        { collection: 'zoo', alias: 'staging', from: 'v0', to: null },
      ],
    });
  });

  it('T1: before the beginning there is nothing, and at the very millisecond of a change the change counts', () => {
    const queries = opened();
    expect(queries.getAliases(PLACE, instantOf(BEGIN - 1))).toBeUndefined();
    expect(queries.getAliases(PLACE, at(0))).toEqual([]);
    expect(held(queries, at(4))).toEqual({ staging: 'v0' });
    expect(held(queries, instantOf(BEGIN + 3999))).toEqual({});
    expect(queries.getAliases(PLACE, '0001-01-01T00:00:00.000Z')).toBeUndefined();
    expect(held(queries, '9999-12-31T23:59:59.999Z')).toEqual({ latest: 'v1', staging: 'v0' });
  });

  it('T1: of what changed and changed back within a millisecond only the end is ever seen', () => {
    const queries = opened([
      { type: 'VersionTagged', data: { version: 1, tag: 'x' } },
      { type: 'VersionUntagged', data: { version: 1, tag: 'x' } },
      { type: 'VersionTagged', data: { version: 1, tag: 'x' } },
      { type: 'AliasUnprotected', data: { alias: 'gold' } },
      { type: 'AliasProtected', data: { alias: 'gold' } },
      { type: 'AliasUnprotected', data: { alias: 'gold' } },
      { type: 'AliasProtected', data: { alias: 'gold' } },
      { type: 'AliasAdded', data: { alias: 'gold', to: 0, cause: 'change' } },
      { type: 'AliasMoved', data: { alias: 'gold', from: 0, to: 1, cause: 'change' } },
      { type: 'AliasRemoved', data: { alias: 'gold', from: 1, cause: 'change' } },
      { type: 'AliasAdded', data: { alias: 'gold', to: 1, cause: 'change' } },
    ]);
    for (const when of [undefined, THEN]) {
      expect(queries.getVersion(PLACE, version(1), when)).toMatchObject({
        right: { tags: ['x'], aliases: ['gold', 'latest'], protected: true },
      });
      expect(held(queries, when)).toEqual({ gold: 'v1', latest: 'v1', staging: 'v0' });
    }
    expect(queries.getVersion(PLACE, version(1), EARLIER)).toMatchObject({ right: { tags: [], aliases: ['latest'] } });
  });
});
