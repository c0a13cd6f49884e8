/** Given events, when a command, then events, a rejection or nothing: for every decider alike. */
import { isRight, left, right } from 'fp-ts/Either';
import { Decider, fold } from '../../src/decider/decider';
import { EventCodecs, EventOf } from '../../src/event-store/history/history';

export type Then<E, R> = {
  readonly then: (...events: ReadonlyArray<E>) => void;
  readonly thenRejected: (rejection: R) => void;
  readonly thenNothing: () => void;
};

/** Each event that is decided must be one that can be stored and read back (E4). */
const expectStorable = <K extends EventCodecs>(codecs: K, events: ReadonlyArray<EventOf<K>>): void => {
  for (const { type, data } of events) {
    const read = codecs[type]?.decode(JSON.parse(JSON.stringify(data)));
    expect({ type, read }).toEqual({ type, read: right(data) });
  }
};

export const given =
  <C, S, K extends EventCodecs, R>(decider: Decider<C, S, K, R>) =>
  (...events: ReadonlyArray<EventOf<K>>) => ({
    when: (command: C): Then<EventOf<K>, R> => {
      const decided = decider.decide(command, fold(decider, events));
      return {
        then: (...expected) => {
          expect(decided).toEqual(right(expected));
          if (isRight(decided)) expectStorable(decider.events, decided.right);
        },
        thenRejected: (rejection) => expect(decided).toEqual(left(rejection)),
        thenNothing: () => expect(decided).toEqual(right([])),
      };
    },
  });
