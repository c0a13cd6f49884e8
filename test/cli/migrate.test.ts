/** The way to EventStoreDB and back, on its stand-in: the same log in another place. */
import { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exportEvents } from '../../src/cli/commands/export';
import { heads } from '../../src/cli/commands/heads';
import { migrate, MigrateOptions } from '../../src/cli/commands/migrate';
import { verify } from '../../src/cli/commands/verify';
import { ExitCode, Stop } from '../../src/cli/exit';
import { Terminal } from '../../src/cli/terminal';
import { categories, collectionStream } from '../../src/domain/values/streams';
import { openEmbeddedReader, openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { EventStore, expecting, StoredEvent } from '../../src/event-store/event-store';
import { openEventStoreDb } from '../../src/event-store/eventstoredb/eventstoredb-store';
import { silent } from '../../src/event-store/log';
import { cli, Ended, startCli } from '../support/cli';
import { domainLog } from '../support/domain-log';
import { appended, collect, someEvents } from '../support/events';
import { startStandIn, StandIn } from '../support/eventstoredb-stand-in';
import { makeHistory, SHELF } from '../support/history';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

let folder: TemporaryFolder;
/** Three collections, whose events stand one by one among each other's. */
let source: string;
let events: ReadonlyArray<StoredEvent>;

const logIn = async (of: string): Promise<ReadonlyArray<StoredEvent>> => {
  const reader = openEmbeddedReader({ folder: of });
  return collect(reader.readAll({ after: 0 })).finally(reader.close);
};

/** The first event of every stream, then the second of each … */
const interleaved = (log: ReadonlyArray<StoredEvent>): ReadonlyArray<StoredEvent> =>
  [...log].sort((a, b) => a.revision - b.revision || a.position - b.position);

beforeAll(async () => {
  folder = temporaryFolder();
  const made = join(folder.path, 'made');
  await makeHistory(made, { moves: { zoo: 60, 'a "net"': 60, ünï: 60 } });
  source = join(folder.path, 'source');
  const store = openEmbeddedStore({ folder: source });
  for (const event of interleaved(await logIn(made))) await appended(store, event.stream, expecting(event.revision - 1), [event]);
  await store.close();
  events = await logIn(source);
}, 60_000);
afterAll(() => folder.remove());

type Environment = Readonly<Record<string, string>>;

/** A command as `moniker` runs it, in this process. */
const inProcess = async (env: Environment, command: (terminal: Terminal) => Promise<ExitCode>): Promise<Ended> => {
  let [stdout, stderr] = ['', ''];
  const terminal: Terminal = {
    write: async (chunk) => void (stdout += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()),
    line: async (text) => void (stdout += `${text}\n`),
    say: (text) => void (stderr += `${text}\n`),
    progress: () => ({ tick: () => undefined, end: () => undefined }),
    signal: new AbortController().signal,
  };
  Object.assign(process.env, env);
  try {
    return { code: await command(terminal), stdout, stderr };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { code: error instanceof Stop ? error.exitCode : 3, stdout, stderr: `moniker: ${error.message}\n` };
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
};

const migrating = (options: MigrateOptions, dataDir: string, env: Environment = {}) =>
  inProcess({ MONIKER_DATA_DIR: dataDir, ...env }, (terminal) => migrate(terminal, options));

let places = 0;
const emptyPlace = (): string => {
  const place = join(folder.path, `place-${places++}`);
  mkdirSync(place);
  return place;
};

const running: Array<StandIn> = [];
afterEach(async () => {
  for (const standIn of running.splice(0)) await standIn.stop();
});

type Place = { readonly url: string; readonly written: () => Promise<number>; readonly log: () => Promise<ReadonlyArray<StoredEvent>> };

/** An EventStoreDB, and what it holds: whatever was written, but for the log's name. */
const eventStoreDb = async (): Promise<Place> => {
  const place = emptyPlace();
  const standIn = await startStandIn({ folder: place });
  running.push(standIn);
  const log = async () => (await logIn(place)).filter(({ stream }) => stream !== 'moniker-identity');
  const written = async () => {
    const reader = openEmbeddedReader({ folder: place });
    return reader.head().finally(reader.close);
  };
  return { url: standIn.url, written, log };
};

const onEventStoreDb = async <A>(url: string, work: (store: EventStore) => Promise<A>): Promise<A> => {
  const store = openEventStoreDb({ url, prefixes: categories.map((category) => `${category}-`), log: silent });
  return work(store).finally(store.close);
};

const withoutPositions = (log: ReadonlyArray<StoredEvent>) => log.map(({ position: _, ...event }) => event);

const told = (more: string) =>
  new RegExp(`^migrated ${events.length} events of 4 streams in [0-9.]+ s${more}; every stream ends as in the source\n$`);

test('there and back: the log, the export and the heads are the same, to the byte', async () => {
  const there = await eventStoreDb();
  expect(await cli(['migrate', '--to', there.url], { MONIKER_DATA_DIR: source })).toMatchObject({
    code: 0, stdout: expect.stringMatching(told('')),
  });
  expect(withoutPositions(await there.log())).toEqual(withoutPositions(events));
  const back = emptyPlace();
  // Without a URL among the arguments, where others on the machine can read it.
  const returned = await cli(['migrate', '--from', '--json'], { MONIKER_DATA_DIR: back, EVENTSTOREDB_URL: there.url });
  expect(returned).toMatchObject({ code: 0 });
  expect(JSON.parse(returned.stdout)).toEqual({ events: events.length, streams: 4, before: 0, seconds: expect.any(Number) });
  expect(readdirSync(back).sort()).toEqual(['events.db', 'lock']);
  expect(await logIn(back)).toEqual(events);

  const onEach = [
    { MONIKER_DATA_DIR: source },
    { MONIKER_STORE: 'eventstoredb', EVENTSTOREDB_URL: there.url, MONIKER_DATA_DIR: emptyPlace() },
    { MONIKER_DATA_DIR: back },
  ] as const;
  const commands = [(terminal: Terminal) => exportEvents(terminal, undefined, {}), (terminal: Terminal) => heads(terminal, {})];
  for (const command of commands) {
    const outputs = new Set<string>();
    for (const env of onEach) outputs.add((await inProcess(env, command)).stdout);
    expect([...outputs]).toEqual([expect.stringContaining(collectionStream(SHELF, 'zoo'))]);
  }
  for (const env of onEach)
    expect(await inProcess(env, (terminal) => verify(terminal, undefined, { readModels: false }))).toMatchObject({ code: 0 });
}, 60_000);

/** Kills the command, without a word, once so many events are written; false where it was done before. */
const killedAt = async (child: ChildProcess, written: () => Promise<number>, count: number): Promise<boolean> => {
  const closed = new Promise<boolean>((resolve) => child.once('close', (_, signal) => resolve(signal === 'SIGKILL')));
  let over = false;
  void closed.then(() => (over = true));
  while (!over && (await written()) < count) await delay(1);
  child.kill('SIGKILL');
  return closed;
};

test('killed at any moment and repeated it goes on, and until it is done no node begins on what is there', async () => {
  const there = await eventStoreDb();
  const env = { MONIKER_DATA_DIR: source };
  let kills = 0;
  for (const count of [1, 2, 50, 120, events.length + 1]) {
    if (!(await killedAt(startCli(['migrate', '--to', there.url], env), there.written, count))) continue;
    kills += 1;
    const log = await there.log();
    expect(withoutPositions(log)).toEqual(withoutPositions(events.slice(0, log.length)));
    const refusal = /a copy into it has not finished: repeat the moniker migrate or import that began it/;
    await onEventStoreDb(there.url, async (store) => expect(store.identity()).rejects.toThrow(refusal));
    const elsewhere = { MONIKER_STORE: 'eventstoredb', EVENTSTOREDB_URL: there.url, MONIKER_DATA_DIR: emptyPlace() };
    expect(await inProcess(elsewhere, (terminal) => exportEvents(terminal, undefined, {}))).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(refusal) });
  }
  expect(kills).toBeGreaterThan(2);
  expect(await migrating({ to: there.url }, source)).toMatchObject({
    code: 0, stdout: expect.stringMatching(told(', [0-9]+ of them before')),
  });
  expect(withoutPositions(await there.log())).toEqual(withoutPositions(events));
  await onEventStoreDb(there.url, async (store) => expect(await store.identity()).toMatch(/^[0-9a-f]{8}$/));
  // Once more it is what it was, and keeps its name.
  const identity = await onEventStoreDb(there.url, (store) => store.identity());
  expect(await migrating({ to: there.url }, source)).toMatchObject({ code: 0 });
  expect(await onEventStoreDb(there.url, (store) => store.identity())).toBe(identity);
  expect(withoutPositions(await there.log())).toEqual(withoutPositions(events));
}, 120_000);

