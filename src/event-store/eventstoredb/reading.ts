/**
 * Reads, by pages: each is asked for and taken in whole, so that a slow reader holds no call open (a connection has
 * room for 100), and asked for again where the connection was lost under it: a call that was let go of ends as if the
 * page ended there.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  AllStreamResolvedEvent,
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  ResolvedEvent,
  START,
  StreamingRead,
} from '@eventstore/db-client';
import { EventStore, Position, Revision, StoredEvent, StoreError } from '../event-store';
import { Connection, ConnectionClosed } from './connection';
import { Failure } from './failures';
import { gate } from './gate';
import { EventStoreDbMetrics, Timeouts } from './options';
import { toStoredEvent } from './stored-event';

const PAGE = 500;
/** Most readers want little. */
const FIRST_PAGE = 50;
/** A page ends early here, so that large events do not fill the memory. In UTF-16 units of data and metadata. */
const PAGE_SIZE = 8 * 1024 * 1024;
const ATTEMPTS = 4;
/** Well below the 100 calls of one connection. */
const AT_ONCE = 40;

type Resolved = ResolvedEvent | AllStreamResolvedEvent;
type Page = {
  readonly events: ReadonlyArray<StoredEvent>;
  /** Whether there may be more after it. */
  readonly more: boolean;
};
type Ask = (client: EventStoreDBClient, maxCount: number) => StreamingRead<Resolved>;

export type Reading = Pick<EventStore, 'readStream' | 'readAll' | 'head' | 'end'> & {
  readonly asStoreError: (failure: Failure) => Promise<StoreError>;
  /** Rejects with `StoreError` when the connection was closed. */
  readonly client: () => Promise<EventStoreDBClient>;
};

export const reading = (
  connection: Connection,
  prefixes: ReadonlyArray<string>,
  explain: (failure: Failure) => Promise<string>,
  { read: timeoutMs }: Timeouts,
  metrics: EventStoreDbMetrics,
): Reading => {
  const inside = gate(AT_ONCE);
  const isOurs = ({ stream }: StoredEvent): boolean => prefixes.some((prefix) => stream.startsWith(prefix));

  const asStoreError = async (failure: Failure): Promise<StoreError> =>
    new StoreError(failure.kind === 'refused' ? 'Fault' : 'Unavailable', await explain(failure));

  const connectedClient = async (): Promise<EventStoreDBClient> => {
    try {
      return await connection.client();
    } catch (error) {
      throw error instanceof ConnectionClosed ? new StoreError('Unavailable', error.message) : error;
    }
  };

  const attempt = async (ask: Ask, count: number): Promise<Page | Failure> => {
    const client = await connectedClient();
    const { generation } = connection;
    const begun = generation();
    const ended = await takeIn(ask(client, count), count, timeoutMs);
    if (ended === 'late') {
      connection.silent(client);
      return { kind: 'broken', reason: `a read was not answered in ${timeoutMs} ms` };
    }
    if ('error' in ended) {
      if (ended.error instanceof StoreError) throw ended.error;
      return connection.failed(client, ended.error);
    }
    if (generation() !== begun) return { kind: 'let-go', reason: 'the connection was lost' };
    connection.answered();
    return ended;
  };

  const page = async (ask: Ask, count: number): Promise<Page> => {
    if (!(await inside.enter(timeoutMs)))
      throw new StoreError('Unavailable', `a read was not begun in ${timeoutMs} ms: too many before it`);
    try {
      const begun = Date.now();
      for (let attempts = 1; ; attempts += 1) {
        const outcome = await attempt(ask, count);
        if (!('kind' in outcome)) return outcome;
        if (outcome.kind === 'not-found') return { events: [], more: false };
        const again = ['not-leader', 'broken', 'let-go'].includes(outcome.kind);
        if (!again || attempts === ATTEMPTS || Date.now() - begun > timeoutMs) throw await asStoreError(outcome);
        metrics.retried(outcome.kind);
        await delay(attempts === 1 ? 0 : 100 * attempts);
      }
    } finally {
      inside.leave();
    }
  };

  const pageOfAll = (direction: typeof FORWARDS | typeof BACKWARDS, from: Position | undefined, count: number) => {
    const start = direction === FORWARDS ? START : END;
    return page(
      (client, maxCount) =>
        client.readAll({
          direction,
          fromPosition: from === undefined ? start : { commit: BigInt(from), prepare: BigInt(from) },
          maxCount,
          requiresLeader: true,
        }),
      count,
    );
  };

  /** The log was searched backwards to here, and this was the newest event of Moniker's then. */
  let searched = { to: 0, head: 0 };

  return {
    asStoreError,
    client: connectedClient,

    readStream: async function* (stream, { direction = 'forwards', from, limit = Infinity } = {}) {
      let next: Revision | undefined = from;
      let left = limit;
      for (let size = FIRST_PAGE; left > 0; size = PAGE) {
        const fromRevision = next === undefined ? (direction === 'forwards' ? START : END) : BigInt(next);
        const { events, more } = await page(
          (client, maxCount) => client.readStream(stream, { direction, fromRevision, maxCount, requiresLeader: true }),
          Math.min(size, left),
        );
        yield* events;
        left -= events.length;
        const last = events.at(-1);
        if (!more || last === undefined) return;
        next = last.revision + (direction === 'forwards' ? 1 : -1);
        if (next < 0) return;
      }
    },

    readAll: async function* ({ after }) {
      let position = after;
      for (let size = FIRST_PAGE; ; size = PAGE) {
        // Forwards from a position includes the event there.
        const { events, more } = await pageOfAll(FORWARDS, position === 0 ? undefined : position, size);
        for (const event of events) if (event.position > position && isOurs(event)) yield event;
        const last = events.at(-1);
        if (!more || last === undefined) return;
        position = last.position;
      }
    },

    head: async () => {
      const { to, head } = searched;
      let end: Position | undefined;
      let from: Position | undefined;
      for (let size = FIRST_PAGE; ; size = PAGE) {
        const { events, more } = await pageOfAll(BACKWARDS, from, size);
        end ??= events[0]?.position ?? 0;
        const newest = events.find((event) => isOurs(event) || event.position <= to);
        if (newest !== undefined || !more) {
          const found = newest !== undefined && newest.position > to ? newest.position : head;
          if (end >= searched.to) searched = { to: end, head: found };
          return found;
        }
        from = events.at(-1)?.position;
      }
    },

    end: async () => (await pageOfAll(BACKWARDS, undefined, 1)).events[0]?.position ?? 0,
  };
};

/** Takes in a whole read, and lets go of it however it ends. */
const takeIn = (
  read: StreamingRead<Resolved>,
  count: number,
  timeoutMs: number,
): Promise<Page | { readonly error: unknown } | 'late'> =>
  new Promise((resolve) => {
    const events: Array<StoredEvent> = [];
    let seen = 0;
    let size = 0;
    const end = (outcome: Page | { readonly error: unknown } | 'late'): void => {
      clearTimeout(timer);
      resolve(outcome);
      read.off('data', take);
      read.cancel().catch(() => undefined);
    };
    const take = (resolved: Resolved): void => {
      timer.refresh();
      seen += 1;
      try {
        const event = toStoredEvent(resolved);
        if (event === undefined) return;
        events.push(event);
        size += event.data.length + event.metadata.length;
        if (size > PAGE_SIZE && events.length > 1) end({ events, more: true });
      } catch (error) {
        end({ error });
      }
    };
    const timer = setTimeout(() => end('late'), timeoutMs);
    read.on('error', (error) => end({ error }));
    read.on('data', take);
    read.on('end', () => end({ events, more: seen >= count }));
  });
