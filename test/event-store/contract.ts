/**
 * What every store behind the port keeps to. The log may hold other events: each test has streams of its own, and
 * looks at what comes after the head at which it began.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import { Either, isLeft, isRight } from 'fp-ts/Either';
import {
  AppendFailure,
  Appended,
  EventStore,
  EventToStore,
  ExpectedRevision,
  Position,
  ReadOptions,
  StoredEvent,
  StoreError,
  SubscribeOptions,
  SubscriptionBatch,
} from '../../src/event-store/event-store';
import { anEvent, appended, aStream, collect, someEvents } from '../support/events';

/** A store that a suite is run over. `connect` opens the same log again, after the former connection was closed. */
export type Place = {
  readonly connect: () => Promise<EventStore>;
  readonly leave: () => Promise<void>;
};

const idsOf = (events: ReadonlyArray<EventToStore>): ReadonlyArray<string> => events.map(({ id }) => id);

const idsIn = async (store: EventStore, stream: string): Promise<ReadonlyArray<string>> =>
  idsOf(await collect(store.readStream(stream)));

const conflict = { _tag: 'Left', left: { type: 'Conflict' } };
const fault = { _tag: 'Left', left: expect.objectContaining({ type: 'Fault' }) };
const success = (outcome: Appended) => ({ _tag: 'Right', right: outcome });

const isUnknown = (outcome: Either<AppendFailure, Appended>): boolean =>
  isLeft(outcome) && outcome.left.type === 'Unavailable' && outcome.left.outcome === 'unknown';

const first = <A>(items: ReadonlyArray<A>): A => {
  const [item] = items;
  if (item === undefined) throw new Error('there is none');
  return item;
};

/** Reads a subscription until `enough`, then leaves it. */
export const follow = async (
  store: EventStore,
  options: Omit<SubscribeOptions, 'signal'>,
  enough: (events: ReadonlyArray<StoredEvent>, batch: SubscriptionBatch) => boolean,
): Promise<{ events: ReadonlyArray<StoredEvent>; batches: ReadonlyArray<SubscriptionBatch>; position: Position }> => {
  const events: Array<StoredEvent> = [];
  const batches: Array<SubscriptionBatch> = [];
  for await (const batch of store.subscribe({ ...options, signal: new AbortController().signal })) {
    events.push(...batch.events);
    batches.push(batch);
    if (enough(events, batch)) break;
  }
  return { events, batches, position: batches.at(-1)?.position ?? options.after };
};

