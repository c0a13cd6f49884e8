/** A repeat with the same key, after the note that the first was done got lost (`api.md`, Idempotency). */
import { left } from 'fp-ts/Either';
import { EventStore, StoreError } from '../../src/event-store/event-store';
import { App, expecting, Reply, startApp } from '../support/app';

/** The collection `cut` cannot be appended to while this is so; whether it was, nobody knows. */
let cut = false;
/** Events of this type are not appended. */
let lost = '';

/** Requests are begun, and never noted as completed: as if the node had died just before. */
const forgetful = (store: EventStore): EventStore => ({
  ...store,
  append: async (stream, expected, events) =>
    events.some(({ type }) => type === 'RequestCompleted' || type === lost)
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

  test('A9, C4: of a deletion ends no later life of the collection', async () => {
    const collection = '/registries/model/collections/again';
    const create = async () => expecting(await app.admin.post('/registries/model/collections', { name: 'again', type: 'model' }), 201);
    const remove = () => app.admin.delete(collection, { 'idempotency-key': 'k5' });
    await create();
    lost = 'CollectionUnregistered';
    expecting(await remove(), 200);
    lost = '';
    await create();
    expecting(await remove(), 200);
    expecting(await app.admin.put('/registries/model/protected-aliases/guarded'), 200);
    const member = await app.as('user:ann');
    expecting(await app.admin.put('/registries/model/members/user:ann', { role: 'member' }), 200);
    expecting(await app.admin.post(`${collection}/versions`, { source: 'vision/p/m:v0' }), 201);
    expect(await member.put(`${collection}/aliases/guarded`, { version: 'v0' })).toMatchObject({
      status: 403, body: { code: 'alias_protected' },
    });
    expecting(await app.admin.delete('/registries/model/protected-aliases/guarded'), 200);
  });

  test('of a command that took away what it is judged by is answered all the same', async () => {
    const ben = await app.as('user:ben', { role: 'admin' });
    const cay = await app.as('user:cay');
    const twice = async (command: () => Promise<Reply>) => {
      const first = expecting(await command(), 200).body;
      expect({ ...expecting(await command(), 200).body, position: null }).toEqual({ ...first, position: null });
    };
    expecting(await cay.post('/registries', { name: 'hers' }), 201);
    expecting(await cay.post('/registries', { name: 'gone' }), 201);
    await twice(() => cay.delete('/registries/gone', { 'idempotency-key': 'k6' }));
    await twice(() => cay.put('/registries/hers/members/user:cay', { role: 'member' }, { 'idempotency-key': 'k7' }));
    expect(await cay.put('/registries/hers/members/user:cay', { role: 'admin' }, { 'idempotency-key': 'k8' })).toMatchObject({ status: 403 });
    expecting(await app.admin.put('/registries/hers/members/user:cay', { role: 'admin' }), 200);
    await twice(() => cay.delete('/registries/hers/members/user:cay', { 'idempotency-key': 'k9' }));
    await twice(() => ben.patch('/users/ben', { role: 'member' }, { 'idempotency-key': 'k10' }));
    expect(await ben.patch('/users/ben', { role: 'admin' }, { 'idempotency-key': 'k11' })).toMatchObject({ status: 403 });
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

describe('a node that was stopped within a command, for so long that another node took the command over', () => {
  const adminKey = 'k'.repeat(40);
  const alias = '/registries/model/collections/zoo/aliases/production';
  const key = (value: string) => ({ 'idempotency-key': value });
  const nodes: Array<App> = [];
  const node = (n: number): App => nodes[n] as App;
  /** How much later it is on both nodes than on this machine, in milliseconds. */
  let later = 0;
  /** The first node holds its appends to the collection back while there is this, after it has told so. */
  let held: { readonly until: Promise<void>; readonly tell: () => void } | undefined;

  const first = (store: EventStore): EventStore => ({
    ...store,
    exclusive: false,
    append: async (stream, expected, events) => {
      if (stream === 'collection-model/zoo') {
        held?.tell();
        await held?.until;
      }
      return store.append(stream, expected, events);
    },
  });

  let shared: EventStore;
  beforeAll(async () => {
    const begin = (store: (own: EventStore) => EventStore) =>
      startApp({ config: { adminKey }, now: () => Date.now() + later, store });
    nodes.push(await begin((own) => first((shared = own))));
    nodes.push(await begin(({ close }) => ({ ...shared, exclusive: false, close })));
    expecting(await node(0).admin.post('/teams', { name: 'vision' }), 201);
    for (const digest of ['sha256:0', 'sha256:1']) {
      expecting(await node(0).admin.post('/artifacts', { name: 'vision/p/m', type: 'model', digest }), 201);
      const version = Number(digest.slice(-1));
      expecting(await node(0).admin.post('/registries/model/collections/zoo/versions', { source: `vision/p/m:v${version}` }), 201);
    }
  });
  afterAll(async () => {
    for (const one of [...nodes].reverse()) await one.close();
  });

  const move = (n: number, version: string, more = {}, headers = {}): Promise<Reply> =>
    node(n).admin.put(alias, { version, ...more }, headers);

  /** Sends a command to the first node, which is stopped before its append; and lets others do what they like meanwhile. */
  const stopped = async (command: () => Promise<Reply>, meanwhile: () => Promise<void>): Promise<Reply> => {
    let goOn = (): void => undefined;
    const until = new Promise<void>((resolve) => (goOn = resolve));
    const reached = new Promise<void>((resolve) => (held = { until, tell: resolve }));
    const first = command();
    await reached;
    later += 20_000;
    try {
      await meanwhile();
    } finally {
      held = undefined;
      goOn();
    }
    return first;
  };

  const moves = async (): Promise<ReadonlyArray<unknown>> => {
    const moved: Array<unknown> = [];
    for await (const { type, data } of node(1).store().readStream('collection-model/zoo'))
      if (type === 'AliasMoved') moved.push(JSON.parse(data));
    return moved;
  };

  test('what was asked for was so already, and is so no more: it is not done late, and the answer is the one that was given', async () => {
    expecting(await move(1, 'v0'), 200);
    const before = (await moves()).length;
    let given: Reply | undefined;
    const first = await stopped(() => move(0, 'v1', {}, key('late-1')), async () => {
      expecting(await move(1, 'v1'), 200);
      given = await move(1, 'v1', {}, key('late-1'));
      expect(expecting(given, 200).body).toMatchObject({ changed: false });
      expecting(await move(1, 'v0'), 200);
    });
    expect(await moves()).toHaveLength(before + 2);
    expect([first.status, first.body]).toEqual([given?.status, given?.body]);
  });

  test('it was refused: it is not done late', async () => {
    expecting(await move(1, 'v0'), 200);
    const before = (await moves()).length;
    const first = await stopped(() => move(0, 'v1', { expected: 'v0' }, key('late-2')), async () => {
      expecting(await move(1, 'v1'), 200);
      expect(await move(1, 'v1', { expected: 'v0' }, key('late-2'))).toMatchObject({ status: 409, body: { code: 'alias_conflict' } });
      expecting(await move(1, 'v0'), 200);
    });
    expect(await moves()).toHaveLength(before + 2);
    expect(first).toMatchObject({ status: 409, body: { code: 'request_in_progress' } });
    // And is judged anew where it is sent again.
    expect(expecting(await move(0, 'v1', { expected: 'v0' }, key('late-2')), 200).body).toMatchObject({ changed: true });
  });

  test('it was done: once, and both are told the same', async () => {
    expecting(await move(1, 'v0'), 200);
    const before = (await moves()).length;
    let given: Reply | undefined;
    const first = await stopped(() => move(0, 'v1', {}, key('late-3')), async () => {
      given = expecting(await move(1, 'v1', {}, key('late-3')), 200);
      expecting(await move(1, 'v0'), 200);
    });
    expect(await moves()).toHaveLength(before + 2);
    expect([first.status, first.body]).toEqual([given?.status, given?.body]);
  });

  test('nobody took it over: it goes on', async () => {
    expecting(await move(1, 'v0'), 200);
    const first = await stopped(() => move(0, 'v1', {}, key('late-4')), async () => {
      expecting(await node(1).admin.put('/registries/model/collections/zoo/versions/v0/tags/other'), 200);
    });
    expect(expecting(first, 200).body).toMatchObject({ changed: true, previous: 'v0', version: 'v1' });
  });
});