test('a store that is away for a moment on the way, there and back, is waited for', async () => {
  const place = emptyPlace();
  let standIn = await startStandIn({ folder: place });
  running.push(standIn);
  const written = async (): Promise<number> => (await logIn(place)).length;
  const awayOnce = async (migrated: Promise<Ended>, isThere: () => Promise<boolean>): Promise<Ended> => {
    let over = false;
    void migrated.then(() => (over = true));
    while (!over && !(await isThere())) await delay(1);
    const { port } = standIn;
    await standIn.stop();
    expect(over).toBe(false);
    standIn = await startStandIn({ folder: place, port });
    running.splice(0, 1, standIn);
    return migrated;
  };
  const to = cli(['migrate', '--to', standIn.url], { MONIKER_DATA_DIR: source });
  expect(await awayOnce(to, async () => (await written()) > 50)).toMatchObject({ code: 0 });
  const back = emptyPlace();
  const from = cli(['migrate', '--from', standIn.url], { MONIKER_DATA_DIR: back });
  // Before the copying begins, a store that is away ends the command with a line.
  expect(await awayOnce(from, async () => existsSync(join(back, 'events.filling')))).toMatchObject({ code: 0 });
  expect(await logIn(back)).toEqual(events);
}, 120_000);

test('killed on the way back it leaves no store; repeated it goes on', async () => {
  const there = await eventStoreDb();
  await migrating({ to: there.url }, source);
  const back = emptyPlace();
  const env = { MONIKER_DATA_DIR: back };
  const filling = join(back, 'events.filling');
  const written = async (): Promise<number> => {
    try {
      const reader = openEmbeddedReader({ folder: filling });
      return await reader.head().finally(reader.close);
    } catch {
      return 0;
    }
  };
  let kills = 0;
  for (const count of [1, 120, events.length]) {
    if (!(await killedAt(startCli(['migrate', '--from', there.url], env), written, count))) break;
    kills += 1;
    expect(existsSync(join(back, 'events.db'))).toBe(false);
    const log = await logIn(filling);
    expect(log).toEqual(events.slice(0, log.length));
  }
  expect(kills).toBeGreaterThan(0);
  expect(await migrating({ from: there.url }, back)).toMatchObject({ code: 0 });
  expect(readdirSync(back).sort()).toEqual(['events.db', 'lock']);
  expect(await logIn(back)).toEqual(events);
  // There is a store now.
  expect(await migrating({ from: there.url }, back)).toEqual({
    code: 3, stdout: '', stderr: `moniker: The event store in ${back} is not empty\n`,
  });
}, 120_000);

