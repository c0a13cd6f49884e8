/** What EventStoreDB, its client and the network between do wrong, and that nothing is lost, doubled or stuck by it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { isLeft, isRight } from 'fp-ts/Either';
import { AllStreamResolvedEvent } from '@eventstore/db-client';
import { openEventStoreDb } from '../../src/event-store/eventstoredb/eventstoredb-store';
import { toPosition, toStoredEvent } from '../../src/event-store/eventstoredb/stored-event';
import { EventStore, StoredEvent, StoreError, SubscriptionBatch } from '../../src/event-store/event-store';
import { silent } from '../../src/event-store/log';
import { appended, aStream, collect, someEvents } from '../support/events';
import { StandIn, StandInOptions, startStandIn } from '../support/eventstoredb-stand-in';
import { runTypeScript } from '../support/processes';
import { startTcpProxy, TcpProxy } from '../support/tcp-proxy';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

const timeouts = { append: 1_500, read: 1_500, watch: 300 };
/** No call takes longer, whatever happens: two time-outs, and some for a busy machine. */
const BOUND_MS = 8_000;

let folder: TemporaryFolder;
let ends: Array<() => Promise<void>> = [];
let counted: Array<string> = [];

beforeEach(() => {
  folder = temporaryFolder();
  counted = [];
});

afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
  folder.remove();
});

const standInOf = async (options: Partial<StandInOptions> = {}): Promise<StandIn> => {
  const standIn = await startStandIn({ folder: folder.path, ...options });
  ends.push(standIn.stop);
  return standIn;
};

const storeAt = (url: string): EventStore => {
  const store = openEventStoreDb({
    url,
    prefixes: ['collection-'],
    log: silent,
    timeouts,
    metrics: {
      retried: (reason) => counted.push(`retried: ${reason}`),
      subscriptionLost: (reason) => counted.push(`lost: ${reason}`),
    },
  });
  ends.push(store.close);
  return store;
};

const behindProxy = async (): Promise<{ standIn: StandIn; proxy: TcpProxy; store: EventStore }> => {
  const standIn = await standInOf();
  const proxy = await startTcpProxy(standIn.port);
  ends.push(proxy.stop);
  return { standIn, proxy, store: storeAt(`esdb://127.0.0.1:${proxy.port}?tls=false`) };
};

const unavailable = (outcome: 'none' | 'unknown') => ({
  _tag: 'Left',
  left: { type: 'Unavailable', outcome, reason: expect.any(String) },
});
const fault = { _tag: 'Left', left: { type: 'Fault', reason: expect.any(String) } };

const inBounds = async <A>(promise: Promise<A>): Promise<A> => {
  const begun = Date.now();
  const result = await promise;
  expect(Date.now() - begun).toBeLessThan(BOUND_MS);
  return result;
};

const storeErrorOf = async (promise: Promise<unknown>): Promise<StoreError> => {
  const failure: unknown = await inBounds(
    promise.then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
  if (failure instanceof StoreError) return failure;
  throw new Error(`not a StoreError: ${String(failure)}`);
};

/** As a command does: the same ids at the same revision, for as long as it takes. */
const insist = async (
  store: EventStore,
  ...asked: Parameters<EventStore['append']>
): ReturnType<EventStore['append']> => {
  const begun = Date.now();
  for (;;) {
    const outcome = await inBounds(store.append(...asked));
    if (isRight(outcome) || outcome.left.type !== 'Unavailable' || Date.now() - begun > 20_000) return outcome;
    await delay(20 + Math.random() * 30);
  }
};

/** Until it holds, for some seconds. */
const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const begun = Date.now(); !(await holds()); await delay(20))
    if (Date.now() - begun > 15_000) throw new Error('it never came to hold');
};

