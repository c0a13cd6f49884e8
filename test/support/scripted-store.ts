/** A store to which things happen: each append is told what becomes of it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Either, left } from 'fp-ts/Either';
import { AppendFailure, Appended, EventStore, EventToStore, ExpectedRevision } from '../../src/event-store/event-store';

export const mishaps = [
  'none',
  'conflict',
  'away',
  'lost before it was written',
  'lost after it was written',
  'written late',
  'refused',
] as const;
/**
 * `none`: the append goes through. `conflict`, `away` (surely not written), `refused`: that answer, and nothing is
 * written. `lost …`, `written late`: the outcome is unknown. No store answers `conflict` to an append that is tried
 * again and was written; such a one goes through.
 */
export type Mishap = (typeof mishaps)[number];

export type Asked = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: ReadonlyArray<EventToStore>;
};

export type ScriptedStore = EventStore & {
  /** Every append that was asked for, in order. */
  readonly asked: ReadonlyArray<Asked>;
};

type Answer = Either<AppendFailure, Appended>;

const lost: Answer = left({ type: 'Unavailable', outcome: 'unknown', reason: 'the connection was lost' });

/**
 * @param exclusive what the store says of itself
 * @param mishap what happens to an append, by its number from 0
 * @param before is awaited before the append reaches the store
 */
export const scriptedStore = (
  store: EventStore,
  { exclusive = store.exclusive, mishap = () => 'none', before }: {
    readonly exclusive?: boolean;
    readonly mishap?: (index: number, asked: Asked) => Mishap;
    readonly before?: (index: number, asked: Asked) => Promise<unknown>;
  },
): ScriptedStore => {
  const asked: Array<Asked> = [];
  const written = new Set<string>();

  const happen = async (what: Mishap, pass: () => Promise<Answer>): Promise<Answer> => {
    switch (what) {
      case 'none':
        return pass();
      case 'conflict':
        return left({ type: 'Conflict' });
      case 'away':
        return left({ type: 'Unavailable', outcome: 'none', reason: 'the store is away' });
      case 'refused':
        return left({ type: 'Fault', reason: 'access denied' });
      case 'lost before it was written':
        return lost;
      case 'lost after it was written':
        await pass();
        return lost;
      case 'written late':
        void nextTurn().then(nextTurn).then(pass);
        return lost;
    }
  };

  return {
    ...store,
    exclusive,
    asked,
    append: async (stream, expected, events) => {
      const append = { stream, expected, events };
      const key = `${stream} ${expected} ${events[0]?.id}`;
      const index = asked.push(append) - 1;
      const happens = mishap(index, append);
      const what = happens === 'conflict' && written.has(key) ? 'none' : happens;
      if (what === 'lost after it was written' || what === 'written late') written.add(key);
      if (before) await before(index, append);
      return happen(what, () => store.append(stream, expected, events));
    },
  };
};
