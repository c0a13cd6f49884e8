import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { collectionStream } from '../../src/domain/values/streams';
import { openEmbeddedReader } from '../../src/event-store/embedded/embedded-store';
import { StoredEvent } from '../../src/event-store/event-store';
import { App, Client, expecting, startApp } from '../support/app';
import { collect } from '../support/events';
import { makeHistory, SHELF } from '../support/history';
import { chainsOf, storedChains } from '../support/independent-chain';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

const C = `/registries/${encodeURIComponent(SHELF)}/collections`;
let folder: TemporaryFolder;
let app: App;
let ann: Client;
beforeAll(async () => {
  folder = temporaryFolder();
  await makeHistory(folder.path, {
    moves: { 'zoo & "net"': 3, whole: 4, edited: 3, forged: 1, gone: 1, guarded: 0, long: 6000 },
  });
  // In whose file these tests edit events.
  app = await startApp({ config: { store: 'embedded', dataDir: folder.path } });
  ann = await app.as('user:ann');
});
afterAll(async () => {
  await app.close();
  folder.remove();
});

const storedIn = async (collection: string): Promise<ReadonlyArray<StoredEvent>> => {
  const reader = openEmbeddedReader({ folder: folder.path });
  const stored = await collect(reader.readStream(collectionStream(SHELF, collection)));
  await reader.close();
  return stored;
};

const linesOf = (text: string): ReadonlyArray<Record<string, unknown>> => {
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
};

const edit = (sql: string, ...values: ReadonlyArray<string | number>): void => {
  const db = new DatabaseSync(join(folder.path, 'events.db'), { timeout: 5000 });
  expect(Number(db.prepare(sql).run(...values).changes)).toBeGreaterThan(0);
  db.close();
};

test('E5: the events of a collection come as lines that hold all that the chain is made over', async () => {
  const { status, headers, text } = await app.admin.get(`${C}/${encodeURIComponent('zoo & "net"')}/events`);
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  expect(headers.get('moniker-position')).toMatch(/^[0-9a-f]{8}-\d+$/);
  const lines = linesOf(text);
  const stream = collectionStream(SHELF, 'zoo & "net"');
  const stored = await storedIn('zoo & "net"');
  expect(lines.map(({ chain }) => chain)).toEqual(chainsOf(stored));
  expect(storedChains(stored)).toEqual(chainsOf(stored));
  expect(lines.map((line) => Object.keys(line).join())).toEqual(
    lines.map(() => 'stream,revision,id,type,data,metadata,chain'),
  );
  expect(lines.map(({ stream: of, revision, id, type }) => ({ stream: of, revision, id, type }))).toEqual(
    stored.map(({ revision, id, type }) => ({ stream, revision, id, type })),
  );
  expect(lines.map(({ data }) => data)).toEqual(stored.map(({ data }) => JSON.parse(data) as unknown));
  expect(lines[0]?.['metadata']).not.toHaveProperty('chain');
  expect(lines.at(-1)).toMatchObject({ type: 'AliasMoved', metadata: { by: 'user:ann', reason: 'release 2', command: 'AddAlias' } });
});

test('E5: an intact collection is verified, with its head and the count of its events', async () => {
  const events = linesOf((await app.admin.get(`${C}/whole/events`)).text);
  const { body } = await app.admin.get(`${C}/whole/verification`);
  expect(body).toEqual({ ok: true, events: events.length, head: events.at(-1)?.['chain'], problems: [] });
  const [kept] = [events[2]];
  const against = (revision: unknown, chain: unknown) =>
    app.admin.get(`${C}/whole/verification?revision=${String(revision)}&chain=${String(chain)}`);
  expect((await against(kept?.['revision'], kept?.['chain'])).body).toMatchObject({ ok: true });
  expect((await against(3, kept?.['chain'])).body.problems).toEqual([
    { revision: 3, message: 'it is not the event whose chain was kept elsewhere' },
  ]);
  const last = events.length - 1;
  expect((await against(last + 5, kept?.['chain'])).body).toMatchObject({
    ok: false,
    problems: [{ revision: last, message: expect.stringContaining('its end was cut off') }],
  });
});

