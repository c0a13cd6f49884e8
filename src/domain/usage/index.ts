/** The usage of a collection's versions (S5), on a stream beside the collection's, so that it never contends with it. */
import { Either, isLeft, right } from 'fp-ts/Either';
import { Set } from 'immutable';
import * as t from 'io-ts';
import { piecesOf } from '../values/snapshots';
import { usageEvents, UsageEvent } from './events';

export type UsageCommand = { readonly type: 'RecordUsage'; readonly version: number; readonly run: string };
/** What has been recorded, each as `version run`. */
export type UsageState = Set<string>;

const Part = t.strict({ usages: t.readonlyArray(t.string) });

/** For snapshots. A changed form, or another meaning of a state, is another number. */
const snapshot = {
  number: 1,
  *parts(state: UsageState): Generator<t.TypeOf<typeof Part>> {
    for (const usages of piecesOf(state)) yield { usages };
  },
  add: (state: UsageState, part: unknown): UsageState | undefined => {
    const decoded = Part.decode(part);
    return isLeft(decoded) ? undefined : state.union(decoded.right.usages);
  },
};

const key = (of: { readonly version: number; readonly run: string }): string => `${of.version} ${of.run}`;

export const usage = {
  events: usageEvents,
  initial: Set<string>(),
  evolve: (state: UsageState, event: UsageEvent): UsageState => state.add(key(event.data)),
  /** Once per run and version. */
  decide: (command: UsageCommand, state: UsageState): Either<never, ReadonlyArray<UsageEvent>> =>
    right(
      state.has(key(command))
        ? []
        : [{ type: 'UsageRecorded', data: { version: command.version, run: command.run } }],
    ),
  weight: (state: UsageState): number => 200 + 200 * state.size,
  snapshot,
};
