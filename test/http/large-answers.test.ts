/** Pages of lists and comparisons of metrics are not much longer than 4 MiB, whatever was logged, and nothing is lost by it. */
import { App, Client, expecting, startApp } from '../support/app';

const ZOO = '/registries/model/collections/zoo';
const LARGE = 4 * 1024 * 1024;
const ALL = Array.from({ length: 24 }, (_, n) => n);

type Item = Readonly<Record<string, unknown>>;
type Walked = { readonly items: ReadonlyArray<Item>; readonly pages: ReadonlyArray<{ readonly items: number; readonly bytes: number }> };

/** All pages of a list. */
const walk = async (client: Client, path: string, limit: number): Promise<Walked> => {
  const [items, pages]: [Array<Item>, Array<Walked['pages'][number]>] = [[], []];
  const first = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}`;
  for (let page: string | null = first; page !== null; ) {
    const { body, text } = expecting(await client.get(page), 200);
    items.push(...body.items);
    pages.push({ items: body.items.length, bytes: Buffer.byteLength(text) });
    page = body.nextCursor === null ? null : `${first}&cursor=${body.nextCursor}`;
  }
  return { items, pages };
};

describe('24 versions, each with 230 KB of metadata and a thousand metrics of its own', () => {
  let app: App;
  let ann: Client;
  beforeAll(async () => {
    app = await startApp();
    ann = await app.as('user:ann', { teams: ['vision'] });
    expecting(await app.admin.put('/registries/model/members/user:ann', { role: 'restricted_viewer' }), 200);
    for (const n of ALL) {
      const names = Array.from({ length: 1000 }, (_, m) => `${n}-${m}-`.padEnd(230, 'x'));
      const version = { metadata: { about: 'é'.repeat(115_000) }, metrics: Object.fromEntries(names.map((name) => [name, n])) };
      expecting(await ann.post('/artifacts', { name: 'vision/p/net', type: 'model', digest: `d${n}`, ...version }), 201);
      expecting(await app.admin.post(`${ZOO}/versions`, { source: `vision/p/net:v${n}` }), 201);
    }
  });
  afterAll(() => app.close());

  const downwards = [...ALL].reverse().map((n) => `v${n}`);

  test.each([
    ['source versions', '/entities/vision/projects/p/artifacts/net/versions', downwards],
    ['linked versions', `${ZOO}/versions`, downwards],
    ['linked versions, upwards', `${ZOO}/versions?order=asc`, ALL.map((n) => `v${n}`)],
  ])('a page of %s ends early, and the pages have every version once, in order', async (_, path, expected) => {
    const { items, pages } = await walk(ann, path, 500);
    expect(items.map(({ version }) => version)).toEqual(expected);
    expect(pages.length).toBeGreaterThan(2);
    for (const { bytes } of pages) expect(bytes).toBeLessThan(LARGE + 1024);
    // Not earlier than it has to: another would have been too large.
    for (const { items: many, bytes } of pages.slice(0, -1)) expect(bytes + bytes / many).toBeGreaterThan(LARGE * 0.99);
    const few = await walk(ann, path, 2);
    expect(few.items.map(({ version }) => version)).toEqual(expected);
    expect(new Set(few.pages.map(({ items: many }) => many))).toEqual(new Set([2]));
  });

  test.each(['asc', 'desc'])('E2: a page of the audit (%s) ends early, and the pages have every change once, in order', async (order) => {
    const { items, pages } = await walk(app.admin, `/audit?order=${order}&type=ArtifactLogged`, 500);
    const logged = items.map(({ data }) => (data as { version: number }).version);
    expect(logged).toEqual(order === 'asc' ? ALL : [...ALL].reverse());
    expect(pages.length).toBeGreaterThan(2);
    for (const { bytes } of pages) expect(bytes).toBeLessThan(LARGE + 1024);
  });

  test('metrics that together are large are refused, with what to do; of fewer versions they are all there', async () => {
    for (const asked of ['', `?versions=${downwards.join(',')}`]) {
      const refused = await ann.get(`${ZOO}/metrics${asked}`);
      expect(refused).toMatchObject({ status: 400, body: { code: 'malformed_request', errors: [{ path: 'versions' }] } });
      expect(refused.body.errors[0].message).toContain('fewer versions');
    }
    const { body } = expecting(await ann.get(`${ZOO}/metrics?versions=v3,v7,v9`), 200);
    expect(body.versions).toEqual(['v3', 'v7', 'v9']);
    expect(Object.keys(body.metrics)).toHaveLength(3000);
    expect(body.metrics['7-999-'.padEnd(230, 'x')]).toEqual([null, 7, null]);
  });

  test('metrics that many versions share are not large: twenty versions with a thousand of the longest names', async () => {
    const metrics = Object.fromEntries(Array.from({ length: 1000 }, (_, m) => [`${m}-`.padEnd(256, 'x'), -1.7976931348623157e308]));
    for (let n = 0; n < 20; n++) {
      expecting(await ann.post('/artifacts', { name: 'vision/p/even', type: 'model', digest: `e${n}`, metrics }), 201);
      expecting(await app.admin.post('/registries/model/collections/even/versions', { source: `vision/p/even:v${n}` }), 201);
    }
    const versions = Array.from({ length: 20 }, (_, n) => `v${n}`).join(',');
    const { body, text } = expecting(await ann.get(`/registries/model/collections/even/metrics?versions=${versions}`), 200);
    expect(Object.keys(body.metrics)).toHaveLength(1000);
    expect(Buffer.byteLength(text)).toBeLessThan(LARGE);
  });
});
