/**
 * The loop, once: load, decide, append at the expected revision; on a conflict decide again on the newer history; on an
 * unknown outcome try the same ids at the same revision again.
 *
 * Commands on one stream take turns. Where only this process appends, a turn ends when its append is under way, not
 * when it is stored: the next one decides on the state that will be, and its expected revision fails with the first if
 * that fails. So the appends of one stream share a transaction of the store, and still nothing is acknowledged before
 * it is stored. After a failure nothing new is decided until all that was built upon it has failed too. Where other
 * nodes append, one of them could take the place of a failed append with another event, and what was built upon the
 * failed one would follow that: there a command keeps its turn until it is over.
 */
import { Either, isLeft, isRight, left, right } from 'fp-ts/Either';
import { AppendFailure, Appended, EventStore, EventToStore, expecting, Position } from '../event-store/event-store';
import { decode, EventCodecs, EventOf, record } from '../event-store/history/history';
import { Provenance } from '../event-store/history/metadata';
import { Decider, fold, Loaded } from './decider';
import { Failure, rejected, unreadable } from './failure';
import { Lane, Lanes } from './lane';
import { ReadFailure, States } from './states';

/** What a command's events will carry and, for one that may be a repeat, what to know of its other tries. */
export type CommandContext = Provenance & {
  /** Events of this very command may lie after this position, from an earlier try (`api.md`, Idempotency). */
  readonly since?: Position;
  /** Whether no other node has taken this command over; asked after the state was read that it is decided on. */
  readonly isOurs?: () => Promise<Either<ReadFailure, boolean>>;
};

export type Outcome<S, E> = {
  /** After the command. */
  readonly state: S;
  /** What it recorded, now or at an earlier try; nothing where all was as asked for. */
  readonly events: ReadonlyArray<E>;
  /** A place in the log that holds all of it. */
  readonly position: Position;
};

/** Makes the command, from the state that it will be decided on; anew at each attempt. */
export type Prepare<S, C, R> = (state: S) => Promise<Either<Failure<R>, C>>;

/** Told what happens in the loop, for the metrics. */
export type Observer = { readonly conflict: () => void; readonly unknownOutcome: () => void };

export type Execute<C, S, E, R> = <Q = never>(
  stream: string,
  prepare: Prepare<S, C, Q>,
  context: CommandContext,
) => Promise<Either<Failure<R | Q>, Outcome<S, E>>>;

const ATTEMPTS = 16;
const TRIES_OF_AN_APPEND = 5;
/** No try of an append begins after so long, so that who asked is answered; an election takes less. In milliseconds. */
const PATIENCE_OF_AN_APPEND = 8_000;
/** Who has waited for its turn so long does not ask a store that has just failed the one before. In milliseconds. */
const PATIENCE_IN_A_LANE = 3_000;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds * (0.5 + Math.random())));

const takenOver = left({
  type: 'StoreUnavailable', outcome: 'unknown', reason: 'another node has taken the command over',
} as const);

type Answer<S, E, R> = Either<Failure<R>, Outcome<S, E>>;

/** What a turn came to: a verdict that needs the appends before it, an append under way, or the end of the matter. */
type Turn<S, E, R> =
  | { readonly type: 'Ended'; readonly answer: Answer<S, E, R> }
  | { readonly type: 'Unchanged'; readonly verdict: Answer<S, E, R>; readonly at: Loaded<S>; readonly certain: boolean;
      readonly predecessors: Promise<Position | null> }
  | { readonly type: 'Appending'; readonly state: S; readonly events: ReadonlyArray<E>;
      readonly appended: Promise<Either<AppendFailure, Appended>> };

/** Whether the stream may be further than where the append expected it. */
const mayBeFurther = (failure: AppendFailure): boolean =>
  failure.type === 'Conflict' || (failure.type === 'Unavailable' && failure.outcome === 'unknown');

