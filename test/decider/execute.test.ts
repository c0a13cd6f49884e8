import { setTimeout as delay } from 'node:timers/promises';
import { isLeft, isRight, left, right } from 'fp-ts/Either';
import { CollectionCommand } from '../../src/domain/collection/commands';
import { EventStore, StoredEvent, StoreError } from '../../src/event-store/event-store';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { add, link, rollBack, take, unlink } from '../support/collection-commands';
import { anEvent, appended, aStream, collect } from '../support/events';
import { chainsOf, storedChains } from '../support/independent-chain';
import { append, holders, naiveCollection } from '../support/naive-collection';
import { aContext, aNode, Node } from '../support/nodes';
import { Mishap, scriptedStore } from '../support/scripted-store';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let store: EventStore;

beforeAll(() => {
  store = openEmbeddedStore({ folder: folder.path });
});

afterAll(async () => {
  await store.close();
  folder.remove();
});

/** What is stored, after it was found to be a whole chain (E5) of possible events (A1, V1) that runs forwards (E3). */
const stored = async (stream: string): Promise<ReadonlyArray<StoredEvent>> => {
  const events = await collect(store.readStream(stream));
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
  expect(storedChains(events)).toEqual(chainsOf(events));
  const instants = events.map(({ metadata }) => (JSON.parse(metadata) as { at: string }).at);
  expect(instants).toEqual([...instants].sort());
  return events;
};

const facts = (events: ReadonlyArray<StoredEvent>) =>
  events.map(({ type, data }) => ({ type, data: JSON.parse(data) as unknown }));

const holdersIn = async (stream: string): Promise<Record<string, number>> => {
  const state = naiveCollection();
  append(state, facts(await stored(stream)));
  return Object.fromEntries(holders(state));
};

/** A stream with the collection `zoo` and the versions v0, v1, v2 in it, as somebody else has made it. */
const aCollection = async (): Promise<string> => {
  const stream = aStream();
  const node = aNode(store);
  for (const source of [0, 1, 2]) await node.run(stream, link(source));
  return stream;
};

const SEEDED = 7;

/** Pauses take no time. */
const hurry = (): void => {
  const { setTimeout: after } = global;
  jest.spyOn(global, 'setTimeout').mockImplementation((work: () => void) => after(work, 0));
};

afterEach(() => jest.restoreAllMocks());

const theseMishaps =
  (...happen: ReadonlyArray<Mishap>) =>
  (index: number): Mishap =>
    happen[index] ?? 'none';

const succeeded = { _tag: 'Right', right: expect.anything() };

