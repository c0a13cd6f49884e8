/** A node whose store is away, refuses it, or holds what it should not: it says what is the matter, and waits. */
import { createServer, Server as NetServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Config } from '../../src/app/config';
import { Server, ServerOptions, startServer } from '../../src/app/server';
import { StandIn, StandInOptions, startStandIn } from '../support/eventstoredb-stand-in';
import { startTcpProxy } from '../support/tcp-proxy';
import { TemporaryFolder, temporaryFolder } from '../support/temporary-folder';

const KEY = 'k'.repeat(40);

let folders: Array<TemporaryFolder> = [];
let ends: Array<() => Promise<unknown>> = [];
let logged = '';

const aFolder = (): string => {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder.path;
};

afterEach(async () => {
  for (const end of ends.reverse()) await end();
  for (const folder of folders) folder.remove();
  [folders, ends, logged] = [[], [], ''];
});

const standIn = async (options: Partial<StandInOptions> = {}): Promise<StandIn> => {
  const started = await startStandIn({ folder: aFolder(), ...options });
  ends.push(started.stop);
  return started;
};

const nodeOn = async (eventStoreDbUrl: string, options: ServerOptions = {}): Promise<Server> => {
  const config: Config = {
    host: '127.0.0.1', port: 0, store: 'eventstoredb', dataDir: aFolder(), eventStoreDbUrl, organization: 'acme',
    adminKey: KEY, logLevel: 'info', trustProxy: undefined, requestRate: undefined, stateBytes: 32 * 1024 * 1024,
  };
  const log = pino({ level: 'info' }, new Writable({ write: (line, _encoding, done) => done(void (logged += String(line))) }));
  const server = await startServer(config, log, options);
  server.ready.catch(() => undefined);
  ends.push(server.close);
  return server;
};

const ask = async ({ address }: Server, path: string, method = 'GET') => {
  const answered = await fetch(address + path, { method, headers: { authorization: `Bearer ${KEY}` } });
  return { status: answered.status, body: (await answered.json()) as { missing?: ReadonlyArray<string> } };
};

const missing = async (server: Server): Promise<string> => {
  const { body } = await ask(server, '/health/ready');
  return (body.missing ?? []).join('; ');
};

/** What keeps it from being ready, once that is as expected. */
const notReady = async (server: Server, expected: RegExp): Promise<void> => {
  for (const begun = Date.now(); Date.now() - begun < 20_000; await delay(50)) if (expected.test(await missing(server))) break;
  expect(await missing(server)).toMatch(expected);
  expect((await ask(server, '/health/ready')).status).toBe(503);
  expect((await ask(server, '/health/live')).status).toBe(200);
};

const freePort = async (): Promise<number> => {
  const proxy = await startTcpProxy(1);
  await proxy.stop();
  return proxy.port;
};

