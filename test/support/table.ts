/** Tables of every command in every state: the compiler demands each cell, and each cell has at least one row. */
import { Decider, fold } from '../../src/decider/decider';
import { EventCodecs, EventOf } from '../../src/event-store/history/history';
import { given, Then } from './given';

/** States by name, each as the events that lead to it; grouped by their kind. */
type States<T extends string, E> = { readonly [kind in T]: { readonly [name: string]: ReadonlyArray<E> } };

/** `title` names the rule. */
export type Row<C, E, R> = readonly [title: string, command: C, expected: (then: Then<E, R>) => void];

type NameOf<G> = { [T in keyof G]: keyof G[T] }[keyof G] & string;

export type Table<C extends { readonly type: string }, G, E, R> = {
  readonly [T in C['type']]: {
    readonly [N in NameOf<G>]: readonly [Row<C & { type: T }, E, R>, ...ReadonlyArray<Row<C & { type: T }, E, R>>];
  };
};

export const emits =
  <const E extends ReadonlyArray<unknown>>(...events: E) =>
  <R>(then: Then<E[number], R>): void =>
    then.then(...events);

export const rejects =
  <R>(rejection: R) =>
  <E>(then: Then<E, R>): void =>
    then.thenRejected(rejection);

export const changesNothing = <E, R>(then: Then<E, R>): void => then.thenNothing();

/** Runs a table: one test for each row. @param kindOf says of which kind a state is; there is one of each at least */
export const testTable = <
  C extends { readonly type: string }, S, K extends EventCodecs, R, T extends string, G extends States<T, EventOf<K>>,
>(
  decider: Decider<C, S, K, R>,
  kindOf: (state: S) => T,
  states: G,
  table: Table<C, G, EventOf<K>, R>,
): void => {
  const groups = Object.entries<{ readonly [name: string]: ReadonlyArray<EventOf<K>> }>(states);
  const eventsOf = new Map(groups.flatMap(([, named]) => Object.entries(named)));

  it.each(groups.flatMap(([kind, named]) => Object.keys(named).map((name) => [name, kind])))(
    'the state "%s" is %s',
    (name, kind) => expect(kindOf(fold(decider, eventsOf.get(name) ?? []))).toBe(kind),
  );

  for (const [type, cells] of Object.entries<Record<string, ReadonlyArray<Row<C, EventOf<K>, R>>>>(table)) {
    describe(type, () => {
      for (const [state, rows] of Object.entries(cells))
        it.each(rows)(`${state}: %s`, (_, command, expected) =>
          expected(given(decider)(...(eventsOf.get(state) ?? [])).when(command)),
        );
    });
  }
};
