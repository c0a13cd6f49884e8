/** Exports of long histories take turns: however many are read, others are kept waiting by one piece of one of them. */
import { EventStore } from '../../src/event-store/event-store';
import { App, expecting, startApp } from '../support/app';

const EVENTS = 250;
const READERS = 8;
const HISTORY = '/registries/model/collections/long/events';

let app: App;
/** Events read in one turn of the event loop, and the most of all turns. */
let inTurn = 0;
let most = 0;
let counting: NodeJS.Immediate;

const tick = (): void => {
  inTurn = 0;
  counting = setImmediate(tick);
};

const counted = (store: EventStore): EventStore => ({
  ...store,
  readStream: async function* (...asked) {
    for await (const event of store.readStream(...asked)) {
      inTurn += 1;
      most = Math.max(most, inTurn);
      yield event;
    }
  },
});

beforeAll(async () => {
  app = await startApp({ store: counted, config: { store: 'embedded' } });
  expecting(await app.admin.post('/teams', { name: 'team' }), 201);
  for (const n of [0, 1]) expecting(await app.admin.post('/artifacts', { name: 'team/p/a', type: 'model', digest: `sha256:${n}` }), 201);
  for (const n of [0, 1]) expecting(await app.admin.post('/registries/model/collections/long/versions', { source: `team/p/a:v${n}` }), 201);
  for (let n = 0; n < EVENTS; n++)
    expecting(
      await app.admin.put('/registries/model/collections/long/aliases/moved', { version: `v${n % 2}`, reason: 'r'.repeat(900) }), 200,
    );
  tick();
});
afterAll(async () => {
  clearImmediate(counting);
  await app.close();
});

const exported = async (): Promise<string> => {
  const answer = await fetch(`${app.address}/api/v1${HISTORY}`, { headers: { authorization: `Bearer ${app.admin.key}` } });
  return answer.text();
};

test('many exports at once are whole, and in no turn more is read for all of them than for a few', async () => {
  const alone = await exported();
  expect(alone.trimEnd().split('\n').length).toBeGreaterThan(EVENTS);
  most = 0;
  for (const one of await Promise.all(Array.from({ length: READERS }, exported))) expect(one).toBe(alone);
  // A piece is of some forty events; this ticks beside the turns of the exports, and may see those of two as one.
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(100 + READERS);
});