/** The loop for one kind of aggregate; every command on its streams goes through it. */
export const createExecute = <C, S, K extends EventCodecs, R>(
  decider: Decider<C, S, K, R>,
  store: EventStore,
  states: States<S>,
  lanes: Lanes<S>,
  observer: Observer,
): Execute<C, S, EventOf<K>, R> => {
  type E = EventOf<K>;

  /** An append whose outcome is known, or which was tried often enough. */
  const append = async (
    stream: string, at: Loaded<S>, events: ReadonlyArray<EventToStore>,
  ): Promise<Either<AppendFailure, Appended>> => {
    const begun = performance.now();
    let unknown = false;
    for (let tries = 1; ; tries++) {
      const result = await store.append(stream, expecting(at.head.revision), events);
      if (isRight(result) || result.left.type === 'Conflict') return result;
      if (result.left.type === 'Unavailable' && result.left.outcome === 'unknown') {
        observer.unknownOutcome();
        unknown = true;
      }
      if (!unknown) return result;
      const late = performance.now() - begun > PATIENCE_OF_AN_APPEND;
      if (result.left.type === 'Fault' || late || tries === TRIES_OF_AN_APPEND)
        return left({ type: 'Unavailable', outcome: 'unknown', reason: result.left.reason });
      await pause(Math.min(3_000, 100 * 3 ** tries));
    }
  };

  /** What an earlier try of this command has recorded in the stream. */
  const earlier = async (stream: string, context: CommandContext): Promise<Either<ReadFailure, Outcome<S, E> | null>> => {
    if (context.since === undefined) return right(null);
    const found: Array<E> = [];
    let position = 0;
    try {
      for await (const stored of store.readStream(stream, { direction: 'backwards' })) {
        if (stored.position <= context.since) break;
        const recorded = decode(decider.events)(stored);
        if (isLeft(recorded)) return recorded;
        const { event, metadata } = recorded.right;
        if (metadata.$causationId !== context.commandId || metadata.command !== context.command) continue;
        found.unshift(event);
        position = Math.max(position, stored.position);
      }
    } catch (error) {
      return unreadable(error);
    }
    if (found.length === 0) return right(null);
    const loaded = await states.load(stream);
    return isLeft(loaded) ? loaded : right({ state: loaded.right.state, events: found, position });
  };

  const take = async <Q>(
    stream: string, prepare: Prepare<S, C, Q>, context: CommandContext, lane: Lane<S>, again: boolean,
  ): Promise<Turn<S, E, R | Q>> => {
    await lane.cleared();
    const predecessors = lane.settled();
    const known = lane.tip() ?? (again ? undefined : states.known(stream));
    const read: Either<ReadFailure, Loaded<S>> = known === undefined ? await states.load(stream) : right(known);
    if (isLeft(read)) return { type: 'Ended', answer: read };
    const at = read.right;
    const repeated = await earlier(stream, context);
    if (isLeft(repeated)) return { type: 'Ended', answer: repeated };
    if (repeated.right !== null) return { type: 'Ended', answer: right(repeated.right) };
    // Who has taken it over decides on what is further than this, or fails the append that is decided now.
    const ours = context.isOurs === undefined ? right(true) : await context.isOurs();
    if (isLeft(ours)) return { type: 'Ended', answer: ours };
    if (!ours.right) return { type: 'Ended', answer: takenOver };
    const unchanged = (verdict: Answer<S, E, R | Q>): Turn<S, E, R | Q> =>
      ({ type: 'Unchanged', verdict, at, certain: store.exclusive || known === undefined, predecessors });
    const command = await prepare(at.state);
    if (isLeft(command)) return unchanged(command);
    const decided = decider.decide(command.right, at.state);
    if (isLeft(decided)) return unchanged(left(rejected(decided.left)));
    if (decided.right.length === 0) return unchanged(right({ state: at.state, events: [], position: at.head.position }));
    const { stored, head } = record(stream, at.head, decided.right, context);
    const after = { state: fold(decider, decided.right, at.state), head };
    const appended = append(stream, at, stored).then((result) => {
      if (isRight(result))
        states.remember(stream, { state: after.state, head: { ...head, position: result.right.position } });
      else if (store.exclusive && mayBeFurther(result.left)) states.forget(stream);
      return result;
    });
    if (store.exclusive) lane.underWay(after, appended.then((result) => (isRight(result) ? result.right.position : null)));
    return { type: 'Appending', state: after.state, events: decided.right, appended };
  };

  /** A verdict without an append holds if all before it was stored and nobody else has gone further. */
  const confirm = async <Q>(
    stream: string, { verdict, at, certain, predecessors }: Turn<S, E, Q> & { type: 'Unchanged' },
  ): Promise<Answer<S, E, Q> | undefined> => {
    const stored = await predecessors;
    if (stored === null) return undefined;
    if (!certain) {
      const now = await states.load(stream);
      if (isLeft(now)) return now;
      if (now.right.head.revision !== at.head.revision) return undefined;
    }
    return isLeft(verdict) ? verdict : right({ ...verdict.right, position: Math.max(verdict.right.position, stored) });
  };

  /** The answer to a turn; undefined where the command is to be decided again. */
  const conclude = async <Q>(stream: string, turn: Turn<S, E, Q>): Promise<Answer<S, E, Q> | undefined> => {
    if (turn.type === 'Ended') return turn.answer;
    if (turn.type === 'Unchanged') return confirm(stream, turn);
    const result = await turn.appended;
    if (isRight(result)) return right({ state: turn.state, events: turn.events, position: result.right.position });
    if (result.left.type === 'Conflict') {
      observer.conflict();
      return undefined;
    }
    const outcome = result.left.type === 'Unavailable' ? result.left.outcome : 'none';
    return left({ type: 'StoreUnavailable', outcome, reason: result.left.reason });
  };

  const run = async <Q>(
    stream: string, prepare: Prepare<S, C, Q>, context: CommandContext, lane: Lane<S>, inTurn: Lane<S>['turn'],
  ): Promise<Answer<S, E, R | Q>> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 1) await pause(Math.min(200, 2 ** attempt));
      const turn = await inTurn(() => take(stream, prepare, context, lane, attempt > 0));
      const answer = await conclude(stream, turn);
      if (answer !== undefined) return answer;
    }
    return left({ type: 'Contention' });
  };

  /** Keeps its turn until it is over; a store that does not answer is not waited for by each of a long line. */
  const runAlone = async <Q>(
    stream: string, prepare: Prepare<S, C, Q>, context: CommandContext, lane: Lane<S>,
  ): Promise<Answer<S, E, R | Q>> => {
    const entered = performance.now();
    return lane.turn(async () => {
      const failed = lane.failure();
      if (failed !== undefined && performance.now() - entered > PATIENCE_IN_A_LANE) return left({ ...failed, outcome: 'none' });
      const answer = await run(stream, prepare, context, lane, (work) => work());
      lane.ended(isLeft(answer) && answer.left.type === 'StoreUnavailable' ? answer.left : undefined);
      return answer;
    });
  };

  return async (stream, prepare, context) => {
    const done = lanes.enter(stream, (lane) =>
      store.exclusive
        ? run(stream, prepare, context, lane, lane.turn)
        : runAlone(stream, prepare, context, lane),
    );
    return (await done) ?? left({ type: 'Overloaded' });
  };
};