export const eventStoreContract = (name: string, start: () => Promise<Place>): void => {
  describe(`${name} keeps to the port`, () => {
    let place: Place;
    let store: EventStore;

    beforeAll(async () => {
      place = await start();
      store = await place.connect();
    });

    afterAll(async () => {
      await store.close();
      await place.leave();
    });

    const reopen = async (): Promise<void> => {
      await store.close();
      store = await place.connect();
    };

    describe('append at an expected revision', () => {
      test('no_stream makes the stream; the answer is the place of the last event', async () => {
        const stream = aStream();
        const events = someEvents(3);
        const outcome = await appended(store, stream, 'no_stream', events);
        const stored = await collect(store.readStream(stream));
        expect(outcome.revision).toBe(2);
        expect(stored.map(({ revision }) => revision)).toEqual([0, 1, 2]);
        expect(stored.at(-1)?.position).toBe(outcome.position);
        expect(idsOf(stored)).toEqual(idsOf(events));
      });

      test('an exact revision continues the stream', async () => {
        const stream = aStream();
        const before = await appended(store, stream, 'no_stream', someEvents(2));
        const outcome = await appended(store, stream, 1, someEvents(2));
        expect(outcome.revision).toBe(3);
        expect(outcome.position).toBeGreaterThan(before.position);
      });

      test.each<[string, ExpectedRevision, number]>([
        ['no_stream, and the stream has events', 'no_stream', 2],
        ['a revision behind the stream', 0, 2],
        ['a revision ahead of the stream', 2, 2],
        ['a revision far ahead of the stream', Number.MAX_SAFE_INTEGER, 2],
        ['revision 0, and there is no stream', 0, 0],
      ])('is a conflict with %s, and writes nothing', async (_, expected, there) => {
        const stream = aStream();
        const events = someEvents(there);
        if (there > 0) await appended(store, stream, 'no_stream', events);
        expect(await store.append(stream, expected, someEvents(1))).toEqual(conflict);
        expect(await idsIn(store, stream)).toEqual(idsOf(events));
      });

      test('of many at once on one stream exactly one is written', async () => {
        const stream = aStream();
        await appended(store, stream, 'no_stream', someEvents(1));
        const outcomes = await Promise.all(Array.from({ length: 64 }, () => store.append(stream, 0, someEvents(2))));
        expect(outcomes.filter(isRight)).toHaveLength(1);
        expect(outcomes.filter((outcome) => !isRight(outcome))).toEqual(Array.from({ length: 63 }, () => conflict));
        expect(await idsIn(store, stream)).toHaveLength(3);
      });

      test('many at once on different streams are all written', async () => {
        const streams = Array.from({ length: 64 }, aStream);
        const outcomes = await Promise.all(
          streams.map((stream) => appended(store, stream, 'no_stream', someEvents(1))),
        );
        expect(new Set(outcomes.map(({ position }) => position)).size).toBe(64);
      });

      test('writers that decide again on a conflict all get in, once', async () => {
        const stream = aStream();
        await Promise.all(
          Array.from({ length: 8 }, async () => {
            const [event] = someEvents(1);
            for (let attempt = 0; attempt < 50 && event !== undefined; attempt += 1) {
              const [last] = await collect(store.readStream(stream, { direction: 'backwards', limit: 1 }));
              if (isRight(await store.append(stream, last?.revision ?? 'no_stream', [event]))) return;
            }
            throw new Error('never got in');
          }),
        );
        const ids = await idsIn(store, stream);
        expect(ids).toHaveLength(8);
        expect(new Set(ids).size).toBe(8);
      });
    });

    describe('append again with the same ids', () => {
      const written = async (): Promise<{
        stream: string;
        earlier: ReadonlyArray<EventToStore>;
        events: ReadonlyArray<EventToStore>;
        outcome: Appended;
      }> => {
        const stream = aStream();
        const earlier = someEvents(2);
        const events = someEvents(3);
        await appended(store, stream, 'no_stream', earlier);
        return { stream, earlier, events, outcome: await appended(store, stream, 1, events) };
      };

      test('at no_stream: the first outcome, and nothing is written', async () => {
        const stream = aStream();
        const events = someEvents(3);
        const outcome = await appended(store, stream, 'no_stream', events);
        expect(await store.append(stream, 'no_stream', events)).toEqual(success(outcome));
        expect(await idsIn(store, stream)).toEqual(idsOf(events));
      });

      test('at the same revision: the first outcome, also after later appends', async () => {
        const { stream, earlier, events, outcome } = await written();
        expect(await store.append(stream, 1, events)).toEqual(success(outcome));
        const later = someEvents(2);
        await appended(store, stream, 4, later);
        expect(await store.append(stream, 1, events)).toEqual(success(outcome));
        expect(await idsIn(store, stream)).toEqual(idsOf([...earlier, ...events, ...later]));
      });

      test('the first outcome also after the store was opened again', async () => {
        const { stream, events, outcome } = await written();
        await reopen();
        expect(await store.append(stream, 1, events)).toEqual(success(outcome));
      });

      test('only the ids count, not the data', async () => {
        const { stream, events, outcome } = await written();
        const changed = events.map((event) => ({ ...event, data: '{"other":true}' }));
        expect(await store.append(stream, 1, changed)).toEqual(success(outcome));
        expect((await collect(store.readStream(stream, { from: 2 }))).map(({ data }) => data)).toEqual(
          events.map(({ data }) => data),
        );
      });

      test('the first few of an append: success, at the last of those', async () => {
        const { stream, events } = await written();
        const [, , , second] = await collect(store.readStream(stream));
        expect(await store.append(stream, 1, events.slice(0, 2))).toEqual(
          success({ revision: 3, position: second?.position ?? 0 }),
        );
      });

      test('two appends as one: success', async () => {
        const { stream, earlier, events, outcome } = await written();
        expect(await store.append(stream, 'no_stream', [...earlier, ...events])).toEqual(success(outcome));
      });

      test('many times at once: every one succeeds, where an unknown outcome is asked for again, and it is written once', async () => {
        const stream = aStream();
        const events = someEvents(2);
        await appended(store, stream, 'no_stream', someEvents(1));
        // EventStoreDB may let a repetition run into its own time-out when the first is on its way to the disk.
        const insisting = async (): ReturnType<EventStore['append']> => {
          let outcome = await store.append(stream, 0, events);
          for (let more = 0; more < 3 && isUnknown(outcome); more += 1) outcome = await store.append(stream, 0, events);
          return outcome;
        };
        const outcomes = await Promise.all(Array.from({ length: 16 }, insisting));
        expect(outcomes[0]).toMatchObject({ right: { revision: 2 } });
        expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
        expect(await idsIn(store, stream)).toHaveLength(3);
      });

      test.each<[string, (events: ReadonlyArray<EventToStore>) => ReadonlyArray<EventToStore>]>([
        ['the first id differs', (events) => [...someEvents(1), ...events.slice(1)]],
        ['a later id differs', (events) => [...events.slice(0, 2), ...someEvents(1)]],
        ['there is one more', (events) => [...events, ...someEvents(1)]],
        ['the first is left out', (events) => events.slice(1)],
        ['the order differs', (events) => [...events].reverse()],
      ])('is a conflict where %s, and writes nothing', async (_, change) => {
        const { stream, earlier, events } = await written();
        expect(await store.append(stream, 1, change(events))).toEqual(conflict);
        expect(await idsIn(store, stream)).toEqual(idsOf([...earlier, ...events]));
      });

      test('trap: where the stream is exactly where it is expected, ids are not looked at', async () => {
        const { stream, events } = await written();
        expect(await store.append(stream, 4, events)).toMatchObject({ right: { revision: 7 } });
        expect((await idsIn(store, stream)).slice(2)).toEqual(idsOf([...events, ...events]));
      });

      test('an id may be used in another stream, and twice in one append', async () => {
        const [event] = someEvents(1);
        const twice = [event, event].flatMap((one) => (one === undefined ? [] : [one]));
        expect(await store.append(aStream(), 'no_stream', twice)).toMatchObject({ right: { revision: 1 } });
        expect(await store.append(aStream(), 'no_stream', twice)).toMatchObject({ right: { revision: 1 } });
      });
    });

    describe('append refuses', () => {
      const MIB = 1024 * 1024;
      const sized = (bytes: number): EventToStore => {
        const event = anEvent({ text: '' });
        const rest = event.data.length + event.metadata.length + 2 * event.type.length;
        return { ...event, data: canonicalize({ text: 'x'.repeat(bytes - rest) }) ?? '' };
      };

      test('more than 1 MiB, whole: none of it is written; 1 MiB is taken', async () => {
        const stream = aStream();
        expect(await store.append(stream, 'no_stream', [...someEvents(2), sized(MIB)])).toEqual(fault);
        expect(await store.append(stream, 'no_stream', [sized(MIB + 1)])).toEqual(fault);
        expect(await idsIn(store, stream)).toEqual([]);
        expect(await store.append(stream, 'no_stream', [sized(MIB)])).toMatchObject({ right: { revision: 0 } });
      });

      test.each<[string, Partial<EventToStore>]>([
        ['an id that is not a UUID', { id: 'one' }],
        ['an id in upper case, that would come back otherwise', { id: randomUUID().toUpperCase() }],
        ['an empty type', { type: '' }],
        ['a type of the store itself', { type: '$metadata' }],
        ['data that is not JSON', { data: '{"a":' }],
        ['data that is not an object', { data: '[]' }],
        ['metadata that is not an object', { metadata: 'null' }],
        ['an unpaired surrogate', { data: '{"a":"\ud800"}' }],
      ])('%s', async (_, change) => {
        const stream = aStream();
        expect(await store.append(stream, 'no_stream', [{ ...anEvent(), ...change }])).toEqual(fault);
        expect(await idsIn(store, stream)).toEqual([]);
      });

      test.each(['', '$all', '$$collection-a', 'collection-\u0000', 'collection-\ud800'])(
        'the stream %j',
        async (stream) => {
          expect(await store.append(stream, 'no_stream', someEvents(1))).toEqual(fault);
        },
      );

      test('no events', async () => {
        const stream = aStream();
        expect(await store.append(stream, 'no_stream', [])).toEqual(fault);
        expect(await collect(store.readStream(stream))).toEqual([]);
      });

      test.each([-1, 0.5, Number.NaN, 2 ** 53])('the expected revision %p', async (revision) => {
        expect(await store.append(aStream(), revision, someEvents(1))).toEqual(fault);
      });
    });

    describe('what is stored comes back', () => {
      test('E5: data and metadata as the same canonical texts, whatever is in them', async () => {
        const stream = `collection-model/${encodeURIComponent('Ünï / 模型')}-${randomUUID()}`;
        const data = {
          '': 0,
          a: [1e21, 1e-7, -0.5, 9007199254740991, -9007199254740991, 0.1, 1.7976931348623157e308, 5e-324],
          b: { c: { d: [null, true, false, {}, []] } },
          text: 'é \u2028 "\\ \n \u007f 😀 \u0000 \ufeff',
          '\u{1f600}': 'astral',
          ﬀ: 'after it in UTF-16',
          __proto__: 1,
          10: 'ten',
          9: 'nine',
        };
        const proto: unknown = JSON.parse('{"__proto__":{"x":1},"constructor":2}');
        const metadata = {
          at: '2024-01-01T00:00:00.000Z',
          $correlationId: 'c',
          $causationId: 'd',
          nested: [{ y: 1, x: 2 }],
        };
        const events = [anEvent(data, metadata), anEvent(proto, proto)];
        await appended(store, stream, 'no_stream', events);
        const stored = await collect(store.readStream(stream));
        expect(stored.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }))).toEqual(events);
        expect(stored.map((event) => event.stream)).toEqual([stream, stream]);
      });

      test('from every reading side alike', async () => {
        const after = await store.head();
        const stream = aStream();
        await appended(store, stream, 'no_stream', someEvents(3));
        const stored = await collect(store.readStream(stream));
        expect(await collect(store.readAll({ after }))).toEqual(stored);
        expect((await follow(store, { after }, (events) => events.length === 3)).events).toEqual(stored);
      });

      test('also from a stream with a very long name', async () => {
        const stream = `collection-model/${'%F0%9F%98%80'.repeat(240)}${randomUUID()}`;
        await appended(store, stream, 'no_stream', someEvents(1));
        expect(first(await collect(store.readStream(stream))).stream).toBe(stream);
      });
    });

    describe('readStream', () => {
      const stream = aStream();
      beforeAll(async () => {
        await appended(store, stream, 'no_stream', someEvents(600));
        await appended(store, stream, 599, someEvents(601));
      });

      const revisions = async (options?: ReadOptions): Promise<ReadonlyArray<number>> =>
        (await collect(store.readStream(stream, options))).map(({ revision }) => revision);
      const range = (from: number, to: number): ReadonlyArray<number> =>
        Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => (from < to ? from + index : from - index));

      test.each<[string, ReadOptions, ReadonlyArray<number>]>([
        ['all of it', {}, range(0, 1200)],
        ['from a revision, inclusive', { from: 1195 }, range(1195, 1200)],
        ['from its end', { from: 1200 }, [1200]],
        ['from beyond its end: nothing', { from: 1201 }, []],
        ['so many', { from: 3, limit: 4 }, range(3, 6)],
        ['so many over pages', { limit: 700 }, range(0, 699)],
        ['none', { limit: 0 }, []],
        ['backwards', { direction: 'backwards' }, range(1200, 0)],
        ['backwards from a revision', { direction: 'backwards', from: 3 }, range(3, 0)],
        ['backwards from 0', { direction: 'backwards', from: 0 }, [0]],
        ['backwards from beyond the end', { direction: 'backwards', from: 5000, limit: 2 }, [1200, 1199]],
        ['the last', { direction: 'backwards', limit: 1 }, [1200]],
        ['backwards over pages', { direction: 'backwards', limit: 1100 }, range(1200, 101)],
      ])('%s', async (_, options, expected) => {
        expect(await revisions(options)).toEqual(expected);
      });

      test('a stream that does not exist has no events', async () => {
        expect(await collect(store.readStream(aStream()))).toEqual([]);
        expect(await collect(store.readStream(aStream(), { direction: 'backwards', limit: 1 }))).toEqual([]);
        expect(await collect(store.readStream(aStream(), { from: 7 }))).toEqual([]);
      });

      test('positions grow with revisions', async () => {
        const positions = (await collect(store.readStream(stream))).map(({ position }) => position);
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
        expect(new Set(positions).size).toBe(positions.length);
      });

      test('trap: a read that is left early holds nothing: the next ones are answered', async () => {
        for (let left = 0; left < 110; left += 1) {
          for await (const { revision } of store.readStream(stream)) if (revision >= 0) break;
        }
        expect(await revisions({ limit: 1 })).toEqual([0]);
      });

      test('a read in the middle of a slow consumer goes on', async () => {
        const seen: Array<number> = [];
        for await (const { revision } of store.readStream(stream, { limit: 800 })) {
          if (revision % 200 === 0) await delay(20);
          seen.push(revision);
        }
        expect(seen).toEqual(range(0, 799));
      });
    });

    describe('readAll', () => {
      test('tells the events of all streams in the order in which they were acknowledged', async () => {
        const after = await store.head();
        const streams = [aStream(), `registry-${randomUUID()}`, `artifact-team/project/${randomUUID()}`];
        const order: Array<string> = [];
        for (let revision = -1; revision < 4; revision += 1)
          for (const stream of streams) {
            const events = someEvents(1);
            await appended(store, stream, revision < 0 ? 'no_stream' : revision, events);
            order.push(...idsOf(events));
          }
        const all = await collect(store.readAll({ after }));
        expect(idsOf(all)).toEqual(order);
        const middle = all[6];
        expect(idsOf(await collect(store.readAll({ after: middle?.position ?? 0 })))).toEqual(order.slice(7));
        expect(await collect(store.readAll({ after: await store.head() }))).toEqual([]);
      });

      test('over many pages none is missing', async () => {
        const after = await store.head();
        const stream = aStream();
        for (let count = 0; count < 3; count += 1)
          await appended(store, stream, count === 0 ? 'no_stream' : count * 500 - 1, someEvents(500));
        expect((await collect(store.readAll({ after }))).map(({ revision }) => revision)).toEqual(
          Array.from({ length: 1500 }, (_, revision) => revision),
        );
      });

      test('left early many times, it is still answered', async () => {
        for (let left = 0; left < 110; left += 1) {
          for await (const { position } of store.readAll({ after: 0 })) if (position > 0) break;
        }
        for await (const { position } of store.readAll({ after: 0 })) {
          expect(position).toBeGreaterThan(0);
          break;
        }
      });
    });

    describe('head', () => {
      test('is the position of the newest event', async () => {
        const before = await store.head();
        const outcome = await appended(store, aStream(), 'no_stream', someEvents(3));
        expect(await store.head()).toBe(outcome.position);
        expect(outcome.position).toBeGreaterThan(before);
        expect(await store.append(aStream(), 5, someEvents(1))).toEqual(conflict);
        expect(await store.head()).toBe(outcome.position);
      });

      test('the end of the log is there or behind it, and never runs back', async () => {
        const before = await store.end();
        const { position } = await appended(store, aStream(), 'no_stream', someEvents(2));
        const end = await store.end();
        expect(position).toBeGreaterThan(before);
        expect(end).toBeGreaterThanOrEqual(position);
        await store.identity();
        expect(await store.end()).toBeGreaterThanOrEqual(end);
        if (store.exclusive) expect(end).toBe(position);
      });
    });

    describe('identity', () => {
      test('is short, and the same after the store was opened again', async () => {
        const identity = await store.identity();
        expect(identity).toMatch(/^[0-9a-f]{8}$/);
        await reopen();
        expect(await store.identity()).toBe(identity);
      });

      test('is no event', async () => {
        const head = await store.head();
        await store.identity();
        expect(await store.head()).toBe(head);
      });
    });

    describe('subscribe', () => {
      test('answers at once where there is nothing yet: caught up, at the place it was asked for or after it', async () => {
        const after = await store.head();
        const { batches } = await follow(store, { after }, () => true);
        expect(batches).toEqual([{ events: [], position: expect.any(Number), caughtUp: true }]);
        expect(first(batches).position).toBeGreaterThanOrEqual(after);
      });

      test('tells what is there, says that it caught up, then tells what comes', async () => {
        const after = await store.head();
        const stream = aStream();
        await appended(store, stream, 'no_stream', someEvents(2));
        const seen: Array<StoredEvent> = [];
        let caughtUp = false;
        for await (const batch of store.subscribe({ after, signal: new AbortController().signal })) {
          seen.push(...batch.events);
          if (batch.caughtUp && !caughtUp) {
            caughtUp = true;
            expect(seen).toHaveLength(2);
            await appended(store, stream, 1, someEvents(2));
          }
          if (seen.length === 4) break;
        }
        expect(seen).toEqual(await collect(store.readStream(stream)));
      });

      test('in batches no larger than asked for, each with the place to resume from', async () => {
        const after = await store.head();
        const stream = aStream();
        await appended(store, stream, 'no_stream', someEvents(95));
        const { batches, events } = await follow(store, { after, batchSize: 10 }, (seen) => seen.length === 95);
        expect(Math.max(...batches.map((batch) => batch.events.length))).toBeLessThanOrEqual(10);
        for (const batch of batches)
          expect(batch.position).toBeGreaterThanOrEqual(batch.events.at(-1)?.position ?? after);
        expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: 95 }, (_, revision) => revision));
      });

      test('from a position, exclusive', async () => {
        const stream = aStream();
        await appended(store, stream, 'no_stream', someEvents(5));
        const stored = await collect(store.readStream(stream));
        const { events } = await follow(store, { after: stored[2]?.position ?? 0 }, (seen) => seen.length === 2);
        expect(events).toEqual(stored.slice(3));
      });

      test('every event once and in order, over any number of reconnections, while appends go on', async () => {
        const after = await store.head();
        const streams = Array.from({ length: 4 }, aStream);
        const writing = Promise.all(
          streams.map(async (stream) => {
            for (let count = 0; count < 40; count += 1)
              await appended(store, stream, count === 0 ? 'no_stream' : count * 2 - 1, someEvents(2));
          }),
        );
        const seen: Array<StoredEvent> = [];
        let position = after;
        for (let round = 1; seen.length < 320; round += 1) {
          const left = await follow(
            store,
            { after: position, batchSize: 7 },
            (events) => events.length >= round % 20 || seen.length + events.length >= 320,
          );
          seen.push(...left.events);
          position = left.position;
        }
        await writing;
        expect(seen).toEqual(await collect(store.readAll({ after })));
        expect(seen).toHaveLength(320);
      });

      test('two at once, each gets everything', async () => {
        const after = await store.head();
        const both = [1, 2].map(() => follow(store, { after }, (seen) => seen.length === 30));
        const stream = aStream();
        for (let count = 0; count < 30; count += 1)
          await appended(store, stream, count === 0 ? 'no_stream' : count - 1, someEvents(1));
        const [one, other] = await Promise.all(both);
        expect(one?.events).toEqual(other?.events);
        expect(one?.events).toHaveLength(30);
      });

      test('a slow consumer misses nothing, resuming where the store did not wait for it', async () => {
        let position = await store.head();
        const stream = aStream();
        const seen: Array<number> = [];
        const writing = (async () => {
          for (let count = 0; count < 10; count += 1)
            await appended(store, stream, count === 0 ? 'no_stream' : count * 300 - 1, someEvents(300));
        })();
        while (seen.length < 3000) {
          try {
            for await (const batch of store.subscribe({ after: position, signal: new AbortController().signal })) {
              seen.push(...batch.events.map(({ revision }) => revision));
              position = batch.position;
              await delay(10);
              if (seen.length === 3000) break;
            }
          } catch (error) {
            expect(error).toBeInstanceOf(StoreError);
          }
        }
        await writing;
        expect(seen).toEqual(Array.from({ length: 3000 }, (_, revision) => revision));
      });

      test('ends with the signal while nothing comes', async () => {
        const leaving = new AbortController();
        const after = await store.head();
        const batches: Array<SubscriptionBatch> = [];
        const ended = (async () => {
          for await (const batch of store.subscribe({ after, signal: leaving.signal })) batches.push(batch);
        })();
        while (batches.length === 0) await delay(10);
        leaving.abort();
        await ended;
        expect(batches.flatMap(({ events }) => events)).toEqual([]);
      });

      test('ends with the signal in the middle of a batch', async () => {
        const after = await store.head();
        await appended(store, aStream(), 'no_stream', someEvents(20));
        const leaving = new AbortController();
        const batches: Array<SubscriptionBatch> = [];
        for await (const batch of store.subscribe({ after, batchSize: 2, signal: leaving.signal })) {
          batches.push(batch);
          leaving.abort();
        }
        expect(batches).toHaveLength(1);
      });

      test('does not begin when the signal has been given', async () => {
        expect(await collect(store.subscribe({ after: 0, signal: AbortSignal.abort() }))).toEqual([]);
      });

      test('trap: subscriptions that were left hold nothing: the next one is answered', async () => {
        const after = await store.head();
        for (let left = 0; left < 110; left += 1) await follow(store, { after }, () => true);
        await appended(store, aStream(), 'no_stream', someEvents(1));
        expect((await follow(store, { after }, (seen) => seen.length === 1)).events).toHaveLength(1);
      });

      test('a position that the log does not reach is refused: what is written next would be skipped', async () => {
        const beyond = (await store.head()) + 1_000_000_000;
        const failure = await follow(store, { after: beyond }, () => true).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(failure).toBeInstanceOf(StoreError);
      });
    });

    describe('close', () => {
      test('ends subscriptions; later calls fail without harm; the log can be opened again', async () => {
        const after = await store.head();
        const stream = aStream();
        const ended = collect(store.subscribe({ after, signal: new AbortController().signal }));
        const pending = store.append(stream, 'no_stream', someEvents(1));
        expect(await pending).toMatchObject({ _tag: 'Right' });
        await store.close();
        await store.close();
        await ended;
        expect(await store.append(stream, 0, someEvents(1))).toEqual({
          _tag: 'Left',
          left: expect.objectContaining({ type: 'Unavailable', outcome: 'none' }),
        });
        await expect(collect(store.readStream(stream))).rejects.toBeInstanceOf(StoreError);
        await expect(store.head()).rejects.toBeInstanceOf(StoreError);
        store = await place.connect();
        expect(await idsIn(store, stream)).toHaveLength(1);
      });
    });
  });
};
