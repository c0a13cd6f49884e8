/** A repeat with the same key, after the note that the first was done got lost (`api.md`, Idempotency). */
import { left } from 'fp-ts/Either';
import { EventStore, StoreError } from '../../src/event-store/event-store';
import { App, expecting, startApp } from '../support/app';

/** The collection `cut` cannot be appended to while this is so; whether it was, nobody knows. */
let cut = false;

/** Requests are begun, and never noted as completed: as if the node had died just before. */
const forgetful = (store: EventStore): EventStore => ({
  ...store,
  append: async (stream, expected, events) =>
    events.some(({ type }) => type === 'RequestCompleted')
      ? left({ type: 'Unavailable', outcome: 'none', reason: 'the test has it so' })
      : cut && stream === 'collection-model/cut'
      ? left({ type: 'Unavailable', outcome: 'unknown', reason: 'the test has it so' })
      : store.append(stream, expected, events),
});

describe('a repeat whose first try was done and not noted', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp({ store: forgetful });
  });
  afterAll(() => app.close());

  test('of an API key shows the one that was made, without the key that nobody was told', async () => {
    const create = () => app.admin.post('/keys', { principal: 'user:admin', label: 'ci' }, { 'idempotency-key': 'k1' });
    const first = expecting(await create(), 201).body;
    const second = expecting(await create(), 201).body;
    expect(first.key).toMatch(/^moniker_/);
    expect(second).toMatchObject({ id: first.id, label: 'ci', key: null });
    const { items } = expecting(await app.admin.get('/keys'), 200).body;
    expect(items.filter(({ label }: { label: string }) => label === 'ci')).toHaveLength(1);
  });

  test('of a link answers with the version of the first', async () => {
    expecting(await app.admin.post('/teams', { name: 'vision' }), 201);
    expecting(await app.admin.post('/artifacts', { name: 'vision/p/m', type: 'model', digest: 'sha256:1' }), 201);
    const link = () =>
      app.admin.post('/registries/model/collections/zoo/versions', { source: 'vision/p/m:v0', aliases: ['staging'] }, {
        'idempotency-key': 'k2',
      });
    const first = expecting(await link(), 201).body;
    const second = expecting(await link(), 201).body;
    expect({ ...second, position: null }).toEqual({ ...first, position: null });
  });

  test('E2, C1: of a first link that was cut short goes on as the same command, and correlates with what was done', async () => {
    const link = () =>
      app.admin.post('/registries/model/collections/cut/versions', { source: 'vision/p/m:v0' }, { 'idempotency-key': 'k3' });
    cut = true;
    expect(expecting(await link(), 503).body).toMatchObject({ code: 'store_unavailable', outcome: 'unknown' });
    cut = false;
    expecting(await link(), 201);
    const { items } = expecting(await app.admin.get('/registries/model/history?from=2020-01-01T00:00:00Z'), 200).body;
    const [{ correlation }] = items.filter(({ type, data }: { type: string; data: { collection?: string } }) => type === 'CollectionRegistered' && data.collection === 'cut');
    const together = expecting(await app.admin.get(`/audit?order=asc&correlation=${correlation}`), 200).body.items;
    expect(together.map(({ type }: { type: string }) => type)).toEqual([
      'CollectionRegistered', 'CollectionCreated', 'VersionLinked', 'AliasAdded',
    ]);
    expect(together.map(({ causation }: { causation: string }) => causation)).toEqual(together.map(() => correlation));
  }, 60_000);
});

describe('where other nodes may run what is begun', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp({ store: (store) => ({ ...forgetful(store), exclusive: false }) });
  });
  afterAll(() => app.close());

  test('a repeat after an unknown outcome does not wait for this node itself', async () => {
    expecting(await app.admin.post('/teams', { name: 'vision' }), 201);
    expecting(await app.admin.post('/artifacts', { name: 'vision/p/m', type: 'model', digest: 'sha256:1' }), 201);
    const link = () =>
      app.admin.post('/registries/model/collections/cut/versions', { source: 'vision/p/m:v0' }, { 'idempotency-key': 'k4' });
    cut = true;
    expect(expecting(await link(), 503).body).toMatchObject({ code: 'store_unavailable', outcome: 'unknown' });
    cut = false;
    expecting(await link(), 201);
  }, 60_000);
});

describe('a store that fails between the steps of a request', () => {
  let isAway = false;
  let app: App;
  beforeAll(async () => {
    app = await startApp({
      store: (store) => ({
        ...store,
        readStream: async function* (stream, options) {
          if (isAway && stream.startsWith('request-') && options?.limit === 1) throw new StoreError('Unavailable', 'the test has it so');
          yield* store.readStream(stream, options);
        },
      }),
    });
  });
  afterAll(() => app.close());

  test('503, nothing is changed, and a repeat does it', async () => {
    const create = () => app.admin.post('/teams', { name: 'vision' }, { 'idempotency-key': 'k3' });
    isAway = true;
    expect(await create()).toMatchObject({ status: 503, body: { code: 'store_unavailable', outcome: 'none' } });
    expect((await app.admin.get('/teams')).body.items).toEqual([]);
    isAway = false;
    expect((await create()).status).toBe(201);
  });
});