describe('an append that is not answered', () => {
  test.each([
    ['written', 'written and not answered'],
    ['not written', 'not written and not answered'],
  ] as const)(
    'trap: the promise of the client never settles: it ends in time as unknown, and asked again it is there once (%s)',
    async (_, appends) => {
      const standIn = await standInOf();
      const store = storeAt(standIn.url);
      const stream = aStream();
      const before = await appended(store, stream, 'no_stream', someEvents(1));
      standIn.faults.appends = appends;
      const events = someEvents(2);
      expect(await inBounds(store.append(stream, 0, events))).toEqual(unavailable('unknown'));
      delete standIn.faults.appends;
      const outcome = await inBounds(store.append(stream, 0, events));
      expect(outcome).toMatchObject({ right: { revision: 2 } });
      expect((await collect(store.readStream(stream))).map(({ id }) => id).slice(1)).toEqual(
        events.map(({ id }) => id),
      );
      expect(await store.append(stream, 'no_stream', someEvents(1))).toEqual({
        _tag: 'Left',
        left: { type: 'Conflict' },
      });
      expect(before.revision).toBe(0);
    },
  );

  test.each(['timeout', 'busy', 'broken stream'] as const)('is of unknown outcome: %s', async (appends) => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    standIn.faults.appends = appends;
    const asked = [aStream(), 'no_stream', someEvents(1)] as const;
    for (let times = 0; times < 4; times += 1)
      expect(await inBounds(store.append(...asked))).toEqual(unavailable('unknown'));
    delete standIn.faults.appends;
    expect(await insist(store, ...asked)).toMatchObject({ right: { revision: 0 } });
  });

  test('trap: of a hundred at once none is stuck, none ends the process, and those not sent are known not to be', async () => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    standIn.faults.appends = 'not written and not answered';
    const text = 'x'.repeat(200_000);
    const event = () => someEvents(1).map((one) => ({ ...one, data: JSON.stringify({ text }) }));
    const asked = Array.from({ length: 100 }, () => [aStream(), 'no_stream', event()] as const);
    const outcomes = await inBounds(Promise.all(asked.map((append) => store.append(...append))));
    expect(outcomes.every(isLeft)).toBe(true);
    expect(outcomes.filter((outcome) => JSON.stringify(outcome).includes('"none"')).length).toBeGreaterThan(50);
    delete standIn.faults.appends;
    const again = await Promise.all(asked.map((append) => insist(store, ...append)));
    expect(again.every(isRight)).toBe(true);
  });

  test('trap: the deadline is by the clock of this machine: one that is minutes behind appends all the same', async () => {
    const standIn = await standInOf();
    standIn.faults.clockAheadMs = 5 * 60_000;
    const outcome = await storeAt(standIn.url).append(aStream(), 'no_stream', someEvents(1));
    expect(outcome).toMatchObject({ _tag: 'Right' });
  });

  test.each([status.UNAVAILABLE, status.INTERNAL, status.DEADLINE_EXCEEDED])(
    'trap: the server fails to say which rpcs it has (code %s): nothing was sent, and it works when it does',
    async (code) => {
      const standIn = await standInOf();
      const store = storeAt(standIn.url);
      standIn.faults.features = code;
      const asked = [aStream(), 'no_stream', someEvents(1)] as const;
      for (let times = 0; times < 3; times += 1)
        expect(await inBounds(store.append(...asked))).toMatchObject({ left: { type: 'Unavailable' } });
      delete standIn.faults.features;
      expect(await insist(store, ...asked)).toMatchObject({ right: { revision: 0 } });
    },
  );
});

describe('a stream that was deleted', () => {
  test.each([true, false])('is a fault to append to and to read, by either rpc (batch: %s)', async (batchAppend) => {
    const standIn = await standInOf({ batchAppend });
    const store = storeAt(standIn.url);
    const stream = aStream();
    await appended(store, stream, 'no_stream', someEvents(1));
    standIn.tombstone(stream);
    expect(await store.append(stream, 0, someEvents(1))).toEqual(fault);
    expect((await storeErrorOf(collect(store.readStream(stream)))).kind).toBe('Fault');
    await appended(store, aStream(), 'no_stream', someEvents(1));
  });
});

