/** API keys: what they are, whom they open for, and when they do no more. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { headOf, storedEvents } from '../support/app-events';
import { App, Client, expecting, startApp } from '../support/app';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

const unauthenticated = { status: 401, body: { code: 'unauthenticated' } };

describe('a key', () => {
  let late = 0;
  let app: App;
  let ann: Client;
  let bob: Client;
  beforeAll(async () => {
    app = await startApp({ now: () => Date.now() + late });
    [ann, bob] = await Promise.all([app.as('user:ann'), app.as('user:bob')]);
  });
  afterAll(() => app.close());
  afterEach(() => {
    late = 0;
  });

  const keyOf = async (client: Client, principal: string, more: Record<string, unknown> = {}) =>
    expecting(await client.post('/keys', { principal, ...more }), 201).body;

  test('has 256 random bits behind a prefix, is another each time, and is shown once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => keyOf(ann, 'user:ann', { label: 'laptop' })));
    for (const { key, id, position, ...rest } of made) {
      expect(key).toMatch(/^moniker_[\w-]{43}$/);
      expect(Buffer.from(key.slice('moniker_'.length), 'base64url')).toHaveLength(32);
      expect(rest).toEqual({ principal: 'user:ann', label: 'laptop', createdAt: expect.any(String), expiresAt: null });
      expect([typeof id, typeof position]).toEqual(['string', 'string']);
    }
    expect(new Set(made.map(({ key }) => key)).size).toBe(made.length);
    const listed = (await ann.get('/keys?limit=500')).text;
    for (const { key, id } of made) {
      expect(listed).toContain(id);
      expect(listed).not.toContain(key);
    }
  });

  test('is stored as its SHA-256 only', async () => {
    const { key, id } = await keyOf(ann, 'user:ann');
    const events = await storedEvents(app);
    const created = events.find(({ data }) => data.includes(id));
    expect(JSON.parse(created?.data ?? '{}')).toMatchObject({ hash: createHash('sha256').update(key).digest('hex') });
    expect(events.map(({ data, metadata }) => data + metadata).join()).not.toContain(key.slice(8));
  });

  test('is not shown again to a repeat with the same Idempotency-Key', async () => {
    const make = () => ann.post('/keys', { principal: 'user:ann' }, { 'idempotency-key': 'once' });
    const [first, again] = [await make(), await make()];
    expect(again).toMatchObject({ status: 201, body: { ...first.body, key: null } });
    expect(await app.withKey(first.body.key).get('/whoami')).toMatchObject({ body: { principal: 'user:ann' } });
  });

  test('expires, at its instant and not before', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { key } = await keyOf(ann, 'user:ann', { expiresAt });
    const client = app.withKey(key);
    expect(await client.get('/whoami')).toMatchObject({ status: 200 });
    late = 59_000;
    expect(await client.get('/whoami')).toMatchObject({ status: 200 });
    late = 60_100;
    expect(await client.get('/whoami')).toMatchObject(unauthenticated);
    expect(await client.post('/registries', { name: 'late' })).toMatchObject(unauthenticated);
  });

  test('that would have expired already, or at no instant, is not made', async () => {
    for (const expiresAt of [new Date(Date.now() - 1).toISOString(), 'tomorrow', 7, ''])
      expect(await ann.post('/keys', { principal: 'user:ann', expiresAt })).toMatchObject({
        status: 400, body: { code: 'malformed_request', errors: [{ path: 'expiresAt' }] },
      });
  });

  test('revoked is refused from the answer on, for commands and queries; others of its principal are not', async () => {
    for (let n = 0; n < 10; n++) {
      const { key, id } = await keyOf(ann, 'user:ann');
      const client = app.withKey(key);
      expecting(await client.get('/registries'), 200);
      expecting(await ann.delete(`/keys/${id}`), 200);
      expect(await client.get('/registries')).toMatchObject(unauthenticated);
      expect(await client.post('/registries', { name: `after-${n}` })).toMatchObject(unauthenticated);
    }
    expect(await ann.get('/whoami')).toMatchObject({ status: 200 });
  });

  test('may revoke itself', async () => {
    const { key, id } = await keyOf(ann, 'user:ann');
    expecting(await app.withKey(key).delete(`/keys/${id}`), 200);
    expect(await app.withKey(key).get('/whoami')).toMatchObject(unauthenticated);
  });

  test('of another is hidden from all but admins: revoking it answers as for one that never was', async () => {
    const { key, id } = await keyOf(bob, 'user:bob');
    const [others, none] = [await ann.delete(`/keys/${id}`), await ann.delete('/keys/never')];
    expect([others.status, others.text]).toEqual([404, none.text]);
    expect(others.body.code).toBe('key_not_found');
    expect((await ann.get('/keys?limit=500')).text).not.toContain(id);
    expect(await app.withKey(key).get('/whoami')).toMatchObject({ status: 200 });
    expect((await app.admin.get('/keys?limit=500')).text).toContain(id);
    expecting(await app.admin.delete(`/keys/${id}`), 200);
    expect(await app.withKey(key).get('/whoami')).toMatchObject(unauthenticated);
  });

  test('revoked twice is not found the second time', async () => {
    const { id } = await keyOf(ann, 'user:ann');
    expecting(await ann.delete(`/keys/${id}`), 200);
    expect(await ann.delete(`/keys/${id}`)).toMatchObject({ status: 404, body: { code: 'key_not_found' } });
  });

  test('for another is made by admins only, whether or not there is such a principal; unknown ones they are told of', async () => {
    for (const principal of ['user:bob', 'user:nobody', 'service:nobody'])
      expect(await ann.post('/keys', { principal })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await app.admin.post('/keys', { principal: 'user:nobody' })).body.code).toBe('principal_not_found');
    expect((await ann.post('/keys', { principal: 'team:vision' })).body.code).toBe('malformed_request');
    const made = await keyOf(app.admin, 'user:bob');
    expect((await app.withKey(made.key).get('/whoami')).body.principal).toBe('user:bob');
  });

  test('of a disabled principal is refused, all of them; enabled again they open again', async () => {
    const eve = await app.as('user:eve');
    const { key } = await keyOf(eve, 'user:eve');
    expecting(await app.admin.patch('/users/eve', { disabled: true }), 200);
    for (const client of [eve, app.withKey(key)]) {
      expect(await client.get('/whoami')).toMatchObject(unauthenticated);
      expect(await client.post('/keys', { principal: 'user:eve' })).toMatchObject(unauthenticated);
    }
    expecting(await app.admin.patch('/users/eve', { disabled: false }), 200);
    for (const client of [eve, app.withKey(key)]) expect(await client.get('/whoami')).toMatchObject({ status: 200 });
  });

  test('says when it was last used here, where that is asked for; the answer is as api.md has it otherwise', async () => {
    const { key, id } = await keyOf(ann, 'user:ann');
    const lastUsedAt = async (of: string) =>
      (await ann.get('/keys?limit=500&include=lastUsedAt')).body.items.find((item: { id: string }) => item.id === of).lastUsedAt;
    expect(await lastUsedAt(id)).toBeNull();
    late = 5_000_000;
    const before = new Date(Date.now() + late).toISOString();
    expecting(await app.withKey(key).get('/whoami'), 200);
    late = 0;
    expect((await lastUsedAt(id)) >= before).toBe(true);
    const [item] = (await ann.get('/keys')).body.items;
    expect(Object.keys(item).sort()).toEqual(['createdAt', 'expiresAt', 'id', 'label', 'principal']);
    expect(await ann.get('/keys?include=hash')).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
    const events = await headOf(app);
    expecting(await app.withKey(key).get('/whoami'), 200);
    expect(await headOf(app)).toBe(events);
  });
});

describe('the key of the admin', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const start = (adminKey?: string) => startApp({ config: { dataDir: folder.path, adminKey } });
  /** What each of these keys opens, on a server started with this setting. */
  const opened = async (adminKey: string | undefined, keys: ReadonlyArray<string | undefined>) => {
    const app = await start(adminKey);
    const statuses = await Promise.all(keys.map(async (key) => (await app.withKey(key ?? '').get('/whoami')).status));
    const own = app.admin.key;
    await app.close();
    return { statuses, own };
  };
  const file = () => join(folder.path, 'admin-key');
  const [one, two] = ['1'.repeat(32), '2'.repeat(512)];

  test('is made where there is none, kept in a file for its owner only, and used again', async () => {
    const first = await opened(undefined, []);
    expect(first.own).toMatch(/^moniker_[\w-]{43}$/);
    expect(readFileSync(file(), 'utf8')).toBe(`${first.own}\n`);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file()}.new`)).toBe(false);
    expect(await opened(undefined, [first.own])).toEqual({ statuses: [200], own: first.own });
  });

  test('is another once its file was deleted, and the one before is revoked', async () => {
    const first = await opened(undefined, []);
    rmSync(file());
    const second = await opened(undefined, [first.own]);
    expect(second).toEqual({ statuses: [401], own: expect.not.stringContaining(first.own ?? '') });
    expect((await opened(undefined, [first.own, second.own])).statuses).toEqual([401, 200]);
  });

  test('is not taken from a file that holds no whole key, and the start says so', async () => {
    for (const content of ['', '\n', 'moniker_short', `${'x'.repeat(40)} y`]) {
      writeFileSync(file(), content);
      await expect(start()).rejects.toThrow(/admin-key must hold 32 to 512 visible ASCII characters/);
      const told = await start().catch((error: Error) => error.message);
      expect(told).not.toContain('moniker_short');
      rmSync(file());
    }
  });

  test('that a kill left unfinished is made anew', async () => {
    writeFileSync(`${file()}.new`, 'mon', { mode: 0o644 });
    const { own } = await opened(undefined, []);
    expect(readFileSync(file(), 'utf8')).toBe(`${own}\n`);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test('is rotated by starting with another: MONIKER_ADMIN_KEY counts before the file, and the one before is revoked', async () => {
    const made = await opened(undefined, []);
    expect(await opened(one, [made.own, one, two])).toEqual({ statuses: [401, 200, 401], own: one });
    expect((await opened(one, [one])).statuses).toEqual([200]);
    expect((await opened(two, [made.own, one, two])).statuses).toEqual([401, 401, 200]);
    expect((await opened(one, [one, two])).statuses).toEqual([200, 401]);
    expect((await opened(undefined, [made.own, one, two])).statuses).toEqual([200, 401, 401]);
  });

  test('a start with the same key records nothing', async () => {
    const app = await start(one);
    const events = await headOf(app);
    await app.restart();
    expect(await headOf(app)).toBe(events);
    await app.close();
  });

  test('that was known as another key, of anybody, ends the one before all the same', async () => {
    const app = await start(one);
    const ann = await app.as('user:ann');
    const own = expecting(await app.admin.post('/keys', { principal: 'user:admin' }), 201).body.key as string;
    await app.close();
    expect((await opened(own, [one, own])).statuses).toEqual([401, 200]);
    const withKeyOfAnn = await start(ann.key);
    expect(await withKeyOfAnn.admin.get('/whoami')).toMatchObject({ body: { principal: 'user:admin' } });
    expect((await withKeyOfAnn.withKey(own).get('/whoami')).status).toBe(401);
    await withKeyOfAnn.close();
  });

  test('other keys and the data stay as they are through a rotation', async () => {
    const app = await start(one);
    const ann = await app.as('user:ann');
    expecting(await ann.post('/registries', { name: 'kept' }), 201);
    await app.close();
    const after = await start(two);
    expect((await after.withKey(ann.key ?? '').get('/registries/kept')).body).toMatchObject({ role: 'admin' });
    await after.close();
  });
});
