/** The walk of the README, run exactly as it is printed, and the demo, run twice. */
import { execFile } from 'node:child_process';
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
  let app: App;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  const demo = () =>
    run(process.execPath, [join(root, 'scripts', 'demo.js')], {
      env: { ...process.env, MONIKER: app.address, MONIKER_DATA_DIR: app.config.dataDir },
    });
  const collections = async () =>
    (await app.admin.get('/registries/Web%20Models/collections')).body.items as ReadonlyArray<Record<string, unknown>>;

  it('links every release in order, and doubles nothing when it is repeated', async () => {
    await demo();
    const once = await collections();
    expect(once.map(({ name, versions }) => [name, versions])).toEqual(
      releases
        .map(({ package: name, versions }) => [name.replace(/^@/, '').replace(/\//g, '.'), versions.length])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    const [first] = releases;
    const oldest = await app.admin.get(`/registries/Web%20Models/collections/${first?.package}/versions?order=asc&limit=3`);
    expect((oldest.body.items as ReadonlyArray<{ source: { digest: string } }>).map(({ source }) => source.digest)).toEqual(
      first?.versions.slice(0, 3).map(({ integrity }) => integrity),
    );
    const history = await app.admin.get(`/registries/Web%20Models/collections/${first?.package}/aliases/production/history`);
    expect((history.body.items as ReadonlyArray<{ cause: string; by: string }>).map(({ cause, by }) => `${cause} ${by}`)).toEqual([
      'rollback user:ann', 'change user:ben', 'change user:ben',
    ]);
    const { stdout } = await demo();
    expect(stdout).toMatch(/3 collections with \d+ versions/);
    expect(await collections()).toEqual(once);
  });
});
