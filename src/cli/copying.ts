/** A copy of a log in another store: the same ids, data, metadata and chains in the same order, from the first event on. */
import { setTimeout as delay } from 'node:timers/promises';
import { isRight } from 'fp-ts/Either';
import { Config } from '../app/config';
import { sizeOf } from '../event-store/appendable';
import { fillEmbeddedStore, fillingIn } from '../event-store/embedded/fill';
import { EventStore, EventToStore, expecting, Revision, StoredEvent, StoreError } from '../event-store/event-store';
import { silent } from '../event-store/log';
import { failed, messageOf, Stop } from './exit';
import { shownNumber } from './terminal';

/** An event on its way to the same place of another store. */
export type PlacedEvent = EventToStore & { readonly stream: string; readonly revision: Revision };

export type Target = {
  /** For messages. */
  readonly name: string;
  readonly store: EventStore;
  /** To be called before anything is appended, once it is known that the store may be filled. */
  readonly begin: () => Promise<void>;
};

/** What was done, as `--json` shows it. */
export type CopiedLog = {
  readonly events: number;
  readonly streams: number;
  /** How many of the events the store held already. */
  readonly before: number;
  readonly seconds: number;
};

/** Of one append, in events and bytes; appends of an embedded store may wait together, so many. */
const MOST_EVENTS = 500;
const MOST_BYTES = 512 * 1024;
const TOGETHER = 64;
const ATTEMPTS = 10;

/** The events in appends: of one stream, one after another in the log. */
const inAppends = async function* (events: AsyncIterable<PlacedEvent>): AsyncIterable<ReadonlyArray<PlacedEvent>> {
  let together: Array<PlacedEvent> = [];
  let bytes = 0;
  for await (const event of events) {
    const size = sizeOf([event]);
    const full = together.length === MOST_EVENTS || bytes + size > MOST_BYTES;
    if (together.length > 0 && (full || together[0]?.stream !== event.stream)) {
      yield together;
      [together, bytes] = [[], 0];
    }
    together.push(event);
    bytes += size;
  }
  if (together.length > 0) yield together;
};

/** The store, whose log is read on where it was after the store was away for a while. */
export const readOn = <S extends Pick<EventStore, 'readAll'>>(store: S): S => ({
  ...store,
  readAll: async function* ({ after }) {
    let position = after;
    for (let attempt = 1; ; attempt++) {
      try {
        for await (const event of store.readAll({ after: position })) {
          ({ position } = event);
          attempt = 1;
          yield event;
        }
        return;
      } catch (error) {
        if (!(error instanceof StoreError) || error.kind !== 'Unavailable' || attempt === ATTEMPTS) throw error;
        await delay(1000);
      }
    }
  },
});

/**
 * What may have been written all the same is sent again as it was: the store knows the ids. In an embedded store, which
 * nobody else writes to, a conflict is with one before it that has failed and is sent again, too.
 */
const append = async (store: EventStore, events: ReadonlyArray<PlacedEvent>): Promise<void> => {
  const { stream = '', revision = 0 } = events[0] ?? {};
  for (let attempt = 1; ; attempt++) {
    const outcome = await store.append(stream, expecting(revision - 1), events);
    if (isRight(outcome)) return;
    const { left } = outcome;
    const reason = left.type === 'Conflict' ? 'somebody else writes to the store' : left.reason;
    const mayPass = left.type === 'Unavailable' || (left.type === 'Conflict' && store.exclusive);
    if (!mayPass || attempt === ATTEMPTS) throw failed(`event ${revision} of ${stream}: ${reason}`);
    await delay(1000);
  }
};

/**
 * In the order of the events. An embedded store takes appends in the order in which they were made; of EventStoreDB one
 * that failed might come after those behind it, so each waits for the one before.
 */
const appendAll = async (store: EventStore, events: AsyncIterable<PlacedEvent>): Promise<void> => {
  let waiting: Array<Promise<void>> = [];
  const all = async (): Promise<void> => {
    const results = await Promise.allSettled(waiting);
    const failure = results.find((result): result is PromiseRejectedResult => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    waiting = [];
  };
  for await (const together of inAppends(events)) {
    const appending = append(store, together);
    // It is looked at with the others; until then its failure is nobody's.
    appending.catch(() => undefined);
    waiting.push(appending);
    if (!store.exclusive || waiting.length === TOGETHER) await all();
  }
  await all();
};

const isSame = (a: PlacedEvent, b: PlacedEvent): boolean =>
  a.stream === b.stream && a.revision === b.revision && a.id === b.id && a.type === b.type && a.data === b.data &&
  a.metadata === b.metadata;

const foreign = (name: string, { stream, revision }: StoredEvent): Stop =>
  failed(`${name} must be empty or hold a beginning of this copy: event ${revision} of "${stream}" is none of it`);

/**
 * Appends to a store what it lacks of the events. What it holds must be a beginning of them.
 * @returns how many of them it held
 */
export const copyInto = async ({ name, store, begin }: Target, events: AsyncIterable<PlacedEvent>): Promise<number> => {
  const held = store.readAll({ after: 0 })[Symbol.asyncIterator]();
  let next = await held.next();
  let before = 0;
  const missing = async function* (): AsyncIterable<PlacedEvent> {
    for await (const event of events) {
      if (next.done !== true) {
        if (!isSame(event, next.value)) throw foreign(name, next.value);
        before += 1;
        next = await held.next();
        if (next.done === true) await begin();
      } else yield event;
    }
    if (next.done !== true) throw foreign(name, next.value);
  };
  if (next.done === true) await begin();
  await appendAll(store, missing());
  return before;
};

/**
 * The store that the settings name, while `work` fills it; an embedded one is there whole or not at all.
 * @param resumable whether what was done of an embedded one is kept where the work fails, and gone on from
 */
export const fill = async <A>(
  { store, dataDir, eventStoreDbUrl = '' }: Config, resumable: boolean, work: (target: Target) => Promise<A>,
): Promise<A> => {
  try {
    if (store === 'embedded') {
      const name = fillingIn(dataDir);
      const begin = async (): Promise<void> => undefined;
      return await fillEmbeddedStore({ folder: dataDir, log: silent, resumable }, (filled) => work({ name, store: filled, begin }));
    }
    const { fillEventStoreDb } = await import('../event-store/eventstoredb/fill');
    return await fillEventStoreDb({ url: eventStoreDbUrl, log: silent }, (filled, begin) =>
      work({ name: 'the EventStoreDB', store: readOn(filled), begin }),
    );
  } catch (error) {
    throw error instanceof Stop ? error : failed(messageOf(error));
  }
};

/** `imported 1,234 events of 56 streams in 0.7 s, 200 of them before` */
export const showCopied = (done: string, { events, streams, before, seconds }: CopiedLog): string =>
  `${done} ${shownNumber(events)} events of ${shownNumber(streams)} streams in ${seconds.toFixed(1)} s` +
  (before === 0 ? '' : `, ${shownNumber(before)} of them before`);
