/**
 * Two nodes under load while the network, their store or one of them fails: nothing acknowledged is lost, nothing is
 * there twice, commands say what became of them, queries go on for as long as R1 lets them, and everything works again
 * by itself. Over the stand-in, or a part of the store that EVENTSTOREDB_URL names.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventsOf, examine, Findings, Line } from '../support/examine';
import { answered, KEY, Node, start, stop } from '../support/killable-node';
import { pathOf, prepareSources, startLoad } from '../support/load';
import { canBeKilled, canBeProxied, isCluster, storeUnderTest, StoreUnderTest } from '../support/store-under-test';
import { TcpProxy } from '../support/tcp-proxy';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

jest.setTimeout(900_000);

/** How long each fault lasts, in seconds; with more than a few those are tried, too, that only differ in how. */
const SECONDS = Number(process.env['FAULT_SECONDS'] ?? 1);
const isLong = SECONDS > 5;
/** No answer takes longer, whatever happens: each try of an append and of a read has an end. In milliseconds. */
const BOUND = 40_000;

let store: StoreUnderTest;
let folders: ReadonlyArray<TemporaryFolder> = [];
let proxies: ReadonlyArray<TcpProxy> = [];
let places: ReadonlyArray<{ readonly url: string; readonly part: string }> = [];
const nodes: Array<Node> = [];
const node = (n: number): Node => nodes[n] as Node;
const rows: Array<ReadonlyArray<string | number>> = [];

beforeAll(async () => {
  store = await storeUnderTest();
  folders = [0, 1].map(temporaryFolder);
  const part = randomUUID();
  const behind = canBeProxied ? await Promise.all(folders.map(store.behindProxy)) : [];
  proxies = behind.map(({ proxy }) => proxy);
  places = folders.map((_, n) => ({ url: behind[n]?.url ?? store.url, part }));
  nodes.push(...(await Promise.all(folders.map((folder, n) => start(folder, 0, places[n])))));
  await prepareSources(node(0));
});

afterAll(async () => {
  for (const one of nodes) one.resume();
  await Promise.all(nodes.map(stop));
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  folders.forEach((folder) => folder.remove());
  await store.stop();
  const heads = ['fault', 'operations', 'acknowledged', 'refused', 'not done', 'unknown', 'lost', 'doubled', 'wrong', 'longest ms', 'queries', 'behind', 'recovery ms'];
  const lines = [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  process.stderr.write(`Two nodes on ${store.name}, ${SECONDS} s each:\n${lines.join('\n')}\n`);
});

const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  for (const begun = Date.now(); !(await holds()); await delay(20))
    if (Date.now() - begun > 60_000) throw new Error(`${what}: not within a minute`);
};

/** What is asked of each node meanwhile, and how often it was answered, or said that the node is behind (R1). */
const watchQueries = (collection: string) => {
  const counts = { answered: 0, behind: 0 };
  const odd: Array<string> = [];
  let isOver = false;
  const watch = async (n: number): Promise<void> => {
    while (!isOver) {
      const { call, signals } = node(n);
      const called = await call('GET', `${pathOf(collection)}/aliases`);
      if (called !== 'killed' && (called.status === 200 || called.body['code'] === 'collection_not_found')) counts.answered += 1;
      else if (called !== 'killed' && called.body['code'] === 'read_model_behind') counts.behind += 1;
      else if (called !== 'killed' || signals() === 0) odd.push(JSON.stringify(called));
      await delay(50);
    }
  };
  const watching = Promise.all(nodes.map((_, n) => watch(n)));
  return {
    counts,
    stop: async () => {
      isOver = true;
      await watching;
      return odd;
    },
  };
};

/** Every node is ready, and answers a command and a query. */
const isWell = async (collection: string): Promise<boolean> => {
  const wells = await Promise.all(
    nodes.map(async ({ address, call }) => {
      const [command, query, ready] = await Promise.all([
        call('PATCH', pathOf(collection), { description: randomUUID() }),
        call('GET', pathOf(collection)),
        fetch(`${address}/health/ready`).then(({ status }) => status, () => 0),
      ]);
      return command !== 'killed' && query !== 'killed' && command.status === 200 && query.status === 200 && ready === 200;
    }),
  );
  return wells.every((well) => well);
};

