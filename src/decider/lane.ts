/** The commands of one stream take turns in order of arrival, and know which of their appends are under way. */
import { Position } from '../event-store/event-store';
import { Loaded } from './decider';
import { StoreUnavailable } from './failure';

export type Lane<S> = {
  /** Does the work when all who came before have had their turn. */
  readonly turn: <A>(work: () => Promise<A>) => Promise<A>;
  /** The state that will be once all appends under way are stored; undefined when none is. */
  readonly tip: () => Loaded<S> | undefined;
  /** Takes note of an append under way. @param stored where it was stored, null if it was not; must not reject */
  readonly underWay: (after: Loaded<S>, stored: Promise<Position | null>) => void;
  /** Where all that is under way now ends stored (0 for nothing); null if one of it fails. */
  readonly settled: () => Promise<Position | null>;
  /** Once one of the appends under way has failed, waits for the end of all that were built upon it. */
  readonly cleared: () => Promise<unknown>;
  /** Takes note of how a turn ended: with this failure of the store, or otherwise. */
  readonly ended: (failure: StoreUnavailable | undefined) => void;
  /** With which failure of the store the last turn ended. */
  readonly failure: () => StoreUnavailable | undefined;
};

const createLane = <S>(): Lane<S> => {
  const nothing: Promise<Position | null> = Promise.resolve(0);
  let last: Promise<unknown> = Promise.resolve();
  let tip: Loaded<S> | undefined;
  let flight = nothing;
  let failed = false;
  let failure: StoreUnavailable | undefined;
  return {
    turn: (work) => {
      const mine = last.then(work);
      last = mine.then(
        () => undefined,
        () => undefined,
      );
      return mine;
    },
    tip: () => tip,
    underWay: (after, stored) => {
      const all = Promise.all([flight, stored]).then(([before, position]) => (before === null ? null : position));
      tip = after;
      flight = all;
      void stored.then((position) => {
        failed ||= position === null;
      });
      void all.then(() => {
        if (flight !== all) return;
        tip = undefined;
        flight = nothing;
        failed = false;
      });
    },
    settled: () => flight,
    cleared: () => (failed ? flight : nothing),
    ended: (ending) => {
      failure = ending;
    },
    failure: () => failure,
  };
};

/** The lanes of all streams of one kind, kept while somebody is in them. */
export type Lanes<S> = {
  /** Runs in the stream's lane; undefined where too many wait already. */
  readonly enter: <A>(stream: string, work: (lane: Lane<S>) => Promise<A>) => Promise<A> | undefined;
};

/** So many empty lanes are left standing before they are taken away. */
const EMPTY_LANES = 1_000;

/** @param longest how many commands may be in one lane at once */
export const createLanes = <S>(longest: number): Lanes<S> => {
  // Not taken away one by one: of a map that is added to and taken from all the time V8 keeps every table that it has
  // outgrown, with all that was in it, until the old generation is collected.
  let lanes = new Map<string, { readonly lane: Lane<S>; inside: number }>();
  let empty = 0;

  const laneOf = (stream: string) => {
    const known = lanes.get(stream);
    if (known !== undefined) return known;
    if (empty >= EMPTY_LANES) {
      lanes = new Map([...lanes].filter(([, { inside }]) => inside > 0));
      empty = 0;
    }
    const entry = { lane: createLane<S>(), inside: 0 };
    lanes.set(stream, entry);
    empty += 1;
    return entry;
  };

  return {
    enter: (stream, work) => {
      const entry = laneOf(stream);
      if (entry.inside >= longest) return undefined;
      if (entry.inside === 0) empty -= 1;
      entry.inside += 1;
      return work(entry.lane).finally(() => {
        entry.inside -= 1;
        if (entry.inside === 0) empty += 1;
      });
    },
  };
};
