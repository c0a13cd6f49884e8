/** Appends, each with an end in bounded time: the client's own may never settle. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppendExpectedRevision, AppendResult, EventData, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { appendable } from '../appendable';
import { AppendFailure, Appended, EventStore } from '../event-store';
import { Connection, ConnectionClosed } from './connection';
import { Failure } from './failures';
import { gate } from './gate';
import { EventStoreDbMetrics, Timeouts } from './options';
import { toEventData } from './stored-event';

/**
 * The client's stream of appends takes 16 at a time. Of one more it waits for the first to be sent, and where the
 * connection breaks meanwhile it rejects a promise that nobody holds, which ends the process.
 */
const AT_ONCE = 15;

/**
 * The moment that the client names as the server's deadline is by this machine's clock: it is far away, so that no
 * difference of clocks makes every append late. The server has a limit of its own, 2 s.
 */
const DEADLINE_MS = 600_000;

/** The part of its time that an append must have left: sent at the last moment, it would only be of unknown outcome. */
const LEAST_TIME = 0.1;

type Outcome = Either<AppendFailure, Appended>;
type Attempt = Outcome | 'not-leader' | 'let-go';

const unavailable = (outcome: 'none' | 'unknown', reason: string): Outcome =>
  left({ type: 'Unavailable', outcome, reason });

export const appending = (
  connection: Connection,
  explain: (failure: Failure) => Promise<string>,
  { append: timeoutMs }: Timeouts,
  metrics: EventStoreDbMetrics,
): EventStore['append'] => {
  const inside = gate(AT_ONCE);

  /** @param sent whether the append was sent before, and may have been written */
  const attempt = async (
    stream: string,
    expectedRevision: AppendExpectedRevision,
    events: Array<EventData>,
    deadline: number,
    sent: boolean,
  ): Promise<Attempt> => {
    let client: EventStoreDBClient;
    try {
      client = await connection.client();
    } catch (error) {
      if (error instanceof ConnectionClosed) return unavailable(sent ? 'unknown' : 'none', error.message);
      throw error;
    }
    if (Date.now() + timeoutMs * LEAST_TIME >= deadline)
      return unavailable(sent ? 'unknown' : 'none', `not sent in ${timeoutMs} ms`);
    const options = { expectedRevision, requiresLeader: true, deadline: DEADLINE_MS };
    const answer = await inTime(client.appendToStream(stream, events, options), deadline);
    if (answer === 'late') {
      connection.silent(client);
      return unavailable('unknown', `no answer in ${timeoutMs} ms`);
    }
    if (answer.ended === 'well') {
      connection.answered();
      return outcomeOf(answer.result);
    }
    const failure = connection.failed(client, answer.error);
    return failure.kind === 'not-leader' || failure.kind === 'let-go' ? failure.kind : outcomeOfFailure(failure, sent);
  };

  /** What was sent before may have been written, whatever came of it this time. */
  const outcomeOfFailure = async (failure: Failure, sent: boolean): Promise<Outcome> => {
    switch (failure.kind) {
      case 'conflict':
        return left({ type: 'Conflict' });
      case 'refused':
      case 'not-found':
        return sent ? unavailable('unknown', await explain(failure)) : left({ type: 'Fault', reason: await explain(failure) });
      case 'not-sent':
        return unavailable(sent ? 'unknown' : 'none', await explain(failure));
      case 'not-leader':
      case 'busy':
      case 'broken':
      case 'let-go':
      case 'too-slow':
      case 'odd':
        return unavailable('unknown', failure.reason);
    }
  };

  /** While the connection is renewed the same ids are sent again at the same revision: the store knows them. */
  const untilAnswered = async (
    stream: string,
    expected: AppendExpectedRevision,
    events: Array<EventData>,
    deadline: number,
  ): Promise<Outcome> => {
    for (let pause = 0; ; pause = Math.min(pause + 50, 500)) {
      const outcome = await attempt(stream, expected, events, deadline, pause > 0);
      if (typeof outcome === 'object') return outcome;
      metrics.retried(outcome);
      await delay(pause);
    }
  };

  return async (stream, expected, events) => {
    if (connection.isClosed()) return unavailable('none', 'the event store is closed');
    const checked = appendable(stream, expected, events);
    if (isLeft(checked)) return checked;
    const deadline = Date.now() + timeoutMs;
    if (!(await inside.enter(timeoutMs))) return unavailable('none', `not sent in ${timeoutMs} ms: too many before it`);
    try {
      return await untilAnswered(
        stream,
        expected === 'no_stream' ? NO_STREAM : BigInt(expected),
        events.map(toEventData),
        deadline,
      );
    } finally {
      inside.leave();
    }
  };
};

const outcomeOf = ({ success, nextExpectedRevision, position }: AppendResult): Outcome => {
  if (!success) return left({ type: 'Conflict' });
  const commit = Number(position?.commit);
  return Number.isSafeInteger(commit)
    ? right({ revision: Number(nextExpectedRevision), position: commit })
    : left({ type: 'Fault', reason: `the append was told to be at position ${position?.commit}` });
};

type Answer<A> = { readonly ended: 'well'; readonly result: A } | { readonly ended: 'badly'; readonly error: unknown };

const inTime = async <A>(answering: Promise<A>, deadline: number): Promise<Answer<A> | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), Math.max(0, deadline - Date.now()));
  });
  const answer = answering.then(
    (result): Answer<A> => ({ ended: 'well', result }),
    (error: unknown): Answer<A> => ({ ended: 'badly', error }),
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};
