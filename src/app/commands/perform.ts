/** The way of every command: once for its key, done, waited for in this node's read models, answered. */
import { Either, isLeft, right } from 'fp-ts/Either';
import { v4 as uuid } from 'uuid';
import { CommandContext } from '../../decider/execute';
import { instantOf } from '../../domain/values/instants';
import { CommandAnswer, CommandFailure, CommandMeta, CommandResult } from '../messages';
import { Once } from './once';

/** How long a command's answer waits for the read models, in milliseconds (`api.md`, Positions). */
const PATIENCE = 5_000;

/** What a command came to: where in the log it is recorded, and how its answer is made of the read models then. */
export type Done = {
  readonly position: number;
  readonly status?: 200 | 201;
  readonly body: () => Promise<Either<CommandFailure, Readonly<Record<string, unknown>>>>;
};

export type Work = (context: CommandContext) => Promise<Either<CommandFailure, Done>>;
export type Perform = (command: string, meta: CommandMeta, work: Work) => Promise<CommandResult>;

export type Edge = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly once: Once;
  /** Waits for the read models to include a position, at most so many milliseconds. */
  readonly waitFor: (position: number, milliseconds: number) => Promise<boolean>;
  /** Waits for a turn of the event loop in which it may go on: when it begins, and before it is answered. */
  readonly turn: () => Promise<void>;
  /** A position as clients see it. */
  readonly showPosition: (position: number) => string;
  /** Told of each command that it is done or refused; its events carry its id as their cause. */
  readonly observe: (command: CommandContext, result: CommandResult) => void;
};

/** The trace id of a W3C `traceparent`. */
const traceId = (traceparent: string): string | undefined => traceparent.split('-')[1];

export const createPerform = ({ now, once, waitFor, turn, showPosition, observe }: Edge): Perform => {
  const answer = async (done: Done): Promise<Either<CommandFailure, CommandAnswer>> => {
    await waitFor(done.position, PATIENCE);
    await turn();
    const body = await done.body();
    return isLeft(body)
      ? body
      : right({ status: done.status ?? 200, body: { ...body.right, position: showPosition(done.position) } });
  };
  return async (command, meta, work) => {
    await turn();
    const commandId = uuid();
    const trace = meta.traceparent === undefined ? undefined : traceId(meta.traceparent);
    const context: CommandContext = {
      commandId,
      command,
      by: meta.caller.principal,
      at: instantOf(now()),
      correlationId: trace ?? commandId,
      ...(meta.reason === undefined ? {} : { reason: meta.reason }),
      ...(meta.traceparent === undefined ? {} : { traceparent: meta.traceparent }),
    };
    let own = context;
    const result = await once(meta, context, async (tried) => {
      own = tried;
      const done = await work(tried);
      return isLeft(done) ? done : answer(done.right);
    });
    observe(own, result);
    return result;
  };
};
