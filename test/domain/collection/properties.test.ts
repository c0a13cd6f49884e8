/** What holds after any commands, by anybody, in any order. */
import * as fc from 'fast-check';
import { Either, isLeft, isRight } from 'fp-ts/Either';
import { fold } from '../../../src/decider/decider';
import { collection } from '../../../src/domain/collection';
import { CollectionCommand } from '../../../src/domain/collection/commands';
import { CollectionEvent } from '../../../src/domain/collection/events';
import { CollectionRejection } from '../../../src/domain/collection/rejections';
import { CollectionState, highestUpTo, linkedAs, sourceOf } from '../../../src/domain/collection/state';
import { arbitraryCommand } from '../../support/arbitrary-commands';
import { add, changes, close, link, rollBack } from '../../support/collection-commands';
import { append, holders, NaiveCollection, naiveCollection, rollbackTarget } from '../../support/naive-collection';

type Decided = Either<CollectionRejection, ReadonlyArray<CollectionEvent>>;

type Step = {
  readonly command: CollectionCommand;
  readonly before: CollectionState;
  readonly decided: Decided;
  readonly after: CollectionState;
  /** All events up to here. */
  readonly events: ReadonlyArray<CollectionEvent>;
};

/** Each command decided on the state that the ones before it have left. */
const steps = (commands: ReadonlyArray<CollectionCommand>): ReadonlyArray<Step> => {
  let before: CollectionState = collection.initial;
  let events: ReadonlyArray<CollectionEvent> = [];
  return commands.map((asked) => {
    // A life is registered when the one before it has ended.
    const command = asked.type === 'CloseCollection' ? close(Math.min(asked.life, before.lives + 1)) : asked;
    const decided = collection.decide(command, before);
    const emitted = isRight(decided) ? decided.right : [];
    events = [...events, ...emitted];
    const step = { command, before, decided, after: fold(collection, emitted, before), events };
    before = step.after;
    return step;
  });
};

const sequence = fc.array(arbitraryCommand, { maxLength: 60, size: 'max' });

const forAll = (property: (steps: ReadonlyArray<Step>) => void, numRuns = 200): void =>
  fc.assert(fc.property(sequence, (commands) => property(steps(commands))), { numRuns });

const emitted = ({ decided }: Step): ReadonlyArray<CollectionEvent> => (isRight(decided) ? decided.right : []);

/** Calls back with the naive collection as it was before each step, and then brings it after it. */
const alongside = (all: ReadonlyArray<Step>, look: (naive: NaiveCollection, step: Step) => void): NaiveCollection => {
  const naive = naiveCollection();
  for (const step of all) {
    look(naive, step);
    append(naive, emitted(step));
  }
  return naive;
};

