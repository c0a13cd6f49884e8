/** `npm start` over a small project whose npm and compiler are stand-ins that leave a trace of each call. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

const npm = `
const fs = require('fs');
fs.appendFileSync('calls', 'install ' + process.argv[2] + '\\n');
fs.mkdirSync('node_modules/@nestjs/cli/bin', { recursive: true });
fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
fs.copyFileSync('nest-stand-in.js', 'node_modules/@nestjs/cli/bin/nest.js');`;

const nest = `
const fs = require('fs');
fs.appendFileSync('calls', 'build\\n');
fs.mkdirSync('dist/cli', { recursive: true });
if (fs.existsSync('src/broken')) process.exit(2);
fs.writeFileSync('dist/cli/main.js', 'console.log(process.argv.slice(2).join(" "))');`;

const lock = (version: string): string =>
  JSON.stringify({
    packages: {
      '': {},
      'node_modules/a': { version, integrity: version },
      'node_modules/for-another-platform': { version, optional: true },
    },
  });

type Run = { readonly code: number; readonly stdout: string; readonly stderr: string; readonly calls: string };

describe('npm start', () => {
  let folder = '';
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const start = (...args: ReadonlyArray<string>): Promise<Run> => {
    rmSync(join(folder, 'calls'), { force: true });
    const env = { ...process.env, npm_execpath: join(folder, 'npm-cli.js'), npm_lifecycle_event: '' };
    return new Promise((done) => {
      execFile(process.execPath, ['scripts/start.js', ...args], { cwd: folder, env }, (error, stdout, stderr) => {
        const calls = existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '';
        done({ code: Number(error?.code ?? 0), stdout, stderr, calls });
      });
    });
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moniker-start-'));
    cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
    put('package.json', JSON.stringify({ engines: { node: '>=20.19' } }));
    put('package-lock.json', lock('1.0.0'));
    for (const config of ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json']) put(config, '{}');
    put('src/cli/main.ts', '1');
    put('npm-cli.js', npm);
    put('nest-stand-in.js', nest);
    put('scripts/dashboard.js', '');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('installs, builds and serves, with nothing on stdout but what the server prints', async () => {
    expect(await start('--port', '0')).toMatchObject({
      code: 0,
      calls: 'install ci\nbuild\n',
      stdout: 'serve --port 0\n',
    });
  });

  it('a second start with nothing changed neither installs nor builds', async () => {
    await start();
    expect(await start()).toMatchObject({ code: 0, calls: '', stdout: 'serve\n', stderr: '' });
  });

  const sources = ['src/cli/main.ts', 'src/new.ts', 'tsconfig.json', 'nest-cli.json'];
  it.each(sources)('builds when %s changed', async (path) => {
    await start();
    put(path, '2');
    expect(await start()).toMatchObject({ code: 0, calls: 'build\n' });
  });

  it('installs and builds when the lock file changed', async () => {
    await start();
    put('package-lock.json', lock('1.0.1'));
    expect(await start()).toMatchObject({ code: 0, calls: 'install ci\nbuild\n' });
  });

  it('a failed build serves nothing, also not at the next start', async () => {
    put('src/broken', '');
    const failed = { code: 1, stdout: '', calls: expect.stringContaining('build\n') };
    expect(await start()).toMatchObject(failed);
    expect(await start()).toMatchObject(failed);
  });

  it('refuses an older Node in one line', async () => {
    put('package.json', JSON.stringify({ engines: { node: '>=99.1' } }));
    const { code, stderr, calls } = await start();
    expect({ code, calls }).toEqual({ code: 1, calls: '' });
    expect(stderr).toBe(`moniker: needs Node 99.1 or newer, and this is ${process.versions.node}\n`);
  });
});
