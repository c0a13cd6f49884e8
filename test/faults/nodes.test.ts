/**
 * Several nodes on one EventStoreDB, each a process of its own: what one answers holds on all. Over the stand-in, or a
 * part of the store that EVENTSTOREDB_URL names.
 */
import { randomUUID } from 'node:crypto';
import { aliasesOf, eventsOf, examine, Line } from '../support/examine';
import { answered, Called, KEY, Node, start, stop } from '../support/killable-node';
import { pathOf, prepareSources, startLoad } from '../support/load';
import { storeUnderTest, StoreUnderTest } from '../support/store-under-test';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

jest.setTimeout(3_600_000);

/** How many commands the load has in each of the two tests, and how often each other race is run. */
const COMMANDS = Number(process.env['FAULT_COMMANDS'] ?? 600) / 2;
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 2);

let store: StoreUnderTest;
let folders: ReadonlyArray<TemporaryFolder> = [];
let nodes: ReadonlyArray<Node> = [];
const node = (n: number): Node => nodes[n % nodes.length] as Node;

beforeAll(async () => {
  store = await storeUnderTest();
  folders = [0, 1, 2].map(temporaryFolder);
  const place = { url: store.url, part: randomUUID() };
  nodes = await Promise.all(folders.map((folder) => start(folder, 0, place)));
  await prepareSources(node(0));
});

afterAll(async () => {
  await Promise.all(nodes.map(stop));
  folders.forEach((folder) => folder.remove());
  await store.stop();
});

const positionOf = ({ body }: Exclude<Called, 'killed'>): Record<string, string> => ({ 'moniker-after': String(body['position']) });
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** Waits for what the load comes to, and not for ever. */
const until = async (holds: () => boolean, what: string): Promise<void> => {
  for (const begun = Date.now(); !holds(); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() - begun > 60_000) throw new Error(`${what}: not within a minute`);
};

/** A user with this role in the registry, and a key. */
const aUser = async (name: string, role = 'member'): Promise<{ key: string; id: string }> => {
  answered(await node(0).call('POST', '/users', { name, role: 'viewer' }));
  answered(await node(0).call('PUT', `/registries/model/members/user:${name}`, { role }));
  const { body } = answered(await node(0).call('POST', '/keys', { principal: `user:${name}` }));
  return { key: String(body['key']), id: String(body['id']) };
};

const link = async (collection: string, source: string): Promise<Record<string, string>> => {
  const linked = answered(await node(0).call('POST', `${pathOf(collection)}/versions`, { source, aliases: ['production'] }));
  expect(linked.status).toBe(201);
  return positionOf(linked);
};

describe.each([2, 3])('%i nodes', (count) => {
  test(`A1, V1, E5: ${COMMANDS} commands on the same four collections: every acknowledged change is there once, as it was answered`, async () => {
    const collections = ['a', 'b', 'c', 'd'].map((name) => `${name}-of-${count}`);
    const taking = nodes.slice(0, count);
    const begun = Date.now();
    const load = startLoad({
      nodes: taking.map((one) => () => one), collections, clients: 8 * count, commands: COMMANDS, insisting: 0.3,
    });
    const account = await load.over;
    const seconds = (Date.now() - begun) / 1000;
    const events = new Map<string, ReadonlyArray<Line>>();
    for (const collection of collections) events.set(collection, await eventsOf(node(1), KEY, collection));
    const { findings, made } = examine(account, events);
    process.stderr.write(
      `${count} nodes on ${store.name}: ${JSON.stringify({ ...findings, wrong: findings.wrong.length })}, ` +
        `${Math.round(findings.operations / seconds)} commands/s, the longest ${Math.round(account.longest)} ms\n`,
    );
    expect(findings).toMatchObject({ operations: COMMANDS, unknown: 0, lost: 0, doubled: 0, wrong: [] });
    expect(findings.acknowledged).toBeGreaterThan(COMMANDS / 4);
    for (const one of taking)
      for (const [collection, state] of made) {
        const after = { 'moniker-after': String(account.position) };
        const { body } = answered(await one.call('GET', `${pathOf(collection)}/aliases`, undefined, after));
        const items = (body['items'] ?? []) as ReadonlyArray<{ alias: string; version: string }>;
        expect(Object.fromEntries(items.map(({ alias, version }) => [alias, version]))).toEqual(aliasesOf(state));
        const verified = answered(await one.call('GET', `${pathOf(collection)}/verification`));
        expect(verified.body).toMatchObject({ ok: true, events: events.get(collection)?.length, problems: [] });
      }
  });
});

