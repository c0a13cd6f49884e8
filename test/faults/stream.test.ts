/**
 * The live stream under faults: its readers' connections are broken at random, its servers stopped and killed, its readers
 * sent from node to node, while others write. Each reader hears every change that it may see, once, in order.
 */
import { randomUUID } from 'node:crypto';
import { startApp } from '../support/app';
import { follow, Heard } from '../support/follow';
import { KEY, Node, start, stop } from '../support/killable-node';
import { canBeProxied, storeUnderTest } from '../support/store-under-test';
import { temporaryFolder } from '../support/temporary-folder';

jest.setTimeout(600_000);

/** How many connections are broken in each of the cases. */
const KILLS = Number(process.env['FAULT_KILLS'] ?? 40);
/** After how many of them something happens to a server, too. */
const SHARE = Math.ceil(KILLS / (KILLS > 100 ? 10 : 3));

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const among = <A>(values: ReadonlyArray<A>): A => values[Math.floor(Math.random() * values.length)] as A;

type Change = Readonly<Record<string, unknown>>;
type Reader = {
  readonly query: string;
  readonly key: string;
  readonly isFor: (change: Change) => boolean;
  readonly heard: Array<Heard>;
  lastId: string;
};
type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: Record<string, unknown> } | undefined>;

/** Sends a command or question as the admin; undefined where nobody answered. */
const calling = (address: () => string, key: string): Call => async (method, path, body) => {
  try {
    const answered = await fetch(`${address()}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answered.status, body: (await answered.json()) as Record<string, unknown> };
  } catch {
    return undefined;
  }
};

/** Everything that was recorded, by the audit. */
const recorded = async (call: Call): Promise<ReadonlyArray<Change>> => {
  const items: Array<Change> = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Call>> = await call('GET', `/audit?order=asc&limit=500${cursor === null ? '' : `&cursor=${cursor}`}`);
    if (page?.status !== 200) {
      await pause(100);
      continue;
    }
    items.push(...(page.body['items'] as ReadonlyArray<Change>));
    cursor = page.body['nextCursor'] as string | null;
    if (cursor === null) return items;
  } while (items.length < 1_000_000);
  return items;
};

/** Changes of all kinds, one after the other, until told to stop. */
const write = async (call: Call, writer: number, changed: () => void, isOver: () => boolean): Promise<void> => {
  for (let turn = 0; !isOver(); turn++) {
    const net = `/registries/${among(['model', 'hidden'])}/collections/net`;
    const name = `vision/lab/net-${writer}`;
    const answered = await among<() => ReturnType<Call>>([
      () => call('POST', '/artifacts', { name, type: 'model', digest: `${turn}`, metadata: { text: 'x'.repeat(turn % 5_000) } }),
      () => call('POST', `${net}/versions`, { source: `${name}:latest`, aliases: ['fresh'] }),
      () => call('PUT', `${net}/aliases/staging`, { version: `v${turn % 3}`, reason: 'moved' }),
      () => call('DELETE', `${net}/aliases/fresh`),
      () => call('POST', '/users', { name: `user-${writer}-${turn}`, role: 'viewer' }),
      () => call('PUT', `${net}/versions/v0/tags/tag-${turn % 20}`),
    ])();
    if (answered !== undefined && answered.status < 300) changed();
    await pause(Math.random() * 10);
  }
};

/** Follows, and breaks the connection at a random moment, again and again. */
const readOn = async (reader: Reader, address: () => string, brokenOnce: () => boolean): Promise<void> => {
  for (let isOver = false; !isOver; ) {
    const follower = await follow(address(), reader.query, {
      authorization: `Bearer ${reader.key}`, 'last-event-id': reader.lastId,
    }).catch(() => undefined);
    await pause(follower?.status === 200 ? among([0, 0, 1, 3, 10, 30, 100]) * Math.random() : 20);
    if (follower === undefined) continue;
    follower.kill();
    await follower.ended;
    reader.heard.push(...follower.heard);
    reader.lastId = follower.lastId() ?? reader.lastId;
    if (follower.status === 200) isOver = brokenOnce();
  }
};

/** What is left, from a server that stays. */
const readRest = async (reader: Reader, address: () => string, last: Change | undefined): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    const headers = { authorization: `Bearer ${reader.key}`, 'last-event-id': reader.lastId };
    const follower = await follow(address(), reader.query, headers);
    if (follower.status === 200) {
      if (last !== undefined && reader.lastId !== last['position'])
        await follower.until((heard) => heard.at(-1)?.id === last['position'], 60);
      follower.kill();
      reader.heard.push(...follower.heard);
      return;
    }
    follower.kill();
    await pause(100);
  }
};

/**
 * Runs writers and readers until so many connections were broken.
 * @param call as the admin, to whichever server there is
 * @param ann a member of the team who has no role in `hidden`
 * @param disturb what happens to a server, several times
 */
const run = async (
  call: Call, address: () => string, ann: string, disturb: () => Promise<void>,
): Promise<void> => {
  await call('POST', '/registries', { name: 'hidden', visibility: 'restricted', acceptedTypes: ['model'] });
  const before = await recorded(call);
  const start = String(before.at(-1)?.['position']);
  const ofSource = ({ stream }: Change) => String(stream).startsWith('artifact-');
  const reader = (query: string, key: string, isFor: Reader['isFor']): Reader =>
    ({ query, key, isFor, heard: [], lastId: start });
  const readers = [
    reader('', KEY, () => true),
    reader('', KEY, () => true),
    reader('', ann, (change) => change['registry'] === 'model' || ofSource(change)),
    reader('?registry=hidden', KEY, ({ registry }) => registry === 'hidden'),
    reader('?registry=model&collection=net&alias=staging', ann, ({ registry, data }) =>
      registry === 'model' && (data as Change)['alias'] === 'staging'),
    reader('?type=VersionLinked', ann, ({ registry, type }) => registry === 'model' && type === 'VersionLinked'),
  ];
  let [broken, changes] = [0, 0];
  let disturbing = Promise.resolve();
  const brokenOnce = (): boolean => {
    broken += 1;
    if (broken % SHARE === 0) disturbing = disturbing.then(disturb);
    return broken >= KILLS && changes >= KILLS;
  };
  let isOver = false;
  const writers = [1, 2, 3].map((writer) => write(call, writer, () => changes++, () => isOver));
  await Promise.all(readers.map((each) => readOn(each, address, brokenOnce)));
  isOver = true;
  await Promise.all([...writers, disturbing]);

  const happened = (await recorded(call)).slice(before.length);
  expect(happened.length).toBeGreaterThan(KILLS / 2);
  for (const each of readers) {
    const expected = happened.filter(each.isFor);
    await readRest(each, address, expected.at(-1));
    const ids = each.heard.map(({ id }) => id);
    expect({ query: each.query, ids }).toEqual({ query: each.query, ids: expected.map(({ position }) => position) });
    expect(each.heard.map(({ data }) => data)).toEqual(expected);
  }
};

const annOf = async (call: Call): Promise<string> => {
  await call('POST', '/teams', { name: 'vision' });
  await call('POST', '/users', { name: 'ann', role: 'member' });
  await call('PUT', '/teams/vision/members/user:admin');
  await call('PUT', '/teams/vision/members/user:ann');
  return String((await call('POST', '/keys', { principal: 'user:ann' }))?.body['key']);
};

describe(`with ${KILLS} connections broken, no change is left out and none is heard twice`, () => {
  test('while the server is stopped and started', async () => {
    const app = await startApp({ config: { adminKey: KEY } });
    const address = () => app.address;
    const call = calling(address, KEY);
    try {
      await run(call, address, await annOf(call), app.restart);
    } finally {
      await app.close();
    }
  });

  test('while the server is killed', async () => {
    const folder = temporaryFolder();
    let node: Node = await start(folder, 0);
    const address = () => node.address;
    const call = calling(address, KEY);
    try {
      await run(call, address, await annOf(call), async () => {
        await stop(node);
        node = await start(folder, 0);
      });
    } finally {
      await stop(node);
      folder.remove();
    }
  });

  test('while each comes back to one of two nodes on one EventStoreDB, of which one is cut off and the other killed', async () => {
    const folders = [temporaryFolder(), temporaryFolder()] as const;
    const under = await storeUnderTest();
    const behind = canBeProxied ? await under.behindProxy() : undefined;
    const part = randomUUID();
    const begin = (n: 0 | 1): Promise<Node> => start(folders[n], 0, { url: (n === 0 ? behind?.url : undefined) ?? under.url, part });
    const nodes = await Promise.all([begin(0), begin(1)]);
    const call = calling(() => nodes[0].address, KEY);
    try {
      await run(call, () => among(nodes).address, await annOf(call), async () => {
        behind?.proxy.cut();
        await stop(nodes[1]);
        nodes[1] = await begin(1);
      });
    } finally {
      await Promise.all(nodes.map(stop));
      await behind?.proxy.stop();
      await under.stop();
      folders.forEach((folder) => folder.remove());
    }
  });
});
