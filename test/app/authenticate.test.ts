import { right } from 'fp-ts/Either';
import { createCallerByKeyHash } from '../../src/app/authenticate';
import { createAggregates } from '../../src/app/commands/aggregates';
import { hashOfKey } from '../../src/app/commands/organization';
import { OrganizationCommand } from '../../src/domain/organization/commands';
import { ORGANIZATION_STREAM } from '../../src/domain/values/streams';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { EventStore, StoreError } from '../../src/event-store/event-store';
import { aContext } from '../support/nodes';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

const NOW = Date.parse('2027-01-01T00:00:00.000Z');
const observer = { conflict: () => undefined, unknownOutcome: () => undefined };
const ann = { principal: 'user:ann', organizationRole: 'member', teams: [] } as const;

describe('whose key has this hash', () => {
  let folder: TemporaryFolder;
  let store: EventStore;
  let reads: number;
  let isAway: boolean;
  beforeEach(() => {
    folder = temporaryFolder();
    const opened = openEmbeddedStore({ folder: folder.path });
    [reads, isAway] = [0, false];
    store = {
      ...opened,
      exclusive: false,
      readStream: (...asked) => {
        reads += 1;
        if (isAway) throw new StoreError('Unavailable', 'away');
        return opened.readStream(...asked);
      },
    };
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const lookUps: Array<string> = [];
  const asking = (complete: boolean) => {
    const aggregates = createAggregates(store, { longestLane: 10, stateBytes: 1e6 }, observer);
    const byHash = createCallerByKeyHash(
      (hash) => {
        lookUps.push(hash);
        return hash === hashOfKey('known') ? ann : undefined;
      },
      aggregates, () => complete, () => NOW,
    );
    return { aggregates, ask: (key: string) => byHash(hashOfKey(key)) };
  };

  test('costs one look-up by the hash, and nothing else, for every key: known, unknown, near to a known one', async () => {
    const { ask } = asking(true);
    lookUps.length = 0;
    const keys = ['known', 'unknown', 'knowm', 'x', 'y'.repeat(512)];
    const callers = [];
    for (const key of keys) callers.push(await ask(key));
    expect(callers.map((caller) => caller?.principal)).toEqual(['user:ann', undefined, undefined, undefined, undefined]);
    expect(lookUps).toEqual(keys.map(hashOfKey));
    expect(lookUps.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
    expect(reads).toBe(0);
  });

  test('R1: is asked of the head where the read models may not know of it yet, made by another node or while they are made anew', async () => {
    const { ask, aggregates } = asking(false);
    expect(await ask('new')).toBeUndefined();
    expect(reads).toBe(1);
    const decided: ReadonlyArray<OrganizationCommand> = [
      { type: 'CreateUser', name: 'bob', role: 'viewer' },
      { type: 'CreateKey', id: 'k', principal: 'user:bob', hash: hashOfKey('new'), label: '', expiresAt: null },
    ];
    for (const command of decided)
      await aggregates.organization.execute(ORGANIZATION_STREAM, () => Promise.resolve(right(command)), aContext());
    expect(await ask('new')).toEqual({ principal: 'user:bob', organizationRole: 'viewer', teams: [], keyHash: hashOfKey('new') });
  });

  test('is not said to be nobody\'s where only the store could tell, and it is away', async () => {
    const { ask } = asking(false);
    isAway = true;
    await expect(ask('new')).rejects.toMatchObject({ code: 'store_unavailable', status: 503 });
    expect(await ask('known')).toMatchObject(ann);
  });
});
