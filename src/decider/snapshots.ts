/**
 * Snapshots: a folded state, put away where this node keeps what it can do without, so that a state that is not in the
 * cache is read from there and from the tail of its stream. Nothing is ever decided by a snapshot that is not of this
 * very history: the event that it ends with must be in the store, with the chain that it had (E5), which is over all
 * events before it.
 */
import { Head } from '../event-store/history/history';
import { Decider, Loaded } from './decider';

/** What a snapshot says of itself. */
export type SnapshotOf = {
  readonly stream: string;
  /** Of the form that its parts have. */
  readonly number: number;
  readonly head: Head;
};

/** Where snapshots are kept, one for a stream. It may lose any, and must give back none that was not put there whole. */
export type Snapshots = {
  /**
   * Gives the parts of a stream's snapshot, one after another.
   * @param begin told first what it is; whether to go on
   * @param take whether to go on
   * @returns whether it was read to its end and is whole
   */
  readonly read: (
    stream: string, begin: (of: SnapshotOf) => boolean, take: (part: unknown) => boolean,
  ) => Promise<boolean>;
  /** Puts one in place of the stream's former, some time. */
  readonly keep: (of: SnapshotOf, parts: Iterable<unknown>) => void;
};

/** No stream is shorter for a snapshot. */
const LEAST = 1_000;
/** Of all events of the stream, so much may come after its snapshot: that bounds what is read, and what is written. */
const TAIL = 1 / 20;

export type SnapshotsOf<S> = {
  /** @param found the head as it is in this store, if the stream has the very event that a snapshot ends with */
  readonly restore: (stream: string, found: (head: Head) => Promise<Head | undefined>) => Promise<Loaded<S> | undefined>;
  /** Keeps the state where enough has come since the last. */
  readonly offer: (stream: string, loaded: Loaded<S>) => void;
};

/** The snapshots of one kind of aggregate. */
export const snapshotsOf = <S>(
  { initial, snapshot: form }: Pick<Decider<never, S, never, never>, 'initial' | 'snapshot'>, snapshots: Snapshots | undefined,
): SnapshotsOf<S> => {
  if (form === undefined || snapshots === undefined)
    return { restore: () => Promise.resolve(undefined), offer: () => undefined };
  /** The revision of the newest snapshot of a stream. */
  const kept = new Map<string, number>();
  return {
    restore: async (stream, found) => {
      let state: S | undefined = initial;
      let head: Head | undefined;
      const whole = await snapshots.read(
        stream,
        (of) => {
          if (of.stream !== stream || of.number !== form.number) return false;
          ({ head } = of);
          return true;
        },
        (part) => {
          state = state && form.add(state, part);
          return state !== undefined;
        },
      );
      if (!whole || head === undefined || state === undefined) return undefined;
      const here = await found(head);
      if (here === undefined) return undefined;
      kept.set(stream, here.revision);
      return { state, head: here };
    },
    offer: (stream, { state, head }) => {
      if (head.revision < LEAST) return;
      const since = head.revision - (kept.get(stream) ?? -1);
      if (since < Math.max(LEAST, head.revision * TAIL)) return;
      kept.set(stream, head.revision);
      snapshots.keep({ stream, number: form.number, head }, form.parts(state));
    },
  };
};
