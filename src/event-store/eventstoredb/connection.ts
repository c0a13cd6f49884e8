/**
 * The one client of this process, and its renewal. The client mends its channel after some errors and not after
 * others, keeps a failed answer about the server's features for ever, and has one table of waiting appends for all its
 * connections: when one breaks, the appends of the others are told so too, and the answer that then comes for them
 * ends the process. So a connection that failed is let go of whole, before anything is asked of the next.
 */
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { Log } from '../log';
import { Failure, failureOf } from './failures';

export type Connection = {
  /** The client, once no renewal is under way. Rejects when the connection was closed. */
  readonly client: () => Promise<EventStoreDBClient>;
  /** Grows with each renewal: what was read is whole only if this is still the same when the read ends. */
  readonly generation: () => number;
  /** Tells what a call on this client ended with; the connection is renewed where that shows it to be broken. */
  readonly failed: (client: EventStoreDBClient, error: unknown) => Failure;
  /** Tells that a call on this client was not answered in time. */
  readonly silent: (client: EventStoreDBClient) => void;
  readonly answered: () => void;
  readonly isClosed: () => boolean;
  readonly close: () => Promise<void>;
};

/** How long to wait for the calls of a client to end; one that is stuck is left behind. */
const LET_GO_MS = 1000;
/** So many errors without a class, and no answer between them, are a broken connection. */
const ODD_LIMIT = 2;

export class ConnectionClosed extends Error {}

let connections = 0;

/** @throws when this process has a connection: the client's table of waiting appends is one for all */
export const connect = (makeClient: () => EventStoreDBClient, log: Log): Connection => {
  if (connections > 0) throw new Error('This process is connected to EventStoreDB already');
  let current = makeClient();
  connections += 1;
  let generation = 0;
  let odd = 0;
  let renewal: Promise<void> | undefined;
  let closed = false;

  const renew = (client: EventStoreDBClient, { kind, reason }: Failure | { kind: 'silent'; reason: string }): void => {
    if (closed || renewal !== undefined || client !== current) return;
    generation += 1;
    odd = 0;
    log.warn({ kind, reason }, 'the connection to EventStoreDB is renewed');
    renewal = letGo(client).then(() => {
      renewal = undefined;
      // A client that was told who leads goes there by itself.
      if (kind === 'not-leader') return;
      if (kind === 'silent' || kind === 'odd') void closeChannel(client);
      try {
        current = makeClient();
      } catch (error) {
        log.error({ err: error }, 'no new client for EventStoreDB');
      }
    });
  };

  return {
    client: async () => {
      while (renewal !== undefined) await renewal;
      if (closed) throw new ConnectionClosed('the event store is closed');
      return current;
    },
    generation: () => generation,
    failed: (client, error) => {
      const failure = failureOf(error);
      if (failure.kind === 'odd') odd += 1;
      if (failure.kind === 'odd' ? odd >= ODD_LIMIT : ['not-leader', 'not-sent', 'broken'].includes(failure.kind))
        renew(client, failure);
      return failure;
    },
    silent: (client) => renew(client, { kind: 'silent', reason: 'no answer in time' }),
    answered: () => {
      odd = 0;
    },
    isClosed: () => closed,
    close: async () => {
      if (closed) return;
      closed = true;
      generation += 1;
      await renewal;
      await letGo(current);
      await Promise.race([closeChannel(current), delay(LET_GO_MS, undefined, { ref: false })]);
      connections -= 1;
    },
  };
};

/** Ends all calls of the client. */
const letGo = async (client: EventStoreDBClient): Promise<void> => {
  // Calls that have just begun get as far as being known to the client: it ends only those.
  await nextTurn();
  await nextTurn();
  await Promise.race([client.dispose(), delay(LET_GO_MS, undefined, { ref: false })]);
};

/** The client closes a channel that it sees to be broken, and offers no way to close another one. */
const closeChannel = async (client: EventStoreDBClient): Promise<void> => {
  try {
    const getChannel: unknown = Reflect.get(client, 'getChannel');
    const channel = isFunction(getChannel) ? await getChannel.call(client) : undefined;
    const close: unknown = typeof channel === 'object' && channel !== null ? Reflect.get(channel, 'close') : undefined;
    if (isFunction(close)) close.call(channel);
  } catch {
    // There is none to close.
  }
};

const isFunction = (value: unknown): value is (this: unknown) => unknown => typeof value === 'function';