test('E5: an event that was edited in the store is named', async () => {
  const where = 'WHERE revision = 5 AND stream = (SELECT id FROM streams WHERE name = ?)';
  edit(`UPDATE events SET metadata = replace(metadata, 'user:ann', 'user:nan') ${where}`, collectionStream(SHELF, 'edited'));
  const { body } = await app.admin.get(`${C}/edited/verification`);
  expect(body.problems).toEqual([
    { revision: 5, message: 'its chain does not follow from it and the event before it: one of them was changed (E5)' },
  ]);
});

test('A1: a holder that no rule would have allowed is named, though the chain was made anew', async () => {
  const stored = await storedIn('forged');
  const forged = stored.map((event) => ({ ...event, data: event.data.replace('"cause":"change","from":0', '"cause":"change","from":7') }));
  const chains = chainsOf(forged);
  forged.forEach(({ position, data, metadata }, index) => {
    const chained = metadata.replace(/"chain":"[0-9a-f]{64}"/, `"chain":"${chains[index]}"`);
    edit('UPDATE events SET data = ?, metadata = ? WHERE position = ?', data, chained, position);
  });
  const { body } = await app.admin.get(`${C}/forged/verification`);
  expect(body.problems).toEqual([
    { revision: forged.length - 1, message: 'A1: "production" was held by v0, not by v7' },
  ]);
  const kept = stored.at(-1);
  const head = (JSON.parse(kept?.metadata ?? '') as { chain: string }).chain;
  const against = await app.admin.get(`${C}/forged/verification?revision=${kept?.revision}&chain=${head}`);
  expect(against.body.problems).toContainEqual({
    revision: kept?.revision, message: 'it is not the event whose chain was kept elsewhere',
  });
});

test('C1: the events and verification of a deleted collection still answer; of one that never was they do not', async () => {
  expecting(await app.admin.delete(`${C}/gone`), 200);
  expect(linesOf((await app.admin.get(`${C}/gone/events`)).text).at(-1)).toMatchObject({ type: 'CollectionDeleted' });
  expect((await app.admin.get(`${C}/gone/verification`)).body).toMatchObject({ ok: true, problems: [] });
  for (const path of ['events', 'verification']) {
    expect(await app.admin.get(`${C}/never/${path}`)).toMatchObject({
      status: 404, body: { code: 'collection_not_found' },
    });
    expect(await app.admin.get(`/registries/never/collections/never/${path}`)).toMatchObject({
      status: 404, body: { code: 'registry_not_found' },
    });
  }
});

test('events and verification need the role viewer', async () => {
  for (const path of ['events', 'verification']) {
    expect(await ann.get(`${C}/guarded/${path}`)).toMatchObject({ status: 403, body: { code: 'forbidden', role: 'viewer of the registry' } });
    expect(await app.nobody.get(`${C}/guarded/${path}`)).toMatchObject({ status: 401 });
  }
  expecting(await app.admin.put(`/registries/${encodeURIComponent(SHELF)}/members/user%3Aann`, { role: 'viewer' }), 200);
  for (const path of ['events', 'verification']) expecting(await ann.get(`${C}/guarded/${path}`), 200);
});

test.each([
  ['revision=1', 'chain', 'is missing'],
  [`chain=${'0'.repeat(64)}`, 'revision', 'is missing'],
  [`revision=-1&chain=${'0'.repeat(64)}`, 'revision', 'must be a whole number'],
  [`revision=1e2&chain=${'0'.repeat(64)}`, 'revision', 'must be a whole number'],
  [`revision=1&chain=${'0'.repeat(63)}`, 'chain', 'must have at least 64'],
  [`revision=1&chain=${'A'.repeat(64)}`, 'chain', 'must match'],
  ['head=1', 'head', 'is not known here'],
])('a head that is not one is malformed: %s', async (query, path, message) => {
  const answered = await app.admin.get(`${C}/never/verification?${query}`);
  expect(answered).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
  expect(answered.body.errors).toContainEqual({ path, message: expect.stringContaining(message) });
});

test('a reader that takes nothing holds up neither memory nor others, and may leave', async () => {
  const socket = connect(Number(new URL(app.address).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.pause();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 30; n++)
    socket.write(`GET /api/v1${C}/long/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.admin.key}\r\n\r\n`);
  for (let n = 0; n < 20; n++) expecting(await app.admin.get('/whoami'), 200);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(60 * 1024 * 1024);
  socket.destroy();
  expect(linesOf((await app.admin.get(`${C}/long/events`)).text).length).toBeGreaterThan(6000);
});
