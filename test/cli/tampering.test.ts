/**
 * E5: whatever is changed of the stored events is found by each of those who look: `GET C/verification`, `moniker verify`,
 * and `verify.py` on an export. Only an end that was cut off is not, but against a head that was kept elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, DatabaseSyncInstance } from '@photostructure/sqlite';
import * as fc from 'fast-check';
import { heads } from '../../src/cli/commands/heads';
import { verify } from '../../src/cli/commands/verify';
import { ExitCode } from '../../src/cli/exit';
import { Terminal } from '../../src/cli/terminal';
import { collectionStream, registryStream } from '../../src/domain/values/streams';
import { App, startApp } from '../support/app';
import { cliHere } from '../support/cli';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

const C = '/registries/model/collections/zoo';
const STREAM = collectionStream('model', 'zoo');
const verifier = join(__dirname, '../../docs/verify.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;

type Row = { readonly position: number; readonly stream: number; readonly revision: number; readonly id: Uint8Array;
  readonly type: string; readonly data: string; readonly metadata: string };

let app: App;
let exports: TemporaryFolder;
let db: DatabaseSyncInstance;
/** The log as it was written, and the events of the collection in it. */
let log: ReadonlyArray<Row>;
let events: ReadonlyArray<Row>;
/** The first of each kind, and the creation of the second life. */
let examples: ReadonlyArray<Row>;

