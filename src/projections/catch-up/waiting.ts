/** Those who wait until the read models have come to a position. */
import { Position } from '../../event-store/event-store';

export type Waiting = {
  /** Whether the position was reached in time. */
  readonly waitFor: (position: Position, milliseconds: number) => Promise<boolean>;
  readonly reached: (position: Position) => void;
  /** Nothing more will come. */
  readonly end: () => void;
};

export const createWaiting = (): Waiting => {
  const waiting = new Map<(inTime: boolean) => void, Position>();
  let place = 0;
  let ended = false;
  return {
    waitFor: (position, milliseconds) =>
      place >= position || ended
        ? Promise.resolve(place >= position)
        : new Promise((resolve) => {
            const settle = (inTime: boolean): void => {
              clearTimeout(timer);
              waiting.delete(settle);
              resolve(inTime);
            };
            const timer = setTimeout(() => settle(false), milliseconds);
            waiting.set(settle, position);
          }),
    reached: (position) => {
      place = position;
      for (const [settle, wanted] of waiting) if (wanted <= place) settle(true);
    },
    end: () => {
      ended = true;
      for (const settle of [...waiting.keys()]) settle(false);
    },
  };
};
