import * as fc from 'fast-check';
import { KEY, Started, startDemonstration } from './demonstration';

let server: Started;
beforeAll(async () => {
  server = await startDemonstration({ failedAuthentications: { perSecond: 1e9, burst: 1e9 } });
});
afterAll(() => server.close());

const RUNS = { numRuns: 1500 };
const authorization = `Bearer ${KEY}`;

/** The answer is one that the API describes, and no server error. */
const isClear = ({ statusCode, headers, body }: { statusCode: number; headers: object; body: string }) => {
  expect(statusCode).toBeLessThan(500);
  if (statusCode < 400) return;
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
  expect(JSON.parse(body)).toMatchObject({ status: statusCode, code: expect.any(String), detail: expect.any(String) });
};

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  fc.tuple(fc.json(), fc.nat(), fc.uint8Array({ maxLength: 3 })).map(([json, at, more]) => {
    const whole = Buffer.from(json);
    return Buffer.concat([whole.subarray(0, at % (whole.length + 1)), Buffer.from(more), whole.subarray(at % (whole.length + 1))]);
  }),
);

const value = fc.oneof(
  fc.constantFrom<unknown>('vision/zoo/z:v1', 'any', ['any'], ['a', 'a'], { principal: 'user:ann' }, {}, null, 'v3', 'v03', 3, true),
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary' }),
);
const body = fc.dictionary(
  fc.oneof(
    fc.constantFrom('source', 'aliases', 'acceptedTypes', 'metadata', 'by', 'version', 'expected', 'reason', '__proto__', 'constructor'),
    fc.string(),
  ),
  value,
  { maxKeys: 6, noNullPrototype: false },
);

/** Text for a request target: well encoded, wrongly encoded, or not at all (as far as a client can send it). */
const encoded = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.array(fc.constantFrom('%', '%f', '%ff', '%00', '%2F', '%25', '%23', '%3F', '..', '.', 'a', '+', '&', '=', ';', ',', '\\', '|', '{'), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.constantFrom('model', 'zoo', 'staging', 'v3', 'latest', '__proto__', 'constructor', 'x'.repeat(3000)),
);

describe('whatever comes, the answer is clear and never a server error', () => {
  test('any bytes as a body', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (payload) => {
        isClear(
          await server.fastify.inject({
            method: 'POST',
            url: '/api/v1/registries/model/collections/zoo/versions',
            headers: { authorization, 'content-type': 'application/json' },
            payload,
          }),
        );
      }),
      RUNS,
    );
  });

  test('any members in a body', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom('versions', 'aliases/staging'), async (sent, below) => {
        isClear(
          await server.fastify.inject({
            method: below === 'versions' ? 'POST' : 'PUT',
            url: `/api/v1/registries/model/collections/zoo/${below}`,
            headers: { authorization, 'content-type': 'application/json' },
            payload: Buffer.from(JSON.stringify(sent)),
          }),
        );
      }),
      RUNS,
    );
  });

  test('any path and query', async () => {
    const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom('name', 'at', 'limit', 'cursor', 'expected', 'reason'), encoded), encoded), { maxLength: 4 });
    const path = fc.oneof(
      fc.tuple(encoded).map(([r]) => `/registries/${r}/tags`),
      fc.tuple(encoded, encoded, encoded).map(([r, c, a]) => `/registries/${r}/collections/${c}/aliases/${a}`),
      fc.constant('/resolve'),
      fc.array(encoded, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
    );
    await fc.assert(
      fc.asyncProperty(path, query, fc.constantFrom('GET' as const, 'DELETE' as const, 'PUT' as const), async (to, pairs, method) => {
        isClear(
          await server.fastify.inject({
            method,
            url: `/api/v1${to}?${pairs.map(([name, given]) => `${name}=${given}`).join('&')}`,
            headers: { authorization },
          }),
        );
      }),
      RUNS,
    );
  });

  test('any headers', async () => {
    const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 40 });
    const names = ['authorization', 'content-type', 'idempotency-key', 'moniker-reason', 'moniker-after', 'if-none-match', 'traceparent', 'x-request-id', 'accept', 'accept-version', 'x-forwarded-for', 'expect', 'cookie', 'origin'];
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), text, { noNullPrototype: false }), fc.boolean(), async (headers, key) => {
        const sent = { ...headers, ...(key ? { authorization } : {}) };
        isClear(await server.fastify.inject({ url: '/api/v1/resolve?name=model/zoo:a', headers: sent }));
        isClear(
          await server.fastify.inject({
            method: 'PUT',
            url: '/api/v1/registries/model/collections/zoo/aliases/a',
            headers: { 'content-type': 'application/json', ...sent },
            payload: '{"version":"v1"}',
          }),
        );
      }),
      RUNS,
    );
  });
});
