/** `moniker rebuild`: read models and snapshots are made anew from the log, whatever they were. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { rebuild } from '../../src/cli/commands/rebuild';
import { verify } from '../../src/cli/commands/verify';
import { readModels } from '../../src/projections/models';
import { startApp } from '../support/app';
import { cliHere } from '../support/cli';
import { makeHistory } from '../support/history';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = temporaryFolder();
  await makeHistory(folder.path, { moves: { zoo: 20 } });
});
afterEach(() => folder.remove());

const rebuilt = (json = false) => cliHere({ MONIKER_DATA_DIR: folder.path }, (terminal) => rebuild(terminal, { json }));
const verified = async () => {
  const { lines } = await cliHere({ MONIKER_DATA_DIR: folder.path }, (terminal) => verify(terminal, undefined, { json: true, readModels: true }));
  return JSON.parse(lines.join('')) as { readModels: { differences: ReadonlyArray<unknown>; readModels: ReadonlyArray<string> } };
};

test('what somebody changed in the read models is gone, and so are all snapshots', async () => {
  await (await startApp({ config: { dataDir: folder.path } })).close();
  const file = new DatabaseSync(join(folder.path, 'read-models.db'));
  expect(file.prepare('DELETE FROM history WHERE position > 5').run().changes).toBeGreaterThan(0);
  file.close();
  expect((await verified()).readModels.differences).not.toEqual([]);
  const snapshots = join(folder.path, 'snapshots');
  mkdirSync(snapshots, { recursive: true });
  writeFileSync(join(snapshots, 'f'.repeat(64)), 'of something');
  const { code, lines } = await rebuilt();
  expect([code, lines.join('')]).toEqual([0, expect.stringMatching(/^rebuilt \d+ read models from \d+ events in \d+\.\d s/)]);
  expect(await verified()).toMatchObject({ readModels: { differences: [], readModels: readModels.map(({ name }) => name) } });
  expect(readdirSync(folder.path)).not.toContain('snapshots');
});

test('for programs, as JSON', async () => {
  const { code, lines } = await rebuilt(true);
  expect(code).toBe(0);
  expect(JSON.parse(lines.join(''))).toEqual({ readModels: readModels.length, events: expect.any(Number), seconds: expect.any(Number) });
});

test('not while a server has the folder: it says so, and changes nothing', async () => {
  const app = await startApp({ config: { dataDir: folder.path } });
  const { refused } = await rebuilt();
  expect(refused).toEqual([3, expect.stringMatching(/in use by another process: stop the server first$/)]);
  expect((await app.admin.get('/registries')).status).toBe(200);
  await app.close();
});
