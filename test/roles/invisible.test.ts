/**
 * A restricted registry does not exist for who has no role in it: whatever one asks of it is answered as for a name that
 * never was, and nothing of it shows in anything else that one can read.
 */
import { Operation } from '../../src/http/boundary';
import { App, Client, expecting, Reply, startApp } from '../support/app';
import { headOf } from '../support/app-events';
import { follow } from '../support/follow';
import { operationsById } from '../support/operations';
import { makePlaces, Place } from './places';
import { sentFor } from './requests';
import { askers, Row, rows, signsOf } from './table';

const withoutRole = askers.find(({ name }) => name === 'no role') as (typeof askers)[number];

/** Those of the table that name a registry, each a request that could tell whether it is there. */
const inRegistry = rows.filter(({ kind }) => signsOf(kind)[askers.indexOf(withoutRole)] === 'r');

/** What an answer says, but for what differs from one request to the next, with a name in place of others. */
const said = ({ status, headers, text }: Reply, names: ReadonlyArray<string>): unknown => {
  const anonymous = (value: string) => names.reduce((shown, name) => shown.replaceAll(name, 'NAME'), value);
  const told = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status, headers: told.map(([name, value]) => [name, anonymous(value)]), text: anonymous(text) };
};

describe('a restricted registry in which one has no role, and a name that never was', () => {
  let app: App;
  let operations: ReadonlyMap<string, Operation>;
  let hidden: Place;
  let never: Place;
  let deleted: Place;
  let outsider: Client;
  beforeAll(async () => {
    app = await startApp();
    operations = await operationsById();
    [hidden] = (await makePlaces(app, [withoutRole])) as [Place];
    outsider = app.withKey(hidden.key ?? '');
    expecting(await app.admin.put(`/registries/${hidden.registry}/members/user:ann`, { role: 'viewer' }), 200);
    never = { ...hidden, registry: 'ghost-0', doomed: 'absent-0' };
    deleted = { ...hidden, registry: 'ended-0', doomed: 'ended-0' };
    expecting(await app.admin.post('/registries', { name: 'ended-0', visibility: 'restricted' }), 201);
    expecting(await app.admin.post('/registries/ended-0/collections', { name: 'zoo', type: 'model' }), 201);
    expecting(await app.admin.delete('/registries/ended-0'), 200);
  }, 60_000);
  afterAll(() => app.close());

  const answerOf = async (row: Row, place: Place): Promise<unknown> => {
    const { method, path, body } = sentFor(row, place, operations);
    return said(await outsider.send(method, path, body), [place.registry, place.doomed]);
  };

  test.each(inRegistry)('$operation $of: are answered alike', async (row) => {
    const before = await headOf(app);
    const expected = await answerOf(row, never);
    expect(expected).toMatchObject({ status: 404, text: expect.stringContaining('"registry_not_found"') });
    expect(await answerOf(row, hidden)).toEqual(expected);
    expect(await answerOf(row, deleted)).toEqual(expected);
    expect(await headOf(app)).toBe(before);
  });

  test('creating one of that name answers registry_exists, as for one that is seen, and that is all', async () => {
    const before = await headOf(app);
    const seen = said(await outsider.post('/registries', { name: 'model' }), ['model']);
    for (const name of [hidden.registry, hidden.doomed, deleted.registry])
      expect(said(await outsider.post('/registries', { name }), [name])).toEqual(seen);
    expect(seen).toMatchObject({ status: 409 });
    expect(await headOf(app)).toBe(before);
  });
});

