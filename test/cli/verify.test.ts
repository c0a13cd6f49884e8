/** `moniker verify`: the log, the rules, the read models against a fresh replay, and heads; in the store, and over the API. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { VerifyOptions, verify } from '../../src/cli/commands/verify';
import { collectionStream, registryStream } from '../../src/domain/values/streams';
import { openEmbeddedReader, openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { compareReadModels } from '../../src/projections/catch-up/compare';
import { readModels } from '../../src/projections/models';
import { App, expecting, startApp } from '../support/app';
import { cli, cliHere } from '../support/cli';
import { domainLog } from '../support/domain-log';
import { makeHistory, SHELF } from '../support/history';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

let folder: TemporaryFolder;
let app: App;
/** The data folder as it was when the server had stopped. */
let stopped: string;
beforeAll(async () => {
  folder = temporaryFolder();
  stopped = join(folder.path, 'stopped');
  await makeHistory(stopped, { moves: { zoo: 5, gone: 2 } });
  app = await startApp({ config: { dataDir: stopped } });
  const { admin } = app;
  // Something in every table of every read model.
  const ann = await app.as('user:ann', { teams: ['vision'] });
  const C = `/registries/${encodeURIComponent(SHELF)}/collections/mine`;
  expecting(await admin.post(`/registries/${encodeURIComponent(SHELF)}/collections`, { name: 'mine', type: 'model', tags: ['a'] }), 201);
  for (const digest of ['a', 'b', 'c'])
    expecting(await admin.post('/artifacts', { name: 'vision/p/net', type: 'model', digest, metrics: { loss: 1 }, aliases: ['best'] }), 201);
  for (const n of [0, 1, 2]) expecting(await admin.post(`${C}/versions`, { source: `vision/p/net:v${n}`, aliases: ['gold', 'old'] }), 201);
  expecting(await admin.put(`${C}/versions/v0/tags/t`), 200);
  expecting(await admin.delete(`${C}/aliases/old`), 200);
  expecting(await admin.delete(`${C}/versions/v1`), 200);
  expecting(await admin.put(`/registries/${encodeURIComponent(SHELF)}/protected-aliases/gold`), 200);
  expecting(await admin.post(`${C}/versions/gold/usage`, { run: 'vision/p/run' }), 200);
  expecting(await admin.put(`/registries/${encodeURIComponent(SHELF)}/members/user%3Aann`, { role: 'viewer' }), 200);
  expecting(await ann.get(C), 200);
}, 60_000);
afterAll(async () => {
  await app.close();
  folder.remove();
});

const verified = async (options: Partial<VerifyOptions> = {}, named?: string, dataDir = stopped) =>
  cliHere({ MONIKER_DATA_DIR: dataDir, MONIKER_KEY: app.admin.key ?? '' }, (terminal) => verify(terminal, named, { readModels: true, ...options }));

const json = async (options: Partial<VerifyOptions> = {}, named?: string, dataDir = stopped) => {
  const { code, lines, refused } = await verified({ json: true, ...options }, named, dataDir);
  expect(refused).toBeUndefined();
  return { code, ...(JSON.parse(lines.join('')) as Record<string, unknown>) };
};

describe('beside a running server', () => {
  test('all is whole, and the read models are what a replay makes at one position', async () => {
    expect(await json()).toMatchObject({
      code: 0, ok: true, problems: [], found: 0, damage: [],
      readModels: { readModels: readModels.map(({ name }) => name), differences: [], problems: [], notes: [] },
    });
    const { lines } = await verified();
    expect(lines).toEqual([
      expect.stringMatching(/^read models: .*collections.* are what a replay makes, at position \d+$/),
      expect.stringMatching(/^whole: \d+ events of \d+ streams in [\d.]+ s, [\d,]+ per second$/),
    ]);
  });

  test('the command in a process of its own says the same', async () => {
    const { code, stdout, stderr } = await cli(['verify'], { MONIKER_DATA_DIR: stopped });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^read models: .*\nwhole: .*\n$/);
  }, 30_000);

  test('a registry, or a collection, alone', async () => {
    const all = await json({}, SHELF);
    expect(all).toMatchObject({ code: 0, ok: true, readModels: null });
    const one = await json({}, `acme/wandb-registry-${SHELF}/zoo`);
    expect(one).toMatchObject({ code: 0, ok: true, streams: 1 });
    expect(one).not.toEqual(all);
    expect(await verified({}, `${SHELF}/never`)).toMatchObject({ refused: [3, `there are no events of ${SHELF}/never`] });
    expect(await verified({}, 'never')).toMatchObject({ refused: [3, 'there are no events of never'] });
    expect(await verified({}, `other/${SHELF}/zoo`)).toMatchObject({ refused: [3, expect.stringContaining('"other"')] });
  });
});