describe('a node that does not lead', () => {
  test.each([true, false])('sends appends and reads to the one that does (batch: %s)', async (batchAppend) => {
    const other = temporaryFolder();
    const leader = await standInOf({ folder: other.path, batchAppend });
    const follower = await standInOf({ batchAppend });
    follower.faults.leader = { host: '127.0.0.1', port: leader.port };
    const store = storeAt(follower.url);
    const streams = Array.from({ length: 40 }, aStream);
    const outcomes = await Promise.all(streams.map((stream) => store.append(stream, 'no_stream', someEvents(1))));
    expect(outcomes.every(isRight)).toBe(true);
    for (const stream of streams) expect(await collect(store.readStream(stream))).toHaveLength(1);
    expect(counted).toContain('retried: not-leader');
    // The lead goes back, while appends are on their way.
    leader.faults.leader = { host: '127.0.0.1', port: follower.port };
    delete follower.faults.leader;
    const later = await Promise.all(
      streams.map((stream) => insist(store, `${stream}-later`, 'no_stream', someEvents(1))),
    );
    expect(later.every(isRight)).toBe(true);
    other.remove();
  });

  test('and names itself as the leader: appends and reads end in time', async () => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    standIn.faults.leader = { host: '127.0.0.1', port: standIn.port };
    expect(await inBounds(store.append(aStream(), 'no_stream', someEvents(1)))).toEqual(unavailable('unknown'));
    expect((await storeErrorOf(store.head())).kind).toBe('Unavailable');
    delete standIn.faults.leader;
    expect(await insist(store, aStream(), 'no_stream', someEvents(1))).toMatchObject({ _tag: 'Right' });
  });
});

describe('a store that is not there', () => {
  const freePort = async (): Promise<number> => {
    const proxy = await startTcpProxy(1);
    await proxy.stop();
    return proxy.port;
  };

  test('refuses connections: nothing was sent, the line names the setting, and it works once the store has come', async () => {
    const port = await freePort();
    const store = storeAt(`esdb://127.0.0.1:${port}?tls=false`);
    for (let times = 0; times < 3; times += 1)
      expect(await inBounds(store.append(aStream(), 'no_stream', someEvents(1)))).toEqual({
        _tag: 'Left',
        left: {
          type: 'Unavailable',
          outcome: 'none',
          reason: `EVENTSTOREDB_URL (127.0.0.1:${port}): 127.0.0.1:${port} refuses connections`,
        },
      });
    const failure = await storeErrorOf(store.identity());
    expect(failure).toMatchObject({
      kind: 'Unavailable',
      message: expect.stringMatching(/^EVENTSTOREDB_URL .* refuses connections$/),
    });
    await storeErrorOf(collect(store.subscribe({ after: 0, signal: new AbortController().signal })));
    await standInOf({ port });
    await eventually(async () => isRight(await store.append(aStream(), 'no_stream', someEvents(1))));
    expect(await store.identity()).toMatch(/^[0-9a-f]{8}$/);
  });

  test('trap: a whole cluster that is away fails its discovery, which the client would remember: it works once it is back', async () => {
    const ports = [await freePort(), await freePort()];
    const hosts = ports.map((port) => `127.0.0.1:${port}`);
    const store = storeAt(`esdb://${hosts.join(',')}?tls=false&maxDiscoverAttempts=50&discoveryInterval=100`);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => store.append(aStream(), 'no_stream', someEvents(1))),
    );
    expect(outcomes.every(isLeft)).toBe(true);
    const failure = await storeErrorOf(store.head());
    expect(failure.message).toMatch(/refuses connections; 127\.0\.0\.1:\d+ refuses connections$/);
    const standIn = await standInOf({ port: ports[1] ?? 0 });
    expect(await insist(store, aStream(), 'no_stream', someEvents(1))).toMatchObject({ _tag: 'Right' });
    expect(await store.head()).toBeGreaterThan(0);
    expect(standIn.port).toBe(ports[1]);
  });

  test('is a host that nobody knows', async () => {
    const store = storeAt('esdb://nowhere.invalid:2113?tls=false');
    expect((await storeErrorOf(store.head())).message).toMatch(
      /^EVENTSTOREDB_URL \(nowhere\.invalid:2113\): nowhere\.invalid:2113 is (not a known host name|a host name that cannot)/,
    );
  });

  test('trap: two connections in one process would mix up their appends: the second is refused', async () => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    expect(() => storeAt(standIn.url)).toThrow('This process is connected to EventStoreDB already');
    await store.close();
    await appended(storeAt(standIn.url), aStream(), 'no_stream', someEvents(1));
  });

  test('trap: a process that closed its store ends by itself', async () => {
    const standIn = await standInOf();
    const child = runTypeScript('event-store/appends-once.ts', standIn.url);
    const [code] = await once(child.child, 'close');
    expect([code, child.output()]).toEqual([0, '2\n']);
  });
});