describe('the loop', () => {
  it('answers the events, the state after them and their position', async () => {
    const stream = await aCollection();
    const outcome = await aNode(store).run(stream, add('production', 1));
    const events = [{ type: 'AliasAdded', data: { alias: 'production', to: 1, cause: 'change' } }];
    const last = (await stored(stream)).at(-1);
    expect(outcome).toEqual(right({ state: expect.anything(), events, position: last?.position }));
    expect(isRight(outcome) && outcome.right.state.type === 'Live' && outcome.right.state.aliases.get('production')).toBe(1);
  });

  it('records nothing where all is as asked for, and says where that is so', async () => {
    const stream = await aCollection();
    const node = aNode(store);
    const first = await node.run(stream, add('production', 1));
    const second = await node.run(stream, add('production', 1));
    expect(second).toEqual(right({ state: expect.anything(), events: [], position: isRight(first) && first.right.position }));
    expect(await stored(stream)).toHaveLength(SEEDED + 1);
  });

  it('answers a rejection as it is, and records nothing', async () => {
    const stream = await aCollection();
    expect(await aNode(store).run(stream, take('production'))).toEqual(
      left({ type: 'Rejected', rejection: { type: 'alias_not_found', alias: 'production' } }),
    );
    expect(await stored(stream)).toHaveLength(SEEDED);
  });

  it('makes the command from the state that it is decided on, anew at each attempt', async () => {
    const stream = await aCollection();
    const seen: Array<number> = [];
    const node = aNode(scriptedStore(store, { mishap: theseMishaps('conflict', 'conflict') }));
    await node.execute(
      stream,
      (state) => {
        seen.push(state.nextVersion);
        return Promise.resolve(right(add('production', 1)));
      },
      aContext(),
    );
    expect(seen).toEqual([3, 3, 3]);
  });

  it('ends when the command cannot be made, with the reason', async () => {
    const stream = await aCollection();
    const failure = { type: 'StoreUnavailable', outcome: 'none', reason: 'away' } as const;
    expect(await aNode(store).execute(stream, () => Promise.resolve(left(failure)), aContext())).toEqual(left(failure));
  });

  it('lets the next one have its turn when a command throws', async () => {
    const stream = await aCollection();
    const node = aNode(store);
    const broken = node.execute(stream, () => Promise.reject(new Error('broken')), aContext());
    const next = node.run(stream, add('production', 1));
    await expect(broken).rejects.toThrow('broken');
    expect(await next).toEqual(succeeded);
  });

  it('reads no more than the tail of what it knows', async () => {
    const stream = await aCollection();
    const from: Array<number | undefined> = [];
    const shared: EventStore = {
      ...scriptedStore(store, { exclusive: false }),
      readStream: (name, options) => {
        from.push(options?.from);
        return store.readStream(name, options);
      },
    };
    const [here, there] = [aNode(shared), aNode(scriptedStore(store, { exclusive: false }))];
    await here.run(stream, add('production', 0));
    await there.run(stream, add('production', 1));
    await here.run(stream, add('production', 2));
    expect(from).toEqual([0, SEEDED + 1]);
    expect(here.told.conflicts).toBe(1);
    expect(await holdersIn(stream)).toEqual({ latest: 2, production: 2 });
  });

  it('one read serves all who were waiting when it began, and none who came later', async () => {
    const stream = await aCollection();
    let reads = 0;
    const shared: EventStore = {
      ...store,
      exclusive: false,
      readStream: async function* (name, options) {
        reads += 1;
        await delay(5);
        yield* store.readStream(name, options);
      },
    };
    const { states } = aNode(shared);
    const first = states.load(stream);
    const later = [states.load(stream), states.load(stream), states.load(stream)];
    await Promise.all([first, ...later]);
    expect(reads).toBe(2);
  });

  it('works with no memory to remember states in, and names no position too old for what it rests on', async () => {
    const stream = await aCollection();
    const node = aNode(store, { bytes: 1 });
    const [given, again] = await Promise.all([
      node.run(stream, add('production', 1)),
      node.run(stream, add('production', 1)),
    ]);
    expect(again).toEqual(right({ state: expect.anything(), events: [], position: isRight(given) && given.right.position }));
  });
});

describe('E3: one append has one instant, and none before the last', () => {
  it('whatever the clock does', async () => {
    const stream = await aCollection();
    const node = aNode(store);
    const [noon, morning] = ['2126-01-31T12:00:00.000Z', '2126-01-31T09:00:00.000Z'];
    await node.run(stream, add('production', 1), { at: noon });
    await node.run(stream, unlink(1), { at: morning });
    await aNode(store).run(stream, unlink(2), { at: morning });
    const instants = (await stored(stream)).slice(SEEDED).map(({ metadata }) => (JSON.parse(metadata) as { at: string }).at);
    expect(instants).toEqual([noon, noon, noon, noon, noon]);
  });
});

describe('conflicts', () => {
  it('A1, A3: another node was faster: it is decided again on the newer history', async () => {
    const stream = await aCollection();
    const here = aNode(scriptedStore(store, { exclusive: false }));
    const there = aNode(scriptedStore(store, { exclusive: false }));
    await here.run(stream, add('production', 0));
    await there.run(stream, add('production', 1));
    expect(await here.run(stream, add('production', 2))).toMatchObject(
      right({ events: [{ type: 'AliasMoved', data: { alias: 'production', from: 1, to: 2, cause: 'change' } }] }),
    );
  });

  it('are told to the observer, and end in Contention after a bounded number of attempts', async () => {
    hurry();
    const stream = await aCollection();
    const scripted = scriptedStore(store, { mishap: () => 'conflict' });
    const node = aNode(scripted);
    expect(await node.run(stream, add('production', 1))).toEqual(left({ type: 'Contention' }));
    expect(scripted.asked.length).toBe(node.told.conflicts);
    expect(scripted.asked.length).toBeGreaterThanOrEqual(8);
    expect(scripted.asked.length).toBeLessThanOrEqual(32);
    expect(await stored(stream)).toHaveLength(SEEDED);
  });

  it.each([true, false])('may go on for a while and still end well (exclusive: %s)', async (exclusive) => {
    hurry();
    const stream = await aCollection();
    const node = aNode(scriptedStore(store, { exclusive, mishap: (index) => (index < 10 ? 'conflict' : 'none') }));
    expect(await node.run(stream, add('production', 1))).toEqual(succeeded);
    expect(await stored(stream)).toHaveLength(SEEDED + 1);
  });
});