test('Moniker-After of one node is honoured on another: it answers with the change', async () => {
  for (let round = 0; round < 10 * ROUNDS; round++) {
    const collection = `read-${round}`;
    const after = await link(collection, 'team/p/s0:v0');
    const read = answered(await node(round + 1).call('GET', `${pathOf(collection)}/versions/production`, undefined, after));
    expect(read).toMatchObject({ status: 200, body: { version: 'v0' } });
  }
});

test('an idempotency key that is sent to all nodes at once applies once, and all are told the same', async () => {
  for (let round = 0; round < 5 * ROUNDS; round++) {
    const collection = 'once';
    const change = (n: number) =>
      node(n).call(
        'POST', `${pathOf(collection)}/versions`, { source: `team/p/s${round}:v0`, reason: `once ${round}` },
        { 'idempotency-key': `once-${round}` },
      );
    const answers = (await Promise.all([0, 1, 2, 0, 1, 2].map(change))).map(answered);
    for (const one of answers) expect(one).toEqual({ status: 201, body: answers[0]?.body });
    expect(answers[0]?.body).toMatchObject({ version: `v${round}` });
  }
  const lines = await eventsOf(node(1), KEY, 'once');
  expect(lines.filter(({ type }) => type === 'VersionLinked')).toHaveLength(5 * ROUNDS);
});

describe('A10: protection holds on every node', () => {
  test('no change of a member is recorded after the answer of another node, and none is let through', async () => {
    const collections = ['p-0', 'p-1', 'p-2'];
    for (const collection of collections) {
      await link(collection, 'team/p/s0:v0');
      answered(await node(0).call('POST', `${pathOf(collection)}/versions`, { source: 'team/p/s1:v0' }));
    }
    const { key } = await aUser('mover');
    let isOver = false;
    /** Since when the alias is protected, by the answer of another node. */
    let protectedSince: number | undefined;
    const letThrough: Array<string> = [];
    let [done, refused] = [0, 0];
    const mover = async (n: number): Promise<void> => {
      for (let turn = 0; !isOver; turn++) {
        const known = protectedSince;
        const path = `${pathOf(collections[turn % 3] ?? '')}/aliases/production`;
        const { status, body } = answered(await node(1 + (n % 2)).call('PUT', path, { version: `v${turn % 2}` }, bearer(key)));
        if (status === 200) done += 1;
        else if (body['code'] === 'alias_protected') refused += 1;
        else letThrough.push(`${status} ${JSON.stringify(body)}`);
        if (known !== undefined && known === protectedSince && status === 200) letThrough.push(`${path} ${JSON.stringify(body)}`);
      }
    };
    const movers = Array.from({ length: 8 }, (_, n) => mover(n));
    try {
      for (let round = 0; round < 2 * ROUNDS; round++) {
        const [before, refusedBefore] = [done, refused];
        await until(() => done >= before + 10, 'members move what is not protected');
        expect(answered(await node(0).call('PUT', '/registries/model/protected-aliases/production')).status).toBe(200);
        protectedSince = round;
        await until(() => refused >= refusedBefore + 20, 'members are refused what is protected');
        protectedSince = undefined;
        expect(answered(await node(0).call('DELETE', '/registries/model/protected-aliases/production')).status).toBe(200);
      }
    } finally {
      isOver = true;
      await Promise.all(movers);
    }
    expect(letThrough).toEqual([]);
    for (const collection of collections) {
      let isProtected = false;
      let protections = 0;
      for (const { type, data, metadata, revision } of await eventsOf(node(2), KEY, collection)) {
        if (type === 'AliasProtected') [isProtected, protections] = [true, protections + 1];
        if (type === 'AliasUnprotected') isProtected = false;
        const moved = type === 'AliasMoved' && data['alias'] === 'production' && metadata['by'] === 'user:mover';
        expect({ collection, revision, moved: moved && isProtected }).toEqual({ collection, revision, moved: false });
      }
      expect(protections).toBe(2 * ROUNDS);
    }
  });
});

