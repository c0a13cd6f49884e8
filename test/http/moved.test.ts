/** A deployment that moves from its embedded store to EventStoreDB and back: what it knows, and what it refuses. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config } from '../../src/app/config';
import { migrate, MigrateOptions } from '../../src/cli/commands/migrate';
import { Terminal } from '../../src/cli/terminal';
import { App, expecting, Reply, startApp } from '../support/app';
import { startStandIn, StandIn } from '../support/eventstoredb-stand-in';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

const ZOO = '/registries/model/collections/zoo';

let folder: TemporaryFolder;
let standIn: StandIn;
/** What runs now. */
let running: App | undefined;
beforeAll(async () => {
  folder = temporaryFolder();
  standIn = await startStandIn({ folder: join(folder.path, 'eventstoredb') });
});
afterAll(async () => {
  await running?.close();
  await standIn.stop();
  folder.remove();
});

const started = async (config: Partial<Config>): Promise<App> => (running = await startApp({ config }));
const stopped = async (): Promise<void> => {
  const app = running;
  running = undefined;
  await app?.close();
};

const quiet: Terminal = {
  write: async () => undefined,
  line: async () => undefined,
  say: () => undefined,
  progress: () => ({ tick: () => undefined, end: () => undefined }),
  signal: new AbortController().signal,
};

const migrated = async (dataDir: string, options: MigrateOptions): Promise<void> => {
  process.env['MONIKER_DATA_DIR'] = dataDir;
  try {
    expect(await migrate(quiet, options)).toBe(0);
  } finally {
    delete process.env['MONIKER_DATA_DIR'];
  }
};

/** What a client keeps of the answers of a deployment. */
type Kept = { readonly position: string; readonly history: string; readonly names: string };

const keptOf = async (app: App): Promise<Kept> => ({
  position: (await app.admin.get(ZOO)).headers.get('moniker-position') ?? '',
  history: expecting(await app.admin.get(`${ZOO}/history?limit=2`), 200).body.nextCursor,
  names: expecting(await app.admin.get('/collections?limit=1'), 200).body.nextCursor,
});

const expectRefused = (reply: Reply, path: string): void =>
  expect([reply.status, reply.body]).toMatchObject([
    400, { code: 'malformed_request', errors: [{ path, message: expect.stringMatching(/^is a position of another event store/) }] },
  ]);

const expectPositionsRefused = async ({ admin }: App, { position, history }: Kept): Promise<void> => {
  expectRefused(await admin.get(ZOO, { 'moniker-after': position }), 'Moniker-After');
  expectRefused(await admin.get(`${ZOO}/history?limit=2&cursor=${history}`), 'cursor');
  expectRefused(await admin.get(`/stream?after=${position}`), 'after');
  expectRefused(await admin.get('/stream', { 'last-event-id': position }), 'Last-Event-ID');
};

/** All that is told of the past and the present, but for positions. */
const toldBy = async ({ admin }: App): Promise<string> => {
  const answers = await Promise.all(
    ['/audit?limit=500', '/collections', `${ZOO}/versions`, `${ZOO}/aliases`, `${ZOO}/aliases/production/history`, `${ZOO}/verification`, '/keys']
      .map(async (path) => expecting(await admin.get(path), 200).body),
  );
  return JSON.stringify(answers, (name, value: unknown) => (['position', 'lastUsedAt'].includes(name) ? undefined : value), 1);
};

test('there and back: all is told as before, keys and idempotency keys count, positions of the other store are refused', async () => {
  const first = join(folder.path, 'first');
  let app = await started({ dataDir: first, store: 'embedded' });
  const adminKey = app.admin.key ?? '';
  const ann = await app.as('user:ann', { teams: ['vision'] });
  for (const digest of ['a', 'b', 'c'])
    expecting(await ann.post('/artifacts', { name: 'vision/zoo/net', type: 'model', digest }), 201);
  for (const [version, name] of [[0, 'zoo'], [1, 'zoo'], [2, 'zoo'], [0, 'ark']] as const)
    expecting(
      await app.admin.post('/links', { source: `vision/zoo/net:v${version}`, targetPath: `model/${name}`, aliases: ['production'] }), 201,
    );
  const once = { 'idempotency-key': 'once' };
  const moved = expecting(await app.admin.put(`${ZOO}/aliases/production`, { version: 'v0' }, once), 200);
  const kept = await keptOf(app);
  const told = await toldBy(app);
  await stopped();

  await migrated(first, { to: standIn.url });
  app = await started({ dataDir: first, store: 'eventstoredb', eventStoreDbUrl: standIn.url, adminKey });
  // The read models in the folder are those of the embedded store.
  expect(app.logged()).toContain('the log is not the one that these were made from: made anew');
  expect(await toldBy(app)).toBe(told);
  await expectPositionsRefused(app, kept);
  expect(expecting(await app.admin.get(`/collections?limit=1&cursor=${kept.names}`), 200).body.items).toMatchObject([{ name: 'zoo' }]);
  expect(expecting(await app.withKey(ann.key ?? '').get('/whoami'), 200).body).toMatchObject({ principal: 'user:ann', teams: ['vision'] });
  expect(expecting(await app.admin.put(`${ZOO}/aliases/production`, { version: 'v0' }, once), 200).body).toEqual(moved.body);
  expecting(await app.admin.put(`${ZOO}/aliases/production`, { version: 'v1', expected: 'v0' }), 200);
  const keptThere = await keptOf(app);
  const toldThere = await toldBy(app);
  await stopped();

  const second = join(folder.path, 'second');
  await migrated(second, { from: standIn.url });
  expect(existsSync(join(second, 'read-models.db'))).toBe(false);
  app = await started({ dataDir: second, store: 'embedded', adminKey });
  expect(await toldBy(app)).toBe(toldThere);
  await expectPositionsRefused(app, kept);
  await expectPositionsRefused(app, keptThere);
  const next = await keptOf(app);
  expecting(await app.admin.get(ZOO, { 'moniker-after': next.position }), 200);
  expecting(await app.admin.get(`${ZOO}/history?limit=2&cursor=${next.history}`), 200);
  await stopped();
  expect(readFileSync(join(first, 'admin-key'), 'utf8').trim()).toBe(adminKey);
}, 120_000);
