/** The walk of the README, run exactly as it is printed, and the demo, run twice. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, startApp } from '../support/app';
import { temporaryFolder } from '../support/temporary-folder';

jest.setTimeout(120_000);

const run = promisify(execFile);
const root = join(__dirname, '..', '..');

describe('the README', () => {
  const folder = temporaryFolder();
  let app: App;
  beforeAll(async () => {
    app = await startApp({ config: { dataDir: join(folder.path, 'data') } });
  });
  afterAll(async () => {
    await app.close();
    folder.remove();
  });

  it('has a walk that does what it says', async () => {
    const [walk] = /```sh\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.slice(1) ?? [];
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', walk ?? 'false'], {
      env: { ...process.env, MONIKER: app.address }, cwd: folder.path,
    });
    const answers = stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const [now, before, back, history, diff, verification] = answers.slice(-6);
    expect(now).toMatchObject({ version: 'v1', protected: true });
    expect(before).toMatchObject({ version: 'v0', aliases: ['production'] });
    expect(back).toMatchObject({ alias: 'production', version: 'v0', previous: 'v1', changed: true });
    expect(history?.['items']).toMatchObject([
      { from: 'v1', to: 'v0', cause: 'rollback', reason: 'errors at 14:05' },
      { from: 'v0', to: 'v1', cause: 'change', reason: 'passed the release checks' },
      { from: null, to: 'v0', cause: 'link' },
    ]);
    expect(diff).toEqual({ linked: [], unlinked: [], aliases: [] });
    expect(verification).toMatchObject({ ok: true, problems: [] });
  });

  it('names every setting', async () => {
    const { settingNames } = await import('../../src/app/config');
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(settingNames.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('npm run demo', () => {
  type Package = { readonly package: string; readonly versions: ReadonlyArray<{ readonly version: string; readonly integrity: string }> };
  const releases = JSON.parse(readFileSync(join(root, 'test', 'data', 'releases.json'), 'utf8')) as ReadonlyArray<Package>;
  const script = join(root, 'scripts', 'demo.js');
  const signs = '/registries/model/collections/street-signs';

  type Moves = ReadonlyArray<{ readonly cause: string; readonly by: string; readonly at: string; readonly reason: string | null; readonly to: string | null }>;
  const movesOf = async (app: App, alias: string) => (await app.admin.get(`${signs}/aliases/${alias}/history?limit=500`)).body.items as Moves;

  /** Everything that has a place in the page, and the head of the record of each collection. */
  const everything = async (app: App) => {
    const collections = (await app.admin.get('/collections?limit=500')).body.items as ReadonlyArray<{ readonly registry: string; readonly name: string }>;
    const heads = await Promise.all(
      collections.map(async ({ registry, name }) =>
        (await app.admin.get(`/registries/${encodeURIComponent(registry)}/collections/${encodeURIComponent(name)}/verification`)).body,
      ),
    );
    const lists = await Promise.all(
      ['/registries', '/users', '/service-accounts', '/teams', '/keys', '/entities'].map(async (path) => (await app.admin.get(`${path}?limit=500`)).body.items as unknown),
    );
    return { collections, heads, lists };
  };

  const holdsTheStory = async (app: App) => {
    for (const { package: name, versions } of releases) {
      const artifact = name.replace(/^@/, '').replace(/\//g, '.');
      const page = await app.admin.get(`/registries/Web%20Models/collections/${artifact}/versions?order=asc&limit=500`);
      const items = page.body.items as ReadonlyArray<{ readonly source: { readonly digest: string } }>;
      expect(items.map(({ source }) => source.digest)).toEqual(versions.map(({ integrity }) => integrity));
    }
    const [last, before] = await movesOf(app, 'production');
    expect(last).toMatchObject({ cause: 'rollback', by: 'user:ann', to: 'v12', reason: expect.stringContaining('INC-460') });
    expect(before).toMatchObject({ cause: 'change', by: 'user:ann', to: 'v14' });
    expect((await app.admin.get('/registries/model/collections/support-replies/versions/v1')).body.source).toMatchObject({ available: false });
    expect((await app.admin.get(`${signs}/versions/v3`)).status).toBe(404);
    const { heads, lists: [, , , , keys] } = await everything(app);
    expect(heads.filter((head) => head.ok !== true)).toEqual([]);
    expect((keys as ReadonlyArray<{ readonly label: string }>).map(({ label }) => label)).toEqual(['admin key']);
  };

  it('tells its story on a running server, once: also after it was killed, and told again', async () => {
    const app = await startApp();
    try {
      const env = { ...process.env, MONIKER: app.address, MONIKER_DATA_DIR: app.config.dataDir };
      const first = spawn(process.execPath, [script], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      for await (const line of first.stderr) if (String(line).includes('250/')) break;
      first.kill('SIGKILL');
      await once(first, 'exit');
      await run(process.execPath, [script], { env });
      await holdsTheStory(app);
      const told = await everything(app);
      const { stdout } = await run(process.execPath, [script], { env });
      expect(stdout).toContain('nothing was changed');
      expect(await everything(app)).toEqual(told);
    } finally {
      await app.close();
    }
  });

  it('lays months of history into an empty data folder, which a server then serves', async () => {
    const folder = temporaryFolder();
    const dataDir = join(folder.path, 'data');
    const { MONIKER: _, ...rest } = process.env;
    const env = { ...rest, PORT: '1', MONIKER_DATA_DIR: dataDir };
    await run(process.execPath, [script], { env });
    const again = await run(process.execPath, [script], { env }).catch((error: { readonly stderr: string }) => error);
    expect(again.stderr).toContain('is not empty');
    const app = await startApp({ config: { dataDir } });
    try {
      await holdsTheStory(app);
      const moves = await movesOf(app, 'production');
      const days = moves.map(({ at }) => (Date.now() - Date.parse(at)) / 86_400_000);
      expect(Math.min(...days)).toBeGreaterThan(1);
      expect(Math.max(...days)).toBeGreaterThan(380);
    } finally {
      await app.close();
      folder.remove();
    }
  });
});
