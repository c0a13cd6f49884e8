import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from '../support/cli';

const COMMANDS = ['serve', 'verify', 'heads', 'rebuild', 'replay', 'diff', 'export', 'import', 'migrate'];
const readme = () => readFileSync(join(__dirname, '../../docs/cli.md'), 'utf8');

test('the command helps at every level, and says how it ends', async () => {
  const top = await cli(['--help']);
  expect(top).toMatchObject({ code: 0, stderr: '' });
  for (const command of COMMANDS) expect(top.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  const helps = await Promise.all(COMMANDS.map((command) => cli([command, '--help'])));
  helps.forEach(({ code, stdout }, index) => {
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Usage: moniker ${COMMANDS[index] ?? ''}`)]);
    expect(stdout).toContain('Exit codes: 0 done');
    if (COMMANDS[index] !== 'serve') expect(stdout).toContain('--json');
  });
}, 60_000);

test('docs/cli.md names every command and every option', async () => {
  const text = readme();
  const helps = await Promise.all(COMMANDS.map((command) => cli([command, '--help'])));
  helps.forEach(({ stdout }, index) => {
    expect(text).toContain(`moniker ${COMMANDS[index] ?? ''}`);
    const options = stdout.match(/--[a-z-]+/g) ?? [];
    for (const option of options) expect(text).toContain(option);
  });
}, 60_000);

test.each([
  [['fly'], /^moniker: unknown command 'fly'\n$/],
  [['verify', '--bogus'], /^moniker: unknown option '--bogus'\n$/],
  [['replay'], /^moniker: missing required argument 'full-name'\n$/],
  [['diff', 'model'], /^moniker: required option '--from <instant>' not specified\n$/],
  [['diff', 'model', '--from', 'yesterday', '--to', '2026-01-31T09:00:00Z'], /^moniker: --from "yesterday" must be an RFC 3339 instant/],
  [['diff', 'model', '--from', '2026-01-31T09:00:01Z', '--to', '2026-01-31T10:00:00+01:00'], /^moniker: --from must not lie after --to\n$/],
  [['diff', 'model', '--from', '2026-01-31T09:00:01Z', '--to', '2126-01-31T09:00:01Z'], /^moniker: --to "2126-01-31T09:00:01Z" lies in the future\n$/],
  [['replay', 'model/net'], /^moniker: "model\/net" lacks the alias or version/],
  [['replay', 'model/net:v1'], /^moniker: "model\/net:v1" is a version: name an alias, or an instant with --at\n$/],
  [['replay', 'model/net:a@2026-01-31T09:00:00Z', '--at', '2026-01-31T09:00:00Z'], /^moniker: --at must not be given when/],
  [['verify', 'a:b'], /^moniker: "a:b": the registry's name must have none of/],
  [['verify', '--server', 'ftp://x'], /^moniker: MONIKER_KEY is missing/],
  [['migrate'], /^moniker: name the EventStoreDB to copy into with --to, or the one to copy out of with --from\n$/],
  [['migrate', '--to', 'esdb://a', '--from', 'esdb://b'], /^moniker: name the EventStoreDB to copy into/],
  [['migrate', '--to'], /^moniker: EVENTSTOREDB_URL is missing/],
  [['migrate', '--from', 'http://a'], /^moniker: EVENTSTOREDB_URL must be a connection string/],
  [['verify', '--heads', '/nowhere'], /^moniker: ENOENT/],
])('what is asked wrongly ends with 2 and one line: %j', async (args, line) => {
  const { code, stdout, stderr } = await cli(args);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(line)]);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test.each([
  [{ MONIKER_STORE: 'paper' }, /^moniker: MONIKER_STORE must be one of/],
  [{ MONIKER_STORE: 'eventstoredb' }, /^moniker: EVENTSTOREDB_URL is missing/],
  [{ MONIKER_STORE: 'eventstoredb', EVENTSTOREDB_URL: 'http://x' }, /^moniker: EVENTSTOREDB_URL must be a connection string/],
])('a setting that is wrong is named: %j', async (env, line) => {
  expect(await cli(['verify'], env)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(line) });
});

test('where there is no store the commands end with 3, and make none', async () => {
  for (const args of [['verify'], ['heads'], ['export'], ['replay', 'model/net:production']])
    expect(await cli(args, { MONIKER_DATA_DIR: '/nowhere' })).toEqual({
      code: 3, stdout: '', stderr: 'moniker: Cannot open the event store in /nowhere: there is none\n',
    });
}, 60_000);

test('a server that does not answer is named, without the key', async () => {
  const { code, stderr } = await cli(['verify', '--server', 'http://127.0.0.1:1'], { MONIKER_KEY: 'mk_secret' });
  expect([code, stderr]).toEqual([3, expect.stringMatching(/^moniker: http:\/\/127\.0\.0\.1:1 does not answer: .+\n$/)]);
  expect(stderr).not.toContain('mk_secret');
});
