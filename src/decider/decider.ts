/** The one shape of all rules: pure functions over an aggregate's events. */
import { Either } from 'fp-ts/Either';
import { EventCodecs, EventOf, Head } from '../event-store/history/history';

export type Decider<C, S, K extends EventCodecs, R> = {
  /** The codecs of the events, by stored type. */
  readonly events: K;
  /** The state before the first event. */
  readonly initial: S;
  /** The state after one more event; O(log n) or better, whatever the state holds. */
  readonly evolve: (state: S, event: EventOf<K>) => S;
  /** What a command does to a state: events, none where all is as asked for already, or a rejection. */
  readonly decide: (command: C, state: S) => Either<R, ReadonlyArray<EventOf<K>>>;
  /** About how many bytes a state holds in memory; O(1). */
  readonly weight: (state: S) => number;
  /** Where streams grow long: how a state is put away, and made again. */
  readonly snapshot?: SnapshotForm<S>;
};

/** A state as a sequence of JSON values, each small, so that no turn of the event loop is long. */
export type SnapshotForm<S> = {
  /** Of the form, and of what states mean: with another number nothing is read. A test holds the form to it. */
  readonly number: number;
  readonly parts: (state: S) => Iterable<unknown>;
  /** The state with one more part, from the initial state on; undefined for what is no such part. */
  readonly add: (state: S, part: unknown) => S | undefined;
};

/** A state and the place in its stream that it is the state of. */
export type Loaded<S> = { readonly state: S; readonly head: Head };

/** The state after these events. */
export const fold = <C, S, K extends EventCodecs, R>(
  decider: Decider<C, S, K, R>,
  events: Iterable<EventOf<K>>,
  from: S = decider.initial,
): S => {
  let state = from;
  for (const event of events) state = decider.evolve(state, event);
  return state;
};