describe('over the API', () => {
  const over = (options: Partial<VerifyOptions> = {}, named?: string) => json({ server: app.address, ...options }, named, '/nowhere');

  test('every collection that the key may verify, or those of a registry, or one', async () => {
    expect(await over()).toMatchObject({ code: 0, ok: true, streams: 3, problems: [], readModels: null });
    expect(await over({}, SHELF)).toMatchObject({ code: 0, streams: 3 });
    expect(await over({}, `${SHELF}/zoo`)).toMatchObject({ code: 0, streams: 1, events: 14 });
    expect(await verified({ server: app.address }, `${SHELF}/never`)).toMatchObject({ refused: [3, expect.stringMatching(/^collection_not_found: /)] });
    expect(await verified({ server: app.address }, `other/${SHELF}/zoo`)).toMatchObject({ refused: [3, expect.stringContaining('"other"')] });
  });

  test('heads of collections that were deleted since are compared too; those of other streams cannot be, and it says so', async () => {
    const kept = join(folder.path, 'heads');
    const { stdout } = await cli(['heads'], { MONIKER_DATA_DIR: stopped });
    writeFileSync(kept, stdout);
    const streams = stdout.trim().split('\n').length;
    expecting(await app.admin.delete(`/registries/${encodeURIComponent(SHELF)}/collections/gone`), 200);
    expect(await over({ heads: kept })).toMatchObject({ code: 0, ok: true, streams: 3, heads: 3, uncompared: streams - 3 });
    const { lines } = await verified({ server: app.address, heads: kept }, undefined, '/nowhere');
    expect(lines).toContain(`${streams - 3} heads are of streams that were not looked at, and were not compared`);
    const head = stdout.split('\n').find((line) => line.includes('/gone'))?.split(' ') ?? [];
    writeFileSync(kept, `${'0'.repeat(64)} ${head[1]} ${head[2]}\n`);
    expect(await over({ heads: kept })).toMatchObject({
      code: 1, ok: false, problems: [{ stream: collectionStream(SHELF, 'gone'), message: 'it is not the event whose chain was kept elsewhere' }],
    });
    expect(await json({ heads: kept })).toMatchObject({ code: 1, heads: 1, uncompared: 0 });
    // Of another registry nothing was asked.
    writeFileSync(kept, `${'0'.repeat(64)} 0 ${registryStream('model')}\n`);
    expect(await json({ heads: kept }, SHELF)).toMatchObject({ code: 0, heads: 0, uncompared: 1 });
  });

  test('a key that may not verify is told so', async () => {
    expecting(await app.admin.post('/users', { name: 'eve', role: 'viewer' }), 201);
    const { body } = expecting(await app.admin.post('/keys', { principal: 'user:eve' }), 201);
    const { code, stderr } = await cli(['verify', `${SHELF}/zoo`, '--server', app.address], { MONIKER_KEY: body.key as string });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^moniker: forbidden: .*viewer of the registry/)]);
    expect(await cli(['verify', '--server', app.address], { MONIKER_KEY: 'wrong' })).toMatchObject({ code: 3, stderr: expect.stringMatching(/^moniker: unauthenticated: /) });
  }, 30_000);
});