describe('unknown outcomes', () => {
  const lost = ['lost before it was written', 'lost after it was written', 'written late'] as const;

  it.each(lost)('%s: the same ids are tried at the same revision, and recorded once', async (mishap) => {
    hurry();
    const stream = await aCollection();
    const scripted = scriptedStore(store, { mishap: theseMishaps(mishap) });
    const node = aNode(scripted);
    expect(await node.run(stream, unlink(2))).toMatchObject(
      right({ events: [{ type: 'AliasMoved' }, { type: 'VersionUnlinked' }] }),
    );
    expect(scripted.asked[1]).toEqual(scripted.asked[0]);
    expect(await stored(stream)).toHaveLength(SEEDED + 2);
    expect(node.told).toEqual({ conflicts: 0, unknownOutcomes: 1 });
  });

  it.each(['away', 'lost before it was written'] as const)('then %s: it is tried again all the same', async (mishap) => {
    hurry();
    const stream = await aCollection();
    const node = aNode(scriptedStore(store, { mishap: theseMishaps('lost after it was written', mishap) }));
    expect(await node.run(stream, add('production', 1))).toEqual(succeeded);
    expect(await stored(stream)).toHaveLength(SEEDED + 1);
  });

  it('never known: the answer says so, after a bounded number of tries', async () => {
    hurry();
    const stream = await aCollection();
    const scripted = scriptedStore(store, { mishap: () => 'lost before it was written' });
    expect(await aNode(scripted).run(stream, add('production', 1))).toEqual(
      left({ type: 'StoreUnavailable', outcome: 'unknown', reason: expect.any(String) }),
    );
    expect(scripted.asked.length).toBe(5);
  });

  it.each(['away', 'refused'] as const)('then %s for ever: the outcome stays unknown', async (mishap) => {
    hurry();
    const stream = await aCollection();
    const node = aNode(
      scriptedStore(store, { mishap: (index) => (index === 0 ? 'lost after it was written' : mishap) }),
    );
    expect(await node.run(stream, add('production', 1))).toEqual(
      left({ type: 'StoreUnavailable', outcome: 'unknown', reason: expect.any(String) }),
    );
    expect(await node.run(stream, add('production', 1))).toMatchObject(right({ events: [] }));
  });

  it.each(['away', 'refused'] as const)('%s: nothing was written, and it is tried once', async (mishap) => {
    const stream = await aCollection();
    const scripted = scriptedStore(store, { mishap: theseMishaps(mishap) });
    const node = aNode(scripted);
    expect(await node.run(stream, add('production', 1))).toEqual(
      left({ type: 'StoreUnavailable', outcome: 'none', reason: expect.any(String) }),
    );
    expect(scripted.asked).toHaveLength(1);
    expect(await node.run(stream, add('production', 1))).toMatchObject(right({ events: [{ type: 'AliasAdded' }] }));
  });

  it('somebody else was faster in the meantime: decided again, recorded once', async () => {
    hurry();
    const stream = await aCollection();
    const there = aNode(scriptedStore(store, { exclusive: false }));
    const here = aNode(
      scriptedStore(store, {
        exclusive: false,
        mishap: theseMishaps('lost before it was written'),
        before: (index) => (index === 1 ? there.run(stream, add('production', 0)) : Promise.resolve()),
      }),
    );
    expect(await here.run(stream, add('production', 1))).toMatchObject(right({ events: [{ type: 'AliasMoved' }] }));
    expect(await holdersIn(stream)).toEqual({ latest: 2, production: 1 });
  });

  it('what was written after all is known to the next command', async () => {
    hurry();
    const stream = await aCollection();
    const happen = (index: number): Mishap =>
      index === 0 ? 'lost after it was written' : index < 5 ? 'lost before it was written' : 'none';
    const node = aNode(scriptedStore(store, { mishap: happen }));
    expect(await node.run(stream, add('staging', 0))).toEqual(left(expect.objectContaining({ outcome: 'unknown' })));
    expect(await node.run(stream, add('staging', 0))).toMatchObject(right({ events: [] }));
    expect(await node.run(stream, take('staging'))).toMatchObject(right({ events: [{ type: 'AliasRemoved' }] }));
  });
});