describe('nothing of a restricted registry shows', () => {
  const C = '/registries/canary-registry/collections/canary-collection';
  let app: App;
  let operations: ReadonlyMap<string, Operation>;
  let ann: Client;
  let first: string;
  let counts: unknown;

  const countsSeen = async () => [
    (await ann.get('/registries')).body.items.map(({ name, collections }: Record<string, unknown>) => [name, collections]),
    (await ann.get('/collections')).body.items.map(({ name, versions, updatedAt }: Record<string, unknown>) => [name, versions, updatedAt]),
    (await ann.get('/entities/vision/projects/zoo/artifacts')).body,
    (await ann.get('/entities/vision/projects/zoo/artifacts/net/versions')).body,
  ];

  beforeAll(async () => {
    app = await startApp();
    operations = await operationsById();
    ann = await app.as('user:ann', { teams: ['vision'] });
    const zed = await app.as('user:canary-member', { teams: ['vision'] });
    for (const digest of ['0', '1'])
      expecting(await ann.post('/artifacts', { name: 'vision/zoo/net', type: 'model', digest, metrics: { accuracy: 0.5 } }), 201);
    expecting(await ann.post('/registries', { name: 'open' }), 201);
    expecting(await ann.post('/registries/open/collections/zoo/versions', { source: 'vision/zoo/net:v0', aliases: ['alias'] }), 201);
    first = (await app.admin.get('/audit?order=asc&limit=1')).body.items[0].position;
    counts = await countsSeen();
    const { admin } = app;
    expecting(await admin.post('/registries', { name: 'canary-registry', visibility: 'restricted', description: 'canary-description', defaultRole: 'admin' }), 201);
    expecting(await admin.put('/registries/canary-registry/members/user:canary-member', { role: 'admin' }), 200);
    expecting(await zed.put('/registries/canary-registry/protected-aliases/canary-protected'), 200);
    for (const version of ['v0', 'v1'])
      expecting(
        await zed.post(`${C}/versions`, {
          source: `vision/zoo/net:${version}`, aliases: ['canary-alias', 'canary-protected'], run: 'vision/zoo/canary-run', reason: 'canary-reason',
        }),
        201,
      );
    expecting(await zed.put(`${C}/versions/v0/tags/canary-tag`), 200);
    expecting(await zed.patch(C, { description: 'canary', addTags: ['canary-tag'] }), 200);
    expecting(await zed.post(`${C}/versions/v1/usage`, { run: 'vision/zoo/canary-usage' }), 200);
    expecting(await zed.post(`${C}/aliases/canary-alias/rollback`, {}), 200);
    expecting(await zed.delete(`${C}/versions/v0`), 200);
    expecting(await zed.post('/registries/canary-registry/collections', { name: 'canary-deleted', type: 'model' }), 201);
    expecting(await zed.delete('/registries/canary-registry/collections/canary-deleted'), 200);
    // Seen by all at first, as its past is; and one that is no more.
    expecting(await admin.post('/registries', { name: 'canary-later' }), 201);
    expecting(await admin.post('/registries/canary-later/collections/canary-zoo/versions', { source: 'vision/zoo/net:v1', aliases: ['canary-alias'] }), 201);
    expecting(await admin.patch('/registries/canary-later', { visibility: 'restricted' }), 200);
    expecting(await admin.post('/registries', { name: 'canary-gone', visibility: 'restricted' }), 201);
    expecting(await admin.post('/registries/canary-gone/collections/canary-zoo/versions', { source: 'vision/zoo/net:v1' }), 201);
    expecting(await admin.delete('/registries/canary-gone'), 200);
  }, 60_000);
  afterAll(() => app.close());

  test('in what is counted', async () => {
    expect(await countsSeen()).toEqual(counts);
  });

  test('in anything that one can read, whatever one asks for', async () => {
    const params: Record<string, string> = {
      registry: 'open', collection: 'zoo', version: 'v0', ref: 'v0', alias: 'alias', entity: 'vision', project: 'zoo', artifact: 'net',
    };
    const now = new Date().toISOString();
    const queries: Record<string, ReadonlyArray<string>> = {
      resolve: ['?name=open/zoo:v0'],
      collectionDiff: [`?from=2020-01-01T00:00:00Z&to=${now}`],
      registryDiff: [`?from=2020-01-01T00:00:00Z&to=${now}`],
      listRegistries: ['', '?name=canary'],
      listAllCollections: ['', '?name=canary', '?tag=canary-tag', '?type=model', '?role=member'],
      listVersions: ['', '?alias=canary-alias', '?tag=canary-tag', '?source=vision/zoo/net:v1'],
      collectionHistory: ['', '?by=user:canary-member', '?alias=canary-alias', '?order=asc'],
      registryHistory: ['', '?by=user:canary-member', '?alias=canary-alias', '?order=asc'],
      audit: ['', '?alias=canary-alias'],
      followChanges: [],
    };
    const asked: Array<string> = ['//', '//api/docs', '//api/v1/openapi.json', '//health/live', '//health/ready', '//metrics'];
    for (const { id, method, path } of operations.values()) {
      if (method !== 'GET') continue;
      const target = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? name));
      for (const query of queries[id] ?? ['']) asked.push(target + query);
    }
    expect(asked.length).toBeGreaterThan(35);
    for (const target of asked) {
      const { status, headers, text } = await ann.get(target);
      const shown = `${text} ${JSON.stringify([...headers])}`;
      expect({ target, status: status < 500, shows: /canary/.exec(shown)?.[0] }).toEqual({ target, status: true, shows: undefined });
    }
  });

  test('in a list that is gone on with from where another has stopped, or from a place that was made up', async () => {
    for (const list of ['/registries', '/collections', '/collections?type=model']) {
      const { nextCursor } = (await app.admin.get(`${list}${list.includes('?') ? '&' : '?'}limit=1`)).body;
      const [kind] = JSON.parse(Buffer.from(nextCursor, 'base64url').toString());
      const madeUp = [['canary'], ['canary-registry'], ['canary-collection', 'canary-registry'], ['', 'canary-registry']].map((key) =>
        Buffer.from(JSON.stringify([kind, ...key])).toString('base64url'),
      );
      for (const cursor of [nextCursor, ...madeUp]) {
        const { status, text } = await ann.get(`${list}${list.includes('?') ? '&' : '?'}cursor=${cursor}`);
        expect({ list, cursor, status: [200, 400].includes(status), shows: /"canary/.test(text) }).toEqual({ list, cursor, status: true, shows: false });
      }
    }
  });

  test('under another organization\'s name (N7): what one sees is not found there, to read it or to link to it', async () => {
    const before = await headOf(app);
    for (const reply of [
      await ann.get('/resolve?name=other/open/zoo:v0'), await ann.get('/resolve?name=Acme/wandb-registry-open/zoo:v0'),
      await ann.post('/links', { source: 'vision/zoo/net:v1', targetPath: 'other/wandb-registry-open/zoo' }),
    ])
      expect(reply).toMatchObject({ status: 404, body: { code: 'registry_not_found' } });
    expect(await headOf(app)).toBe(before);
    expect((await ann.get('/resolve?name=acme/open/zoo:v0')).status).toBe(200);
  });

  test('in what commands answer: of a source that is linked there, and of a name that is taken there', async () => {
    const replies = [
      await ann.post('/artifacts', { name: 'vision/zoo/net', type: 'model', digest: '1' }),
      await ann.put('/entities/vision/projects/zoo/artifacts/net/aliases/best', { version: 'v1' }),
      await ann.post('/registries', { name: 'canary-registry' }),
      await ann.delete('/entities/vision/projects/zoo/artifacts/net/versions/v1'),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 409, 409]);
    for (const { text } of replies) expect(text).not.toMatch(/canary/);
  });

  test('in the live stream, from its beginning on and while it happens', async () => {
    const all = await follow(app.address, `?after=${first}`, { authorization: `Bearer ${ann.key}` });
    const live = await follow(app.address, '', { authorization: `Bearer ${ann.key}` });
    expecting(await app.admin.put('/registries/canary-registry/members/user:admin', { role: 'admin' }), 200);
    expecting(await app.admin.put(`${C}/aliases/canary-alias`, { version: 'v1', reason: 'canary-reason' }), 200);
    expecting(await ann.put('/registries/open/collections/zoo/aliases/marker', { version: 'v0' }), 200);
    for (const follower of [all, live]) {
      await follower.until((heard) => heard.some(({ data }) => JSON.stringify(data).includes('marker')));
      expect(JSON.stringify(follower.heard)).not.toMatch(/canary/);
      follower.kill();
    }
    expect(all.heard.length).toBeGreaterThan(3);
    for (const query of ['?registry=canary-registry', '?registry=canary-registry&collection=canary-collection', '?registry=canary-gone'])
      expect((await ann.get(`/stream${query}`)).body.code).toBe('registry_not_found');
    for (const query of ['?alias=canary-alias', '?type=AliasMoved', '?collection=canary-collection']) {
      const filtered = await follow(app.address, `${query}&after=${first}`, { authorization: `Bearer ${ann.key}` });
      if (filtered.status === 200) {
        await filtered.until(() => filtered.lastId() !== undefined);
        expect(JSON.stringify(filtered.heard)).not.toMatch(/canary/);
      }
      filtered.kill();
    }
  });

  test('in what is read as of an instant at which it was seen by all', async () => {
    const { items } = (await app.admin.get('/registries/canary-later/history?type=VisibilityChanged')).body;
    const before = new Date(Date.parse(items[0].at) - 1).toISOString();
    for (const target of [
      `/resolve?name=canary-later/canary-zoo:canary-alias@${before}`, `/registries/canary-later/collections/canary-zoo/aliases?at=${before}`,
      `/registries/canary-later/collections/canary-zoo/versions/v0?at=${before}`,
      `/registries/canary-later/diff?from=2020-01-01T00:00:00Z&to=${before}`,
    ])
      expect(await ann.get(target)).toMatchObject({ status: 404, body: { code: 'registry_not_found' } });
  });
});
