/** Whether the read models are as new as R1 asks: at most 5 s ago they stood where the store's head was. */
import { Position } from '../../event-store/event-store';

/** In milliseconds (R1). */
export const STALE_AFTER = 5_000;

export type Freshness = {
  /** The store's head was here at an instant (milliseconds of a clock that nobody sets); it may not have been reached yet. */
  readonly headWas: (head: Position, at: number) => void;
  /** All up to here is taken in. */
  readonly reached: (position: Position) => void;
  /** When the read models are known to have been complete; undefined for never. */
  readonly completeAt: () => number | undefined;
  /** They begin anew. */
  readonly reset: () => void;
};

export const createFreshness = (): Freshness => {
  let ahead: ReadonlyArray<{ readonly head: Position; readonly at: number }> = [];
  let complete: number | undefined;
  let place = 0;
  const look = (): void => {
    for (const { head, at } of ahead) if (head <= place) complete = Math.max(complete ?? 0, at);
    ahead = ahead.filter(({ head }) => head > place).slice(-60);
  };
  return {
    headWas: (head, at) => {
      ahead = [...ahead, { head, at }];
      look();
    },
    reached: (position) => {
      place = position;
      look();
    },
    completeAt: () => complete,
    reset: () => {
      ahead = [];
      complete = undefined;
      place = 0;
    },
  };
};