describe('a secure store', () => {
  const certificate = (name: string): string => join(__dirname, '../data/tls', name);
  const secure = {
    key: readFileSync(certificate('node.key')),
    certificate: readFileSync(certificate('node.crt')),
    user: 'moniker',
    password: 'a+b/c:d',
  };
  const user = `${secure.user}:${encodeURIComponent(secure.password)}`;
  const ca = `tls=true&tlsCAFile=${encodeURIComponent(certificate('ca.crt'))}`;

  test('lets in who has the password and trusts the certificate', async () => {
    const { port } = await standInOf({ secure });
    const store = storeAt(`esdb://${user}@localhost:${port}?${ca}`);
    await appended(store, aStream(), 'no_stream', someEvents(1));
    expect(await store.head()).toBeGreaterThan(0);
  });

  test('a certificate that is not trusted: one line that names the setting, the reason and what to do', async () => {
    const { port } = await standInOf({ secure });
    const store = storeAt(`esdb://${user}@localhost:${port}?tls=true`);
    const failure = await storeErrorOf(store.head());
    expect(failure.message).toMatch(
      /^EVENTSTOREDB_URL \(localhost:\d+\): localhost:\d+ has a certificate that is not trusted \([^\n]+\): name that of its CA with tlsCAFile=…$/,
    );
    expect(await inBounds(store.append(aStream(), 'no_stream', someEvents(1)))).toEqual(unavailable('none'));
  });

  test.each([
    [
      'a wrong password',
      'moniker:wrong@',
      /^EVENTSTOREDB_URL \(.*\): the store does not take the user and the password$/,
    ],
    ['no user', '', /^EVENTSTOREDB_URL \(.*\): the store denies access$/],
  ])('%s is a fault, in one line without the password', async (_, credentials, message) => {
    const { port } = await standInOf({ secure });
    const store = storeAt(`esdb://${credentials}localhost:${port}?${ca}`);
    const failure = await storeErrorOf(store.head());
    expect(failure.kind).toBe('Fault');
    expect(failure.message).toMatch(message);
    const outcome = await inBounds(store.append(aStream(), 'no_stream', someEvents(1)));
    expect(outcome).toEqual({ _tag: 'Left', left: { type: 'Fault', reason: expect.stringMatching(message) } });
  });

  test('spoken to without TLS', async () => {
    const { port } = await standInOf({ secure });
    const store = storeAt(`esdb://localhost:${port}?tls=false`);
    expect((await storeErrorOf(store.head())).kind).toBe('Unavailable');
  });

  test('and one without TLS spoken to with it', async () => {
    const { port } = await standInOf();
    const store = storeAt(`esdb://localhost:${port}`);
    expect((await storeErrorOf(store.head())).message).toMatch(/does not speak TLS|EVENTSTOREDB_URL/);
  });
});