describe('a store that does not answer, and other nodes beside this one', () => {
  it('a line of commands is not made to wait for it one after the other', async () => {
    const stream = await aCollection();
    let away = true;
    const scripted = scriptedStore(store, {
      exclusive: false, mishap: () => (away ? 'away' : 'none'), before: () => (away ? delay(1_600) : Promise.resolve()),
    });
    const node = aNode(scripted);
    const begun = performance.now();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => node.run(stream, add(`alias-${index}`, 0))));
    expect(performance.now() - begun).toBeLessThan(6_000);
    expect(answers).toEqual(Array(50).fill(left({ type: 'StoreUnavailable', outcome: 'none', reason: 'the store is away' })));
    expect(scripted.asked.length).toBeLessThan(4);
    away = false;
    expect(await node.run(stream, add('staging', 0))).toEqual(succeeded);
  });

  it('the outcome of an append that is never answered is given up in bounded time', async () => {
    const stream = await aCollection();
    const node = aNode(
      scriptedStore(store, { exclusive: false, mishap: () => 'lost before it was written', before: () => delay(5_000) }),
    );
    const begun = performance.now();
    expect(await node.run(stream, add('staging', 0))).toEqual(left(expect.objectContaining({ outcome: 'unknown' })));
    expect(performance.now() - begun).toBeLessThan(12_000);
  });
});

describe('nothing is answered from a state that is not so any more', () => {
  const shared = (): Node => aNode(scriptedStore(store, { exclusive: false }));

  it('a command that would change nothing by what this node knows', async () => {
    const stream = await aCollection();
    const [here, there] = [shared(), shared()];
    await here.run(stream, add('production', 1));
    await there.run(stream, add('production', 2));
    expect(await here.run(stream, add('production', 1))).toMatchObject(right({ events: [{ type: 'AliasMoved' }] }));
  });

  it('a rejection by what this node knows', async () => {
    const stream = await aCollection();
    const [here, there] = [shared(), shared()];
    expect(await here.run(stream, take('production'))).toEqual(left(expect.objectContaining({ type: 'Rejected' })));
    await there.run(stream, add('production', 2));
    expect(await here.run(stream, take('production'))).toMatchObject(right({ events: [{ type: 'AliasRemoved' }] }));
  });

  it('a refusal to make the command by what this node knows', async () => {
    const stream = await aCollection();
    const [here, there] = [shared(), shared()];
    const onlyIfLinked = () =>
      here.execute<{ type: 'not_linked' }>(
        stream,
        (state) =>
          Promise.resolve(
            state.nextVersion > 3
              ? right(add('production', 3))
              : left({ type: 'Rejected', rejection: { type: 'not_linked' } }),
          ),
        aContext(),
      );
    expect(await onlyIfLinked()).toEqual(left({ type: 'Rejected', rejection: { type: 'not_linked' } }));
    await there.run(stream, link(3));
    expect(await onlyIfLinked()).toEqual(succeeded);
  });

  it('an answer that cannot be confirmed is none', async () => {
    const stream = await aCollection();
    let away = false;
    const node = aNode({
      ...store,
      exclusive: false,
      readStream: (name, options) => {
        if (away) throw new StoreError('Unavailable', 'the store is away');
        return store.readStream(name, options);
      },
    });
    await node.run(stream, add('production', 1));
    away = true;
    expect(await node.run(stream, add('production', 1))).toEqual(
      left({ type: 'StoreUnavailable', outcome: 'none', reason: 'the store is away' }),
    );
  });
});