type Fault = {
  readonly what: string;
  readonly isOnlyLong?: boolean;
  /** Does the harm, and has it last. */
  readonly harm: () => Promise<void>;
  readonly heal?: () => Promise<void> | void;
  /** After how many milliseconds clients go to another node; they wait for ever unless given. */
  readonly givingUpAfter?: number;
  /** What must be found beside that nothing is lost; `during`: how much was acknowledged before it was healed. */
  readonly expecting?: (found: Findings & { readonly behind: number; readonly during: number }) => void;
};

const throughout = () => delay(SECONDS * 1000);

const ofTheNetwork: ReadonlyArray<Fault> = [
  {
    what: 'connections are cut again and again',
    harm: async () => {
      for (let turn = 0; turn < SECONDS * 10; turn++) {
        proxies[turn % 2]?.cut();
        await delay(100);
      }
    },
  },
  { what: 'connections are half-open', isOnlyLong: true, harm: async () => proxies.forEach((proxy) => proxy.strand()) },
  {
    what: 'everything is held back, past every time-out, and then comes',
    isOnlyLong: true,
    harm: async () => {
      proxies.forEach((proxy) => proxy.hold());
      await throughout();
    },
    heal: () => proxies.forEach((proxy) => proxy.release()),
  },
  {
    what: 'the network is slow',
    isOnlyLong: true,
    harm: async () => {
      proxies.forEach((proxy) => (proxy.delayMs = 150));
      await throughout();
    },
    heal: () => proxies.forEach((proxy) => (proxy.delayMs = 0)),
  },
  {
    what: 'one node is cut off from the store',
    isOnlyLong: true,
    harm: async () => {
      for (const proxy of proxies.slice(0, 1)) {
        proxy.refuse = true;
        proxy.cut();
      }
      await throughout();
    },
    heal: () => proxies.forEach((proxy) => (proxy.refuse = false)),
    expecting: ({ behind }) => expect(behind).toBeGreaterThan(0),
  },
];

const killed: Pick<Fault, 'harm' | 'heal'> = {
  harm: async () => {
    await store.kill();
    await throughout();
  },
  heal: () => store.start(),
};

const ofTheStore: ReadonlyArray<Fault> = isCluster
  ? [
      {
        ...killed,
        what: 'the leader of the cluster is killed -9 and started again',
        // An election is waited for.
        expecting: ({ during }) => {
          if (isLong) expect(during).toBeGreaterThan(0);
        },
      },
    ]
  : [
      {
        ...killed,
        what: 'the store is killed -9 and started again',
        expecting: ({ behind, notDone, unknown }) => {
          expect(notDone + unknown).toBeGreaterThan(0);
          if (isLong) expect(behind).toBeGreaterThan(0);
        },
      },
    ];

const ofANode: ReadonlyArray<Fault> = [
  {
    what: 'a node is killed -9 and started again',
    harm: async () => stop(node(1)),
    heal: async () => {
      nodes[1] = await start(folders[1] as TemporaryFolder, 0, places[1]);
    },
  },
  {
    // For longer than the lease of an idempotency key, where it is long: what it has begun others take over.
    what: 'a node is stopped, and goes on',
    givingUpAfter: 4_000,
    harm: async () => {
      node(1).suspend();
      await throughout();
    },
    heal: () => node(1).resume(),
  },
];

const faults = [...(canBeProxied ? ofTheNetwork : []), ...(canBeKilled ? ofTheStore : []), ...ofANode];