describe('reads', () => {
  test('trap: they have no deadline: one that is not answered ends in time', async () => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    const stream = aStream();
    await appended(store, stream, 'no_stream', someEvents(1));
    standIn.faults.silentReads = true;
    const reads = [store.head(), collect(store.readStream(stream)), collect(store.readAll({ after: 0 }))];
    for (const failure of await Promise.all(reads.map(storeErrorOf))) expect(failure.kind).toBe('Unavailable');
    delete standIn.faults.silentReads;
    expect(await collect(store.readStream(stream))).toHaveLength(1);
  });

  test('trap: a read that is left early leaves its call open: none stays open here', async () => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    const stream = aStream();
    await appended(store, stream, 'no_stream', someEvents(300));
    const after = await store.head();
    for (let left = 0; left < 20; left += 1) {
      for await (const { revision } of store.readStream(stream)) if (revision === 3) break;
      for await (const { revision } of store.readAll({ after: 0 })) if (revision === 3) break;
      for await (const { caughtUp } of store.subscribe({ after, signal: new AbortController().signal }))
        if (caughtUp) break;
    }
    await eventually(() => standIn.openReads() === 0);
  });

  test('an append that was sent is of unknown outcome, also where its next try does not get through', async () => {
    const { proxy, standIn, store } = await behindProxy();
    const stream = aStream();
    await appended(store, stream, 'no_stream', someEvents(1));
    Object.assign(standIn.faults, { silentReads: true, appends: 'written and not answered' });
    const reading = collect(store.readStream(stream)).catch(() => undefined);
    await delay(timeouts.read / 2);
    const appending = store.append(stream, 0, someEvents(1));
    await delay(timeouts.read / 5);
    proxy.refuse = true;
    expect(await inBounds(appending)).toEqual(unavailable('unknown'));
    await reading;
    expect(counted).toContain('retried: let-go');
    Object.assign(standIn.faults, { silentReads: false, appends: undefined });
    proxy.refuse = false;
    await eventually(async () => (await collect(store.readStream(stream)).catch(() => [])).length === 2);
  });

  test('trap: a read under which the connection is let go of ends as if the stream ended there: it is read again', async () => {
    const { proxy, standIn, store } = await behindProxy();
    const stream = aStream();
    await appended(store, stream, 'no_stream', someEvents(600));
    for (let round = 0; round < 6; round += 1) {
      const reading = Promise.all(
        Array.from({ length: 4 }, () =>
          collect(store.readStream(stream)).then(
            (events) => events.length,
            (error: unknown) => (error instanceof StoreError ? 'failed' : 'broken'),
          ),
        ),
      );
      await delay(Math.random() * 60);
      if (round % 2 === 0) proxy.cut();
      else {
        // An append without an answer has the connection renewed, under the reads.
        standIn.faults.appends = 'not written and not answered';
        void store.append(aStream(), 'no_stream', someEvents(1));
        await delay(timeouts.append);
        delete standIn.faults.appends;
      }
      for (const length of await reading) expect([600, 'failed']).toContain(length);
    }
    expect(await collect(store.readStream(stream))).toHaveLength(600);
  });

  test('what others write into the store is not seen, and is passed over', async () => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    const [stream, later] = [aStream(), aStream()];
    const own = await appended(store, stream, 'no_stream', someEvents(1));
    await appended(store, 'foreign-a', 'no_stream', someEvents(700));
    await appended(store, 'collections', 'no_stream', someEvents(1));
    expect(await store.head()).toBe(own.position);
    expect(await collect(store.readAll({ after: own.position }))).toEqual([]);
    const seen: Array<SubscriptionBatch> = [];
    for await (const batch of store.subscribe({ after: own.position, signal: new AbortController().signal })) {
      seen.push(batch);
      if (seen.length === 1) await appended(store, later, 'no_stream', someEvents(1));
      if (batch.events.length > 0) break;
    }
    // Where the search of the server had come to is a place to resume from.
    expect(seen[0]).toMatchObject({ events: [], caughtUp: true });
    expect(seen[0]?.position).toBeGreaterThan(own.position);
    expect(seen.at(-1)?.events.map((event) => event.stream)).toEqual([later]);
  });

  test.each<[string, unknown, boolean, string]>([
    ['bytes', Buffer.from('{"a":'), false, '{"a":'],
    ['malformed JSON', '{"a":', true, '{"a":'],
    ['JSON that is no object', [1, 2], true, '[1,2]'],
  ])(
    'data and metadata that this store did not write come as they are, for their decoder to refuse: %s',
    (_, data, isJson, text) => {
      const event = {
        streamId: 's',
        id: 'i',
        revision: 3n,
        type: 'T',
        created: new Date(0),
        isJson,
        data,
        metadata: data,
      };
      const stored = toStoredEvent({
        event: { ...event, position: { commit: 9n, prepare: 9n } },
      } as AllStreamResolvedEvent);
      expect(stored).toMatchObject({ stream: 's', revision: 3, position: 9, data: text, metadata: expect.any(String) });
    },
  );

  test('a position beyond 2^53 is a fault: it could not be told apart from its neighbours', () => {
    expect(() => toPosition(2n ** 53n)).toThrow(StoreError);
    expect(toPosition(2n ** 53n - 1n)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('the identity of the log', () => {
  test('is the same on every node, and another in another store', async () => {
    const standIn = await standInOf();
    const first = storeAt(standIn.url);
    const identities = await Promise.all([first.identity(), first.identity(), first.identity()]);
    await first.close();
    const second = storeAt(standIn.url);
    expect(new Set([...identities, await second.identity()]).size).toBe(1);
    await second.close();
    const other = temporaryFolder();
    const third = storeAt((await standInOf({ folder: other.path })).url);
    expect(await third.identity()).not.toBe(identities[0]);
    other.remove();
  });

  test('is refused where somebody else wrote its stream', async () => {
    const store = storeAt((await standInOf()).url);
    await appended(store, 'moniker-identity', 'no_stream', someEvents(1));
    expect(await storeErrorOf(store.identity())).toMatchObject({
      kind: 'Fault',
      message: expect.stringMatching(/moniker-identity/),
    });
  });
});

describe('subscriptions', () => {
  type Following = {
    readonly seen: Array<StoredEvent>;
    readonly batches: Array<SubscriptionBatch>;
    readonly failures: Array<unknown>;
    readonly stop: () => Promise<void>;
  };

  /** Follows from a position, and resumes whenever it has to. */
  const following = (store: EventStore, after: number): Following => {
    const leaving = new AbortController();
    const [seen, batches, failures]: [Array<StoredEvent>, Array<SubscriptionBatch>, Array<unknown>] = [[], [], []];
    const running = (async () => {
      let position = after;
      while (!leaving.signal.aborted) {
        try {
          for await (const batch of store.subscribe({ after: position, signal: leaving.signal })) {
            seen.push(...batch.events);
            batches.push(batch);
            position = batch.position;
          }
        } catch (error) {
          failures.push(error);
          await delay(30);
        }
      }
    })();
    const stop = async (): Promise<void> => {
      leaving.abort();
      await running;
    };
    ends.push(stop);
    return { seen, batches, failures, stop };
  };

  const grow = async (store: EventStore, stream: string, from: number): Promise<void> => {
    for (let revision = from; revision < from + 5; revision += 1)
      expect(await insist(store, stream, revision === 0 ? 'no_stream' : revision - 1, someEvents(1))).toMatchObject({
        _tag: 'Right',
      });
  };

  test.each<[string, (standIn: StandIn, proxy: TcpProxy) => void, RegExp]>([
    ['an error', (standIn) => standIn.endSubscriptions(status.ABORTED), /lost: busy/],
    ['an error of the transport', (standIn) => standIn.endSubscriptions(status.UNAVAILABLE), /lost: broken/],
    ['an end without an error', (standIn) => standIn.endSubscriptions(), /lost: ended/],
    ['a broken connection', (_, proxy) => proxy.cut(), /lost: /],
    ['a connection that is half-open', (_, proxy) => proxy.strand(), /lost: /],
  ])(
    'trap: the client never resumes them: after %s they end, and go on exactly where they were',
    async (_, harm, lost) => {
      const { proxy, standIn, store } = await behindProxy();
      const stream = aStream();
      const { seen, failures } = following(store, 0);
      await grow(store, stream, 0);
      await eventually(() => seen.length === 5);
      harm(standIn, proxy);
      await grow(store, stream, 5);
      await eventually(() => seen.length === 10);
      expect(failures.length).toBeGreaterThan(0);
      for (const failure of failures) expect(failure).toBeInstanceOf(StoreError);
      expect(counted.join()).toMatch(lost);
      expect(seen).toEqual(await collect(store.readStream(stream)));
    },
  );

  test('one whose reader was too slow for the server goes on by itself, exactly where it was', async () => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    const stream = aStream();
    const { seen, failures } = following(store, 0);
    await grow(store, stream, 0);
    await eventually(() => seen.length === 5);
    standIn.endSubscriptions(
      status.ABORTED,
      'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
    );
    await grow(store, stream, 5);
    await eventually(() => seen.length === 10);
    expect(failures).toEqual([]);
    expect(counted).toContain('lost: too-slow');
    expect(seen).toEqual(await collect(store.readStream(stream)));
  });

  test('trap: one that goes silent says nothing: it ends when the head of the log is ahead of it', async () => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    const stream = aStream();
    const { seen, failures, batches } = following(store, 0);
    await eventually(() => batches.length > 0);
    standIn.faults.silentSubscriptions = true;
    await grow(store, stream, 0);
    await eventually(() => failures.length > 0);
    expect(failures[0]).toMatchObject({ kind: 'Unavailable', message: 'the subscription went silent' });
    expect(seen).toEqual([]);
    delete standIn.faults.silentSubscriptions;
    await eventually(() => seen.length === 5);
  });

  test('an idle tail is no silence: it is left alone', async () => {
    const standIn = await standInOf();
    const store = storeAt(standIn.url);
    await grow(store, aStream(), 0);
    await appended(store, 'foreign-a', 'no_stream', someEvents(100));
    const { seen, failures } = following(store, 0);
    await eventually(() => seen.length === 5);
    await delay(timeouts.watch * 6);
    expect(failures).toEqual([]);
  });

  test('servers before 23.10 do not say that they have no more: the head of the log does', async () => {
    const standIn = await standInOf({ caughtUp: false });
    const store = storeAt(standIn.url);
    const { batches } = following(store, 0);
    await eventually(() => batches.length > 0);
    expect(batches).toEqual([{ events: [], position: 0, caughtUp: true }]);
    await grow(store, aStream(), 0);
    await eventually(() => batches.at(-1)?.events.length === 1 && batches.at(-1)?.caughtUp === true);
  });

  test('end with the signal, and with the store, also while the store is away', async () => {
    const { proxy, store } = await behindProxy();
    const { batches, stop } = following(store, 0);
    await eventually(() => batches.length > 0);
    proxy.refuse = true;
    proxy.cut();
    await delay(50);
    await inBounds(stop());
    await inBounds(store.close());
  });
});

describe('the network, under load', () => {
  type Load = { readonly stop: () => Promise<{ acknowledged: number; lost: number; doubled: number }> };

  /** Writers on streams of their own, each insisting on every append. */
  const load = (store: EventStore, writers: number): Load => {
    let stopping = false;
    const running = Promise.all(
      Array.from({ length: writers }, async () => {
        const stream = aStream();
        const ids: Array<string> = [];
        while (!stopping) {
          const events = someEvents(2);
          const outcome = await insist(store, stream, ids.length === 0 ? 'no_stream' : ids.length - 1, events);
          if (isLeft(outcome)) throw new Error(JSON.stringify(outcome));
          ids.push(...events.map(({ id }) => id));
        }
        return { stream, ids };
      }),
    );
    return {
      stop: async () => {
        stopping = true;
        const written = await running;
        const counts = { acknowledged: 0, lost: 0, doubled: 0 };
        for (const { stream, ids } of written) {
          const stored = (await collect(store.readStream(stream))).map(({ id }) => id);
          counts.acknowledged += ids.length;
          counts.lost += ids.filter((id) => !stored.includes(id)).length;
          counts.doubled += stored.length - new Set(stored).size;
          expect(stored).toEqual(ids);
        }
        return counts;
      },
    };
  };

  const nothingLost = { acknowledged: expect.any(Number), lost: 0, doubled: 0 };

  const answers = async (store: EventStore): Promise<void> =>
    eventually(async () => isRight(await store.append(aStream(), 'no_stream', someEvents(1))));

  test.each<[string, (proxy: TcpProxy) => Promise<void>]>([
    [
      'is cut again and again',
      async (proxy) => {
        for (let times = 0; times < 15; times += 1) {
          await delay(40);
          proxy.cut();
        }
      },
    ],
    [
      'goes away for a while',
      async (proxy) => {
        proxy.refuse = true;
        proxy.cut();
        await delay(800);
        proxy.refuse = false;
      },
    ],
    [
      'leaves connections half-open',
      async (proxy) => {
        proxy.strand();
        await delay(timeouts.append * 1.5);
      },
    ],
    [
      'holds everything back, and delivers it late',
      async (proxy) => {
        proxy.hold();
        await delay(timeouts.append * 2);
        proxy.release();
      },
    ],
    [
      'is slow',
      async (proxy) => {
        proxy.delayMs = 80;
        await delay(800);
        proxy.delayMs = 0;
      },
    ],
  ])('%s: nothing is lost or doubled, and it works again within seconds', async (_, harm) => {
    const { proxy, store } = await behindProxy();
    const writing = load(store, 24);
    await delay(200);
    await harm(proxy);
    const healed = Date.now();
    await answers(store);
    expect(Date.now() - healed).toBeLessThan(BOUND_MS);
    await delay(200);
    expect(await writing.stop()).toEqual(nothingLost);
  });

  test('the store is killed -9 and started again: nothing is lost or doubled, and it works again within seconds', async () => {
    const first = runTypeScript('support/eventstoredb-stand-in-process.ts', folder.path);
    const port = (await first.line()).trim();
    const store = storeAt(`esdb://127.0.0.1:${port}?tls=false`);
    const writing = load(store, 24);
    await delay(400);
    await first.kill();
    await delay(300);
    const second = runTypeScript('support/eventstoredb-stand-in-process.ts', folder.path, port);
    ends.unshift(second.kill);
    await second.line();
    const back = Date.now();
    await answers(store);
    expect(Date.now() - back).toBeLessThan(BOUND_MS);
    await delay(200);
    expect(await writing.stop()).toEqual(nothingLost);
  });
});