/** Every kind of event that a collection can have, and a second life. */
beforeAll(async () => {
  app = await startApp();
  exports = temporaryFolder();
  const { admin } = app;
  const did = async (method: string, path: string, body?: unknown): Promise<void> => {
    const { status, text } = await admin.send(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
  };
  await did('POST', '/teams', { name: 'vision' });
  for (const n of [0, 1, 2]) await did('POST', '/artifacts', { name: 'vision/p/net', type: 'model', digest: `sha256:${n}` });
  for (const life of [1, 2]) {
    await did('POST', '/registries/model/collections', { name: 'zoo', type: 'model', description: `«${life}»`, tags: ['a', 'b'] });
    for (const n of [0, 1, 2]) await did('POST', `${C}/versions`, { source: `vision/p/net:v${n}`, aliases: ['staging'], run: 'vision/p/run', reason: `Nº ${n}` });
    const [first, second] = life === 1 ? ['v0', 'v1'] : ['v3', 'v4'];
    await did('PUT', `${C}/aliases/production`, { version: first, reason: 'first "release" 😀' });
    await did('PUT', `${C}/aliases/production`, { version: second });
    await did('POST', `${C}/aliases/production/rollback`, {});
    await did('PUT', `${C}/versions/${first}/tags/good`);
    await did('DELETE', `${C}/versions/${first}/tags/good`);
    await did('PUT', '/registries/model/protected-aliases/production');
    await did('DELETE', '/registries/model/protected-aliases/production');
    await did('DELETE', `${C}/aliases/staging`);
    await did('DELETE', `${C}/versions/${first}`);
    await did('PATCH', C, { description: 'said anew', addTags: ['c'], removeTags: ['a'] });
    if (life === 1) await did('DELETE', C);
  }
  db = new DatabaseSync(join(app.config.dataDir, 'events.db'), { timeout: 5000 });
  log = db.prepare('SELECT * FROM events ORDER BY position').all() as ReadonlyArray<Row>;
  const { id } = db.prepare('SELECT id FROM streams WHERE name = ?').get(STREAM) as { id: number };
  events = log.filter(({ stream }) => stream === id);
  examples = events.filter(({ type }, index) => events.findIndex((each) => each.type === type) === index);
  expect(examples).toHaveLength(14);
  examples = [...examples, ...events.filter(({ type, revision }) => type === 'CollectionCreated' && revision > 0)];
});
afterAll(async () => {
  db.close();
  await app.close();
  exports.remove();
});

const restore = (): void => {
  db.exec('BEGIN; DELETE FROM events');
  const put = db.prepare('INSERT INTO events (position, stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (const { position, stream, revision, id, type, data, metadata } of log) put.run(position, stream, revision, id, type, data, metadata);
  db.exec('COMMIT');
};
afterEach(restore);

const running = (work: (terminal: Terminal) => Promise<ExitCode>) => cliHere({ MONIKER_DATA_DIR: app.config.dataDir }, work);
const verified = (kept?: string) =>
  running((terminal) => verify(terminal, undefined, { readModels: false, ...(kept === undefined ? {} : { heads: kept }) }));

let exported = 0;
const exportNow = async (): Promise<string> => {
  const file = join(exports.path, `${exported++}.ndjson`);
  writeFileSync(file, (await app.admin.get(`${C}/events`)).text);
  return file;
};

const RUN_ALL = `
import contextlib, io, runpy, sys
verifier = sys.argv[1]
for file in sys.stdin.read().split():
    sys.argv = [verifier, file]
    try:
        with contextlib.redirect_stdout(io.StringIO()): runpy.run_path(verifier)
    except SystemExit as ended: print(ended.code)
`;
/** How the verifier of Python ends on each of them; all found where there is no Python. */
const endings = (files: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (!hasPython) return files.map(() => '1');
  const { stdout, stderr } = spawnSync('python3', ['-c', RUN_ALL, verifier], { encoding: 'utf8', input: files.join('\n'), maxBuffer: 1e8 });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
};

type Tampering = { readonly what: string; readonly change: () => void };

/** Each of them is found by all three. */
const expectFound = async (tamperings: ReadonlyArray<Tampering>): Promise<void> => {
  const unseen: Array<string> = [];
  const files: Array<string> = [];
  for (const { what, change } of tamperings) {
    change();
    const { status, body } = await app.admin.get(`${C}/verification`);
    if (status !== 200 || body.ok || body.problems.length === 0) unseen.push(`GET C/verification: ${what}`);
    if ((await verified()).code !== 1) unseen.push(`moniker verify: ${what}`);
    files.push(await exportNow());
    restore();
  }
  endings(files).forEach((ending, index) => {
    if (ending !== '1') unseen.push(`verify.py: ${tamperings[index]?.what}`);
  });
  expect(unseen).toEqual([]);
};

const bytesOf = (column: string, position: number): Buffer =>
  Buffer.from((db.prepare(`SELECT CAST(${column} AS BLOB) AS value FROM events WHERE position = ?`).get(position) as { value: Uint8Array }).value);

const put = (column: string, position: number, value: Uint8Array): void => {
  const { changes } = db.prepare(`UPDATE events SET ${column} = ${column === 'id' ? '?' : 'CAST(? AS TEXT)'} WHERE position = ?`).run(value, position);
  expect(Number(changes)).toBe(1);
};

test('nothing is found where nothing was changed', async () => {
  expect((await app.admin.get(`${C}/verification`)).body).toMatchObject({ ok: true, events: events.length, problems: [] });
  expect((await verified()).code).toBe(0);
  if (hasPython) expect(endings([await exportNow()])).toEqual(['0']);
});

test('a byte that is another, anywhere in the data, metadata, type or id of an event of any kind', async () => {
  const places = examples.flatMap(({ position, type }) => ['data', 'metadata', 'type', 'id'].map((column) => ({ position, type, column })));
  // Where in it, and which other byte it is.
  const chances = fc.sample(fc.record({ share: fc.double({ min: 0, max: 0.999, noNaN: true }), by: fc.integer({ min: 1, max: 255 }) }), places.length);
  await expectFound(
    places.map(({ position, type, column }, index) => {
      const before = bytesOf(column, position);
      const { share = 0, by = 1 } = chances[index] ?? {};
      const place = Math.floor(share * before.length);
      return {
        what: `${column} of the ${type} at ${position}, byte ${place} ^ ${by}`,
        change: () => put(column, position, before.with(place, (before[place] ?? 0) ^ by)),
      };
    }),
  );
}, 120_000);

test('facts that read as well as before: another principal, instant, reason, version, cause, alias, command, judgement', async () => {
  const edited = (what: string, column: 'data' | 'metadata' | 'type', from: string | RegExp, to: string): Tampering => {
    const event = events.find((each) => each[column].search(from) >= 0);
    if (event === undefined) throw new Error(`no event to try ${what} on`);
    return { what, change: () => put(column, event.position, Buffer.from(event[column].replace(from, to))) };
  };
  await expectFound([
    edited('by', 'metadata', 'user:admin', 'user:eve'),
    edited('at', 'metadata', /"at":"(\d{4})/, '"at":"2020'),
    edited('reason', 'metadata', 'Nº 1', 'Nº 2'),
    edited('reason taken out', 'metadata', /,"reason":"[^"]*"/, ''),
    edited('command', 'metadata', '"command":"AddAlias"', '"command":"RollBackAlias"'),
    edited('judgedBy', 'metadata', /"judgedBy":\{[^}]*\}/, '"judgedBy":{}'),
    edited('correlation', 'metadata', /"\$correlationId":"./, '"$correlationId":"z'),
    edited('a member more', 'metadata', '{', '{"$a":1,'),
    edited('chain', 'metadata', /"chain":"[^"]*"/, `"chain":"${'0'.repeat(64)}"`),
    edited('no chain', 'metadata', /"chain":"[^"]*",/, ''),
    edited('version', 'data', '"version":1', '"version":2'),
    edited('to', 'data', /"to":1/, '"to":0'),
    edited('cause', 'data', '"cause":"rollback"', '"cause":"change"'),
    edited('alias', 'data', '"alias":"production"', '"alias":"productiom"'),
    edited('digest', 'data', 'sha256:1', 'sha256:7'),
    edited('type', 'type', 'AliasMoved', 'AliasAdded'),
    edited('not JSON', 'data', '{', '['),
    edited('nothing', 'data', /.*/s, ''),
  ]);
}, 60_000);

test('an event taken out, put in again, moved, exchanged with another, or given another place', async () => {
  const { id: other } = db.prepare('SELECT id FROM streams WHERE name = ?').get(registryStream('model')) as { id: number };
  const run = (sql: string, ...values: ReadonlyArray<number>): void => {
    expect(Number(db.prepare(sql).run(...values).changes)).toBeGreaterThan(0);
  };
  const last = events.at(-1)?.revision ?? 0;
  await expectFound([
    ...examples.flatMap(({ position, revision, stream, type }): ReadonlyArray<Tampering> => [
      { what: `the ${type} at ${revision} taken out`, change: () => run('DELETE FROM events WHERE position = ?', position) },
      {
        what: `the ${type} at ${revision} taken out, and the gap closed`,
        change: () => {
          run('DELETE FROM events WHERE position = ?', position);
          run('UPDATE events SET revision = -revision WHERE stream = ? AND revision > ?', stream, revision);
          run('UPDATE events SET revision = -revision - 1 WHERE stream = ? AND revision < 0', stream);
          run('UPDATE events SET position = -position WHERE position > ?', position);
          run('UPDATE events SET position = -position - 1 WHERE position < 0');
        },
      },
      {
        what: `the ${type} at ${revision} exchanged with the next`,
        change: () => {
          run('UPDATE events SET revision = -1 WHERE stream = ? AND revision = ?', stream, revision);
          run('UPDATE events SET revision = ? WHERE stream = ? AND revision = ?', revision, stream, revision + 1);
          run('UPDATE events SET revision = ? WHERE stream = ? AND revision = -1', revision + 1, stream);
        },
      },
      {
        what: `the ${type} at ${revision} again at the end`,
        change: () =>
          run('INSERT INTO events (stream, revision, id, type, data, metadata) SELECT stream, ?, id, type, data, metadata FROM events WHERE position = ?', last + 1, position),
      },
      {
        what: `the ${type} at ${revision} in another stream`,
        change: () => run('UPDATE events SET stream = ?, revision = 99 WHERE position = ?', other, position),
      },
      { what: `the ${type} at ${revision} far behind`, change: () => run('UPDATE events SET revision = 9999 WHERE position = ?', position) },
    ]),
    { what: 'the first events', change: () => run('DELETE FROM events WHERE stream = ? AND revision < 10', events[0]?.stream ?? 0) },
  ]);
}, 120_000);

test('all events of a collection taken out: there was one', async () => {
  db.prepare('DELETE FROM events WHERE stream = ?').run(events[0]?.stream ?? 0);
  expect((await app.admin.get(`${C}/verification`)).body).toEqual({
    ok: false, events: 0, head: '0'.repeat(64), problems: [{ revision: 0, message: 'the stream is gone: all its events were taken out' }],
  });
  expect((await verified()).code).toBe(1);
});

test('the name of a stream', async () => {
  const rename = db.prepare('UPDATE streams SET name = ? WHERE name = ?');
  rename.run(collectionStream('model', 'zoa'), STREAM);
  const { code, lines } = await verified();
  rename.run(STREAM, collectionStream('model', 'zoa'));
  expect([code, lines[0]]).toEqual([1, expect.stringMatching(/^collection-model\/zoa 0: its chain does not follow/)]);
});

test('what nothing reads: bytes behind a NUL, an event of no stream', async () => {
  const { position = 0, data = '' } = events[3] ?? {};
  put('data', position, Buffer.from(`${data}\0 more`));
  expect((await verified()).lines).toContain(`the store: the event at position ${position} has bytes behind a NUL, where nothing reads them`);
  restore();
  db.exec('PRAGMA foreign_keys = OFF');
  db.prepare('INSERT INTO events SELECT position + 1, 999, revision, id, type, data, metadata FROM events ORDER BY position DESC LIMIT 1').run();
  expect((await verified()).lines).toContain(`the store: the event at position ${log.length + 1} belongs to no stream, and is read by nothing`);
});

test('an end that is cut off is found against heads only, by each of the three', async () => {
  const kept = join(exports.path, 'heads');
  const { lines: headLines } = await running((terminal) => heads(terminal, {}));
  writeFileSync(kept, `${headLines.join('\n')}\n`);
  const head = headLines.find((line) => line.endsWith(` ${STREAM}`))?.split(' ') ?? [];
  const asked = `${C}/verification?revision=${head[1]}&chain=${head[0]}`;
  expect((await verified(kept)).code).toBe(0);
  expect((await app.admin.get(asked)).body.ok).toBe(true);
  const whole = await exportNow();

  const { position = 0, revision = 0 } = events.at(-1) ?? {};
  db.prepare('DELETE FROM events WHERE position = ?').run(position);
  expect((await verified()).code).toBe(0);
  expect((await app.admin.get(`${C}/verification`)).body.ok).toBe(true);
  const { code, lines } = await verified(kept);
  expect([code, lines]).toEqual([1, expect.arrayContaining([
    `${STREAM} ${revision - 1}: the stream ends here, before revision ${revision} whose chain was kept elsewhere: its end was cut off`,
  ])]);
  expect((await app.admin.get(asked)).body).toMatchObject({ ok: false, problems: [{ revision: revision - 1 }] });
  if (!hasPython) return;
  const cut = await exportNow();
  const own = join(exports.path, 'head');
  writeFileSync(own, `${head.join(' ')}\n`);
  const python = (...files: ReadonlyArray<string>) => spawnSync('python3', [verifier, ...files], { encoding: 'utf8' }).status;
  expect([python(whole, own), python(cut), python(cut, own)]).toEqual([0, 0, 1]);
});

test('an end that was written anew from some event on, with chains that hold, is found against heads only', async () => {
  const kept = join(exports.path, 'heads-before');
  writeFileSync(kept, `${(await running((terminal) => heads(terminal, {}))).lines.join('\n')}\n`);
  const { chainsOf } = await import('../support/independent-chain');
  const forged = events.map((event, index) => ({
    ...event, stream: STREAM, id: '', metadata: index < 20 ? event.metadata : event.metadata.replace('user:admin', 'user:eve'),
  }));
  const ids = events.map(({ id }) => Buffer.from(id).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
  chainsOf(forged.map((event, index) => ({ ...event, id: ids[index] ?? '' }))).forEach((chain, index) => {
    const { position = 0, metadata = '' } = forged[index] ?? {};
    put('metadata', position, Buffer.from(metadata.replace(/"chain":"[0-9a-f]{64}"/, `"chain":"${chain}"`)));
  });
  expect((await app.admin.get(`${C}/verification`)).body).toMatchObject({ ok: true });
  expect((await verified()).code).toBe(0);
  const { code, lines } = await verified(kept);
  expect([code, lines[0]]).toEqual([1, `${STREAM} ${events.length - 1}: it is not the event whose chain was kept elsewhere`]);
});
