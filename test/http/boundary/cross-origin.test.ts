/** What pages of other origins may do. */
import { KEY, Started, startDemonstration } from './demonstration';

const OURS = 'https://app.example';
const URL_OF_LIST = '/api/v1/registries/model/tags?limit=1';
const ALIAS = '/api/v1/registries/model/collections/zoo/aliases/a';
const authorization = `Bearer ${KEY}`;

const ofCors = (headers: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

describe('origins that are set', () => {
  let server: Started;
  beforeAll(async () => {
    server = await startDemonstration({ origins: [OURS, 'http://localhost:3000'] });
  });
  afterAll(() => server.close());

  const ask = (origin: string | undefined, more: Record<string, string> = {}, url = URL_OF_LIST, method: 'GET' | 'PUT' = 'GET') =>
    server.fastify.inject({ method, url, headers: { authorization, ...(origin === undefined ? {} : { origin }), ...more } });
  const preflight = (origin: string, more: Record<string, string> = { 'access-control-request-method': 'PUT' }, url = ALIAS) =>
    server.fastify.inject({ method: 'OPTIONS', url, headers: { origin, ...more } });

  test('may read answers, refusals among them, and the headers that say more than the body', async () => {
    for (const [more, status] of [[{}, 200], [{ authorization: 'Bearer wrong' }, 401]] as const) {
      const { statusCode, headers } = await ask(OURS, more);
      expect(statusCode).toBe(status);
      expect(ofCors(headers)).toEqual({
        'access-control-allow-origin': OURS,
        'access-control-expose-headers': 'ETag, Moniker-Position, Retry-After, WWW-Authenticate, X-Request-Id',
      });
      expect(headers).toMatchObject({ vary: 'origin', 'x-content-type-options': 'nosniff' });
    }
    for (const url of ['/api/nothing', `${ALIAS}?x=1`])
      expect((await ask(OURS, {}, url)).headers['access-control-allow-origin']).toBe(OURS);
  });

  test('may ask beforehand, and are told what they may send: keys, and never what a session needs', async () => {
    const { statusCode, headers, body } = await preflight(OURS);
    expect({ statusCode, body }).toEqual({ statusCode: 204, body: '' });
    expect(ofCors(headers)).toMatchObject({
      'access-control-allow-origin': OURS,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': expect.stringMatching(/^Authorization, Content-Type, /),
    });
    expect(JSON.stringify(headers).toLowerCase()).not.toMatch(/moniker-request|cookie|allow-credentials/);
    expect(headers).toMatchObject({ vary: 'origin', 'x-content-type-options': 'nosniff' });
  });

  test('never with a session: no answer allows credentials', async () => {
    for (const answered of [await ask(OURS, { cookie: 'moniker_session=x' }), await preflight(OURS), await ask(undefined)])
      expect(answered.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  test('others are told nothing, however near they come', async () => {
    for (const origin of [
      'https://evil.example', 'http://app.example', 'https://app.example:444', 'https://APP.example', 'https://app.example.',
      'https://app.example.evil.example', 'https://evil.app.example', 'https://app.example/', 'null', '', '*',
      `${OURS}, https://evil.example`,
    ]) {
      const [asked, before] = [await ask(origin), await preflight(origin)];
      expect({ origin, ...ofCors(asked.headers), ...ofCors(before.headers) }).toEqual({ origin });
      expect({ statuses: [asked.statusCode, before.statusCode] }).toEqual({ statuses: [200, 405] });
      expect(asked.headers['vary']).toBe('origin');
    }
  });

  test('an OPTIONS that asks for nothing is no method, and what is not of the API is not theirs', async () => {
    expect((await preflight(OURS, {})).statusCode).toBe(405);
    expect(ofCors((await preflight(OURS, undefined, '/pages/x')).headers)).toEqual({});
    expect(ofCors((await ask(OURS, {}, '/pages/x')).headers)).toEqual({});
  });
});

test('none that are set: CORS is off', async () => {
  const server = await startDemonstration();
  const headers = { origin: OURS, authorization };
  const asked = await server.fastify.inject({ url: URL_OF_LIST, headers });
  const before = await server.fastify.inject({
    method: 'OPTIONS', url: ALIAS, headers: { ...headers, 'access-control-request-method': 'PUT' },
  });
  expect([asked.statusCode, before.statusCode]).toEqual([200, 405]);
  expect({ ...ofCors(asked.headers), ...ofCors(before.headers) }).toEqual({});
  expect(asked.headers).not.toHaveProperty('vary');
  await server.close();
});
