/**
 * The loop: follow the log from the checkpoint, decode each event once, give it to every read model, and keep rows and
 * checkpoint in one transaction. It resumes for ever when the store or the disk fails it, and stops at an event that
 * cannot be taken in (E4).
 */
import { isLeft } from 'fp-ts/Either';
import { EventStore, Position, StoreError, StoredEvent, SubscriptionBatch } from '../../event-store/event-store';
import { Log } from '../../event-store/log';
import { Database, ProjectedEvent, ReadModel } from '../read-model';
import { openCheckpoints, Refusal } from './checkpoints';
import { decodeEvent } from './decode';
import { createFreshness, STALE_AFTER } from './freshness';
import { createWaiting } from './waiting';

/** How many events share a transaction while catching up: a batch holds the thread for a few hundredths of a second. */
const BATCH = 1_000;
/** How often the checkpoint is compared with the store's head, in milliseconds. */
const COMPARE_EVERY = 1_000;
const LONGEST_PAUSE = 5_000;

/** The event that the read models cannot take in, and why. */
export type Stopped = { readonly stream: string; readonly revision: number; readonly reason: string };

export type ReadModelStatus = {
  readonly position: Position;
  /** Whether all that the store held has been taken in once, since these were opened or began anew. */
  readonly caughtUp: boolean;
  /** Set for good: they go no further. */
  readonly stopped?: Stopped;
  /** What keeps them from going on at present; they try again. */
  readonly interrupted?: string;
  /** Where they are not fresh: when they last were known to be complete, in milliseconds since 1970; null for never. */
  readonly behindSince?: number | null;
};

/** Told what the loop does, for the metrics. */
export type CatchUpObserver = {
  /** A transaction: how many events, and milliseconds from their delivery to the commit. */
  readonly taken: (events: number, milliseconds: number) => void;
  readonly interrupted: () => void;
};

export type ReadModels = {
  /** For queries, which run between the transactions of the loop and so see all of an event or nothing. */
  readonly db: Database;
  /** Everything up to here is in every read model. */
  readonly position: () => Position;
  /** Whether the read models came to the position within so many milliseconds. */
  readonly waitFor: (position: Position, milliseconds: number) => Promise<boolean>;
  /** Whether queries may answer (R1): complete at most 5 s ago, and not stopped. */
  readonly fresh: () => boolean;
  readonly status: () => ReadModelStatus;
  /**
   * How far behind the store's head they are, as far as is known; NaN for not at all. Where positions are not one to an
   * event, events are told by the mean of those taken in since these were opened.
   */
  readonly lag: () => { readonly seconds: number; readonly positions: number; readonly events: number };
  /** Calls the listener after each change of the tables with the new position, until the answered function is called. */
  readonly onProgress: (listener: (position: Position) => void) => () => void;
  /** Ends the loop after the transaction under way, and closes the file. */
  readonly close: () => Promise<void>;
};

export type ReadModelOptions = {
  /** The SQLite file, in a folder that is there; of one process at a time. */
  readonly file: string;
  readonly models: ReadonlyArray<ReadModel>;
  readonly store: EventStore;
  readonly log: Log;
  readonly observer?: CatchUpObserver;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds of a clock that nobody sets: how old something is does not change with the time of day. */
  readonly elapsed?: () => number;
  /**
   * Who moves the write-ahead log into the file; SQLite does it unless somebody does. Told of each commit, and asked what a
   * transaction has to wait for.
   */
  readonly moving?: { readonly written: () => void; readonly held: () => Promise<void> | undefined };
};

/**
 * Opens the read models and begins to catch up.
 * @throws an Error of one line that names the file
 */
