/** Signing in, as `app.md` has it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createSessions } from '../../src/app/session';
import { App, Client, expecting, Reply, startApp } from '../support/app';

const HOUR = 3_600_000;

/** The cookie of an answer, as a browser would send it back. */
const cookieOf = (reply: Reply): string => reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';

describe('a session', () => {
  let late = 0;
  let app: App;
  let ann: Client;
  beforeAll(async () => {
    app = await startApp({ now: () => Date.now() + late, config: { trustProxy: 'loopback' } });
    ann = await app.as('user:ann', { role: 'admin' });
  });
  afterAll(() => app.close());
  afterEach(() => {
    late = 0;
  });

  const signIn = async (key = ann.key): Promise<string> => cookieOf(expecting(await app.nobody.post('/session', { key }), 204));
  const whoIs = async (cookie: string) => (await app.nobody.get('/whoami', { cookie })).status;
  /** A command as a page of this server sends it, with some headers changed. */
  const createTeam = (name: string, cookie: string, headers: Record<string, string> = {}) =>
    app.nobody.post('/teams', { name }, { cookie, origin: app.address, 'moniker-request': '1', ...headers });

  test('begins with a key, and is a cookie that scripts and other sites cannot use and that holds no key', async () => {
    const reply = await app.nobody.post('/session', { key: ann.key });
    expect({ status: reply.status, text: reply.text }).toEqual({ status: 204, text: '' });
    const [cookie = '', ...more] = reply.headers.getSetCookie();
    expect(more).toEqual([]);
    expect(cookie).toMatch(/^moniker_session=[\w-]{80,120}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/);
    expect(cookie).not.toContain(ann.key);
    const sealed = Buffer.from(cookieOf(reply).slice('moniker_session='.length), 'base64url');
    expect(sealed.includes(Buffer.from(ann.key ?? '').subarray(10, 20))).toBe(false);
    expect((await app.nobody.get('/whoami', { cookie: cookieOf(reply) })).body.principal).toBe('user:ann');
    expect(cookieOf(await app.nobody.post('/session', { key: ann.key }))).not.toBe(cookieOf(reply));
  });

  test('is Secure where the request came over TLS to a trusted proxy', async () => {
    const reply = await app.nobody.post('/session', { key: ann.key }, { 'x-forwarded-proto': 'https' });
    expect(reply.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  test('is refused to a key that opens nothing, and to a malformed one; neither is a cookie', async () => {
    const wrong = await app.nobody.post('/session', { key: `${ann.key}x` });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    for (const body of [undefined, {}, { key: '' }, { key: 7 }, { key: 'a b' }, { key: 'a\0' }, { key: 'x'.repeat(513) }, { key: 'k', more: 1 }]) {
      const reply = await app.nobody.post('/session', body);
      expect({ body, status: reply.status, code: reply.body.code }).toEqual({ body, status: 400, code: 'malformed_request' });
      expect(reply.headers.get('set-cookie')).toBeNull();
    }
    expect(wrong.headers.get('set-cookie')).toBeNull();
  });

  test('is found among other cookies, and a key in the Authorization header counts before it', async () => {
    const cookie = await signIn();
    expect(await whoIs(`theme=dark; ${cookie}; other=1`)).toBe(200);
    const ci = await app.as('service:ci');
    expect((await app.withKey(ci.key ?? '').get('/whoami', { cookie })).body.principal).toBe('service:ci');
    expect((await app.withKey('wrong').get('/whoami', { cookie })).status).toBe(401);
  });

  test('what was not sealed here is no session, whatever it is', async () => {
    const cookie = await signIn();
    const token = cookie.slice('moniker_session='.length);
    const forged = [
      '', 'x', 'null', '%00', token.slice(1), `${token}A`, token.slice(0, -4), 'A'.repeat(token.length), 'x'.repeat(15_000),
      ...[0, 20, 40, 70].map((at) => `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`),
    ];
    for (const bad of forged)
      expect({ bad: bad.slice(0, 200), status: await whoIs(`moniker_session=${bad}`) }).toEqual({ bad: bad.slice(0, 200), status: 401 });
    expect(await whoIs(cookie)).toBe(200);
  });

  test('lasts 12 hours', async () => {
    const cookie = await signIn();
    late = 12 * HOUR - 60_000;
    expect(await whoIs(cookie)).toBe(200);
    late = 12 * HOUR + 1000;
    expect(await whoIs(cookie)).toBe(401);
  });

  test('outlives a restart of the server', async () => {
    const cookie = await signIn();
    await app.restart();
    expect(await whoIs(cookie)).toBe(200);
  });

  describe('ends with its key', () => {
    let number = 0;
    const someone = async (expiresAt?: string) => {
      const name = `someone-${number++}`;
      expecting(await app.admin.post('/users', { name, role: 'member' }), 201);
      const { body } = expecting(await app.admin.post('/keys', { principal: `user:${name}`, ...(expiresAt && { expiresAt }) }), 201);
      return { name, id: body.id as string, cookie: await signIn(body.key) };
    };

    test('when it is revoked', async () => {
      const { id, cookie } = await someone();
      expect(await whoIs(cookie)).toBe(200);
      expecting(await app.admin.delete(`/keys/${id}`), 200);
      expect(await whoIs(cookie)).toBe(401);
    });

    test('when it expires', async () => {
      const { cookie } = await someone(new Date(Date.now() + HOUR).toISOString());
      expect(await whoIs(cookie)).toBe(200);
      late = HOUR + 1000;
      expect(await whoIs(cookie)).toBe(401);
    });

    test('when its principal is disabled; the command that was being prepared is refused', async () => {
      const { name, cookie } = await someone();
      expecting(await app.admin.patch(`/users/${name}`, { disabled: true }), 200);
      expect(await whoIs(cookie)).toBe(401);
      expect((await createTeam('late', cookie)).status).toBe(401);
    });
  });

  describe('changes something only from a page of this server', () => {
    test('with the header and its own Origin', async () => {
      expecting(await createTeam('own', await signIn()), 201);
    });

    test('behind a trusted proxy, by the name that the browser knows', async () => {
      const cookie = await signIn();
      const proxied = { 'x-forwarded-host': 'moniker.example', 'x-forwarded-proto': 'https' };
      expecting(await createTeam('proxied', cookie, { ...proxied, origin: 'https://moniker.example' }), 201);
      expecting(await createTeam('port', cookie, { ...proxied, 'x-forwarded-host': 'MONIKER.example:443', origin: 'https://moniker.example' }), 201);
      expect((await createTeam('other', cookie, proxied)).status).toBe(403);
    });

    test('and is forbidden otherwise, with nothing changed', async () => {
      const cookie = await signIn();
      const { port } = new URL(app.address);
      const foreign: ReadonlyArray<Record<string, string>> = [
        { 'moniker-request': '' }, { 'moniker-request': '0' }, { 'moniker-request': '1, 1' },
        ...[
          'null', '', 'https://evil.example', `http://127.0.0.1:${Number(port) + 1}`, 'http://127.0.0.1', `http://localhost:${port}`,
          `${app.address}.evil.example`, `http://evil.example@127.0.0.1:${port}`, `ftp://127.0.0.1:${port}`, `${app.address}/`,
          `http://evil.example, ${app.address}`,
        ].map((origin) => ({ origin })),
      ];
      for (const headers of foreign) {
        const reply = await createTeam('foreign', cookie, headers);
        expect({ headers, status: reply.status, code: reply.body.code }).toEqual({ headers, status: 403, code: 'forbidden' });
      }
      const noOrigin = await app.nobody.post('/teams', { name: 'foreign' }, { cookie, 'moniker-request': '1' });
      expect(noOrigin.status).toBe(403);
      const { items } = expecting(await app.admin.get('/teams?limit=500'), 200).body;
      expect(items.map(({ name }: { name: string }) => name)).not.toContain('foreign');
    });

    test('questions need neither, and keys need neither', async () => {
      expect((await app.nobody.get('/teams', { cookie: await signIn(), origin: 'https://evil.example' })).status).toBe(200);
      expecting(await ann.post('/teams', { name: 'by-key' }, { origin: 'https://evil.example' }), 201);
    });

    test('so does beginning one with a foreign Origin, and ending it', async () => {
      const cookie = await signIn();
      const foreign = { origin: 'https://evil.example' };
      expect((await app.nobody.post('/session', { key: ann.key }, foreign)).status).toBe(403);
      expect((await app.nobody.delete('/session', { cookie, ...foreign, 'moniker-request': '1' })).status).toBe(403);
      expect((await app.nobody.delete('/session', { cookie, origin: app.address })).status).toBe(403);
    });
  });

  test('ends by taking the cookie back, also when there is none', async () => {
    const cookie = await signIn();
    const sent: ReadonlyArray<Record<string, string>> = [{ cookie, origin: app.address, 'moniker-request': '1' }, {}];
    for (const headers of sent) {
      const reply = expecting(await app.nobody.delete('/session', headers), 204);
      expect(reply.headers.get('set-cookie')).toBe('moniker_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0');
    }
  });

  test('nothing that was logged or stored holds a key or a token', async () => {
    const cookie = await signIn();
    await whoIs(cookie);
    const secrets = [ann.key ?? '', cookie.slice('moniker_session='.length)];
    const files = (readdirSync(app.config.dataDir, { recursive: true }) as Array<string>)
      .map((name) => join(app.config.dataDir, name))
      .filter((file) => statSync(file).isFile());
    expect(files.length).toBeGreaterThan(2);
    for (const secret of secrets) {
      expect(app.logged()).not.toContain(secret);
      for (const file of files) expect(readFileSync(file).includes(secret)).toBe(false);
    }
  });
});

test('failed sign-ins count with other failed authentications of an address: 429, and a good key still opens', async () => {
  const app = await startApp({ http: { failedAuthentications: { perSecond: 0.01, burst: 3 } } });
  expect((await app.withKey('wrong').get('/whoami')).status).toBe(401);
  expect((await app.nobody.post('/session', { key: 'wrong' })).status).toBe(401);
  expect((await app.nobody.post('/session', { key: 'wrong' })).status).toBe(401);
  const refused = await app.nobody.post('/session', { key: 'wrong' });
  expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await app.withKey('wrong').get('/whoami')).status).toBe(429);
  expecting(await app.nobody.post('/session', { key: app.admin.key }), 204);
  await app.close();
});

test('every node that has the same admin key and event store knows a session, and no other does', async () => {
  const session = { keyHash: 'ab'.repeat(32), ends: 1_800_000_000_000 };
  const [one, same, otherKey, otherStore] = await Promise.all([
    createSessions('a'.repeat(32), 'store'), createSessions('a'.repeat(32), 'store'),
    createSessions('b'.repeat(32), 'store'), createSessions('a'.repeat(32), 'another'),
  ]);
  expect(same.open(one.seal(session))).toEqual(session);
  expect(otherKey.open(one.seal(session))).toBeUndefined();
  expect(otherStore.open(one.seal(session))).toBeUndefined();
});
