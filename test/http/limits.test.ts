/** How much may be asked, as it is set, and what becomes of who asks badly. */
import { connect } from 'node:net';
import { App, expecting, startApp } from '../support/app';
import { headOf } from '../support/app-events';

/** What a server says to these bytes, to the end of the connection. */
const say = (app: App, bytes: Buffer | string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(app.address).port), '127.0.0.1', () => socket.write(bytes));
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });

describe('limits that are set', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp({ config: { refusalRate: 1, requestRate: 20, bodyBytes: 1024, trustProxy: 'loopback' } });
  });
  afterAll(() => app.close());

  const wrong = (address: string) => app.withKey('moniker_wrong').get('/whoami', { 'x-forwarded-for': address });

  test('failed authentications of one address: 401, then 429 with Retry-After; a good key opens all the same', async () => {
    const statuses = [];
    for (let n = 0; n < 7; n++) statuses.push((await wrong('192.0.2.1')).status);
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses).toContain(429);
    const refused = await wrong('192.0.2.1');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests', status: 429 } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await app.admin.get('/whoami', { 'x-forwarded-for': '192.0.2.1' })).status).toBe(200);
    expect((await wrong('192.0.2.2')).status).toBe(401);
  });

  test('requests of one principal, by whatever key: 429 with Retry-After; others are not concerned', async () => {
    const ann = await app.as('user:ann');
    const other = app.withKey(expecting(await ann.post('/keys', { principal: 'user:ann' }), 201).body.key);
    const replies = await Promise.all(Array.from({ length: 300 }, (_, n) => (n % 2 === 0 ? ann : other).get('/whoami')));
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(5);
    expect(refused.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
    expect((await app.admin.get('/whoami')).status).toBe(200);
  });

  test('the size of a body, said or not: 413, nothing changed', async () => {
    const before = await headOf(app);
    const large = { name: 'large', description: 'x'.repeat(1100) };
    expect(await app.admin.post('/registries', large)).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    const heard = await say(
      app,
      `POST /api/v1/registries HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.admin.key}\r\n` +
        `content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1.1 413 /);
    expect(heard).toContain('at most 1024 bytes');
    expect(await headOf(app)).toBe(before);
    expecting(await app.admin.post('/registries', { name: 'small' }), 201);
  });
});

describe('an Authorization header that is none', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp({ level: 'trace' });
  });
  afterAll(() => app.close());

  const request = (header: Buffer | string): Buffer =>
    Buffer.concat([
      Buffer.from('POST /api/v1/registries HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\nauthorization: '),
      Buffer.from(header),
      Buffer.from('\r\n\r\n'),
    ]);

  test.each([
    ['another scheme', 'Basic YWRtaW46YWRtaW4=', 401],
    ['no scheme', 'moniker_abc', 401],
    ['nothing behind the scheme', 'Bearer ', 401],
    ['two keys', 'Bearer moniker_abc moniker_abc', 401],
    ['a key in quotes', 'Bearer "moniker_abc"', 401],
    ['bytes beyond ASCII', Buffer.from([0x42, 0x65, 0x61, 0x72, 0x65, 0x72, 0x20, 0xff, 0xfe, 0xc3, 0x28]), 401],
    ['a tab', 'Bearer\tmoniker_abc', 401],
    ['15 KiB', `Bearer ${'x'.repeat(15_000)}`, 401],
    ['17 KiB', `Bearer ${'x'.repeat(17_000)}`, 431],
    ['2 MiB', `Bearer ${'x'.repeat(2 * 1024 * 1024)}`, 431],
    ['a NUL', 'Bearer moniker_abc\0def', 400],
    ['a NUL at its end', 'Bearer moniker_abc\0', 400],
    ['a line feed of its own', 'Bearer moniker_abc\nx-more: 1', 400],
  ])('%s is a problem that does not repeat it, and changes nothing', async (_, header, status) => {
    const before = await headOf(app);
    const heard = await say(app, request(header)).catch((error: NodeJS.ErrnoException) => error.code ?? '');
    // A client that has not sent everything when it is refused may see the connection reset before the answer.
    if (heard === 'ECONNRESET' || heard === 'EPIPE') expect(status).toBe(431);
    else {
      expect(heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(heard).toContain('application/problem+json');
      expect(heard).not.toMatch(/moniker_abc|YWRtaW4|xxxxx/);
    }
    expect(await headOf(app)).toBe(before);
    expect((await app.admin.get('/whoami')).status).toBe(200);
    expect(app.logged()).not.toMatch(/moniker_abc|YWRtaW4|xxxxx/);
  });

  test('sent twice, it is none, whatever is in it', async () => {
    for (const [keys, status] of [
      [[app.admin.key], 200], [[app.admin.key, 'wrong'], 401], [['wrong', app.admin.key], 401], [[app.admin.key, app.admin.key], 401],
    ] as const) {
      const heard = await say(
        app,
        `GET /api/v1/whoami HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${keys.map((key) => `authorization: Bearer ${key}\r\n`).join('')}\r\n`,
      );
      expect(Number(heard.split(' ')[1])).toBe(status);
    }
  });

  test('a key in the address opens nothing, and is not logged', async () => {
    for (const name of ['key', 'token', 'access_token', 'api_key'])
      expect((await app.nobody.get(`/whoami?${name}=${app.admin.key}`)).status).toBe(401);
    expect(app.logged()).not.toContain(app.admin.key);
  });

  test('a key where a name, an id or the id of a request is expected is not logged', async () => {
    const ann = await app.as('user:ann');
    const key = ann.key ?? '';
    expect((await ann.delete(`/keys/${key}`)).status).toBe(404);
    expect((await ann.get(`/registries/${key}`)).status).toBe(404);
    expect((await ann.get(`//x/${key}/y`)).status).toBe(404);
    expect((await ann.get('/whoami', { 'x-request-id': key })).headers.get('x-request-id')).not.toBe(key);
    expect((await ann.get('/whoami', { 'x-request-id': `of:${key}` })).headers.get('x-request-id')).not.toContain(key);
    expect(app.logged()).toContain('"path":"/api/v1/keys/moniker_…"');
    expect(app.logged()).not.toContain(key.slice(8));
  });
});
