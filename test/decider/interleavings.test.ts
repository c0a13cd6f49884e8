/** Any interleaving of commands from two nodes, while all that can happen to an append happens to theirs. */
import * as fc from 'fast-check';
import { isRight } from 'fp-ts/Either';
import { CollectionCommand } from '../../src/domain/collection/commands';
import { collectionEvents } from '../../src/domain/collection/events';
import { collection } from '../../src/domain/collection';
import { fold } from '../../src/decider/decider';
import { EventStore, StoredEvent } from '../../src/event-store/event-store';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { decode } from '../../src/event-store/history/history';
import { add, changes, close, link, protect, remove, rollBack, take, unlink, unprotect } from '../support/collection-commands';
import { aStream, collect } from '../support/events';
import { chainsOf, storedChains } from '../support/independent-chain';
import { append, naiveCollection } from '../support/naive-collection';
import { aNode, Node } from '../support/nodes';
import { Mishap, mishaps, scriptedStore } from '../support/scripted-store';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let store: EventStore;

beforeAll(() => {
  store = openEmbeddedStore({ folder: folder.path });
  const { setTimeout: after } = global;
  jest.spyOn(global, 'setTimeout').mockImplementation((work: () => void) => after(work, 0));
});

afterAll(async () => {
  jest.restoreAllMocks();
  await store.close();
  folder.remove();
});

const alias = fc.constantFrom('production', 'staging');
const version = fc.nat({ max: 5 });
const role = fc.constantFrom('member' as const, 'admin' as const);

const command: fc.Arbitrary<CollectionCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ source: version, role }).map(({ source, role }) => link(source, { role })) },
  { weight: 4, arbitrary: fc.record({ alias, version, role }).map((of) => add(of.alias, of.version, { role: of.role })) },
  { weight: 1, arbitrary: fc.record({ alias, role }).map((of) => take(of.alias, { role: of.role })) },
  { weight: 2, arbitrary: fc.record({ alias, role }).map((of) => rollBack(of.alias, { role: of.role })) },
  { weight: 2, arbitrary: fc.record({ version, role }).map((of) => unlink(of.version, { role: of.role })) },
  { weight: 1, arbitrary: version.map((to) => changes([{ alias: 'production', version: to }, { alias: 'canary', version: to }])) },
  { weight: 1, arbitrary: alias.map(protect) },
  { weight: 1, arbitrary: alias.map(unprotect) },
  { weight: 1, arbitrary: fc.constant(remove({ role: 'admin' })) },
  { weight: 1, arbitrary: fc.constant(close(1)) },
);

type Asked = { readonly command: CollectionCommand; readonly pause: number; readonly at: number };

const someCommands = fc.array(
  fc.record({ command, pause: fc.nat({ max: 3 }), at: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }) }),
  { maxLength: 12 },
);

const somethingHappens = (happen: ReadonlyArray<Mishap>) => ({
  mishap: (index: number) => happen[index] ?? 'none',
});

const mishapsOf = (kinds: ReadonlyArray<Mishap>) =>
  fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant('none' as const) }, { weight: 1, arbitrary: fc.constantFrom(...kinds) }), {
    maxLength: 30,
  });

type Answered = { readonly commandId: string; readonly answer: Awaited<ReturnType<Node['run']>> };

const runAll = (node: Node, stream: string, asked: ReadonlyArray<Asked>, name: string): ReadonlyArray<Promise<Answered>> =>
  asked.map(async ({ command, pause, at }, index) => {
    const commandId = `${name}-${index}`;
    for (let turn = 0; turn < pause; turn++) await new Promise((resolve) => setImmediate(resolve));
    const answer = await node.run(stream, command, { commandId, at: new Date(at).toISOString() });
    return { commandId, answer };
  });

const metadataOf = (event: StoredEvent) => JSON.parse(event.metadata) as { at: string; $causationId: string };

/** The appends, each with the events of one command. */
const appendsOf = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<ReadonlyArray<StoredEvent>> => {
  const appends: Array<Array<StoredEvent>> = [];
  for (const event of events) {
    const last = appends.at(-1)?.[0];
    if (last && metadataOf(last).$causationId === metadataOf(event).$causationId) appends.at(-1)?.push(event);
    else appends.push([event]);
  }
  return appends;
};

