/**
 * The port to the event store, in the store's own words. Two stores stand behind it (`embedded/`, `eventstoredb/`),
 * and one contract suite holds both to what is promised here.
 */
import { Either } from 'fp-ts/Either';

/** A place in a stream, from 0. */
export type Revision = number;

/** A place in the whole log; grows with every event, but not by one. 0 is before the first event of any store. */
export type Position = number;

/** What an append expects the stream to be at: a revision, or that it has no events yet. Never "any". */
export type ExpectedRevision = Revision | 'no_stream';

/** The revision of a stream without events, for arithmetic: its first event has revision `NO_REVISION + 1`. */
export const NO_REVISION = -1;

/** The place of a revision as an append expects it. */
export const expecting = (revision: Revision): ExpectedRevision => (revision === NO_REVISION ? 'no_stream' : revision);

/** JSON as it is stored; keys in any order. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/**
 * An event on its way into a stream. `data` and `metadata` are canonical JSON texts (RFC 8785) of objects, encoded
 * once; they come back as the same texts.
 */
export type EventToStore = {
  /** A UUID in lower case; the store's idempotence goes by it. */
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
};

/** An event as the store holds it, undecoded: `data` and `metadata` are JSON texts. */
export type StoredEvent = EventToStore & {
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
};

/** Where an append ended: the revision and position of its last event. */
export type Appended = { readonly revision: Revision; readonly position: Position };

/**
 * What stopped an append or a read.
 * - `Conflict`: the stream is not where the append expected it; nothing was written.
 * - `Unavailable`: the store did not do it. `outcome` `unknown` means that it may have been written all the same; the
 *   same ids at the same expected revision may be tried again, and only those.
 * - `Fault`: trying again will not help (too large, access denied, stream deleted).
 */
export type Conflict = { readonly type: 'Conflict' };
export type Unavailable = {
  readonly type: 'Unavailable';
  readonly outcome: 'none' | 'unknown';
  readonly reason: string;
};
export type Fault = { readonly type: 'Fault'; readonly reason: string };
export type AppendFailure = Conflict | Unavailable | Fault;

/** What reads throw while they are iterated: the store is away, or will not answer. */
export class StoreError extends Error {
  constructor(
    readonly kind: 'Unavailable' | 'Fault',
    reason: string,
  ) {
    super(reason);
    this.name = 'StoreError';
  }
}

export type ReadOptions = {
  /** The first revision to read, inclusive. Forwards from 0 and backwards from the end unless given. */
  readonly from?: Revision;
  readonly direction?: 'forwards' | 'backwards';
  /** At most so many events. */
  readonly limit?: number;
};

/** What a subscription delivers: events in the order of the log, none skipped, none twice. */
export type SubscriptionBatch = {
  readonly events: ReadonlyArray<StoredEvent>;
  /** Everything up to here has been delivered, filtered events included: a place to resume from. */
  readonly position: Position;
  /** Whether the subscription had, at this batch, delivered all that the store held. */
  readonly caughtUp: boolean;
};

export type SubscribeOptions = {
  /** Deliver what lies after this position (exclusive); 0 for all. */
  readonly after: Position;
  /** Ends the subscription. */
  readonly signal: AbortSignal;
  /** At most so many events in one batch (default 500). */
  readonly batchSize?: number;
};

export type EventStore = {
  /**
   * Appends all the events or none, at an exact revision. An append whose ids are already there, right after the
   * expected revision, succeeds again with its first outcome and writes nothing; so does one of their first few. Where
   * the stream is exactly where it is expected, ids are not looked at. At most 1 MiB, at least one event.
   * Never throws and always settles, in bounded time.
   */
  readonly append: (
    stream: string,
    expected: ExpectedRevision,
    events: ReadonlyArray<EventToStore>,
  ) => Promise<Either<AppendFailure, Appended>>;

  /** The events of a stream; none for a stream that does not exist. Reads from the leader. Throws `StoreError`. */
  readonly readStream: (stream: string, options?: ReadOptions) => AsyncIterable<StoredEvent>;

  /** The events of all streams of Moniker in the order of the log, after a position. Throws `StoreError`. */
  readonly readAll: (options: { readonly after: Position }) => AsyncIterable<StoredEvent>;

  /**
   * Follows the log from a position: first what is there, then what comes. The first batch comes at once, without
   * events when there are none yet. It ends with the signal and when the store is closed, or throws `StoreError` when
   * the store is lost, or its log ends before the position (it was restored from an older copy); the caller resumes
   * from the last batch's position.
   */
  readonly subscribe: (options: SubscribeOptions) => AsyncIterable<SubscriptionBatch>;

  /** The position of the newest event of Moniker in the log; 0 when there is none. Rejects with `StoreError`. */
  readonly head: () => Promise<Position>;

  /** The position of the last event in the log, anybody's; 0 when there is none. Rejects with `StoreError`. */
  readonly end: () => Promise<Position>;

  /** A name of this very log, made with it, short and the same on every node: positions of another are refused. */
  readonly identity: () => Promise<string>;

  /**
   * The store's own time, in milliseconds since 1970, to about a second; absent where that is this process's time.
   * Rejects with `StoreError`.
   */
  readonly clock?: () => Promise<number>;

  /** Whether only this process can append, so that what it remembers of a stream's end is the truth. */
  readonly exclusive: boolean;

  /** Lets go of everything; subscriptions end. */
  readonly close: () => Promise<void>;
};
