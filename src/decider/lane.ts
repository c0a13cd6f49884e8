/** The commands of one stream take turns in order of arrival, and know which of their appends are under way. */
import { Loaded } from './states';

export type Lane<S> = {
  /** Does the work when all who came before have had their turn. */
  readonly turn: <A>(work: () => Promise<A>) => Promise<A>;
  /** The state that will be once all appends under way are stored; undefined when none is. */
  readonly tip: () => Loaded<S> | undefined;
  /** Takes note of an append under way. @param stored whether it was stored; must not reject */
  readonly underWay: (after: Loaded<S>, stored: Promise<boolean>) => void;
  /** Whether all that is under way now ends stored. */
  readonly settled: () => Promise<boolean>;
};

const createLane = <S>(): Lane<S> => {
  const yes = Promise.resolve(true);
  let last: Promise<unknown> = Promise.resolve();
  let tip: Loaded<S> | undefined;
  let flight: Promise<boolean> = yes;
  let epoch = 0;
  return {
    turn: (work) => {
      const mine = last.then(work, work);
      last = mine.then(
        () => undefined,
        () => undefined,
      );
      return mine;
    },
    tip: () => tip,
    underWay: (after, stored) => {
      const before = flight;
      const begun = epoch;
      tip = after;
      flight = Promise.all([before, stored]).then((all) => all.every(Boolean));
      void flight.then((all) => {
        if (all && tip === after) tip = undefined;
        if (all || begun !== epoch) return;
        epoch += 1;
        tip = undefined;
        flight = yes;
      });
    },
    settled: () => flight,
  };
};

/** The lanes of all streams of one kind, kept while somebody is in them. */
export type Lanes<S> = {
  /** Runs in the stream's lane; undefined where too many wait already. */
  readonly enter: <A>(stream: string, work: (lane: Lane<S>) => Promise<A>) => Promise<A> | undefined;
};

/** @param longest how many commands may be in one lane at once */
export const createLanes = <S>(longest: number): Lanes<S> => {
  const lanes = new Map<string, { readonly lane: Lane<S>; inside: number }>();
  return {
    enter: (stream, work) => {
      const entry = lanes.get(stream) ?? { lane: createLane<S>(), inside: 0 };
      if (entry.inside >= longest) return undefined;
      lanes.set(stream, entry);
      entry.inside += 1;
      return work(entry.lane).finally(() => {
        entry.inside -= 1;
        if (entry.inside === 0) lanes.delete(stream);
      });
    },
  };
};
