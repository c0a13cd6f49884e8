/** Serving the Registry App: `app.md`, Manners. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { App, startApp } from '../support/app';
import { TemporaryFolder, temporaryFolder } from '../support/temporary-folder';

const SCRIPT = 'console.log("moniker");\n'.repeat(200);
const HTML = '<!doctype html><title>Moniker</title><script type="module" src="/assets/index-5f3a.js"></script>';
const SECRET = 'not for you';

type Answer = { status: number; headers: Record<string, string>; body: Buffer };

/** Asks for a path as it stands: `fetch` would resolve what is in it. */
const ask = (app: App, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.address);
    const sent = request({ hostname, port, path, method, headers, agent: false }, (answered) => {
      const chunks: Array<Buffer> = [];
      answered.on('data', (chunk: Buffer) => chunks.push(chunk));
      answered.on('end', () => {
        const shown = Object.entries(answered.headers).map(([name, value]) => [name, String(value)] as const);
        resolve({ status: answered.statusCode ?? 0, headers: Object.fromEntries(shown), body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('the Registry App', () => {
  let built: TemporaryFolder;
  let app: App;
  beforeAll(async () => {
    built = temporaryFolder();
    const page = join(built.path, 'dashboard');
    mkdirSync(join(page, 'assets'), { recursive: true });
    writeFileSync(join(built.path, 'secret.txt'), SECRET);
    writeFileSync(join(page, 'index.html'), HTML);
    writeFileSync(join(page, 'robots.txt'), 'User-agent: *\n');
    writeFileSync(join(page, 'assets/index-5f3a.js'), SCRIPT);
    writeFileSync(join(page, 'assets/inter-77.woff2'), Buffer.alloc(5000, 7));
    app = await startApp({ page });
  });
  afterAll(async () => {
    await app.close();
    built.remove();
  });

  test('is one page, at / and at every address of its own that is asked for as HTML, checked again each time', async () => {
    const places = ['/', '/registries', '/registries/Golden%20Datasets/collections/a.b/versions/v3?at=2026-01-01T00:00:00Z', '/audit'];
    for (const path of places) {
      const { status, headers, body } = await ask(app, path, BROWSER);
      expect({ path, status, body: body.toString() }).toEqual({ path, status: 200, body: HTML });
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    }
    expect((await ask(app, '/')).body.toString()).toBe(HTML);
  });

  test('may run its own scripts only, and be shown in no frame', async () => {
    const { headers } = await ask(app, '/', BROWSER);
    const policy = headers['content-security-policy'] ?? '';
    expect(policy.split('; ')).toEqual(expect.arrayContaining([
      "default-src 'none'", "script-src 'self'", "connect-src 'self'", "img-src 'self' data:", "font-src 'self'",
      "frame-ancestors 'none'", "base-uri 'none'",
    ]));
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
  });

  test('files that are named after their content are kept for ever, compressed as the browser likes', async () => {
    const path = '/assets/index-5f3a.js';
    const plain = await ask(app, path);
    expect(plain).toMatchObject({ status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8', vary: 'accept-encoding' } });
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.body.toString()).toBe(SCRIPT);
    const brotli = await ask(app, path, { 'accept-encoding': 'gzip, deflate, br, zstd' });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body).toString()).toBe(SCRIPT);
    const gzip = await ask(app, path, { 'accept-encoding': 'br;q=0, gzip;q=0.5' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).toString()).toBe(SCRIPT);
    expect(Number(gzip.headers['content-length'])).toBe(gzip.body.length);
    expect((await ask(app, path, { 'accept-encoding': 'identity' })).headers['content-encoding']).toBeUndefined();
    expect((await ask(app, '/assets/inter-77.woff2', { 'accept-encoding': 'br' })).headers).toMatchObject({
      'content-type': 'font/woff2', 'content-length': '5000',
    });
    expect(new Set([plain, brotli, gzip].map(({ headers }) => headers['etag'])).size).toBe(3);
  });

  test('is not sent again where the browser has it', async () => {
    for (const path of ['/', '/assets/index-5f3a.js', '/robots.txt']) {
      const { headers } = await ask(app, path, BROWSER);
      const again = await ask(app, path, { ...BROWSER, 'if-none-match': headers['etag'] ?? '' });
      expect({ path, status: again.status, bytes: again.body.length }).toEqual({ path, status: 304, bytes: 0 });
    }
  });

  test('HEAD is GET without a body', async () => {
    for (const path of ['/', '/assets/index-5f3a.js']) {
      const [get, head] = [await ask(app, path, BROWSER), await ask(app, path, BROWSER, 'HEAD')];
      expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(get.body.length), etag: get.headers['etag'] } });
      expect(head.body.length).toBe(0);
    }
  });

  test('nothing outside of its folder is served, however it is asked for', async () => {
    const paths = [
      '/../secret.txt', '/assets/../../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/%2e%2e/%2e%2e/secret.txt',
      '/assets/..%5c..%5csecret.txt', '//secret.txt', '/./../secret.txt', '/assets/%00', '/%', '/%ff', '/assets/index-5f3a.js%00.html',
      '/assets//index-5f3a.js', '/ASSETS/index-5f3a.js', '/assets/index-5f3a%2ejs', '/assets/', '/assets',
    ];
    for (const path of paths) {
      const { status, headers, body } = await ask(app, path);
      expect({ path, status, type: headers['content-type'] }).toEqual({ path, status: 404, type: 'application/problem+json' });
      expect(body.toString()).not.toContain(SECRET);
      expect((await ask(app, path, BROWSER)).body.toString()).not.toContain(SECRET);
    }
  });

  test('what a page fetches and is not there is 404, not a page', async () => {
    for (const path of ['/assets/index-old.js', '/assets/missing', '/api', '/api/', '/api/v1/nothing', '/health', '/health/nothing', '/metrics/nothing'])
      expect({ path, status: (await ask(app, path, BROWSER)).status }).toEqual({ path, status: 404 });
    for (const accept of ['*/*', 'application/json', ''])
      expect((await ask(app, '/registries', { accept })).status).toBe(404);
  });

  test('is only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const { status, headers } = await ask(app, '/registries', BROWSER, method);
      expect({ method, status, allow: headers['allow'] }).toEqual({ method, status: 405, allow: 'GET, HEAD' });
    }
  });

  test('does not stand in the way of the API, health and metrics', async () => {
    expect((await ask(app, '/api/v1/registries', BROWSER)).status).toBe(401);
    expect((await ask(app, '/api/docs', BROWSER)).body.toString()).toContain('Moniker: the API');
    expect((await ask(app, '/health/live', BROWSER)).body.toString()).toContain('live');
    expect((await ask(app, '/metrics', BROWSER)).body.toString()).toContain('moniker_');
  });
});

test('where the Registry App is not built, that is said, with what to do', async () => {
  const empty = temporaryFolder();
  const app = await startApp({ page: empty.path });
  for (const path of ['/', '/registries']) {
    const { status, headers, body } = await ask(app, path, BROWSER);
    expect({ status, type: headers['content-type'] }).toEqual({ status: 404, type: 'text/plain; charset=utf-8' });
    expect(body.toString()).toContain('npm run build');
  }
  await app.close();
  empty.remove();
});