describe('several commands on one stream at once', () => {
  const gate = () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { open, opened };
  };

  it('where only this process appends, the next is decided before the first is stored', async () => {
    const stream = await aCollection();
    const { open, opened } = gate();
    const scripted = scriptedStore(store, { before: () => opened });
    const node = aNode(scripted);
    const all = Promise.all([0, 1, 2].map((version) => node.run(stream, add('production', version))));
    let answered = false;
    void all.then(() => (answered = true));
    await delay(20);
    expect(scripted.asked).toHaveLength(3);
    expect(answered).toBe(false);
    open();
    expect(await all).toEqual([succeeded, succeeded, succeeded]);
    expect(await holdersIn(stream)).toEqual({ latest: 2, production: 2 });
  });

  it('where others append too, the next waits: what it follows might never be', async () => {
    const stream = await aCollection();
    const { open, opened } = gate();
    const scripted = scriptedStore(store, { exclusive: false, before: () => opened });
    const node = aNode(scripted);
    const all = Promise.all([0, 1, 2].map((version) => node.run(stream, add('production', version))));
    await delay(20);
    expect(scripted.asked).toHaveLength(1);
    open();
    expect(await all).toEqual([succeeded, succeeded, succeeded]);
  });

  it('A1, E5: another node takes the place of the first append with an event of its own', async () => {
    const stream = await aCollection();
    const there = aNode(scriptedStore(store, { exclusive: false }));
    let taken: Promise<unknown> | undefined;
    const before = () => (taken ??= there.run(stream, add('staging', 0)));
    const here = aNode(scriptedStore(store, { exclusive: false, before }));
    const all = await Promise.all([
      here.run(stream, add('production', 0)),
      here.run(stream, add('production', 1)),
      here.run(stream, add('production', 2)),
    ]);
    expect(all).toEqual([succeeded, succeeded, succeeded]);
    expect(await stored(stream)).toHaveLength(SEEDED + 4);
    expect(await holdersIn(stream)).toEqual({ latest: 2, staging: 0, production: 2 });
  });

  it.each(['away', 'refused', 'conflict'] as const)('the first of them fails (%s): the others are decided again', async (mishap) => {
    hurry();
    const stream = await aCollection();
    const node = aNode(scriptedStore(store, { mishap: theseMishaps(mishap) }));
    const [first, ...others] = await Promise.all([
      node.run(stream, link(3)),
      node.run(stream, link(4)),
      node.run(stream, add('staging', 0)),
      node.run(stream, add('production', 1)),
    ]);
    expect(first).toEqual(mishap === 'conflict' ? succeeded : left(expect.objectContaining({ outcome: 'none' })));
    expect(others).toEqual([succeeded, succeeded, succeeded]);
    expect(await holdersIn(stream)).toEqual({ latest: mishap === 'conflict' ? 4 : 3, staging: 0, production: 1 });
  });

  it('one in the middle fails: what was before it stands, what was after it is decided again', async () => {
    const stream = await aCollection();
    const node = aNode(scriptedStore(store, { mishap: theseMishaps('none', 'away') }));
    const results = await Promise.all([0, 1, 2].map((version) => node.run(stream, add('production', version))));
    expect(results.map(isRight)).toEqual([true, false, true]);
    expect(facts(await stored(stream)).slice(SEEDED)).toEqual([
      { type: 'AliasAdded', data: { alias: 'production', to: 0, cause: 'change' } },
      { type: 'AliasMoved', data: { alias: 'production', from: 0, to: 2, cause: 'change' } },
    ]);
  });

  it('the outcome of the first is unknown for long: the others wait for it, and lose no attempt', async () => {
    hurry();
    const stream = await aCollection();
    const scripted = scriptedStore(store, {
      mishap: (_, { expected }) =>
        expected === SEEDED - 1 && scripted.asked.filter((asked) => asked.expected === SEEDED - 1).length < 5
          ? 'lost before it was written'
          : 'none',
    });
    const node = aNode(scripted);
    const results = await Promise.all([0, 1, 2].map((version) => node.run(stream, add('production', version))));
    expect(results).toEqual([succeeded, succeeded, succeeded]);
    expect(scripted.asked.length).toBeLessThanOrEqual(5 + 2 + 2);
    expect(await holdersIn(stream)).toEqual({ latest: 2, production: expect.any(Number) });
  });

  it('A1, E5: the first is given up while those after it are still under way', async () => {
    hurry();
    const stream = await aCollection();
    const { open, opened } = gate();
    const scripted = scriptedStore(store, {
      mishap: theseMishaps('away', 'lost before it was written'),
      before: (index, { events }) =>
        index > 1 && events[0]?.id === scripted.asked[1]?.events[0]?.id ? opened : Promise.resolve(),
    });
    const node = aNode(scripted);
    const [first, second] = [node.run(stream, add('production', 0)), node.run(stream, add('staging', 1))];
    expect(await first).toEqual(left(expect.objectContaining({ outcome: 'none' })));
    const third = node.run(stream, add('production', 2));
    await delay(20);
    open();
    expect([await second, await third]).toEqual([succeeded, succeeded]);
    expect(await holdersIn(stream)).toEqual({ latest: 2, staging: 1, production: 2 });
  });

  const restsOn = async (failing: CollectionCommand, then: CollectionCommand) => {
    const stream = await aCollection();
    const node = aNode(scriptedStore(store, { mishap: theseMishaps('away') }));
    const [first, second] = await Promise.all([node.run(stream, failing), node.run(stream, then)]);
    expect(isLeft(first)).toBe(true);
    return second;
  };

  it('"all is as asked for" is not answered where that rests on an append that failed', async () => {
    expect(await restsOn(add('production', 1), add('production', 1))).toMatchObject(
      right({ events: [{ type: 'AliasAdded', data: { alias: 'production', to: 1 } }] }),
    );
  });

  it('a rejection is not answered where it rests on an append that failed', async () => {
    expect(await restsOn(unlink(1), add('production', 1))).toMatchObject(right({ events: [{ type: 'AliasAdded' }] }));
  });

  it('and is answered where it rests on one that was stored, with its position', async () => {
    const stream = await aCollection();
    const node = aNode(store);
    const [first, second] = await Promise.all([
      node.run(stream, add('production', 1)),
      node.run(stream, add('production', 1)),
    ]);
    expect(second).toMatchObject(right({ events: [], position: isRight(first) && first.right.position }));
  });

  it.each([true, false])('take their turns in order of arrival (exclusive: %s)', async (exclusive) => {
    hurry();
    const stream = await aCollection();
    const node = aNode(scriptedStore(store, { exclusive, mishap: exclusive ? undefined : theseMishaps('conflict', 'none', 'conflict') }));
    const order: Array<number> = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const prepare = async () => {
          if (index % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
          return right(add(`alias-${index}`, 0));
        };
        await node.execute(stream, prepare, aContext());
        order.push(index);
      }),
    );
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
    const added = facts(await stored(stream)).slice(SEEDED);
    expect(added.map(({ data }) => (data as { alias: string }).alias)).toEqual(order.map((index) => `alias-${index}`));
  });

  it('are refused when too many wait, and only on that stream', async () => {
    const [stream, other] = [await aCollection(), await aCollection()];
    const { open, opened } = gate();
    const node = aNode(scriptedStore(store, { before: (_, asked) => (asked.stream === stream ? opened : Promise.resolve()) }), { longest: 2 });
    const waiting = [node.run(stream, add('a', 0)), node.run(stream, add('b', 0))];
    expect(await node.run(stream, add('c', 0))).toEqual(left({ type: 'Overloaded' }));
    expect(await node.run(other, add('c', 0))).toEqual(succeeded);
    open();
    expect(await Promise.all(waiting)).toEqual([succeeded, succeeded]);
    expect(await node.run(stream, add('c', 0))).toEqual(succeeded);
    expect(await holdersIn(stream)).toEqual({ latest: 2, a: 0, b: 0, c: 0 });
  });
});