describe('read models that are not what the log makes', () => {
  let number = 0;
  /** What is found in a copy of the read models, changed; the log is that of the server. */
  const compared = async (...statements: ReadonlyArray<string>) => {
    const file = join(folder.path, `read-models-${number++}.db`);
    const from = new DatabaseSync(join(stopped, 'read-models.db'));
    from.exec(`VACUUM INTO '${file}'`);
    from.close();
    const db = new DatabaseSync(file);
    for (const sql of statements) db.exec(sql);
    const { changed } = db.prepare('SELECT total_changes() AS changed').get() as { changed: number };
    db.close();
    const source = openEmbeddedReader({ folder: stopped });
    try {
      return { changed, ...(await compareReadModels({ file, models: readModels, identity: await source.identity(), events: () => source.readAll({ after: 0 }), signal: new AbortController().signal })) };
    } finally {
      await source.close();
    }
  };

  test('nothing is found where nothing was changed', async () => {
    expect(await compared()).toMatchObject({ differences: [], problems: [], notes: [] });
  });

  test('a row that is gone is named, in every table', async () => {
    const filled: Array<string> = [];
    for (const { name, tables } of readModels)
      for (const table of tables) {
        const { changed, differences } = await compared(`DELETE FROM ${table}`);
        if (changed === 0) continue;
        filled.push(table);
        expect(differences).toEqual([{ readModel: name, table, kept: [], missing: expect.arrayContaining([expect.stringMatching(/^\{"/)]) }]);
      }
    // What is under way is nowhere at rest.
    expect(readModels.flatMap(({ tables }) => tables).filter((table) => !filled.includes(table))).toEqual(['registries_unsettled']);
  }, 60_000);

  test('a value that was changed is named with the row that should be there', async () => {
    const { differences } = await compared("UPDATE collections_aliases SET version = version - 2 WHERE alias = 'production'");
    const [difference] = differences;
    expect(difference).toMatchObject({ readModel: 'collections', table: 'collections_aliases' });
    expect(difference?.kept.join()).toContain('"alias":"production"');
    expect(difference?.missing.join()).toContain('"alias":"production"');
    expect((await compared("UPDATE history SET reason = 'none of it' WHERE position = 5")).differences[0]).toMatchObject({
      table: 'history', kept: [expect.stringContaining('"none of it"')],
    });
  });

  test('what the log does not hold, another version, another log', async () => {
    expect(await compared("UPDATE read_models SET position = position + 100, event = '00000000-0000-4000-8000-000000000000'")).toMatchObject({
      problems: [expect.stringMatching(/^the read models hold what the log does not/)],
    });
    expect(await compared("UPDATE read_models SET event = '00000000-0000-4000-8000-000000000000' WHERE name = 'usage'")).toMatchObject({
      problems: ['the read models were made from events that the log does not hold'],
    });
    expect(await compared("UPDATE read_models SET version = 0 WHERE name = 'usage'")).toMatchObject({
      problems: [], differences: [], notes: ['usage is of another version: a server makes it anew'],
    });
    expect(await compared("UPDATE read_models SET store = 'other'")).toMatchObject({
      problems: [], readModels: [], notes: readModels.map(({ name }) => `${name} was not made from this log: a server makes it anew`),
    });
  });

  test('verify tells it, and ends with 1; and where the file is none of read models, with 3', async () => {
    const copy = temporaryFolder();
    const store = openEmbeddedStore({ folder: copy.path });
    await domainLog(store).organization([], { type: 'FoundOrganization', name: 'acme' });
    await store.close();
    expect((await verified({}, undefined, copy.path)).lines).toContain('read models: there are no read models here');
    writeFileSync(join(copy.path, 'read-models.db'), '');
    expect((await verified({}, undefined, copy.path)).lines).toContain('read models: there are no read models here');
    rmSync(join(copy.path, 'read-models.db'));
    const from = new DatabaseSync(join(stopped, 'read-models.db'));
    from.exec(`VACUUM INTO '${join(copy.path, 'read-models.db')}'`);
    from.close();
    const other = await verified({}, undefined, copy.path);
    expect([other.code, other.lines[0]]).toEqual([0, expect.stringMatching(/^read models: .* was not made from this log/)]);
    writeFileSync(join(copy.path, 'read-models.db'), 'this is no database, and was not one ever'.repeat(100));
    expect(await cli(['verify'], { MONIKER_DATA_DIR: copy.path })).toMatchObject({ code: 3, stderr: expect.stringMatching(/^moniker: .*not a database\n$/) });
    copy.remove();
  }, 30_000);
});