const decoded = (event: StoredEvent) => {
  const recorded = decode(collectionEvents)(event);
  if (isRight(recorded)) return recorded.right.event;
  throw new Error(JSON.stringify(recorded.left));
};

const expectSound = (events: ReadonlyArray<StoredEvent>): void => {
  expect(storedChains(events)).toEqual(chainsOf(events));
  const instants = events.map((event) => metadataOf(event).at);
  expect(instants).toEqual([...instants].sort());
  const naive = naiveCollection();
  for (const together of appendsOf(events)) {
    append(naive, together.map(decoded));
    expect(new Set(together.map((event) => metadataOf(event).at)).size).toBe(1);
  }
};

const expectHonest = (events: ReadonlyArray<StoredEvent>, answered: ReadonlyArray<Answered>): void => {
  const ids = events.map((event) => metadataOf(event).$causationId);
  for (const { commandId, answer } of answered) {
    const recorded = events.filter((event) => metadataOf(event).$causationId === commandId);
    if (isRight(answer)) {
      expect(recorded.map(decoded)).toEqual(answer.right.events);
      if (recorded.length > 0) expect(answer.right.position).toBe(recorded.at(-1)?.position);
      // The state in the answer is that after the command, whatever came later.
      const until = recorded.length > 0 ? events.slice(0, ids.lastIndexOf(commandId) + 1) : undefined;
      if (until) expect(answer.right.state).toEqual(fold(collection, until.map(decoded)));
      else expect(answer.right.position).toBeLessThanOrEqual(events.at(-1)?.position ?? 0);
    } else if (answer.left.type !== 'StoreUnavailable' || answer.left.outcome === 'none') expect(recorded).toEqual([]);
  }
};

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('any interleaving keeps A1, A2, V1, A7, E3 and E5, and answers say what was recorded', () => {
  it('of one node that is alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        someCommands,
        mishapsOf(['conflict', 'away', 'refused', 'lost before it was written', 'lost after it was written']),
        fc.constantFrom(1, 3_000, 10_000_000),
        async (asked, happen, bytes) => {
          const stream = aStream();
          const node = aNode(scriptedStore(store, somethingHappens(happen)), { bytes });
          const answered = await Promise.all(runAll(node, stream, asked, 'alone'));
          const events = await collect(store.readStream(stream));
          expectSound(events);
          expectHonest(events, answered);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of two nodes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(someCommands, someCommands),
        fc.tuple(mishapsOf(mishaps), mishapsOf(mishaps)),
        fc.constantFrom(1, 10_000_000),
        async ([asked, others], [happen, toOthers], bytes) => {
          const stream = aStream();
          const nodes = [happen, toOthers].map((list) =>
            aNode(scriptedStore(store, { exclusive: false, ...somethingHappens(list) }), { bytes }),
          );
          const [here, there] = nodes as [Node, Node];
          const answered = await Promise.all([...runAll(here, stream, asked, 'here'), ...runAll(there, stream, others, 'there')]);
          await settled();
          const events = await collect(store.readStream(stream));
          expectSound(events);
          expectHonest(events, answered);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a repeat of any command, on another node, after its outcome stayed unknown, is recorded once', async () => {
    await fc.assert(
      fc.asyncProperty(someCommands, mishapsOf(mishaps), async (asked, happen) => {
        const stream = aStream();
        const since = await store.head();
        const nodes = [happen, []].map((list) => aNode(scriptedStore(store, { exclusive: false, ...somethingHappens(list) })));
        const [here, there] = nodes as [Node, Node];
        for (const [index, { command }] of asked.entries()) {
          const context = { commandId: `repeated-${index}`, since };
          const first = await here.run(stream, command, context);
          await settled();
          const second = await there.run(stream, command, context);
          if (isRight(first) && first.right.events.length > 0)
            expect(isRight(second) && second.right.events).toEqual(first.right.events);
        }
        const events = await collect(store.readStream(stream));
        expectSound(events);
        const ids = appendsOf(events).map(([event]) => (event ? metadataOf(event).$causationId : ''));
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 100 },
    );
  });
});
