/** The live stream, as `app.md` has it. */
import { App, Client, expecting, startApp } from '../support/app';
import { follow, Follower, Heard } from '../support/follow';

const C = '/registries/model/collections/net';

const bearer = (client: Client) => ({ authorization: `Bearer ${client.key}` });
const events = (heard: ReadonlyArray<Heard>) => heard.map(({ event }) => event);
const ids = (heard: ReadonlyArray<Heard>) => heard.map(({ id }) => id);

describe('the live stream', () => {
  let app: App;
  const open: Array<Follower> = [];
  beforeAll(async () => {
    app = await startApp({ streams: { streams: 20, buffered: 64 * 1024, commentAfter: 1_500 } });
    await app.as('user:admin', { teams: ['vision'] });
  });
  afterAll(() => app.close());
  afterEach(async () => {
    for (const each of open.splice(0)) {
      each.kill();
      await each.ended;
    }
  });

  const following = async (query = '', client: Client = app.admin, headers: Record<string, string> = {}) => {
    const follower = await follow(app.address, query, { ...bearer(client), ...headers });
    open.push(follower);
    return follower;
  };

  /** Logs a new version and links it; answers the position of the link. */
  let digest = 0;
  const link = async (collection = 'net', aliases: ReadonlyArray<string> = [], registry = 'model', metadata = {}) => {
    const logged = expecting(
      await app.admin.post('/artifacts', { name: `vision/lab/${collection}`, type: 'model', digest: `d${digest++}`, metadata }), 201,
    );
    const path = `/registries/${registry}/collections/${collection}/versions`;
    return expecting(await app.admin.post(path, { source: logged.body.name, aliases }), 201).body.position as string;
  };

  /** Everything after a position, by the histories: what the stream has to tell an admin. */
  const history = async (where: string, after: string, query = ''): Promise<ReadonlyArray<Record<string, unknown>>> => {
    const { items } = expecting(await app.admin.get(`${where}?order=asc&limit=500${query}`), 200).body;
    const place = (position: string) => Number(position.split('-')[1]);
    return items.filter(({ position }: { position: string }) => place(position) > place(after));
  };

  test('tells each change as the histories have it, its type as the event and its position as the id, from now on', async () => {
    const before = await link();
    const follower = await following();
    expect(follower).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream', 'moniker-position': before } });
    expect(follower.headers['cache-control']).toContain('no-store');
    expect(follower.headers['content-encoding']).toBeUndefined();
    const last = await link('net', ['staging']);
    await follower.until((heard) => heard.at(-1)?.id === last);
    const expected = await history('/audit', before);
    expect(follower.heard.map(({ data }) => data)).toEqual(expected);
    expect(events(follower.heard)).toEqual(expected.map(({ type }) => type));
    expect(ids(follower.heard)).toEqual(expected.map(({ position }) => position));
    expect(events(follower.heard)).toEqual(['ArtifactLogged', 'AliasMoved', 'VersionLinked', 'AliasMoved', 'AliasAdded']);
  });

  test('tells before any change with which position to come back', async () => {
    const before = await link();
    const follower = await following();
    await follower.until(() => follower.lastId() !== undefined);
    expect(follower.lastId()).toBe(before);
    expect(follower.heard).toEqual([]);
  });

  test('goes on after a position, by ?after= or Last-Event-ID, of which the header counts', async () => {
    const first = await link();
    const second = await link();
    const third = await link();
    const all = await history('/audit', first);
    const from = async (query: string, headers = {}) => {
      const follower = await following(query, app.admin, headers);
      await follower.until((heard) => heard.at(-1)?.id === third);
      return ids(follower.heard);
    };
    expect(await from(`?after=${first}`)).toEqual(all.map(({ position }) => position));
    const rest = (await history('/audit', second)).map(({ position }) => position);
    expect(await from('', { 'last-event-id': second })).toEqual(rest);
    expect(await from(`?after=${first}`, { 'last-event-id': second })).toEqual(rest);
    const everything = await following(`?after=${first.split('-')[0]}-0`);
    await everything.until((heard) => heard.at(-1)?.id === third);
    expect(everything.heard.map(({ data }) => data)).toEqual(await history('/audit', `${first.split('-')[0]}-0`));
    expect(everything.heard[0]?.event).toBe('OrganizationFounded');
  });

  test('comes by registry, collection, alias and type, past and present, as the histories do', async () => {
    const start = await link();
    expecting(await app.admin.post('/registries', { name: 'other', acceptedTypes: ['model'] }), 201);
    const filters: ReadonlyArray<readonly [query: string, where: string, filter: string]> = [
      ['registry=other', '/registries/other/history', ''],
      ['registry=model', '/registries/model/history', ''],
      ['registry=model&collection=net', `${C}/history`, ''],
      ['registry=model&collection=net&alias=gold', `${C}/history`, '&alias=gold'],
      ['registry=model&alias=gold', '/registries/model/history', '&alias=gold'],
      ['alias=gold', '/audit', '&alias=gold'],
      ['type=AliasMoved', '/audit', '&type=AliasMoved'],
      ['registry=model&type=AliasAdded&alias=gold', '/registries/model/history', '&type=AliasAdded&alias=gold'],
      ['registry=model&collection=none', '/registries/model/history', '&type=None'],
    ];
    const change = async (name: string): Promise<string> => {
      await link('net', ['gold', name]);
      await link('seg', ['gold']);
      expecting(await app.admin.post(`${C}/versions/gold/usage`, { run: `vision/lab/${name}` }), 200);
      await link('net', [], 'other');
      return expecting(await app.admin.delete(`${C}/aliases/gold`), 200).body.position as string;
    };
    await change('past');
    const followers = await Promise.all(filters.map(([query]) => following(`?${query}&after=${start}`)));
    const all = await following(`?after=${start}`);
    const last = await change('present');
    await all.until((heard) => heard.at(-1)?.id === last);
    for (const [i, [query, where, filter]] of filters.entries()) {
      const expected = await history(where, start, filter);
      await followers[i]?.until((heard) => heard.length >= expected.length);
      expect({ query, heard: followers[i]?.heard.map(({ data }) => data) }).toEqual({ query, heard: expected });
    }
    expect(filters.map((_, i) => (followers[i]?.heard.length ?? 0) > 0)).toEqual([...Array<boolean>(8).fill(true), false]);
  });

  test('what cannot be followed is refused with what to do', async () => {
    const position = await link();
    const [store, place] = position.split('-');
    const refused: ReadonlyArray<readonly [query: string, headers: Record<string, string>, path: string]> = [
      [`?after=another-${place}`, {}, 'after'],
      ['', { 'last-event-id': `another-${place}` }, 'Last-Event-ID'],
      ['?after=7', {}, 'after'],
      [`?after=${store}-1.5`, {}, 'after'],
      [`?after=${store}--1`, {}, 'after'],
      [`?after=${'9'.repeat(200)}`, {}, 'after'],
      ['', { 'last-event-id': 'x'.repeat(200) }, 'Last-Event-ID'],
      ['?since=now', {}, 'since'],
      ['?type=a b', {}, 'type'],
      ['?registry=a/b', {}, 'registry'],
    ];
    for (const [query, headers, path] of refused) {
      const follower = await following(encodeURI(query), app.admin, headers);
      await follower.ended;
      expect({ query, headers, status: follower.status, body: JSON.parse(follower.body()) }).toMatchObject({
        status: 400, body: { code: 'malformed_request', errors: [{ path }] },
      });
    }
    const foreign = await following(`?after=another-${place}`);
    await foreign.ended;
    expect(foreign.body()).toContain('another event store');
    expect((await app.nobody.get('/stream')).status).toBe(401);
    expect((await app.admin.get('/stream?registry=nowhere')).body).toMatchObject({ code: 'registry_not_found' });
    expect((await app.admin.get(`/stream?after=${store}-${Number(place) + 1e9}`)).body).toMatchObject({
      code: 'malformed_request', errors: [{ path: 'after', message: expect.stringMatching(/^lies beyond the end of the log/) }],
    });
  });

  test('is read with GET alone: HEAD would never end', async () => {
    const head = await fetch(`${app.address}/api/v1/stream`, { method: 'HEAD', headers: bearer(app.admin) });
    expect({ status: head.status, allow: head.headers.get('allow') }).toEqual({ status: 405, allow: 'GET' });
  });

  test('a reader is kept with comments while nothing happens', async () => {
    const follower = await following('?registry=dataset');
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    expect(follower.comments()).toBeGreaterThanOrEqual(1);
    expect(follower.comments()).toBeLessThanOrEqual(3);
  });

  describe('tells nobody more than the histories do', () => {
    const secret = async (name: string) => {
      expecting(await app.admin.post('/registries', { name, acceptedTypes: ['model'], visibility: 'restricted' }), 201);
    };

    test('a restricted registry does not show; from the grant of a role on it does', async () => {
      await secret('hidden');
      const ann = await app.as('user:ann');
      const follower = await following('', ann);
      expect((await ann.get('/stream?registry=hidden')).body).toMatchObject({ status: 404, code: 'registry_not_found' });
      const [before, open] = [await link('net', [], 'hidden'), await link()];
      await follower.until((heard) => heard.at(-1)?.id === open);
      expect(follower.heard.every(({ data }) => data['registry'] === 'model')).toBe(true);
      expecting(await app.admin.put('/registries/hidden/members/user:ann', { role: 'viewer' }), 200);
      const shown = await link('net', [], 'hidden');
      await follower.until((heard) => heard.at(-1)?.id === shown);
      expect(ids(follower.heard)).not.toContain(before);
      const all = await following(`?registry=hidden&after=${before}`, ann);
      await all.until((heard) => heard.at(-1)?.id === shown);
      expect(all.heard.map(({ data }) => data)).toEqual(await history('/registries/hidden/history', before));
    });

    test('changes of the organization are for its admins, those of sources for who may read them (S6)', async () => {
      const [bob, eve] = [await app.as('user:bob', { teams: ['vision'] }), await app.as('user:eve')];
      const [boss, member, stranger] = [await following(), await following('', bob), await following('', eve)];
      expecting(await app.admin.post('/users', { name: 'zoe', role: 'member' }), 201);
      const last = await link();
      for (const each of [boss, member, stranger]) await each.until((heard) => heard.at(-1)?.id === last);
      expect(events(boss.heard)).toEqual(['UserCreated', 'ArtifactLogged', 'AliasMoved', 'VersionLinked', 'AliasMoved']);
      expect(events(member.heard)).toEqual(['ArtifactLogged', 'AliasMoved', 'VersionLinked', 'AliasMoved']);
      expect(events(stranger.heard)).toEqual(['VersionLinked', 'AliasMoved']);
    });
  });

  describe('ends with the right to follow', () => {
    const endsWell = async (follower: Follower): Promise<void> => {
      expect(await Promise.race([follower.ended, new Promise((resolve) => setTimeout(resolve, 5_000))])).toBe('whole');
    };

    test('when the key is revoked, and when its principal is disabled', async () => {
      const dan = await app.as('user:dan');
      const key = expecting(await app.admin.post('/keys', { principal: 'user:dan' }), 201).body;
      const [revoked, other] = [await following('', app.withKey(key.key)), await following('', dan)];
      expecting(await app.admin.delete(`/keys/${key.id}`), 200);
      await endsWell(revoked);
      const last = await link();
      await other.until((heard) => heard.at(-1)?.id === last);
      expect(ids(revoked.heard)).not.toContain(last);
      expecting(await app.admin.patch('/users/dan', { disabled: true }), 200);
      await endsWell(other);
      expect((await following('', dan)).status).toBe(401);
    });

    test('when the key expires, and when the session is over', async () => {
      let late = 0;
      // With a store that others share, a clock that leaps is one by which the node was not compared with it in time.
      const own = await startApp({ now: () => Date.now() + late, config: { store: 'embedded' } });
      const gus = await own.as('user:gus');
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const { key } = expecting(await own.admin.post('/keys', { principal: 'user:gus', expiresAt }), 201).body;
      const session = await own.nobody.post('/session', { key: gus.key });
      const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const expiring = await follow(own.address, '', bearer(own.withKey(key)));
      const inSession = await follow(own.address, '', { cookie });
      late = 3_600_000;
      await endsWell(expiring);
      const last = expecting(await own.admin.patch('/registries/model', { description: 'changed' }), 200).body.position;
      await inSession.until((heard) => heard.at(-1)?.id === last);
      late = 12 * 3_600_000 + 1000;
      await endsWell(inSession);
      await own.close();
    });

    test('when the registry asked for does not exist any more for who asks', async () => {
      expecting(await app.admin.post('/registries', { name: 'shelf', acceptedTypes: ['model'], visibility: 'restricted' }), 201);
      expecting(await app.admin.put('/registries/shelf/members/team:vision', { role: 'viewer' }), 200);
      const ivy = await app.as('user:ivy', { teams: ['vision'] });
      const [one, all] = [await following('?registry=shelf', ivy), await following('', ivy)];
      expecting(await app.admin.delete('/teams/vision/members/user:ivy'), 200);
      await endsWell(one);
      expect((await ivy.get('/stream?registry=shelf')).body).toMatchObject({ code: 'registry_not_found' });
      const last = await link();
      await all.until((heard) => heard.at(-1)?.id === last);
    });
  });

  test('a node serves so many streams, and says so to others (503); one that is closed makes room', async () => {
    const followers = await Promise.all(Array.from({ length: 20 }, () => following('?registry=dataset')));
    expect(followers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const refused = await app.admin.get('/stream');
    expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    followers[0]?.kill();
    await followers[0]?.ended;
    for (let i = 0; i < 50; i++) {
      const { status } = await following();
      if (status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('there was no room');
  });

  test('a reader that does not read is cut off, others are not concerned, and it can go on', async () => {
    const [idle, busy] = [await following(), await following()];
    await idle.until(() => idle.lastId() !== undefined);
    idle.stopReading();
    const text = 'x'.repeat(200_000);
    let last = '';
    let ended: string | undefined;
    void idle.ended.then((how) => {
      ended = how;
    });
    for (let i = 0; i < 100 && ended === undefined; i++) last = await link('big', [], 'model', { text });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const metrics = await app.nobody.get('//metrics');
    expect(metrics.text).toMatch(/moniker_streams_cut_off_total 1\n/);
    await busy.until((heard) => heard.at(-1)?.id === last);
    const again = await following(`?after=${idle.lastId()}`);
    await again.until((heard) => heard.at(-1)?.id === last);
    expect([...ids(idle.heard), ...ids(again.heard)]).toEqual(ids(busy.heard));
  }, 60_000);
});

test('a stop of the server ends its streams at once; they go on after it, with no change left out and none twice', async () => {
  const app = await startApp();
  const follower = await follow(app.address, '', bearer(app.admin));
  const silent = await follow(app.address, '', bearer(app.admin));
  silent.stopReading();
  expecting(await app.admin.post('/registries', { name: 'one' }), 201);
  const began = performance.now();
  await app.restart();
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await follower.ended).toBe('whole');
  expecting(await app.admin.post('/registries', { name: 'two' }), 201);
  const again = await follow(app.address, '', { ...bearer(app.admin), 'last-event-id': follower.lastId() ?? '' });
  await again.until((heard) => heard.some(({ data }) => data['registry'] === 'two'));
  const heard = [...follower.heard, ...again.heard].map(({ event, data }) => `${event} ${String(data['registry'])}`);
  expect(heard.filter((each) => each.startsWith('RegistryCreated'))).toEqual(['RegistryCreated one', 'RegistryCreated two']);
  expect(new Set(ids([...follower.heard, ...again.heard])).size).toBe(heard.length);
  again.kill();
  silent.kill();
  await app.close();
});
