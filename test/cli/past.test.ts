/** `moniker replay` and `moniker diff`: from the events in the store, and over the API from the read models, the same. */
import { diff, DiffOptions } from '../../src/cli/commands/diff';
import { replay, ReplayOptions } from '../../src/cli/commands/replay';
import { App, expecting, startApp } from '../support/app';
import { cliHere } from '../support/cli';

const C = '/registries/model/collections/zoo';
const BEGIN = Date.parse('2026-03-01T12:00:00.000Z');
const instant = (seconds: number): string => new Date(BEGIN + seconds * 1000).toISOString();

let app: App;
let clock = BEGIN;
beforeAll(async () => {
  app = await startApp({ now: () => clock });
  const { admin } = app;
  expecting(await admin.post('/teams', { name: 'vision' }), 201);
  for (const n of [0, 1]) {
    expecting(await admin.post('/artifacts', { name: 'vision/p/net', type: 'model', digest: `sha256:${n}` }), 201);
    clock += 1000;
    expecting(await admin.post(`${C}/versions`, { source: `vision/p/net:v${n}`, aliases: ['production'], reason: `link ${n}` }), 201);
  }
  clock += 1000;
  expecting(await admin.post(`${C}/aliases/production/rollback`, { reason: 'errors' }), 200);
  clock += 1000;
  expecting(await admin.delete(`${C}/versions/v0`), 200);
  clock += 1000;
  expecting(await admin.delete(C), 200);
});
afterAll(() => app.close());

type Run = (server?: string) => ReturnType<typeof cliHere>;
const replayed = (name: string, options: ReplayOptions = {}): Run => (server) =>
  cliHere({ MONIKER_DATA_DIR: app.config.dataDir, MONIKER_KEY: app.admin.key ?? '' }, (terminal) =>
    replay(terminal, name, { ...options, ...(server === undefined ? {} : { server }) }));
const differing = (name: string, options: DiffOptions): Run => (server) =>
  cliHere({ MONIKER_DATA_DIR: app.config.dataDir, MONIKER_KEY: app.admin.key ?? '' }, (terminal) =>
    diff(terminal, name, { ...options, ...(server === undefined ? {} : { server }) }));

/** What both say. */
const both = async (run: Run) => {
  const said = await run();
  expect(await run(app.address)).toEqual(said);
  return said;
};

test('who moved an alias, when, from where, to where and why, oldest first, of a deleted collection too', async () => {
  const { code, lines } = await both(replayed('model/zoo:production'));
  expect([code, lines.map((line) => line.replaceAll(/ +/g, ' '))]).toEqual([0, [
    'when who from to why',
    `${instant(1)} user:admin - v0 link: link 0`,
    `${instant(2)} user:admin v0 v1 link: link 1`,
    `${instant(3)} user:admin v1 v0 rollback: errors`,
    `${instant(4)} user:admin v0 - unlink`,
  ]]);
  const json = await both(replayed('acme/wandb-registry-model/zoo:latest', { json: true }));
  expect(json.lines.map((line) => JSON.parse(line) as unknown)).toEqual(
    [[null, 'v0', 'link'], ['v0', 'v1', 'link'], ['v1', null, 'collection_deleted']].map(([from, to, cause]) =>
      expect.objectContaining({ alias: 'latest', from, to, cause, by: 'user:admin', position: expect.stringMatching(/^[0-9a-f]{8}-\d+$/), correlation: expect.any(String) })),
  );
});

test('T1: what a name meant at an instant, beside it or in it, with any offset', async () => {
  const { lines } = await both(replayed('model/zoo:production', { at: instant(2) }));
  expect(lines).toEqual([
    'wandb-registry-model/zoo:v1 = vision/p/net:v1 (sha256:1)', `linked ${instant(2)} by user:admin; aliases then: latest, production`,
  ]);
  expect((await both(replayed('wandb-registry-model/zoo:production@2026-03-01T13:00:02+01:00'))).lines).toEqual(lines);
  expect((await both(replayed('model/zoo:v0', { at: instant(1), json: true }))).lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ fullName: 'wandb-registry-model/zoo:v0', version: 'v0', aliases: ['latest', 'production'] }),
  ]);
});

test('what was linked, unlinked and moved between two instants', async () => {
  for (const name of ['model', 'wandb-registry-model', 'model/zoo', 'acme/model/zoo']) {
    expect((await both(differing(name, { from: instant(0), to: instant(1) }))).lines).toEqual([
      'zoo  + v0  vision/p/net:v0', 'zoo  latest: - -> v0', 'zoo  production: - -> v0',
    ]);
    expect((await both(differing(name, { from: instant(3), to: instant(4) }))).lines).toEqual([
      'zoo  - v0  vision/p/net:v0', 'zoo  production: v0 -> -',
    ]);
    expect((await both(differing(name, { from: instant(2), to: instant(2) }))).lines).toEqual(['no difference']);
  }
});

test.each<readonly [what: string, run: Run, code: number]>([
  ['an alias that was never given', replayed('model/zoo:never'), 3],
  ['a collection that never was', replayed('model/ant:production'), 3],
  ['a registry that never was', replayed('other/ant:production'), 3],
  ['an instant at which nobody held it', replayed('model/zoo:production', { at: instant(4) }), 3],
  ['an instant before the collection', replayed('model/zoo:production', { at: instant(0) }), 3],
  ['another organization', replayed('other/model/zoo:production'), 3],
  ['a diff in another organization', differing('other/model/zoo', { from: instant(0), to: instant(1) }), 3],
  ['a diff of a registry that never was', differing('other', { from: instant(0), to: instant(1) }), 3],
  ['instants the other way round', differing('model', { from: instant(1), to: instant(0) }), 2],
  ['a leap second', replayed('model/zoo:production', { at: '2016-12-31T23:59:60Z' }), 2],
  ['microseconds', replayed('model/zoo:production@2026-03-01T12:00:00.000001Z'), 2],
])('%s is refused by both', async (_what, run, code) => {
  for (const server of [undefined, app.address]) {
    const { refused } = await run(server);
    expect(refused).toEqual([code, expect.stringMatching(/^[^\n]+$/)]);
  }
});