describe('R1: what was taken on one node is taken on the others, for every command that is begun after the answer', () => {
  const cases: ReadonlyArray<readonly [string, (name: string, id: string) => Promise<Called>, number, string]> = [
    ['a key', (_, id) => node(0).call('DELETE', `/keys/${id}`), 401, 'unauthenticated'],
    ['a user', (name) => node(0).call('PATCH', `/users/${name}`, { disabled: true }), 401, 'unauthenticated'],
    ['a role', (name) => node(0).call('PUT', `/registries/model/members/user:${name}`, { role: 'viewer' }), 403, 'forbidden'],
    ['a membership of the registry', (name) => node(0).call('DELETE', `/registries/model/members/user:${name}`), 403, 'forbidden'],
  ];
  test.each(cases)('%s', async (what, taking, status, code) => {
    const collection = `r-${status}-${cases.findIndex(([each]) => each === what)}`;
    await link(collection, 'team/p/s0:v0');
    answered(await node(0).call('POST', `${pathOf(collection)}/versions`, { source: 'team/p/s1:v0' }));
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const name = `${collection}-${round}`;
      const { key, id } = await aUser(name);
      const path = `${pathOf(collection)}/aliases/production`;
      let isTaken = false;
      const late: Array<string> = [];
      let [done, refused] = [0, 0];
      const mover = async (n: number): Promise<void> => {
        for (let turn = 0; refused < 4 && late.length < 4; turn++) {
          const after = isTaken;
          const { status: told, body } = answered(await node(1 + n).call('PUT', path, { version: `v${turn % 2}` }, bearer(key)));
          if (told === 200) done += 1;
          else refused += 1;
          const asExpected = told === status && body['code'] === code;
          if (after ? !asExpected : told !== 200 && !asExpected) late.push(`${told} ${JSON.stringify(body)}`);
        }
      };
      const movers = [mover(0), mover(1)];
      await until(() => done >= 3, 'who may move moves');
      expect(answered(await taking(name, id)).status).toBe(200);
      isTaken = true;
      await Promise.all(movers);
      expect(late).toEqual([]);
    }
  });

  test('a membership of a team, by which a source could be linked', async () => {
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const { key } = await aUser(`leaver-${round}`);
      answered(await node(0).call('PUT', `/teams/team/members/user:leaver-${round}`));
      const path = `${pathOf(`left-${round}`)}/versions`;
      const linked = await node(1).call('POST', path, { source: 'team/p/s0:v0' }, bearer(key));
      expect(answered(linked).status).toBe(201);
      answered(await node(0).call('DELETE', `/teams/team/members/user:leaver-${round}`));
      const refused = answered(await node(2).call('POST', path, { source: 'team/p/s1:v0' }, bearer(key)));
      expect(refused).toMatchObject({ status: 404, body: { code: 'artifact_not_found' } });
    }
  });

  test('and what was given is given', async () => {
    await link('given', 'team/p/s0:v0');
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const { key } = await aUser(`joiner-${round}`, 'viewer');
      answered(await node(0).call('PUT', `/registries/model/members/user:joiner-${round}`, { role: 'member' }));
      const moved = await node(1 + (round % 2)).call('PUT', `${pathOf('given')}/aliases/given`, { version: 'v0' }, bearer(key));
      expect(answered(moved).status).toBe(200);
    }
  });
});