describe('a store that holds anything else than a beginning of the copy is refused, and not changed', () => {
  const copied = (count: number) => async (store: EventStore) => {
    for (const { stream, revision, ...event } of events.slice(0, count)) await appended(store, stream, expecting(revision - 1), [event]);
  };
  test.each<readonly [what: string, hold: (store: EventStore) => Promise<void>, named: string]>([
    ['streams of others', async (store) => void (await appended(store, 'orders-1', 'no_stream', someEvents(1))), 'event 0 of "orders-1"'],
    ['another history', async (store) => void (await appended(store, 'entity-zoo', 'no_stream', someEvents(1))), 'event 0 of "entity-zoo"'],
    ['a beginning, and then something else', async (store) => {
      await copied(10)(store);
      await appended(store, 'orders-1', 'no_stream', someEvents(1));
    }, 'event 0 of "orders-1"'],
    ['the whole, and more', async (store) => {
      await copied(events.length)(store);
      const { revision } = events.findLast(({ stream }) => stream === collectionStream(SHELF, 'zoo')) ?? { revision: 0 };
      await appended(store, collectionStream(SHELF, 'zoo'), revision, someEvents(1));
    }, `of "${collectionStream(SHELF, 'zoo')}"`],
  ])('%s', async (_what, hold, named) => {
    const there = await eventStoreDb();
    await onEventStoreDb(there.url, hold);
    const before = await there.written();
    const refused = await migrating({ to: there.url }, source);
    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining(named) });
    expect(refused.stderr).toMatch(/^moniker: the EventStoreDB must be empty or hold a beginning of this copy: event .* is none of it\n$/);
    expect(await there.written()).toBe(before);
  }, 30_000);

  test('a copy of something else that was not finished, on the way back', async () => {
    const [there, other] = [await eventStoreDb(), await eventStoreDb()];
    await migrating({ to: there.url }, source);
    const place = emptyPlace();
    await makeHistory(place, { moves: { other: 1 } });
    await migrating({ to: other.url }, place);
    const back = emptyPlace();
    const store = openEmbeddedStore({ folder: join(back, 'events.filling') });
    await copied(5)(store);
    await store.close();
    expect(await migrating({ from: other.url }, back)).toMatchObject({
      code: 3, stderr: expect.stringContaining(`${join(back, 'events.filling')} must be empty or hold a beginning of this copy`),
    });
    expect(await migrating({ from: there.url }, back)).toMatchObject({
      code: 0, stdout: expect.stringMatching(told(', 5 of them before')),
    });
  }, 60_000);
});

