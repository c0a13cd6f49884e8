/** What a node on EventStoreDB measures of it: each of the metrics, by name, moves with what it counts. */
import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { App, startApp } from '../support/app';
import { StandIn, startStandIn } from '../support/eventstoredb-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let standIn: StandIn;
let app: App;
beforeAll(async () => {
  standIn = await startStandIn({ folder: folder.path });
  app = await startApp({ config: { store: 'eventstoredb', eventStoreDbUrl: standIn.url, adminKey: 'k'.repeat(40) } });
});
afterAll(async () => {
  await app.close();
  await standIn.stop();
  folder.remove();
});

/** The value of a metric, with its labels if it has any; 0 where it was never counted. */
const metric = async (name: string): Promise<number> => {
  const { text } = await app.nobody.get('//metrics');
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (const begun = Date.now(); !(await holds()); await delay(20))
    if (Date.now() - begun > 20_000) throw new Error('it never came to hold');
};

let turn = 0;
const command = () => app.admin.patch('/registries/model', { description: `changed ${turn++}` });

test.each(['moniker_store_append_seconds_count{result="stored"}', 'moniker_store_read_seconds_count{result="read"}'])(
  'the latency of appends and of reads: %s',
  async (name) => {
    const before = await metric(name);
    expect((await command()).status).toBe(200);
    expect(await metric(name)).toBeGreaterThan(before);
    expect(await metric(name.replace('_count', '_sum'))).toBeGreaterThan(0);
  },
);

test('retries by reason: moniker_store_retries_total', async () => {
  const name = 'moniker_store_retries_total{reason="not-leader"}';
  expect(await metric(name)).toBe(0);
  standIn.faults.leader = { host: '127.0.0.1', port: standIn.port };
  const commanded = command();
  await until(async () => (await metric(name)) > 0);
  delete standIn.faults.leader;
  await commanded;
});

test('unknown outcomes: moniker_append_unknown_outcomes_total, each counted once', async () => {
  const name = 'moniker_append_unknown_outcomes_total';
  const unavailable = 'moniker_store_append_seconds_count{result="unavailable"}';
  const [before, unavailableBefore] = [await metric(name), await metric(unavailable)];
  standIn.faults.appends = 'timeout';
  const commanded = command();
  await until(async () => (await metric(name)) > before);
  delete standIn.faults.appends;
  expect((await commanded).status).toBe(200);
  expect((await metric(name)) - before).toBe((await metric(unavailable)) - unavailableBefore);
});

test('restarts of the subscription: moniker_subscription_restarts_total once for each that was lost, and why', async () => {
  const restarts = 'moniker_subscription_restarts_total';
  const lost = 'moniker_subscriptions_lost_total{reason="busy"}';
  const [restartsBefore, lostBefore] = [await metric(restarts), await metric(lost)];
  standIn.endSubscriptions(status.ABORTED);
  await until(async () => (await metric(lost)) > lostBefore);
  expect(await metric(restarts)).toBe(restartsBefore + 1);
  expect(await metric(lost)).toBe(lostBefore + 1);
});

test('the lag: moniker_projection_lag_events, _positions and _seconds grow while nothing comes, and are over with it', async () => {
  expect((await command()).status).toBe(200);
  await until(async () => (await metric('moniker_projection_lag_events')) === 0);
  standIn.faults.silentSubscriptions = true;
  const commanded = [command(), command(), command()];
  await until(async () => (await metric('moniker_projection_lag_events')) >= 2);
  expect(await metric('moniker_projection_lag_events')).toBeLessThan(10);
  expect(await metric('moniker_projection_lag_positions')).toBeGreaterThan(10);
  const seconds = await metric('moniker_projection_lag_seconds');
  await until(async () => (await metric('moniker_projection_lag_seconds')) > seconds);
  delete standIn.faults.silentSubscriptions;
  await Promise.all(commanded);
  await until(async () => (await metric('moniker_projection_lag_events')) === 0);
  expect(await metric('moniker_projection_lag_positions')).toBe(0);
});

test('how far the clocks are apart: moniker_clock_ahead_seconds', async () => {
  await until(async () => !Number.isNaN(await metric('moniker_clock_ahead_seconds')));
  expect(Math.abs(await metric('moniker_clock_ahead_seconds'))).toBeLessThan(5);
});
