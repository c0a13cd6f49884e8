/** The event store on EventStoreDB, by its client: for more than one node, or more than one machine. */
import { EventStore } from '../event-store';
import { Log } from '../log';
import { appending } from './appending';
import { clockOf } from './clock';
import { connect } from './connection';
import { connectionString } from './connection-string';
import { Failure } from './failures';
import { identifying } from './identity';
import { EventStoreDbMetrics, Timeouts, TIMEOUTS, uncounted } from './options';
import { whyUnreachable } from './reachability';
import { reading } from './reading';
import { subscribing } from './subscribing';

export type { EventStoreDbMetrics } from './options';

export type EventStoreDbOptions = {
  /** The setting EVENTSTOREDB_URL: `esdb://…`. */
  readonly url: string;
  /** What the names of Moniker's streams begin with; what others write to the store is not seen. */
  readonly prefixes: ReadonlyArray<string>;
  readonly log: Log;
  readonly metrics?: EventStoreDbMetrics;
  readonly timeouts?: Partial<Timeouts>;
};

/** What part of the time for an append may go to finding a node. */
const DISCOVERY_SHARE = 0.4;

/**
 * Connects when it is first asked for something, and again for as long as it is open: a store that is away is no
 * error here. One at a time in a process.
 * @throws one line that names EVENTSTOREDB_URL, without its password, when that is no connection string
 */
export const openEventStoreDb = (options: EventStoreDbOptions): EventStore => {
  const { prefixes, log, metrics = uncounted } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const store = connectionString(options.url, timeouts.append * DISCOVERY_SHARE);
  const connection = connect(store.client, log);
  const explain = async ({ kind, reason }: Failure): Promise<string> =>
    kind === 'not-sent' ? whyUnreachable(store) : `${store.name}: ${reason}`;
  const read = reading(connection, prefixes, explain, timeouts, metrics);
  const { readStream, readAll, head, end } = read;
  const append = appending(connection, explain, timeouts, metrics);
  return {
    append,
    readStream,
    readAll,
    head,
    end,
    subscribe: subscribing(connection, prefixes, read, timeouts, metrics),
    identity: identifying({ append, readStream }),
    clock: clockOf(store),
    exclusive: false,
    close: connection.close,
  };
};
