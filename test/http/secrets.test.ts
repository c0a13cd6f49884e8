/**
 * No key and no token is anywhere but where it was given: not in what is stored, logged, measured or answered, whatever
 * was done with it, well or badly. The one exception is the file `admin-key`, which is there to hold one.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Controller, Get, Req } from '@nestjs/common';
import { App, Client, expecting, Reply, startApp } from '../support/app';

/** Fails with all that it was asked with. */
@Controller()
class Failing {
  @Get('api/v1/failing')
  fail(@Req() { headers }: { headers: Record<string, string> }): never {
    throw new Error(`the inside of the server, in /home/moniker, asked by ${headers['user-agent']}`);
  }
}

/** A key in every manner that somebody could write it to a file or a log. */
const formsOf = (secret: string): ReadonlyArray<Buffer> => {
  const bytes = Buffer.from(secret);
  const bare = secret.startsWith('moniker_') ? secret.slice('moniker_'.length) : secret;
  return [
    bytes, Buffer.from(bare), Buffer.from(bytes.toString('base64').replace(/=+$/, '')), Buffer.from(bytes.toString('base64url')),
    Buffer.from(bytes.toString('hex')), Buffer.from(secret, 'utf16le'),
  ];
};

const filesIn = (folder: string): ReadonlyArray<string> =>
  (readdirSync(folder, { recursive: true }) as Array<string>)
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && !file.endsWith('admin-key'));

