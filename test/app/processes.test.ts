/** What spans streams, while another node does the same or its opposite (A10, C4). */
import { randomUUID } from 'node:crypto';
import { Either, isLeft, right } from 'fp-ts/Either';
import { createAggregates } from '../../src/app/commands/aggregates';
import { createProcesses } from '../../src/app/commands/processes';
import { collectionStream, registryStream } from '../../src/domain/values/streams';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { EventStore } from '../../src/event-store/event-store';
import { aContext } from '../support/nodes';
import { Asked, scriptedStore } from '../support/scripted-store';
import { TemporaryFolder, temporaryFolder } from '../support/temporary-folder';

let folder: TemporaryFolder;
let store: EventStore;

beforeEach(() => {
  folder = temporaryFolder();
  store = openEmbeddedStore({ folder: folder.path });
});

afterEach(async () => {
  await store.close();
  folder.remove();
});

const COLLECTIONS = ['a', 'b', 'c'];

const done = <A>(result: Either<unknown, A>): A => {
  if (isLeft(result)) throw new Error(JSON.stringify(result.left));
  return result.right;
};

/** One of several nodes on the store. @param before is awaited before each of its appends */
const aNode = (before: (asked: Asked) => Promise<unknown> = () => Promise.resolve()) => {
  const aggregates = createAggregates(
    scriptedStore(store, { exclusive: false, before: (_, asked) => before(asked) }),
    { longestLane: 100, stateBytes: 1e7 }, { conflict: () => undefined, unknownOutcome: () => undefined },
  );
  return { aggregates, processes: createProcesses(aggregates) };
};

type Node = ReturnType<typeof aNode>;

const create = async ({ aggregates }: Node): Promise<void> => {
  done(
    await aggregates.registry.execute(
      registryStream('model'),
      () =>
        Promise.resolve(
          right({
            type: 'CreateRegistry', name: 'model', description: '', acceptedTypes: 'any', visibility: 'organization',
            defaultRole: 'restricted_viewer', creator: 'user:ann', creatorRole: 'admin',
          }),
        ),
      aContext({ command: 'CreateRegistry' }),
    ),
  );
};

const addCollections = async ({ aggregates }: Node): Promise<void> => {
  for (const name of COLLECTIONS) {
    const loaded = done(await aggregates.collection.load(collectionStream('model', name)));
    const life = (loaded.state.type === 'Live' ? 0 : loaded.state.lives) + 1;
    done(
      await aggregates.registry.execute(
        registryStream('model'),
        () => Promise.resolve(right({ type: 'RegisterCollection', collection: name, life })),
        aContext({ command: 'RegisterCollection' }),
      ),
    );
    done(
      await aggregates.collection.execute(
        collectionStream('model', name),
        () =>
          Promise.resolve(
            right({
              type: 'CreateCollection', registry: 'model', name, artifactType: 'model', description: '', tags: [],
              shelf: { acceptedTypes: 'any', protectedAliases: [] },
            }),
          ),
        aContext({ command: 'CreateCollection' }),
      ),
    );
  }
};

const protectedIn = async ({ aggregates }: Node): Promise<ReadonlyArray<boolean>> =>
  Promise.all(
    COLLECTIONS.map(async (name) =>
      done(await aggregates.collection.load(collectionStream('model', name))).state.protectedAliases.has('production'),
    ),
  );

/** A node that stands still before its first append to a collection, until it is let go on. */
const aSlowNode = () => {
  let goOn = (): void => undefined;
  let stands = (): void => undefined;
  const released = new Promise<void>((resolve) => (goOn = resolve));
  const standing = new Promise<void>((resolve) => (stands = resolve));
  const node = aNode(({ stream }) => {
    if (!stream.startsWith('collection-')) return Promise.resolve();
    stands();
    return released;
  });
  return { ...node, goOn, standing };
};

const context = () => aContext({ commandId: randomUUID() });

describe('a node that was slow', () => {
  test('A10: over an unprotection that another has finished, and protected again since: it takes no protection away', async () => {
    const there = aNode();
    await create(there);
    await addCollections(there);
    done(await there.processes.protect('model', 'production', true, context()));
    const here = aSlowNode();
    const unprotecting = here.processes.protect('model', 'production', false, context());
    await here.standing;
    done(await there.processes.protect('model', 'production', true, context()));
    expect(await protectedIn(there)).toEqual([true, true, true]);
    here.goOn();
    done(await unprotecting);
    expect(await protectedIn(there)).toEqual([true, true, true]);
    const registry = done(await there.aggregates.registry.load(registryStream('model'))).state;
    expect(registry).toMatchObject({ type: 'Live' });
    expect(registry.type === 'Live' && [registry.protectedAliases.has('production'), registry.unsettled.size]).toEqual([true, 0]);
  });

  test('A10: over a protection that another has finished, and taken back since: it protects nothing', async () => {
    const there = aNode();
    await create(there);
    await addCollections(there);
    const here = aSlowNode();
    const protecting = here.processes.protect('model', 'production', true, context());
    await here.standing;
    done(await there.processes.protect('model', 'production', false, context()));
    here.goOn();
    done(await protecting);
    expect(await protectedIn(there)).toEqual([false, false, false]);
  });

  test('C4: over a deletion that another has finished, and the name was used again since: it deletes nothing of that', async () => {
    const there = aNode();
    await create(there);
    await addCollections(there);
    const here = aSlowNode();
    const deleting = here.processes.deleteRegistry('model', context());
    await here.standing;
    done(await there.processes.finish({ type: 'RegistryDeletion', registry: 'model' }, context()));
    await create(there);
    await addCollections(there);
    here.goOn();
    done(await deleting);
    for (const name of COLLECTIONS)
      expect(done(await there.aggregates.collection.load(collectionStream('model', name))).state.type).toBe('Live');
  });
});

test('A10, C4: two nodes at once do the same: once in each collection, and both are answered', async () => {
  const [here, there] = [aNode(), aNode()];
  await create(here);
  await addCollections(here);
  const both = await Promise.all([here, there].map(({ processes }) => processes.protect('model', 'production', true, context())));
  both.forEach(done);
  for (const name of COLLECTIONS) {
    const types: Array<string> = [];
    for await (const { type } of store.readStream(collectionStream('model', name))) types.push(type);
    expect(types).toEqual(['CollectionCreated', 'AliasProtected']);
  }
  const deleted = await Promise.all([here, there].map(({ processes }) => processes.deleteRegistry('model', context())));
  expect(deleted.map(({ _tag }) => _tag)).toContain('Right');
  for (const result of deleted)
    if (isLeft(result)) expect(result.left).toMatchObject({ type: 'Rejected', rejection: { type: 'registry_not_found' } });
});
