/** More than can be done is refused at once, with nothing changed, and whoever was taken on is answered (`overloaded`). */
import { connect } from 'node:net';
import { EventStore } from '../../src/event-store/event-store';
import { collectionStream } from '../../src/domain/values/streams';
import { App, expecting, startApp } from '../support/app';
import { headOf } from '../support/app-events';

const IN_WORK = 3;

let app: App;
/** Appends wait while it is shut. */
let gate: Promise<void> = Promise.resolve();
let open = (): void => undefined;
let waiting = 0;

const shut = (): void => {
  gate = new Promise((resolve) => {
    open = resolve;
  });
};

const held = (store: EventStore): EventStore => ({
  ...store,
  append: async (...asked) => {
    waiting += 1;
    await gate;
    waiting -= 1;
    return store.append(...asked);
  },
});

beforeAll(async () => {
  app = await startApp({ config: { inWork: IN_WORK }, store: held });
});
afterAll(() => app.close());

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const create = (name: string) => app.admin.post('/registries', { name });

/** As many commands as are in work at most. */
const filled = async (round: string): Promise<ReadonlyArray<ReturnType<typeof create>>> => {
  shut();
  const taken = Array.from({ length: IN_WORK }, (_, n) => create(`${round} ${n}`));
  await until(() => waiting === IN_WORK);
  return taken;
};

const refused = { status: 503, body: { code: 'overloaded', status: 503 } };

test('one command too many is refused before anything is done; those before it are done when they can be', async () => {
  const taken = await filled('first');
  const before = await headOf(app);
  const over = await create('one too many');
  expect(over).toMatchObject(refused);
  expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await headOf(app)).toBe(before);
  open();
  for (const answer of taken) expecting(await answer, 201);
  expecting(await create('one too many'), 201);
});

test('many are refused at once, and change nothing, while those who were taken on are done', async () => {
  const taken = await filled('crowd');
  const before = await headOf(app);
  const crowd = Array.from({ length: 700 }, (_, n) => create(`one of many ${n}`));
  for (const answer of await Promise.all(crowd)) {
    expect(answer).toMatchObject(refused);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(await headOf(app)).toBe(before);
  open();
  for (const answer of taken) expecting(await answer, 201);
});

test('queries are answered meanwhile, and so are health and metrics', async () => {
  const taken = await filled('second');
  expect((await app.admin.get('/registries')).status).toBe(200);
  expect((await app.nobody.get('//health/live')).status).toBe(200);
  expect((await app.nobody.get('//metrics')).status).toBe(200);
  open();
  for (const answer of taken) expecting(await answer, 201);
});

test('who leaves without an answer leaves its work behind, which counts until it is done', async () => {
  shut();
  const body = (n: number): string => JSON.stringify({ name: `left ${n}` });
  const sockets = Array.from({ length: IN_WORK }, (_, n) => {
    const socket = connect(Number(new URL(app.address).port), '127.0.0.1');
    socket.write(
      `POST /api/v1/registries HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.admin.key}\r\n` +
        `content-type: application/json\r\ncontent-length: ${body(n).length}\r\n\r\n${body(n)}`,
    );
    return socket;
  });
  await until(() => waiting === IN_WORK);
  for (const socket of sockets) socket.destroy();
  expect(await create('beside them')).toMatchObject(refused);
  open();
  await until(() => waiting === 0);
  for (let answered = false; !answered; ) answered = (await create('after them')).status === 201;
  for (let n = 0; n < IN_WORK; n++) expect((await app.admin.get(`/registries/left ${n}`)).status).toBe(200);
});

test('a request whose body never comes does not count', async () => {
  const sockets = Array.from({ length: 3 * IN_WORK }, () => {
    const socket = connect(Number(new URL(app.address).port), '127.0.0.1');
    socket.write(
      `POST /api/v1/registries HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.admin.key}\r\n` +
        'content-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
    );
    return socket;
  });
  expecting(await create('while others write slowly'), 201);
  for (const socket of sockets) socket.destroy();
});

test('refusals of every kind are counted off again', async () => {
  const asked = [
    () => app.admin.post('/registries', '{'),
    () => app.admin.post('/registries', 'x', { 'content-type': 'text/plain' }),
    () => app.withKey('wrong').post('/registries', { name: 'x' }),
    () => app.admin.post('/registries', { name: 'model' }),
    () => app.admin.post('/registries', 'x'.repeat(800 * 1024)),
    () => app.admin.get('/registries/nowhere'),
    () => app.admin.get('/nowhere'),
  ];
  for (let round = 0; round < 2 * IN_WORK; round++)
    for (const ask of asked) expect((await ask()).status).not.toBe(503);
  expecting(await create('after all of these'), 201);
});

describe('exports', () => {
  const MOST = 64;
  const EXPORT = '/registries/model/collections/long/events';

  let reading = 0;
  let gateOfReads: Promise<void> = Promise.resolve();

  /** Exports read the stream forwards, to a limit. */
  const slow = (store: EventStore): EventStore => ({
    ...store,
    readStream: async function* (stream, options) {
      const isExport = stream === collectionStream('model', 'long') && options?.limit !== undefined && options.direction === undefined;
      reading += isExport ? 1 : 0;
      if (isExport) await gateOfReads;
      yield* store.readStream(stream, options);
    },
  });

  beforeAll(async () => {
    // One after the other: a process has one connection to EventStoreDB.
    await app.close();
    app = await startApp({ store: slow });
    expecting(await app.admin.post('/registries/model/collections', { name: 'long', type: 'model' }), 201);
  });

  test('so many are read at once; one more is refused, nothing else is, and when one has left there is room', async () => {
    let letRead = (): void => undefined;
    gateOfReads = new Promise((resolve) => (letRead = resolve));
    const leaving = new AbortController();
    const left = fetch(`${app.address}/api/v1${EXPORT}`, {
      headers: { authorization: `Bearer ${app.admin.key}` }, signal: leaving.signal,
    }).then((answer) => answer.text()).catch(() => 'left');
    const taken = Array.from({ length: MOST - 1 }, () => app.admin.get(EXPORT));
    await until(() => reading === MOST);
    const over = await app.admin.get(EXPORT);
    expect(over).toMatchObject(refused);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expecting(await app.admin.get('/registries/model/collections/long'), 200);
    expecting(await app.admin.post('/registries', { name: 'beside them' }), 201);
    leaving.abort();
    expect(await left).toBe('left');
    letRead();
    for (const answer of await Promise.all(taken)) expecting(answer, 200);
    for (const answer of await Promise.all(Array.from({ length: MOST }, () => app.admin.get(EXPORT)))) expecting(answer, 200);
  });
});