describe('E4: history that cannot be decoded', () => {
  it.each([
    ['an unknown type', { ...anEvent({}, {}), type: 'AliasPainted' }, 'metadata'],
    ['no metadata', anEvent({ alias: 'a', to: 0, cause: 'link' }, {}), 'metadata'],
    ['a member that is not known', anEvent({ alias: 'a', to: 0, cause: 'link', colour: 'red' }, aMetadata()), 'colour'],
    ['a member of the wrong kind', anEvent({ alias: 'a', to: '0', cause: 'link' }, aMetadata()), 'to'],
  ])('%s: names the stream, the revision and the reason', async (_, event, reason) => {
    const stream = await aCollection();
    await appended(store, stream, SEEDED - 1, [event]);
    const node = aNode(store);
    expect(await node.run(stream, add('production', 1))).toEqual(
      left({ type: 'CorruptHistory', stream, revision: SEEDED, reason: expect.stringContaining(reason) }),
    );
    expect(await collect(store.readStream(stream))).toHaveLength(SEEDED + 1);
  });
});

describe('a store that cannot be read', () => {
  it('answers that nothing was done', async () => {
    const stream = await aCollection();
    const node = aNode({
      ...store,
      readStream: () => {
        throw new StoreError('Unavailable', 'the store is away');
      },
    });
    const away = left({ type: 'StoreUnavailable', outcome: 'none', reason: 'the store is away' });
    expect(await node.run(stream, add('production', 1))).toEqual(away);
    expect(await node.run(stream, add('production', 1), { since: 0 })).toEqual(away);
  });

  it('lets errors of the programme through', async () => {
    const node = aNode({
      ...store,
      readStream: () => {
        throw new TypeError('a mistake');
      },
    });
    await expect(node.run(aStream(), add('production', 1))).rejects.toThrow('a mistake');
  });
});