test('is refused beside a server on the folder, and where there is nothing to copy', async () => {
  const there = await eventStoreDb();
  const store = openEmbeddedStore({ folder: source });
  expect(await migrating({ to: there.url }, source)).toEqual({
    code: 3, stdout: '', stderr: `moniker: The event store in ${source} is in use by another process\n`,
  });
  await store.close();
  const nothing = emptyPlace();
  expect(await migrating({ to: there.url }, nothing)).toEqual({
    code: 3, stdout: '', stderr: `moniker: There are no events in ${nothing}\n`,
  });
  expect(await migrating({ from: there.url }, nothing)).toEqual({
    code: 3, stdout: '', stderr: 'moniker: there are no events to migrate\n',
  });
  expect(await there.log()).toEqual([]);
}, 60_000);

test('no embedded store is made while somebody writes to the source; what was copied is gone on from', async () => {
  const there = await eventStoreDb();
  await migrating({ to: there.url }, source);
  const back = emptyPlace();
  await onEventStoreDb(there.url, async (store) => {
    const { append } = domainLog(store);
    let over = false;
    const refused = cli(['migrate', '--from', there.url], { MONIKER_DATA_DIR: back }).finally(() => (over = true));
    for (; !over; await delay(5)) await append(collectionStream(SHELF, 'busy'), [{ type: 'CollectionDeleted', data: {} }]);
    expect(await refused).toEqual({
      code: 3, stdout: '', stderr: 'moniker: somebody writes to the source: stop its nodes and repeat the command, which goes on from here\n',
    });
  });
  expect(existsSync(join(back, 'events.db'))).toBe(false);
  const repeated = await migrating({ from: there.url, json: true }, back);
  expect(repeated).toMatchObject({ code: 0 });
  expect(JSON.parse(repeated.stdout)['before']).toBeGreaterThanOrEqual(events.length);
  expect(withoutPositions(await logIn(back))).toEqual(withoutPositions(await there.log()));
}, 60_000);
