/** Subscriptions to the appends of this process: woken by them, never polling. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventStore, StoreError } from '../event-store';
import { EventsFile, headOf, pageOfAll } from './events-file';
import { orStoreError, PAGE } from './reading';

export type Subscribing = {
  readonly subscribe: EventStore['subscribe'];
  /** Tells the subscriptions that there is something new. */
  readonly wake: () => void;
  readonly end: () => void;
};

export const subscribing = (file: EventsFile): Subscribing => {
  let sleeping: Array<() => void> = [];
  let ended = false;

  const wake = (): void => {
    const roused = sleeping;
    sleeping = [];
    for (const rouse of roused) rouse();
  };

  const sleep = (): Promise<void> => new Promise((rouse) => void sleeping.push(rouse));

  return {
    wake,
    end: () => {
      ended = true;
      wake();
    },
    subscribe: async function* ({ after, signal, batchSize = PAGE }) {
      const over = (): boolean => ended || signal.aborted;
      if (over()) return;
      signal.addEventListener('abort', wake, { once: true });
      const end = orStoreError(() => headOf(file));
      if (after > end) throw new StoreError('Unavailable', `the log ends at position ${end}, before position ${after}`);
      let position = after;
      let confirmed = false;
      while (!over()) {
        const { events } = orStoreError(() => pageOfAll(file, position, batchSize));
        position = events.at(-1)?.position ?? position;
        const caughtUp = orStoreError(() => headOf(file)) === position;
        if (events.length > 0 || !confirmed) {
          confirmed = true;
          yield { events, position, caughtUp };
          await nextTurn();
        } else {
          await sleep();
          await nextTurn();
        }
      }
    },
  };
};
