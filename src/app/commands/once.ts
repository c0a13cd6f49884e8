/**
 * Idempotency keys (`api.md`): a stream per principal and key, written first. The command's id is in it, so that every
 * later try, after a crash or on another node, finds what an earlier one has recorded instead of doing it again.
 */
import { hash } from 'node:crypto';
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { LRUCache } from 'lru-cache';
import { CommandContext } from '../../decider/execute';
import { rejected, StoreUnavailable, unreadable } from '../../decider/failure';
import { ReadFailure } from '../../decider/states';
import { RequestCommand, RequestState } from '../../domain/request';
import { requestStream } from '../../domain/values/streams';
import { EventStore } from '../../event-store/event-store';
import { CommandAnswer, CommandMeta, CommandResult } from '../messages';
import { Aggregates } from './aggregates';

/** How long a repeat waits for the first, in milliseconds. */
const PATIENCE = 5_000;
/** After so long a request that another node has begun is taken to have died with it, and taken over, in milliseconds. */
const LEASE = 15_000;
/** For so long nobody else takes it for that, though two clocks be 10 s apart (`clock.ts`), in milliseconds. */
const SURE = LEASE / 4;

/** Of how many commands this node remembers that it has given them up. */
const GIVEN_UP = 10_000;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const nothing = (): void => undefined;

/** A secret that was shown once is not shown to a repeat. */
const asRepeated = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.hasOwn(body, 'key') ? { ...body, key: null } : { ...body };

export type Once = (
  meta: CommandMeta,
  context: CommandContext,
  work: (context: CommandContext) => Promise<CommandResult>,
) => Promise<CommandResult>;

/** Runs work at most once for each key; straight away where there is no key. */
export const createOnce = ({ request }: Aggregates, store: EventStore, now: () => number): Once => {
  const running = new Map<string, Promise<unknown>>();
  /** Ids of commands that this node began and runs no more, though nobody knows what they came to. */
  const givenUp = new LRUCache<string, true>({ max: GIVEN_UP });

  const answered = (state: RequestState & { type: 'Completed' }): CommandResult =>
    right({ status: state.status === 201 ? 201 : 200, body: state.body });

  const on = (stream: string, command: RequestCommand, context: CommandContext) =>
    request.execute(stream, () => Promise.resolve(right(command)), { ...context, command: command.type });

  /** Where the first event of the request lies: whatever it has done lies after. */
  const beginning = async (stream: string): Promise<Either<StoreUnavailable, number>> => {
    try {
      for await (const first of store.readStream(stream, { limit: 1 })) return right(first.position);
      return right(0);
    } catch (error) {
      return unreadable(error);
    }
  };

  /** What a request came to that another node has taken over. */
  const elsewhere = async (stream: string): Promise<CommandResult> => {
    const loaded = await request.load(stream);
    if (isLeft(loaded)) return loaded;
    const { state } = loaded.right;
    return state.type === 'Completed' ? answered(state) : left(rejected({ type: 'request_in_progress' }));
  };

  const runFirst = async (
    stream: string, context: CommandContext, { commandId, nth }: RequestState & { type: 'Begun' },
    work: (context: CommandContext) => Promise<CommandResult>,
  ): Promise<CommandResult> => {
    // Without a trace a command correlates with itself, also when an earlier try of it was given the id.
    const correlationId = context.correlationId === context.commandId ? commandId : context.correlationId;
    let taken = false;
    const isOurs = async (): Promise<Either<ReadFailure, boolean>> => {
      if (store.exclusive || now() - Date.parse(context.at) < SURE) return right(true);
      const loaded = await request.load(stream);
      if (isLeft(loaded)) return loaded;
      const { state } = loaded.right;
      taken = state.type !== 'Begun' || state.nth !== nth;
      return right(!taken);
    };
    const since = await beginning(stream);
    const result = isLeft(since) ? since : await work({ ...context, commandId, correlationId, since: since.right, isOurs });
    if (taken) return elsewhere(stream);
    if (!isLeft(result)) {
      const { status, body } = result.right satisfies CommandAnswer;
      const completed = await on(stream, { type: 'CompleteRequest', nth, status, body: asRepeated(body) }, context);
      if (!isLeft(completed) && completed.right.events.length === 0) return elsewhere(stream);
    } else if (result.left.type !== 'StoreUnavailable' || result.left.outcome === 'none') {
      await on(stream, { type: 'RefuseRequest', nth }, context);
    } else givenUp.set(commandId, true);
    return result;
  };

  return async (meta, context, work) => {
    if (meta.idempotency === undefined) return work(context);
    const { key, fingerprint } = meta.idempotency;
    const stream = requestStream(hash('sha256', `${meta.caller.principal}\n${key}`, 'hex'));
    const deadline = now() + PATIENCE;
    const provenance: CommandContext = {
      commandId: context.commandId, command: context.command, by: context.by, at: context.at,
      correlationId: context.correlationId,
    };
    for (;;) {
      const here = running.get(stream);
      const loaded = await request.load(stream);
      if (isLeft(loaded)) return loaded;
      const { state, head } = loaded.right;
      if (state.type !== 'None' && state.fingerprint !== fingerprint)
        return left(rejected({ type: 'idempotency_key_reused' }));
      if (state.type === 'Completed') return answered(state);
      const isElsewhere =
        state.type === 'Begun' && !store.exclusive && !givenUp.has(state.commandId) && now() - Date.parse(head.at) < LEASE;
      if (here !== undefined || isElsewhere) {
        const remaining = deadline - now();
        if (remaining <= 0) return left(rejected({ type: 'request_in_progress' }));
        await Promise.race([here ?? pause(100), pause(remaining)]);
        continue;
      }
      if (running.has(stream)) continue;
      const begin = async (): Promise<CommandResult | undefined> => {
        const over = state.type === 'Begun' ? { over: state.nth } : {};
        const begun = await on(
          stream, { type: 'BeginRequest', fingerprint, commandId: context.commandId, ...over }, provenance,
        );
        if (isLeft(begun)) return begun;
        const { state: current, events } = begun.right;
        if (current.type === 'Completed') return answered(current);
        // Without an event of ours another node was faster.
        return events.length > 0 && current.type === 'Begun' ? runFirst(stream, context, current, work) : undefined;
      };
      const first = begin();
      running.set(stream, first.then(nothing, nothing));
      const result = await first.finally(() => {
        running.delete(stream);
      });
      if (result !== undefined) return result;
    }
  };
};
