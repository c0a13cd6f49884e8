/** How far this node's clock is from the store's (E3). */
import { EventStore } from '../event-store/event-store';

/** How far it may be, in milliseconds. */
const TOLERANCE = 5_000;
/** How often they are compared, and how soon again while the store has not told its time, in milliseconds. */
const EVERY = 15_000;
const AGAIN = 1_000;

export type ClockWatch = {
  /** Milliseconds that this node's clock is ahead of the store's, to about a second; undefined until that is known. */
  readonly ahead: () => number | undefined;
  /** A sentence where it is too far off. */
  readonly fault: () => string | undefined;
  readonly stop: () => void;
};

/** @param now this node's clock, in milliseconds since 1970 */
export const watchClock = ({ clock }: Pick<EventStore, 'clock'>, now: () => number): ClockWatch => {
  let ahead = clock === undefined ? 0 : undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const compare = async (ask: () => Promise<number>): Promise<void> => {
    const asked = now();
    const theirs = await ask().catch(() => undefined);
    if (theirs !== undefined) ahead = Math.round((asked + now()) / 2 - theirs);
    if (!stopped) timer = setTimeout(() => void compare(ask), theirs === undefined ? AGAIN : EVERY);
    timer?.unref();
  };
  if (clock !== undefined) void compare(clock);

  return {
    ahead: () => ahead,
    fault: () => {
      if (ahead === undefined || Math.abs(ahead) <= TOLERANCE) return undefined;
      const seconds = (Math.abs(ahead) / 1000).toFixed(1);
      return `this node's clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} the event store's: set it right (E3)`;
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
