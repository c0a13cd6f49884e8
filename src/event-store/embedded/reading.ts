/** The half of the port that reads: by pages, so that a slow reader holds neither memory nor a lock. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventStore, StoredEvent, StoreError } from '../event-store';
import { EventsFile, headOf, identityOf, pageOfAll, pageOfStream } from './events-file';
import { asStoreError } from './sqlite-errors';

export type EventReader = Pick<EventStore, 'readStream' | 'readAll' | 'head' | 'end' | 'identity' | 'close'>;

export const PAGE = 500;

/** @throws StoreError instead of what SQLite throws */
export const orStoreError = <A>(read: () => A): A => {
  try {
    return read();
  } catch (error) {
    throw asStoreError(error);
  }
};

/** @param isEndKnown whether it is known where the streams end */
export const reading = (file: EventsFile, isEndKnown: () => boolean = () => true): Omit<EventReader, 'close'> => ({
  readStream: async function* (stream, { direction = 'forwards', from, limit = Infinity } = {}) {
    const step = direction === 'forwards' ? 1 : -1;
    let next = from ?? (direction === 'forwards' ? 0 : Number.MAX_SAFE_INTEGER);
    let left = limit;
    while (left > 0) {
      if (!isEndKnown()) throw new StoreError('Unavailable', 'a flush failed: what was appended last may be kept or not');
      const size = Math.min(PAGE, left);
      const { events, more } = orStoreError(() => pageOfStream(file, stream, direction, next, size));
      yield* events;
      const last = events.at(-1);
      if (last === undefined || !more) return;
      left -= events.length;
      next = last.revision + step;
      await nextTurn();
    }
  },

  readAll: async function* ({ after }) {
    let position = after;
    for (;;) {
      const { events, more } = orStoreError(() => pageOfAll(file, position, PAGE));
      yield* events;
      const last: StoredEvent | undefined = events.at(-1);
      if (last === undefined || !more) return;
      position = last.position;
      await nextTurn();
    }
  },

  head: async () => orStoreError(() => headOf(file)),
  end: async () => orStoreError(() => headOf(file)),
  identity: async () => orStoreError(() => identityOf(file)),
});
