import * as fc from 'fast-check';
import { isLeft } from 'fp-ts/Either';
import { Operation } from '../../src/http/boundary';
import { requestDecoder } from '../../src/http/boundary/request';
import { allOperations } from '../support/operations';

const RUNS = 10_000;

const names = ['model', 'zoo', 'v3', 'v03', 'latest', '..', 'a/b', 'a:b', 'a@b', '__proto__', 'constructor', '\0', '\ud800', ' ', 'x'.repeat(3000), '😀'.repeat(129), 'İ', 'user:ann', 'team:', 'vision/zoo/z:v1', 'wandb-registry-model/zoo:production@2026-01-01T00:00:00Z', '2026-02-30T00:00:00Z', '1e400', '', '500', 'any', 'admin'];
const text = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) });
const value = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }), fc.array(text, { maxLength: 5 }), fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3, noNullPrototype: false }), fc.double(), fc.constant(undefined));
const encoded = fc.oneof(
  { weight: 4, arbitrary: text.map((name) => encodeURIComponent(name.toWellFormed())) },
  { weight: 1, arbitrary: fc.constantFrom('%', '%zz', '%ff', '%00', 'ü', '%25', '+') },
);

/** A request to an operation: its own parameters and members, and others, with values of all kinds. */
const requestTo = (operation: Operation) => {
  const parameters = ['limit', 'cursor', 'other', ...Object.keys({ ...operation.query?.required, ...operation.query?.optional })];
  const members = ['other', '__proto__', ...Object.keys({ ...operation.body?.required, ...operation.body?.optional })];
  return fc.record({
    path: fc.array(encoded, { minLength: 6, maxLength: 6 }),
    query: fc.array(fc.tuple(fc.constantFrom(...parameters), encoded), { maxLength: 4 }),
    body: fc.oneof(
      fc.dictionary(fc.constantFrom(...members), value, { noNullPrototype: false }).map((sent) => JSON.stringify(sent)),
      fc.json(),
      fc.string(),
    ),
    headers: fc.dictionary(fc.constantFrom('idempotency-key', 'moniker-reason', 'moniker-after', 'traceparent'), fc.string(), {
      noNullPrototype: false,
    }),
  });
};

test(`S2, N1 to N7: ${RUNS} requests of any kind to every operation are decoded, or refused with all faults by path`, async () => {
  const operations = await allOperations();
  const each = Math.ceil(RUNS / operations.length);
  for (const operation of operations) {
    const decode = requestDecoder(operation);
    fc.assert(
      fc.property(requestTo(operation), ({ path, query, body, headers }) => {
        let next = 0;
        const target = `/api/v1${operation.path.replace(/:\w+/g, () => path[next++] ?? 'x')}`;
        const decoded = decode({
          target: `${target}?${query.map(([name, given]) => `${name}=${given}`).join('&')}`,
          headers,
          body: operation.method === 'GET' ? undefined : Buffer.from(body),
        });
        if (!isLeft(decoded)) return;
        expect(decoded.left.length).toBeGreaterThan(0);
        for (const fault of decoded.left) {
          expect(fault).toEqual({ path: expect.stringMatching(/^.{1,400}$/su), message: expect.stringMatching(/^.{3,700}$/su) });
          expect(fault.path.isWellFormed() && fault.message.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: each },
    );
  }
});
