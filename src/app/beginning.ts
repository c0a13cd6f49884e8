/**
 * What a node needs of its store before it can answer: the log's name, and the first events of an empty one. A store
 * that is away is waited for, and that is said.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isLeft } from 'fp-ts/Either';
import { Logger } from 'pino';
import { EventStore } from '../event-store/event-store';
import { bootstrap } from './bootstrap';
import { Aggregates } from './commands/aggregates';
import { CommandFailure } from './messages';
import { createPositions, Positions } from './positions';
import { createSessions, Sessions } from './session';

export type Beginning = {
  /** Of this and the next only after the beginning. */
  readonly positions: Positions;
  readonly sessions: Sessions;
  /** What keeps the node from beginning; undefined once it has begun. */
  readonly waitingFor: () => string | undefined;
  /** Resolves when the node has begun, or was stopped. */
  readonly over: Promise<void>;
  readonly stop: () => void;
};

type Begun = Pick<Beginning, 'positions' | 'sessions'>;

/** How long after a try the next one begins, and how many of them pass without a word, in milliseconds. */
const RETRY = 1_000;
const SILENT_TRIES = 10;
/** After so long without an answer it is said that there is none. */
const SOON = 2_000;

const reasonOf = (failure: CommandFailure): string => {
  if (failure.type === 'CorruptHistory')
    return `event ${failure.revision} of "${failure.stream}" cannot be read: ${failure.reason}`;
  return 'reason' in failure ? failure.reason : failure.type;
};

export const begin = (
  store: EventStore, aggregates: Aggregates, organization: string, adminKey: string, now: () => number, log: Logger,
): Beginning => {
  let reason = 'it has not answered yet';
  let begun: Begun | undefined;
  let stopped = false;

  const attempt = async (): Promise<Begun> => {
    const identity = await store.identity();
    const done = await bootstrap(aggregates, organization, adminKey, now);
    if (isLeft(done)) throw new Error(reasonOf(done.left));
    return { positions: createPositions(identity), sessions: await createSessions(adminKey, identity) };
  };

  const say = (): void => log.warn({ reason }, 'waiting for the event store');

  const untilBegun = async (): Promise<void> => {
    const silent = setTimeout(say, SOON);
    for (let tries = 0; !stopped; tries++) {
      try {
        begun = await attempt();
        if (tries > 0) log.info('the event store answers');
        return;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        if (stopped) return;
        if (tries % SILENT_TRIES === 0) say();
        await pause(RETRY, undefined, { ref: false });
      } finally {
        clearTimeout(silent);
      }
    }
  };

  const known = (): Begun => {
    if (begun === undefined) throw new Error('asked for before the event store had answered');
    return begun;
  };

  return {
    positions: { show: (position) => known().positions.show(position), parse: (shown) => known().positions.parse(shown) },
    sessions: { seal: (session) => known().sessions.seal(session), open: (token) => known().sessions.open(token) },
    waitingFor: () => (begun === undefined ? reason : undefined),
    over: untilBegun(),
    stop: () => {
      stopped = true;
    },
  };
};
