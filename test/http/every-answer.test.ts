/** What every answer of the server as it runs says to browsers, be it what it may; and what none says to anybody. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import { App, Client, expecting, Reply, startApp } from '../support/app';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

@Controller()
class Failing {
  @Get('api/v1/failing')
  fail(): never {
    throw new Error('SECRET');
  }
}

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

describe('every answer', () => {
  let folder: TemporaryFolder;
  let app: App;
  let ann: Client;
  beforeAll(async () => {
    folder = temporaryFolder();
    mkdirSync(join(folder.path, 'assets'));
    writeFileSync(join(folder.path, 'index.html'), '<!doctype html><title>Moniker</title>');
    writeFileSync(join(folder.path, 'assets/index-1a2b.js'), 'const one = 1;');
    app = await startApp({
      controllers: [Failing], page: folder.path, config: { requestRate: 1_000 },
      http: { verifyAnswers: false, requestTimeout: 300, failedAuthentications: { perSecond: 0.001, burst: 3 } },
    });
    ann = await app.as('user:ann', { teams: ['vision'] });
    expecting(await ann.post('/artifacts', { name: 'vision/p/net', type: 'model', digest: '1' }), 201);
    expecting(await ann.post('/registries', { name: 'own' }), 201);
    expecting(await ann.post('/registries/own/collections/zoo/versions', { source: 'vision/p/net:v0' }), 201);
  });
  afterAll(async () => {
    await app.close();
    folder.remove();
  });

  const raw = (bytes: string): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(app.address).port), '127.0.0.1', () => socket.write(bytes));
      let heard = '';
      socket.on('data', (chunk) => (heard += chunk.toString()));
      socket.on('close', () => {
        const [head = '', text = ''] = heard.split('\r\n\r\n');
        const [line = '', ...lines] = head.split('\r\n');
        const headers = new Headers(lines.map((each): [string, string] => [each.slice(0, each.indexOf(':')), each.slice(each.indexOf(':') + 1).trim()]));
        resolve({ status: Number(line.split(' ')[1]), headers, text, body: undefined });
      });
      socket.on('error', reject);
    });

  const zoo = '/registries/own/collections/zoo';
  const asked: ReadonlyArray<readonly [what: string, status: number, ask: () => Promise<Reply>]> = [
    ['the page', 200, () => app.nobody.get('//')],
    ['a place in the page', 200, () => app.nobody.get('//registries/own', { accept: 'text/html' })],
    ['a file of the page', 200, () => app.nobody.get('//assets/index-1a2b.js')],
    ['a file of the page, compressed', 200, () => app.nobody.get('//assets/index-1a2b.js', { 'accept-encoding': 'br' })],
    ['a file that is not there', 404, () => app.nobody.get('//assets/nothing.js')],
    ['the documentation', 200, () => app.nobody.get('//api/docs')],
    ['the document', 200, () => app.nobody.get('/openapi.json')],
    ['live', 200, () => app.nobody.get('//health/live')],
    ['ready', 200, () => app.nobody.get('//health/ready')],
    ['metrics', 200, () => app.nobody.get('//metrics')],
    ['a query', 200, () => ann.get('/whoami')],
    ['HEAD', 200, () => ann.send('HEAD', '/whoami')],
    ['a list', 200, () => ann.get('/registries')],
    ['a command', 200, () => ann.put(`${zoo}/aliases/a`, { version: 'v0' })],
    ['a creation', 201, () => ann.post('/registries', { name: `made-${Math.random()}` })],
    ['lines', 200, () => ann.get(`${zoo}/events`)],
    ['a live stream', 200, () => ann.get('/stream')],
    ['304', 304, async () => ann.get(`${zoo}/aliases`, { 'if-none-match': (await ann.get(`${zoo}/aliases`)).headers.get('etag') ?? '' })],
    ['a session', 204, () => app.nobody.post('/session', { key: ann.key })],
    ['400', 400, () => ann.post('/registries', { name: '/' })],
    ['401', 401, () => app.nobody.get('/whoami')],
    ['403', 403, () => ann.get('/audit')],
    ['404 of the API', 404, () => ann.get('/nothing')],
    ['404 of a resource', 404, () => ann.get('/registries/none')],
    ['404 elsewhere', 404, () => app.nobody.get('//nothing')],
    ['405', 405, () => ann.send('OPTIONS', '/whoami', undefined, { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' })],
    ['409', 409, () => ann.post('/registries', { name: 'own' })],
    ['413', 413, () => ann.post('/registries', 'x'.repeat(800_000))],
    ['415', 415, () => ann.post('/registries', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['422', 422, () => ann.put(`${zoo}/aliases/latest`, { version: 'v0' })],
    ['429', 429, async () => {
      for (let n = 0; n < 4; n++) await app.withKey('wrong').get('/whoami');
      return app.withKey('wrong').get('/whoami');
    }],
    ['500', 500, () => ann.get('/failing')],
    ['what is not HTTP', 400, () => raw('HELLO\r\n\r\n')],
    ['408', 408, () => raw('GET /api/v1/whoami HTT')],
    ['431', 431, () => raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`)],
    ['an expectation', 401, () => raw('GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\nExpect: more\r\nConnection: close\r\n\r\n')],
  ];

  test.each(asked)('%s (%d)', async (_, status, ask) => {
    const reply = await ask();
    expect(reply.status).toBe(status);
    expect(Object.fromEntries(reply.headers)).toMatchObject(always);
    const policy = reply.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*|https?:|data:)/);
    expect(reply.headers.get('cache-control')).toBeTruthy();
    expect([...reply.headers.keys()].filter((name) => /^access-control-|^server$|^x-powered-by$|^vary$/.test(name) && !(name === 'vary' && status === 200))).toEqual([]);
    expect(reply.headers.has('set-cookie')).toBe(status === 204);
    expect(reply.text).not.toMatch(/SECRET|node_modules|\.[jt]s:\d+:\d+|^\s+at /m);
  });
});
