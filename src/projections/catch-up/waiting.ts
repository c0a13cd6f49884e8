/** Those who wait until the read models have come to a position. */
import { Position } from '../../event-store/event-store';

export type Waiting = {
  /** Whether the position was reached in time. */
  readonly waitFor: (position: Position, milliseconds: number) => Promise<boolean>;
  readonly reached: (position: Position) => void;
  /** Nothing more will come. */
  readonly end: () => void;
};

type Waiter = { readonly position: Position; readonly settle: (inTime: boolean) => void };

export const createWaiting = (): Waiting => {
  let waiters: Array<Waiter> = [];
  let place = 0;
  let ended = false;

  const settle = (which: (waiter: Waiter) => boolean, inTime: boolean): void => {
    const settled = waiters.filter(which);
    waiters = waiters.filter((waiter) => !which(waiter));
    for (const waiter of settled) waiter.settle(inTime);
  };

  return {
    waitFor: (position, milliseconds) =>
      place >= position || ended
        ? Promise.resolve(place >= position)
        : new Promise((resolve) => {
            const timer = setTimeout(() => settle((waiter) => waiter === mine, false), milliseconds);
            const mine: Waiter = {
              position,
              settle: (inTime) => {
                clearTimeout(timer);
                resolve(inTime);
              },
            };
            waiters.push(mine);
          }),
    reached: (position) => {
      place = position;
      settle((waiter) => waiter.position <= place, true);
    },
    end: () => {
      ended = true;
      settle(() => true, false);
    },
  };
};
