/**
 * What spans streams. The first append of each is the decision; every further step can be done again by anybody, in
 * any state that a kill may have left, and comes to the same end (C1, C4, A10).
 */
import { Either, isLeft, isRight, left, right } from 'fp-ts/Either';
import { v5 as uuidv5 } from 'uuid';
import { CommandContext, Outcome, Prepare } from '../../decider/execute';
import { rejected } from '../../decider/failure';
import { CollectionCommand } from '../../domain/collection/commands';
import { CollectionState } from '../../domain/collection/state';
import { RegistryCommand } from '../../domain/registry/commands';
import { RegistryEvent } from '../../domain/registry/events';
import { RegistryState } from '../../domain/registry/state';
import { collectionStream, registryStream } from '../../domain/values/streams';
import { CommandFailure } from '../messages';
import { Aggregates } from './aggregates';

type Done<A> = Promise<Either<CommandFailure, A>>;
export type RegistryOutcome = Outcome<RegistryState, RegistryEvent>;

/** How many collections of one process are appended to at once. */
const AT_ONCE = 16;
const SETTLING_ATTEMPTS = 5;

/** Something that was decided on a registry's stream, or a collection's, and is not finished everywhere. */
export type Unfinished =
  | { readonly type: 'Protection'; readonly registry: string; readonly alias: string; readonly protected: boolean }
  | { readonly type: 'RegistryDeletion'; readonly registry: string }
  | { readonly type: 'CollectionDeletion'; readonly registry: string; readonly collection: string; readonly life: number };

/** Others have finished what a step belongs to. */
type Superseded = { readonly type: 'superseded' };

export type Processes = {
  /** Protects or unprotects; answers when no change judged without it can be recorded any more (A10). */
  readonly protect: (registry: string, alias: string, wanted: boolean, context: CommandContext) => Done<RegistryOutcome>;
  /** Deletes a registry, and then each of its collections (C4). */
  readonly deleteRegistry: (registry: string, context: CommandContext) => Done<RegistryOutcome>;
  /** Finishes what somebody has begun. */
  readonly finish: (unfinished: Unfinished, context: CommandContext) => Done<unknown>;
};