describe('a node whose store is away', () => {
  test('lives, says that it waits and for what, and works once the store has come, without a restart', async () => {
    const port = await freePort();
    const server = await nodeOn(`esdb://127.0.0.1:${port}?tls=false`);
    await notReady(server, /^waiting for the event store: EVENTSTOREDB_URL \(127\.0\.0\.1:\d+\): .* refuses connections$/);
    expect(logged).toMatch(/waiting for the event store/);
    expect(await ask(server, '/api/v1/registries', 'POST')).toMatchObject({
      status: 503, body: { code: 'store_unavailable', outcome: 'none' },
    });
    expect(await ask(server, '/api/v1/registries')).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    expect((await ask(server, '/api/v1/nothing')).status).toBe(404);
    await standIn({ port });
    const back = Date.now();
    await server.ready;
    expect(Date.now() - back).toBeLessThan(8_000);
    expect(await ask(server, '/api/v1/registries')).toMatchObject({ status: 200, body: { items: [{}, {}] } });
  });

  test('can be stopped while it waits', async () => {
    const server = await nodeOn(`esdb://127.0.0.1:${await freePort()}?tls=false`);
    const begun = Date.now();
    await server.close();
    ends.pop();
    await expect(server.ready).rejects.toThrow('closed before it was ready');
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  test('a host that accepts connections and never says anything', async () => {
    const silent: NetServer = createServer(() => undefined).listen(0, '127.0.0.1');
    const sockets = new Set<{ destroy: () => void }>();
    silent.on('connection', (socket) => sockets.add(socket));
    ends.push(async () => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const server = await nodeOn(`esdb://127.0.0.1:${port}?tls=false`);
    await notReady(server, /^waiting for the event store: EVENTSTOREDB_URL/);
    expect(logged).toMatch(/"reason":"it has not answered yet"/);
  });

  test('a host name that nobody knows', async () => {
    const server = await nodeOn('esdb://nowhere.invalid:2113?tls=false');
    await notReady(server, /EVENTSTOREDB_URL \(nowhere\.invalid:2113\): nowhere\.invalid:2113 is .*host name/);
  });
});

describe('a store that does not let the node in', () => {
  const certificate = (name: string): string => join(__dirname, '../data/tls', name);
  const secure = {
    key: readFileSync(certificate('node.key')), certificate: readFileSync(certificate('node.crt')),
    user: 'moniker', password: 'right-password',
  };
  const ca = `tls=true&tlsCAFile=${encodeURIComponent(certificate('ca.crt'))}`;

  test('a wrong password: one line that names the setting, and never the password', async () => {
    const { port } = await standIn({ secure });
    const server = await nodeOn(`esdb://moniker:wrong-password@localhost:${port}?${ca}`);
    await notReady(server, /EVENTSTOREDB_URL \(localhost:\d+\): the store does not take the user and the password$/);
    expect(logged + (await missing(server))).not.toContain('wrong-password');
  });

  test('a certificate that is not trusted: one line that names the setting and what to do', async () => {
    const { port } = await standIn({ secure });
    const server = await nodeOn(`esdb://moniker:right-password@localhost:${port}?tls=true`);
    await notReady(server, /EVENTSTOREDB_URL .* has a certificate that is not trusted .*: name that of its CA with tlsCAFile=…$/);
    expect(logged).not.toContain('right-password');
  });

  test('the right ones: it is ready', async () => {
    const { port } = await standIn({ secure });
    await (await nodeOn(`esdb://moniker:right-password@localhost:${port}?${ca}`)).ready;
  });
});

test.each([
  ['http://127.0.0.1:2113', /EVENTSTOREDB_URL must be esdb:/],
  ['esdb://user:secret-word@127.0.0.1:2113?tls=maybe', /EVENTSTOREDB_URL is not a connection string of EventStoreDB/],
  ['esdb://user:secret-word@127.0.0.1:2113?colour=red', /EVENTSTOREDB_URL has an option that is not known/],
  ['esdb://user:secret-word@127.0.0.1:99999', /EVENTSTOREDB_URL has a host that is not host:port/],
])('a connection string that is none keeps it from starting, in one line without the password: %s', async (url, line) => {
  const failure = await nodeOn(url).then(
    () => 'started',
    (error: Error) => error.message,
  );
  expect(failure).toMatch(line);
  expect(failure).not.toMatch(/secret-word|\n/);
});

describe('a store that holds what others wrote (E4)', () => {
  const anEvent = (data: object) => ({
    id: '6ba7b810-9dad-41d1-80b4-00c04fd430c8', type: 'Thing', data: JSON.stringify(data), metadata: '{}',
  });
  /** Writes into the store's folder before it is started. */
  const withStreams = async (...streams: ReadonlyArray<string>): Promise<StandIn> => {
    const { openEmbeddedStore } = await import('../../src/event-store/embedded/embedded-store');
    const folder = aFolder();
    const store = openEmbeddedStore({ folder });
    for (const stream of streams) await store.append(stream, 'no_stream', [anEvent({ a: 1 })]);
    await store.close();
    const started = await startStandIn({ folder });
    ends.push(started.stop);
    return started;
  };

  test('streams of others are left alone', async () => {
    const { url } = await withStreams('orders-1', '$settings', 'collections-a', 'registry');
    const server = await nodeOn(url);
    await server.ready;
    expect(await ask(server, '/api/v1/registries')).toMatchObject({ status: 200, body: { items: [{}, {}] } });
  });

  test.each(['registry-theirs', 'collection-theirs', 'collection-a/b'])(
    'a stream named as ours, %s, stops the read models: not ready, with the reason; the log names stream and revision, and nobody else',
    async (stream) => {
      const server = await nodeOn((await withStreams(stream)).url);
      await notReady(server, /^the read models are stopped at an event that cannot be taken in \(.+\); the log names it$/);
      expect(await missing(server)).not.toContain(stream);
      expect(logged).toContain(`"stream":"${stream}","revision":0`);
      expect(await ask(server, '/api/v1/registries')).toMatchObject({ status: 503, body: { code: 'read_model_behind' } });
      expect(logged).toMatch(/the read models are stopped: this event cannot be taken in, and none is skipped/);
    },
  );

  test("the organization's stream: it does not begin, and says which event", async () => {
    const server = await nodeOn((await withStreams('organization-self')).url);
    await notReady(server, /^waiting for the event store: event 0 of "organization-self" cannot be read: /);
  });
});

describe("the node's clock (E3)", () => {
  const metric = async (server: Server, name: string): Promise<number> => {
    const text = await (await fetch(`${server.address}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };

  test.each([
    ['7 s ahead', 7_000, /^this node's clock is [67]\.\d s ahead of the event store's: set it right \(E3\)$/],
    ['a minute behind', -60_000, /^this node's clock is (59|60|61)\.\d s behind the event store's/],
  ])('%s of the store: shown, and not ready', async (_, off, sentence) => {
    const server = await nodeOn((await standIn()).url, { now: () => Date.now() + off });
    await notReady(server, sentence);
    expect(Math.abs((await metric(server, 'moniker_clock_ahead_seconds')) - off / 1000)).toBeLessThan(1.5);
  });

  test('a second off is well', async () => {
    const server = await nodeOn((await standIn()).url, { now: () => Date.now() + 1_000 });
    await server.ready;
    expect(Math.abs(await metric(server, 'moniker_clock_ahead_seconds'))).toBeLessThan(3);
  });
});
