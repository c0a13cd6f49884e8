import { right } from 'fp-ts/Either';
import { credentialsIn } from '../../../src/http/boundary/authentication';
import { tokenBuckets } from '../../../src/http/boundary/token-bucket';
import { KEY, Started, startDemonstration } from './demonstration';

const URL_OF_LIST = '/api/v1/registries/model/tags';

const asked: Array<string> = [];
const start = (rate = { perSecond: 1, burst: 3 }) =>
  startDemonstration({ failedAuthentications: rate, trustProxy: true }, async (key) => {
    asked.push(key);
    return key === KEY;
  });

const ask = (server: Started, authorization: string | undefined, address = '192.0.2.1') =>
  server.fastify.inject({
    url: URL_OF_LIST,
    headers: { 'x-forwarded-for': address, ...(authorization === undefined ? {} : { authorization }) },
  });

describe('who asks', () => {
  let server: Started;
  beforeAll(async () => {
    server = await start({ perSecond: 1000, burst: 100_000 });
  });
  afterAll(() => server.close());

  test('is known by a key, whatever the case of the scheme', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER'])
      expect((await ask(server, `${scheme} ${KEY}`)).statusCode).toBe(200);
  });

  test('without a key, or with none that is good, it is 401 and says how', async () => {
    for (const authorization of [undefined, '', 'Bearer', 'Bearer ', 'Bearer x y', 'Basic YTpi', KEY, `Bearer ${KEY}x`, 'Bearer wrong']) {
      const { statusCode, headers, body } = await ask(server, authorization);
      expect({ authorization, statusCode }).toEqual({ authorization, statusCode: 401 });
      expect(headers['www-authenticate']).toMatch(/^Bearer/);
      expect(JSON.parse(body)).toMatchObject({ code: 'unauthenticated', detail: expect.any(String) });
      expect(body).not.toContain(KEY);
    }
  });

  test('a key that cannot be one is never looked up', async () => {
    asked.length = 0;
    for (const key of ['x'.repeat(513), 'x'.repeat(12_000), 'ä', 'a\u00a0b', 'a b', ''])
      expect((await ask(server, `Bearer ${key}`)).statusCode).toBe(401);
    expect(asked).toEqual([]);
  });

  test('a thing that fails to know who asks is a 500, not a pass', async () => {
    const failing = await startDemonstration({}, async () => {
      throw new Error('the store is away');
    });
    expect((await ask(failing, `Bearer ${KEY}`)).statusCode).toBe(500);
    await failing.close();
  });

  test('the header is taken apart in time that grows with its length', () => {
    expect(credentialsIn(`Bearer ${' '.repeat(400)}k`)).toEqual(right({ type: 'Key', key: 'k' }));
    expect(credentialsIn(`Bearer ${' '.repeat(1_000_000)}`)).toMatchObject({ _tag: 'Left' });
  });
});

describe('failed authentications of one address', () => {
  test('are refused with 429 and Retry-After beyond the limit; a good key still opens, and others are not concerned', async () => {
    const server = await start();
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await ask(server, 'Bearer wrong')).statusCode);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const refused = await ask(server, 'Bearer wrong');
    expect(refused.headers['retry-after']).toBe('1');
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'too_many_requests', status: 429 });
    expect((await ask(server, `Bearer ${KEY}`)).statusCode).toBe(200);
    expect((await ask(server, undefined)).statusCode).toBe(401);
    expect((await ask(server, 'Bearer wrong', '192.0.2.2')).statusCode).toBe(401);
    await server.close();
  });

  test('an IPv6 network counts as one address', async () => {
    const server = await start();
    const statuses = [];
    for (const host of ['1', '2:3', 'ffff::1', 'a', 'b'])
      statuses.push((await ask(server, 'Bearer wrong', `2001:db8:0:7:${host}${host.includes('::') ? '' : '::'}`)).statusCode);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await ask(server, 'Bearer wrong', '2001:db8:0:8::1')).statusCode).toBe(401);
    expect((await ask(server, 'Bearer wrong', '2001:db8::8:0:0:1')).statusCode).toBe(401);
    await server.close();
  });

  test('are remembered in bounded memory', () => {
    const take = tokenBuckets({ perSecond: 1, burst: 1 }, () => 0);
    expect([take('first'), take('first')]).toEqual([0, 1]);
    for (let i = 0; i < 20_000; i++) take(`address-${i}`);
    expect(take('first')).toBe(0);
  });

  test('come back with time, and never beyond the burst', () => {
    let now = 0;
    const take = tokenBuckets({ perSecond: 2, burst: 3 }, () => now);
    const taken = () => Array.from({ length: 5 }, () => take('a')).filter((wait) => wait === 0).length;
    expect(taken()).toBe(3);
    now += 1000;
    expect(taken()).toBe(2);
    now += 1_000_000;
    expect(taken()).toBe(3);
    now -= 5000;
    expect(taken()).toBe(0);
  });
});

describe('requests of one principal', () => {
  test('are limited where that is set', async () => {
    const server = await startDemonstration({ requestsOfPrincipal: { perSecond: 1, burst: 2 } });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await ask(server, `Bearer ${KEY}`));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers['retry-after']).toBe('1');
    await server.close();
  });
});