describe('a command that may be a repeat', () => {
  const since = () => store.head();

  it('finds what an earlier try has recorded, and does it no second time', async () => {
    const stream = await aCollection();
    const context = { commandId: 'c-1', since: await since() };
    await aNode(store).run(stream, add('production', 0));
    await aNode(store).run(stream, add('production', 1));
    const first = await aNode(store).run(stream, rollBack('production'), context);
    await aNode(store).run(stream, add('staging', 1));
    const again = await aNode(store).run(stream, rollBack('production'), context);
    expect(again).toEqual(
      right({
        state: expect.anything(),
        events: [{ type: 'AliasMoved', data: { alias: 'production', from: 1, to: 0, cause: 'rollback' } }],
        position: isRight(first) && first.right.position,
      }),
    );
    expect(await holdersIn(stream)).toEqual({ latest: 2, production: 0, staging: 1 });
  });

  it('finds all its events, in their order', async () => {
    const stream = await aCollection();
    const context = { commandId: 'c-2', since: await since() };
    const first = await aNode(store).run(stream, unlink(2), context);
    const again = await aNode(store).run(stream, unlink(2), context);
    expect(isRight(again) && again.right.events).toEqual(isRight(first) && first.right.events);
    expect(isRight(again) && again.right.position).toEqual(isRight(first) && first.right.position);
  });

  it('is answered even if it would be refused now, or could not be made', async () => {
    const stream = await aCollection();
    const context = { commandId: 'c-3', since: await since() };
    await aNode(store).run(stream, add('production', 1, { expected: null }), context);
    expect(await aNode(store).run(stream, add('production', 1, { expected: null }), context)).toEqual(succeeded);
    const forbidden = left({ type: 'Rejected', rejection: { type: 'forbidden' } } as const);
    const unmade = aNode(store).execute(
      stream, () => Promise.resolve(forbidden), aContext({ ...context, command: 'AddAlias' }),
    );
    expect(await unmade).toEqual(succeeded);
  });

  it('takes no other command, no other step of its own and nothing older for its own', async () => {
    const stream = await aCollection();
    const begun = await since();
    await aNode(store).run(stream, add('production', 0), { commandId: 'c-4' });
    await aNode(store).run(stream, add('production', 1), { commandId: 'c-5' });
    const step = await aNode(store).run(stream, add('production', 2), { commandId: 'c-4', command: 'Other', since: begun });
    expect(step).toMatchObject(right({ events: [{ type: 'AliasMoved' }] }));
    const older = await aNode(store).run(stream, add('production', 0), { commandId: 'c-4', since: await since() });
    expect(older).toMatchObject(right({ events: [{ type: 'AliasMoved', data: { from: 2, to: 0 } }] }));
  });

  it('is not decided any more when another node has taken it over, whichever append of others it has conflicted with', async () => {
    const stream = await aCollection();
    let isOurs = true;
    const others: EventStore = {
      ...store,
      append: async (...asked) => {
        // What another node does is stored between the decision and the append.
        if (isOurs) await aNode(store).run(stream, add('production', 0));
        isOurs = false;
        return store.append(...asked);
      },
    };
    const context = { commandId: 'c-6', since: await since(), isOurs: () => Promise.resolve(right(isOurs)) };
    expect(await aNode(others).run(stream, add('production', 1), context)).toEqual(
      left({ type: 'StoreUnavailable', outcome: 'unknown', reason: 'another node has taken the command over' }),
    );
    expect(await holdersIn(stream)).toEqual({ latest: 2, production: 0 });
  });

  it('E4: stops at an event that cannot be decoded', async () => {
    const stream = await aCollection();
    const node = aNode(store);
    await node.run(stream, add('production', 0));
    await appended(store, stream, SEEDED, [anEvent({}, {})]);
    const repeat = await node.run(stream, add('production', 1), { since: 1 });
    expect(repeat).toEqual(left(expect.objectContaining({ type: 'CorruptHistory', revision: SEEDED + 1 })));
  });
});

/** Metadata as it must be, for events that are wrong in other ways. */
function aMetadata(): Record<string, string> {
  return { at: '2026-01-31T09:00:00.000Z', by: 'user:ann', command: 'Test', $correlationId: 'x', $causationId: 'x', chain: 'x' };
}