describe('every key and token of a run', () => {
  let app: App;
  const secrets = new Map<string, string>();
  /** All that was answered, but for what makes a key known. */
  const answers: Array<string> = [];

  const noted = (reply: Reply): Reply => {
    answers.push(reply.text, JSON.stringify([...reply.headers]));
    return reply;
  };
  const keyOf = async (as: Client, what: string, principal: string, more: object = {}, headers = {}) => {
    const { key, ...rest } = expecting(await as.post('/keys', { principal, ...more }, headers), 201).body;
    secrets.set(what, key);
    answers.push(JSON.stringify(rest));
    return { key: key as string, id: rest.id as string, client: app.withKey(key) };
  };
  const raw = (bytes: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(app.address).port), '127.0.0.1', () => socket.end(bytes));
      let heard = '';
      socket.on('data', (chunk) => (heard += chunk.toString()));
      socket.on('close', () => resolve(heard));
      socket.on('error', () => resolve(heard));
    });

  beforeAll(async () => {
    app = await startApp({ level: 'trace', controllers: [Failing], http: { verifyAnswers: false } });
    const { admin, nobody } = app;
    secrets.set('of the admin', admin.key ?? '');
    for (const name of ['ann', 'bob']) expecting(await admin.post('/users', { name, role: 'member' }), 201);
    expecting(await admin.post('/service-accounts', { name: 'ci', role: 'member' }), 201);
    const ann = await keyOf(admin, 'of a user', 'user:ann');
    const ci = await keyOf(admin, 'of a service account', 'service:ci', { label: 'pipeline' });
    const own = await keyOf(ann.client, 'made by itself', 'user:ann', { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const once = await keyOf(admin, 'made with an idempotency key', 'user:ann', {}, { 'idempotency-key': 'once' });
    noted(await admin.post('/keys', { principal: 'user:ann' }, { 'idempotency-key': 'once' }));
    const revoked = await keyOf(admin, 'revoked', 'user:ann');
    noted(expecting(await revoked.client.delete(`/keys/${revoked.id}`), 200));
    const disabled = await keyOf(admin, 'of one who is disabled', 'user:bob');
    noted(await admin.patch('/users/bob', { disabled: true }));
    const unknown = `moniker_${'u'.repeat(43)}`;
    secrets.set('unknown', unknown).set('of no shape', 'a-key-that-somebody-made-up-1234567890');

    const signedIn = noted(expecting(await nobody.post('/session', { key: ann.key }), 204));
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    answers.splice(answers.indexOf(JSON.stringify([...signedIn.headers])), 1);
    secrets.set('token of a session', cookie.slice('moniker_session='.length));
    const page = { cookie, origin: app.address, 'moniker-request': '1' };

    for (const client of [ann.client, ci.client, own.client, once.client, revoked.client, disabled.client, ...[...secrets.values()].map(app.withKey)]) {
      noted(await client.get('/whoami'));
      noted(await client.get('/keys?include=lastUsedAt'));
      noted(await client.post('/registries', { name: 'r' }, { 'idempotency-key': 'again' }));
      noted(await client.post('/registries', { name: 'r', unknown: 1 }));
      noted(await client.post('/registries', '{"name": '));
      noted(await client.get('/registries/none'));
      noted(await client.get('/nothing'));
      noted(await client.send('PUT', '/whoami'));
      noted(await client.get('/failing'));
      noted(await client.get('/stream'));
      noted(await nobody.post('/session', { key: client.key, more: 1 }));
      // Where no key belongs.
      noted(await nobody.get(`/whoami?key=${client.key}`));
      noted(await nobody.get(`/resolve?name=${client.key}`));
      noted(await nobody.get('/whoami', { authorization: client.key ?? '' }));
      noted(await nobody.get('/whoami', { authorization: `Basic ${Buffer.from(`x:${client.key}`).toString('base64')}` }));
      noted(await nobody.get('/whoami', { cookie: `moniker_session=${client.key}` }));
      noted(await admin.post('/teams', { name: 't' }, { 'idempotency-key': client.key ?? '' }));
      answers.push(await raw(`GET /api/v1/whoami HTTP/1.1\r\nAuthorization: Bearer ${client.key}\0\r\n\r\n`));
      answers.push(await raw(`GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.key}\r\nAuthorization: Bearer ${client.key}\r\nConnection: close\r\n\r\n`));
    }
    // In a path, or as the id of a request, it is told from a name by how it looks.
    for (const key of [ann.key, unknown]) {
      noted(await nobody.get('/whoami', { 'x-request-id': key }));
      noted(await admin.delete(`/keys/${key}`));
      noted(await nobody.get(`//${key}`));
    }
    noted(await nobody.get('/whoami', { cookie }));
    noted(await nobody.post('/teams', { name: 'of-the-page' }, page));
    noted(await nobody.get('/failing', { cookie }));
    for (const path of ['//metrics', '//health/ready', '//api/docs', '//api/v1/openapi.json', '/audit?limit=500', '/users', '/keys?limit=500'])
      noted(await admin.get(path));
    noted(await nobody.delete('/session', page));
  }, 60_000);
  afterAll(() => app.close());

  test('were used, and failed, in many ways', () => {
    expect(secrets.size).toBe(10);
    expect(new Set(answers.map((text) => /"code":"(\w+)"/.exec(text)?.[1])).size).toBeGreaterThan(7);
    expect(app.logged()).toContain('the inside of the server');
  });

  test('is in no file of the data folder, before and after a restart; hashes are, which shows that one would be found', async () => {
    const { dataDir } = app.config;
    for (const isRestarted of [false, true]) {
      const files = filesIn(dataDir);
      expect(files.filter((file) => file.endsWith('-wal')).length).toBeGreaterThan(0);
      const contents = files.map((file) => readFileSync(file));
      const hash = createHash('sha256').update(secrets.get('of a user') ?? '').digest('hex');
      expect(contents.some((content) => content.includes(hash))).toBe(true);
      for (const [what, secret] of secrets)
        for (const form of formsOf(secret))
          expect({ what, in: files.filter((_, index) => contents[index]?.includes(form)) }).toEqual({ what, in: [] });
      if (!isRestarted) await app.restart();
    }
  });

  test('is in no line of the log, down to the finest', () => {
    for (const [what, secret] of secrets)
      for (const form of formsOf(secret)) expect({ what, logged: app.logged().includes(form.toString('latin1')) }).toEqual({ what, logged: false });
  });

  test('is in no answer but the one that made it, be it a problem, a measure or a list; nor is the inside of the server', () => {
    for (const [what, secret] of secrets) expect({ what, in: answers.filter((text) => text.includes(secret)) }).toEqual({ what, in: [] });
    for (const text of answers) expect(text).not.toMatch(/the inside of the server|\/home\/moniker|node_modules|\.[jt]s:\d+|at \w+ \(/);
  });
});
