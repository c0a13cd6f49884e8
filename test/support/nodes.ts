/** Nodes that decide about collections, on one store. */
import { randomUUID } from 'node:crypto';
import { right } from 'fp-ts/Either';
import { CommandContext, createExecute, Execute, Observer } from '../../src/decider/execute';
import { createLanes } from '../../src/decider/lane';
import { Snapshots } from '../../src/decider/snapshots';
import { createStates, States } from '../../src/decider/states';
import { collection } from '../../src/domain/collection';
import { CollectionCommand } from '../../src/domain/collection/commands';
import { CollectionEvent } from '../../src/domain/collection/events';
import { CollectionRejection } from '../../src/domain/collection/rejections';
import { CollectionState } from '../../src/domain/collection/state';
import { EventStore } from '../../src/event-store/event-store';

type ExecuteCollection = Execute<CollectionCommand, CollectionState, CollectionEvent, CollectionRejection>;

export type Node = {
  readonly execute: ExecuteCollection;
  /** A command that needs nothing to be found out for it. */
  readonly run: (
    stream: string, command: CollectionCommand, context?: Partial<CommandContext>,
  ) => ReturnType<ExecuteCollection>;
  readonly states: States<CollectionState>;
  /** What its observer was told. */
  readonly told: { conflicts: number; unknownOutcomes: number };
};

export const aContext = (context: Partial<CommandContext> = {}): CommandContext => ({
  commandId: randomUUID(),
  command: 'Test',
  by: 'user:ann',
  at: new Date().toISOString(),
  correlationId: 'correlation',
  ...context,
});

export const aNode = (
  store: EventStore,
  { bytes = 10_000_000, longest = 1000, snapshots }: {
    readonly bytes?: number; readonly longest?: number; readonly snapshots?: Snapshots;
  } = {},
): Node => {
  const told = { conflicts: 0, unknownOutcomes: 0 };
  const observer: Observer = {
    conflict: () => void told.conflicts++,
    unknownOutcome: () => void told.unknownOutcomes++,
  };
  const states = createStates(collection, store, bytes, snapshots);
  const execute: ExecuteCollection = createExecute(collection, store, states, createLanes(longest), observer);
  return {
    execute,
    run: (stream, command, context) =>
      execute(stream, () => Promise.resolve(right(command)), aContext({ command: command.type, ...context })),
    states,
    told,
  };
};