describe('any commands on a collection', () => {
  it('A1, A2, V1, V3, V5, C2: emit only what can have happened; it is remembered as a naive model does', () => {
    forAll((all) => {
      const naive = alongside(all, () => undefined);
      const state = all.at(-1)?.after ?? collection.initial;
      expect(state.type === 'Live').toBe(naive.live);
      expect(state.nextVersion).toBe(naive.next);
      expect(state.lives).toBe(naive.deletions);
      expect(new Set(state.protectedAliases)).toEqual(naive.protectedAliases);
      if (state.type !== 'Live') return;
      expect(new Map(state.aliases)).toEqual(new Map(holders(naive)));
      for (const [version, source] of naive.linked) expect(linkedAs(state, source)).toBe(version);
      expect(state.linked.size).toBe(naive.linked.size);
      for (let version = 0; version < naive.next; version++)
        expect(sourceOf(state, version)).toBe(naive.linked.get(version));
    });
  });

  it('V1: a number is never used twice, not after a deletion either', () => {
    forAll((all) => {
      const numbers = (all.at(-1)?.events ?? []).flatMap((event) => (event.type === 'VersionLinked' ? [event.data.version] : []));
      expect(numbers).toEqual(numbers.map((_, index) => index));
    });
  });

  it('A7: a rollback goes where the history of the alias says, or is unavailable', () => {
    forAll((all) => {
      alongside(all, (naive, { command, decided }) => {
        if (command.type !== 'RollBackAlias' || !naive.live) return;
        const target = rollbackTarget(naive, command.alias);
        const holder = holders(naive).get(command.alias) ?? null;
        if (isRight(decided))
          expect(decided.right).toMatchObject([
            { type: holder === null ? 'AliasAdded' : 'AliasMoved', data: { alias: command.alias, to: target, cause: 'rollback' } },
          ]);
        else if (decided.left.type === 'rollback_unavailable') expect(target).toBeUndefined();
      });
    }, 1000);
  });

  it('A3, A6: emits nothing that changes nothing, and at most one event for an alias', () => {
    forAll((all) => {
      for (const step of all) {
        const changed = emitted(step).flatMap((event) =>
          event.type === 'AliasAdded' || event.type === 'AliasMoved' || event.type === 'AliasRemoved' ? [event.data.alias] : [],
        );
        expect(new Set(changed).size).toBe(changed.length);
      }
    });
  });

  it('V5, N8: unlinking takes the aliases in order of code point, then the version', () => {
    forAll((all) => {
      for (const step of all.filter(({ command }) => command.type === 'UnlinkVersion')) {
        const events = emitted(step);
        if (events.length === 0) continue;
        const taken = events.slice(0, -1).map((event) => ('alias' in event.data ? event.data.alias : ''));
        const bytes = taken.map((alias) => Buffer.from(alias).toString('hex'));
        expect(bytes).toEqual([...bytes].sort());
        expect(events.at(-1)?.type).toBe('VersionUnlinked');
      }
    });
  });

  it('A9: a protected alias changes only by an admin, or as the registry itself is deleted', () => {
    forAll((all) => {
      alongside(all, (naive, step) => {
        const { command } = step;
        if (!('role' in command) || command.role === 'admin') return;
        const nowProtected =
          naive.live || !('shelf' in command) ? naive.protectedAliases : new Set(command.shelf.protectedAliases);
        for (const event of emitted(step))
          if (event.type === 'AliasAdded' || event.type === 'AliasMoved' || event.type === 'AliasRemoved')
            expect(nowProtected.has(event.data.alias)).toBe(false);
      });
    });
  });

  it('N3: latest moves only by links and unlinks', () => {
    forAll((all) => {
      for (const step of all)
        for (const event of emitted(step))
          if ('alias' in event.data && event.data.alias === 'latest' && 'cause' in event.data)
            expect(['link', 'unlink', 'collection_deleted']).toContain(event.data.cause);
    });
  });

  it('a command that is repeated emits nothing, or is rejected; but for rollback, and what is told to no collection', () => {
    forAll((all) => {
      for (const { command, decided, after } of all) {
        if (isLeft(decided) || command.type === 'RollBackAlias') continue;
        if (after.type === 'Absent' && (command.type === 'ProtectAlias' || command.type === 'UnprotectAlias')) continue;
        const again = collection.decide(command, after);
        expect(isLeft(again) ? [] : again.right).toEqual([]);
      }
    });
  });

  it('a refused command is refused for a reason that the state has, whoever asks next', () => {
    forAll((all) => {
      for (const { command, decided, before } of all) expect(collection.decide(command, before)).toEqual(decided);
    });
  });

  it('evolving one by one and folding all at once come to the same', () => {
    forAll((all) => {
      for (const { after, events } of all) expect(fold(collection, events)).toEqual(after);
    }, 50);
  });

  it('the highest linked version is found as by looking at all', () => {
    forAll((all) => {
      for (const { after } of all) {
        if (after.type !== 'Live') continue;
        const linked = after.linked.buckets.toArray().flat();
        for (let version = -1; version <= after.nextVersion + 1; version++) {
          const highest = Math.max(...linked.filter((one) => one <= version));
          expect(highestUpTo(after, version)).toBe(highest === -Infinity ? undefined : highest);
        }
      }
    }, 60);
  });

  it('weighs more than nothing', () => {
    forAll((all) => {
      for (const { after } of all) expect(collection.weight(after)).toBeGreaterThan(0);
    }, 20);
  });
});

describe('A11', () => {
  it('no commands bring a collection beyond 500 aliases', () => {
    const many = Array.from({ length: 8 }, (_, block) => Array.from({ length: 70 }, (__, index) => `alias-${block}-${index}`));
    const filling = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(fc.nat({ max: 3 }), fc.constantFrom(...many)).map(([source, aliases]) => link(source, { aliases })) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(...many).map((aliases) => changes(aliases.map((alias) => ({ alias, version: 0 })))),
      },
      { weight: 1, arbitrary: fc.constantFrom(...many).map(([alias = 'a']) => rollBack(alias)) },
      { weight: 1, arbitrary: fc.constant(changes([{ alias: 'alias-0-0', version: null }])) },
      { weight: 1, arbitrary: arbitraryCommand },
    );
    let fullest = 0;
    fc.assert(
      fc.property(fc.array(filling, { maxLength: 25, size: 'max' }), (commands) => {
        for (const { after, before, decided } of steps(commands)) {
          const [size, was] = [after, before].map((state) => (state.type === 'Live' ? state.aliases.size : 0)) as [number, number];
          expect(size).toBeLessThanOrEqual(500);
          fullest = Math.max(fullest, size);
          if (isLeft(decided) && decided.left.type === 'too_many_aliases') expect(was).toBeGreaterThan(500 - 71);
        }
      }),
      { numRuns: 100 },
    );
    expect(fullest).toBeGreaterThan(450);
  });
});

describe('A7: how far back', () => {
  it('at least 20 holders are remembered', () => {
    const versions = Array.from({ length: 30 }, (_, index) => index);
    const given = steps([...versions.map((source) => link(source)), ...versions.map((version) => add('a', version))]);
    let state = given.at(-1)?.after ?? collection.initial;
    for (let back = 1; back <= 20; back++) {
      const decided = collection.decide(rollBack('a'), state);
      expect(decided).toMatchObject({ right: [{ data: { to: 29 - back, cause: 'rollback' } }] });
      state = fold(collection, emitted({ decided } as Step), state);
    }
  });
});
