/** Folded states: a bounded cache, snapshots behind it, and the tail that the store has beyond them. */
import { Either, isLeft, right } from 'fp-ts/Either';
import { LRUCache } from 'lru-cache';
import { EventStore } from '../event-store/event-store';
import { CorruptHistory, decode, decodeMetadata, EMPTY, EventCodecs, Head, headAt } from '../event-store/history/history';
import { Decider, Loaded } from './decider';
import { StoreUnavailable, unreadable } from './failure';
import { Snapshots, snapshotsOf } from './snapshots';

export type ReadFailure = StoreUnavailable | CorruptHistory;

export type States<S> = {
  /**
   * The state at the stream's end, not before this call began. One read serves all who were waiting when it began.
   */
  readonly load: (stream: string) => Promise<Either<ReadFailure, Loaded<S>>>;
  /** The newest state known here; another node may have gone further. */
  readonly known: (stream: string) => Loaded<S> | undefined;
  /** Takes note of a state that is stored now. */
  readonly remember: (stream: string, loaded: Loaded<S>) => void;
  /** Doubts what is known here, so that it is read again. */
  readonly forget: (stream: string) => void;
};

const overhead = (stream: string): number => 400 + 2 * stream.length;

/**
 * The states of one kind of aggregate.
 * @param bytes about how much memory they may take
 * @param kept where snapshots of them are; none unless given
 */
export const createStates = <C, S, K extends EventCodecs, R>(
  decider: Decider<C, S, K, R>,
  store: EventStore,
  bytes: number,
  kept?: Snapshots,
): States<S> => {
  const snapshots = snapshotsOf(decider, kept);
  const cache = new LRUCache<string, Loaded<S>>({
    maxSize: bytes,
    sizeCalculation: (loaded, stream) => Math.ceil(overhead(stream) + decider.weight(loaded.state)),
  });
  const decodeEvent = decode(decider.events);

  const remember = (stream: string, loaded: Loaded<S>): void => {
    const known = cache.get(stream);
    if (known !== undefined && known.head.revision >= loaded.head.revision) return;
    cache.set(stream, loaded);
    snapshots.offer(stream, loaded);
  };

  let doubts = 0;

  /** A copy of the log has the same chains; its positions are its own. */
  const found = (stream: string) => async (head: Head): Promise<Head | undefined> => {
    for await (const stored of store.readStream(stream, { from: head.revision, limit: 1 })) {
      const metadata = decodeMetadata(stored);
      return !isLeft(metadata) && metadata.right.chain === head.chain ? { ...head, position: stored.position } : undefined;
    }
    return undefined;
  };

  const read = async (stream: string): Promise<Either<ReadFailure, Loaded<S>>> => {
    const begun = doubts;
    let loaded: Loaded<S>;
    try {
      loaded = cache.get(stream) ?? (await snapshots.restore(stream, found(stream))) ?? { state: decider.initial, head: EMPTY };
      for await (const stored of store.readStream(stream, { from: loaded.head.revision + 1 })) {
        const recorded = decodeEvent(stored);
        if (isLeft(recorded)) return recorded;
        loaded = { state: decider.evolve(loaded.state, recorded.right.event), head: headAt(recorded.right) };
      }
    } catch (error) {
      return unreadable(error);
    }
    if (doubts === begun) remember(stream, loaded);
    return right(loaded);
  };

  type Reading = { readonly current: Promise<unknown>; next?: Promise<Either<ReadFailure, Loaded<S>>> };
  const readings = new Map<string, Reading>();

  const begin = (stream: string): Promise<Either<ReadFailure, Loaded<S>>> => {
    const current = read(stream);
    const reading: Reading = { current };
    readings.set(stream, reading);
    const over = (): void => {
      if (readings.get(stream) === reading) readings.delete(stream);
    };
    current.then(over, over);
    return current;
  };

  return {
    load: (stream) => {
      const known = store.exclusive ? cache.get(stream) : undefined;
      if (known !== undefined) return Promise.resolve(right(known));
      const reading = readings.get(stream);
      if (reading === undefined) return begin(stream);
      const again = (): Promise<Either<ReadFailure, Loaded<S>>> => begin(stream);
      return (reading.next ??= reading.current.then(again, again));
    },
    known: (stream) => cache.get(stream),
    remember,
    forget: (stream) => {
      doubts += 1;
      cache.delete(stream);
    },
  };
};