export const createProcesses = ({ registry, collection }: Aggregates): Processes => {
  const onRegistry = (name: string, command: RegistryCommand, context: CommandContext): Done<RegistryOutcome> =>
    registry.execute(registryStream(name), () => Promise.resolve(right(command)), { ...context, command: command.type });

  /**
   * The same command to every collection of the closed list, for as long as it is asked for. The registry is read after
   * the collection: where others have finished this and begun the opposite meanwhile, either that is in what was read or
   * the append conflicts.
   */
  const onEach = async (
    name: string,
    collections: Iterable<readonly [string, number]>,
    command: (life: number) => CollectionCommand,
    isAsked: (state: RegistryState) => boolean,
    context: CommandContext,
  ): Done<null> => {
    const prepare = (asked: CollectionCommand): Prepare<CollectionState, CollectionCommand, Superseded> => async () => {
      const loaded = await registry.load(registryStream(name));
      if (isLeft(loaded)) return loaded;
      return isAsked(loaded.right.state) ? right(asked) : left(rejected({ type: 'superseded' }));
    };
    const waiting = [...collections];
    let failure: Either<CommandFailure, null> = right(null);
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined && failure._tag === 'Right'; next = waiting.pop()) {
        const [each, life] = next;
        const asked = command(life);
        const step = { ...context, command: asked.type };
        const done = await collection.execute(collectionStream(name, each), prepare(asked), step);
        if (isRight(done)) continue;
        const { left: stopped } = done;
        if (stopped.type !== 'Rejected') failure = left(stopped);
        else if (stopped.rejection.type === 'superseded') return;
        else failure = left(rejected(stopped.rejection));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return failure;
  };

  const settleProtection = async (
    name: string, alias: string, wanted: boolean, state: RegistryState, context: CommandContext,
  ): Done<RegistryOutcome | null> => {
    const change = state.type === 'Live' ? state.unsettled.get(alias) : undefined;
    if (state.type !== 'Live' || change?.protected !== wanted) return right(null);
    const told = await onEach(
      name, state.collections, () => ({ type: wanted ? 'ProtectAlias' : 'UnprotectAlias', alias }),
      (now) => now.type === 'Live' && now.unsettled.get(alias)?.nth === change.nth, context,
    );
    return isLeft(told) ? told : onRegistry(name, { type: 'SettleAliasProtection', alias, nth: change.nth }, context);
  };

  const settleDeletion = async (name: string, state: RegistryState, context: CommandContext): Done<RegistryOutcome | null> => {
    if (state.type !== 'Deleting') return right(null);
    const told = await onEach(
      name, state.collections, (life) => ({ type: 'CloseCollection', life }),
      (now) => now.type === 'Deleting' && now.begun === state.begun, context,
    );
    return isLeft(told) ? told : onRegistry(name, { type: 'SettleRegistryDeletion', nth: state.begun }, context);
  };

  const protect: Processes['protect'] = async (name, alias, wanted, context) => {
    const command: RegistryCommand = { type: wanted ? 'ProtectAlias' : 'UnprotectAlias', alias };
    for (let attempt = 1; ; attempt++) {
      const decided = await onRegistry(name, command, context);
      if (isLeft(decided)) {
        const { left: failure } = decided;
        if (failure.type !== 'Rejected' || failure.rejection.type !== 'protection_unsettled' || attempt > SETTLING_ATTEMPTS)
          return decided;
        const finished = await finish(
          { type: 'Protection', registry: name, alias, protected: !wanted }, inPassing(context, `${attempt}`),
        );
        if (isLeft(finished)) return finished;
        continue;
      }
      const settled = await settleProtection(name, alias, wanted, decided.right.state, context);
      if (isLeft(settled)) return begun(settled);
      return right(settled.right === null ? decided.right : { ...decided.right, ...settled.right });
    }
  };

  const finish = async (unfinished: Unfinished, context: CommandContext): Done<unknown> => {
    const loaded = await registry.load(registryStream(unfinished.registry));
    if (isLeft(loaded)) return loaded;
    const { state } = loaded.right;
    switch (unfinished.type) {
      case 'Protection':
        return settleProtection(unfinished.registry, unfinished.alias, unfinished.protected, state, context);
      case 'RegistryDeletion':
        return settleDeletion(unfinished.registry, state, context);
      case 'CollectionDeletion': {
        const { collection: name, life } = unfinished;
        return onRegistry(unfinished.registry, { type: 'UnregisterCollection', collection: name, life }, context);
      }
    }
  };

  return {
    protect,
    deleteRegistry: async (name, context) => {
      const decided = await onRegistry(name, { type: 'DeleteRegistry' }, context);
      if (isLeft(decided)) return decided;
      const settled = await settleDeletion(name, decided.right.state, context);
      if (isLeft(settled)) return begun(settled);
      return right(settled.right === null ? decided.right : { ...decided.right, position: settled.right.position });
    },
    finish,
  };
};

/** The context of a step that finishes something else on the way: caused by the same, with event ids of its own. */
const inPassing = (context: CommandContext, step: string): CommandContext => ({
  commandId: uuidv5(step, context.commandId),
  command: context.command,
  by: context.by,
  at: context.at,
  correlationId: context.correlationId,
});

/** A failure after the decision was recorded: what was asked for is under way and will be finished. */
const begun = <A>(failed: Either<CommandFailure, A>): Either<CommandFailure, A> => {
  if (failed._tag === 'Right') return failed;
  const { left: failure } = failed;
  return failure.type === 'StoreUnavailable' ? { _tag: 'Left', left: { ...failure, outcome: 'unknown' } } : failed;
};