test.each(faults.filter(({ isOnlyLong }) => isLong || isOnlyLong !== true))(
  'A1, V1: $what: nothing acknowledged is lost or doubled, and everything works again by itself',
  async ({ what, harm, heal, givingUpAfter, expecting }) => {
    const collections = [0, 1, 2].map((n) => `${what.replaceAll(/\W+/g, '-')}-${n}`);
    const [collection = ''] = collections;
    const load = startLoad({
      nodes: nodes.map((_, n) => () => node(n)), collections, clients: 12, insisting: 0.3, patience: isLong ? 30_000 : 0,
      ...(givingUpAfter === undefined ? {} : { givingUpAfter }),
    });
    const queries = watchQueries(collection);
    await until(() => load.acknowledged() > 30, 'the load begins');
    const unharmed = load.acknowledged();
    await harm();
    const during = load.acknowledged() - unharmed;
    await heal?.();
    const healed = performance.now();
    await until(() => isWell(collection), `after ${what} everything works again`);
    const recovery = Math.round(performance.now() - healed);
    const before = load.acknowledged();
    await until(() => load.acknowledged() > before + 30, 'the load goes on');
    const [account, odd] = await Promise.all([load.stop(), queries.stop()]);
    const events = new Map<string, ReadonlyArray<Line>>();
    for (const each of collections) events.set(each, await eventsOf(node(0), KEY, each));
    const { findings } = examine(account, events);
    const { operations, acknowledged, refused, notDone, unknown, lost, doubled, wrong } = findings;
    const { counts } = queries;
    rows.push([
      what, operations, acknowledged, refused, notDone, unknown, lost, doubled, wrong.length, Math.round(account.longest),
      counts.answered, counts.behind, recovery,
    ]);
    expect({ lost, doubled, wrong, odd }).toEqual({ lost: 0, doubled: 0, wrong: [], odd: [] });
    expect(account.longest).toBeLessThan(BOUND);
    expect(counts.answered).toBeGreaterThan(0);
    expecting?.({ ...findings, behind: counts.behind, during });
    for (const each of collections) {
      const verified = answered(await node(1).call('GET', `${pathOf(each)}/verification`));
      if (verified.body['code'] !== 'collection_not_found') expect(verified.body).toMatchObject({ ok: true, problems: [] });
    }
  },
);

describe('a node that was stopped for longer than R1 allows', () => {
  const collection = 'stopped';
  const production = `${pathOf(collection)}/aliases/production`;

  test('A10, R1: records nothing that protection forbids by now, and lets nobody in that was put out', async () => {
    for (const n of [0, 1])
      answered(await node(0).call('POST', `${pathOf(collection)}/versions`, { source: `team/p/s${n}:v0`, aliases: ['production'] }));
    answered(await node(0).call('POST', '/users', { name: 'mover', role: 'viewer' }));
    answered(await node(0).call('PUT', '/registries/model/members/user:mover', { role: 'member' }));
    const { body: made } = answered(await node(0).call('POST', '/keys', { principal: 'user:mover' }));
    const mover = { authorization: `Bearer ${String(made['key'])}` };
    const { body: unwanted } = answered(await node(0).call('POST', '/keys', { principal: 'user:mover' }));
    const putOut = { authorization: `Bearer ${String(unwanted['key'])}` };
    expect(answered(await node(1).call('GET', '/whoami', undefined, putOut)).status).toBe(200);

    let [isOver, moved] = [false, 0];
    const movers = Array.from({ length: 8 }, async () => {
      for (let turn = 0; !isOver; turn++) {
        const called = await node(1).call('PUT', production, { version: `v${turn % 2}` }, mover);
        if (called !== 'killed' && called.status === 200) moved += 1;
      }
    });
    await until(() => moved > 3, 'a member moves what is not protected');
    node(1).suspend();
    expect(answered(await node(0).call('PUT', '/registries/model/protected-aliases/production')).status).toBe(200);
    expect(answered(await node(0).call('DELETE', `/keys/${String(unwanted['id'])}`)).status).toBe(200);
    await delay(Math.max(6, SECONDS) * 1000);
    node(1).resume();
    const asked = await Promise.all(
      Array.from({ length: 10 }, () => node(1).call('GET', '/whoami', undefined, putOut).then(answered)),
    );
    for (const { status } of asked) expect([401, 503]).toContain(status);
    await until(() => isWell(collection), 'the node works again');
    isOver = true;
    await Promise.all(movers);
    const events = await eventsOf(node(0), KEY, collection);
    const at = events.findIndex(({ type }) => type === 'AliasProtected');
    expect(at).toBeGreaterThan(0);
    expect(events.slice(at).filter(({ metadata }) => metadata['by'] === 'user:mover')).toEqual([]);
    expect(events.filter(({ metadata }) => metadata['by'] === 'user:mover').length).toBeGreaterThan(0);
  });
});