export const openReadModels = (
  { file, models, store, log, observer, now = Date.now, elapsed = () => performance.now(), moving }: ReadModelOptions,
): ReadModels => {
  const checkpoints = openCheckpoints(file, models, moving !== undefined);
  const freshness = createFreshness();
  const waiting = createWaiting();
  const listeners = new Set<(position: Position) => void>();
  const ending = new AbortController();
  let stopped: Stopped | undefined;
  let interrupted: string | undefined;
  let caughtUp = false;
  /** The loop stands at the end of the log and waits for more: of an exclusive store there is nothing else to know. */
  let atEnd = false;
  let head = NaN;
  const passed = { events: 0, positions: 0 };

  const stop = (at: Stopped): void => {
    stopped = at;
    atEnd = false;
    log.error({ ...at }, 'the read models are stopped: this event cannot be taken in, and none is skipped');
    waiting.end();
  };

  /** Begins anew where the log is another one than the read models were made from. */
  const align = async (): Promise<void> => {
    const identity = await store.identity();
    const newest = checkpoints.newest();
    const moved = newest !== undefined && !(await holds(store, newest));
    const cutOff = store.exclusive && (await store.head()) < checkpoints.furthest();
    const emptied = checkpoints.adopt(identity, moved || cutOff);
    if (emptied.length === 0) return;
    caughtUp = false;
    freshness.reset();
    tell();
    log.warn({ readModels: emptied, store: identity }, 'the log is not the one that these were made from: made anew');
  };

  /** Much is to be taken in from the beginning, in a hurry. */
  let hurrying = false;

  const take = (batch: SubscriptionBatch): void => {
    const began = performance.now();
    if (!hurrying && !batch.caughtUp && checkpoints.position() === 0) {
      hurrying = true;
      checkpoints.hurry();
    }
    const events: Array<ProjectedEvent> = [];
    let last: StoredEvent | undefined;
    let end = batch.position;
    let corrupt: Stopped | undefined;
    let before = checkpoints.position();
    for (const stored of batch.events) {
      const decoded = decodeEvent(stored);
      if (isLeft(decoded)) {
        corrupt = decoded.left;
        end = before;
        break;
      }
      before = stored.position;
      if (decoded.right === undefined) continue;
      events.push(decoded.right);
      last = stored;
    }
    if (end > checkpoints.position()) {
      passed.events += batch.events.length;
      passed.positions += end - checkpoints.position();
      const taken = checkpoints.take(events, end, last);
      if (isLeft(taken)) throw new NotTaken(taken.left);
      observer?.taken(events.length, performance.now() - began);
    }
    if (!hurrying) moving?.written();
    interrupted = undefined;
    progressed();
    if (corrupt !== undefined) stop({ stream: corrupt.stream, revision: corrupt.revision, reason: corrupt.reason });
    else if (batch.caughtUp && !hurrying) arrived(end, elapsed());
  };

  const arrived = (end: Position, at: number): void => {
    atEnd = true;
    caughtUp = true;
    // What a shared store has delivered may have lain here for as long as this process was stopped: its head is asked.
    if (store.exclusive) freshness.headWas(end, at);
    else if (!fresh()) void compare();
  };

  const settle = async (): Promise<void> => {
    const at = elapsed();
    await checkpoints.finish();
    hurrying = false;
    arrived(checkpoints.position(), at);
  };

  const progressed = (): void => {
    const position = checkpoints.position();
    freshness.reached(position);
    waiting.reached(position);
    tell();
  };

  const tell = (): void => {
    for (const listener of [...listeners]) listener(checkpoints.position());
  };

  const failed = (error: unknown): void => {
    atEnd = false;
    if (error instanceof NotTaken && !isPassing(error.cause)) {
      const { at } = error.refusal;
      return stop({ stream: at?.stream ?? '', revision: at?.revision ?? -1, reason: error.message });
    }
    interrupted = error instanceof Error ? error.message : String(error);
    observer?.interrupted();
    log.warn({ reason: interrupted, position: checkpoints.position() }, 'the read models are interrupted; they resume');
  };

  const follow = async (): Promise<void> => {
    const { signal } = ending;
    for (let failures = 0; !signal.aborted && stopped === undefined; failures++) {
      try {
        await align();
        for await (const batch of store.subscribe({ after: checkpoints.position(), signal, batchSize: BATCH })) {
          atEnd = false;
          await moving?.held();
          if (signal.aborted) return;
          take(batch);
          failures = 0;
          if (stopped !== undefined) return;
          if (hurrying && batch.caughtUp) await settle();
        }
        atEnd = false;
      } catch (error) {
        if (!signal.aborted) failed(error);
      }
      if (stopped === undefined) await pause(Math.min(LONGEST_PAUSE, 50 * 2 ** failures), signal);
    }
  };

  const compare = async (): Promise<void> => {
    const at = elapsed();
    try {
      head = await store.head();
      freshness.headWas(head, at);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  };

  const fresh = (): boolean => {
    if (stopped !== undefined || !caughtUp) return false;
    return (store.exclusive && atEnd) || elapsed() - (freshness.completeAt() ?? -Infinity) <= STALE_AFTER;
  };

  const behindSince = (): number | null => {
    const complete = freshness.completeAt();
    return complete === undefined ? null : Math.round(now() - (elapsed() - complete));
  };

  const following = follow();
  const comparing = setInterval(() => void compare(), COMPARE_EVERY);
  comparing.unref();

  return {
    db: checkpoints.db,
    position: checkpoints.position,
    waitFor: waiting.waitFor,
    fresh,
    status: () => ({
      position: checkpoints.position(),
      caughtUp,
      ...(stopped === undefined ? {} : { stopped }),
      ...(interrupted === undefined ? {} : { interrupted }),
      ...(fresh() ? {} : { behindSince: behindSince() }),
    }),
    lag: () => {
      const positions = Math.max(0, head - checkpoints.position());
      return {
        seconds: store.exclusive && atEnd ? 0 : Math.max(0, elapsed() - (freshness.completeAt() ?? NaN)) / 1000,
        positions,
        events: positions === 0 ? 0 : Math.ceil((positions * passed.events) / passed.positions),
      };
    },
    onProgress: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      if (ending.signal.aborted) return;
      ending.abort();
      clearInterval(comparing);
      await following;
      waiting.end();
      checkpoints.close();
    },
  };
};

/** A transaction that failed. */
class NotTaken extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.error instanceof Error ? refusal.error.message : String(refusal.error), { cause: refusal.error });
  }
}

/** SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN: what may be over the next time. */
const PASSING = [5, 6, 7, 8, 10, 13, 14];

const isPassing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number'
    ? PASSING.includes(error.errcode & 0xff)
    : false;

/** Whether the log has this very event. */
const holds = async (
  store: EventStore,
  { stream, revision, event }: { readonly stream: string; readonly revision: number; readonly event: string },
): Promise<boolean> => {
  for await (const stored of store.readStream(stream, { from: revision, limit: 1 }))
    return stored.revision === revision && stored.id === event;
  return false;
};

/** Waits about so many milliseconds, or until the signal. */
const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds * (0.5 + Math.random()));
    signal.addEventListener('abort', over);
  });
