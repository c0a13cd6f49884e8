/** What deciding and remembering cost, counted in looks at the lists that grow. */
import { List } from 'immutable';
import { isRight } from 'fp-ts/Either';
import { Decider, fold } from '../../src/decider/decider';
import { EventCodecs } from '../../src/event-store/history/history';
import { artifact } from '../../src/domain/artifact';
import { ArtifactCommand } from '../../src/domain/artifact/commands';
import { highestUpTo as highestLogged } from '../../src/domain/artifact/state';
import { collection } from '../../src/domain/collection';
import { link, unlink } from '../support/collection-commands';

/** The most looks at a list that any of these commands takes, to decide and to remember, and all of them together. */
const looks = <C, S, K extends EventCodecs, R>(decider: Decider<C, S, K, R>, commands: ReadonlyArray<C>) => {
  const get = jest.spyOn(List.prototype, 'get');
  let state = decider.initial;
  let most = 0;
  for (const command of commands) {
    const before = get.mock.calls.length;
    const decided = decider.decide(command, state);
    if (!isRight(decided)) throw new Error(JSON.stringify(decided.left));
    state = fold(decider, decided.right, state);
    most = Math.max(most, get.mock.calls.length - before);
  }
  const all = get.mock.calls.length;
  get.mockRestore();
  return { most, all };
};

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index);
const MANY = 2_000;

const log = (digest: string): ArtifactCommand => ({
  type: 'LogArtifact', artifactType: 'model', digest, uri: null, sizeBytes: null, metadata: {}, metrics: {}, run: null,
  aliases: [],
});
const remove = (version: number): ArtifactCommand => ({ type: 'DeleteArtifactVersion', version });

describe('V5: finding the highest version that remains', () => {
  it('a chain of links and unlinks does not walk over those before', () => {
    const { most } = looks(collection, [link(0), ...upTo(MANY).flatMap((index) => [link(index + 1), unlink(index + 1)])]);
    expect(most).toBeLessThan(20);
  });

  it.each([
    ['from the oldest', upTo(MANY)],
    ['from the newest', [...upTo(MANY)].reverse()],
    ['the newest last', [...[...upTo(MANY - 1)].reverse(), MANY - 1]],
    ['every other one first', [...upTo(MANY).filter((v) => v % 2 === 0), ...upTo(MANY).filter((v) => v % 2 === 1).reverse()]],
  ])('unlinking all, %s, costs a few looks each', (_, order) => {
    const { all } = looks(collection, [...upTo(MANY).map((source) => link(source)), ...order.map((version) => unlink(version))]);
    expect(all).toBeLessThan(20 * MANY);
  });

  it('S1: nor does a chain of loggings and deletions of a source', () => {
    const { most } = looks(artifact, [log('a'), ...upTo(MANY).flatMap((index) => [log(`b-${index}`), remove(index + 1)])]);
    expect(most).toBeLessThan(20);
  });

  it('S1: and it is found as by looking at all', () => {
    const deleted = [3, 4, 9, 8, 7, 0, 5];
    let state = fold(artifact, upTo(10).map((version) => ({
      type: 'ArtifactLogged' as const,
      data: { version, type: 'model', digest: `d-${version}`, uri: null, sizeBytes: null, metadata: {}, metrics: {}, run: null },
    })));
    for (const [index, version] of deleted.entries()) {
      state = artifact.evolve(state, { type: 'ArtifactVersionDeleted', data: { version } });
      if (state.type !== 'Existing') throw new Error('it is there');
      const left = upTo(10).filter((one) => !deleted.slice(0, index + 1).includes(one));
      for (const limit of upTo(11)) {
        const expected = left.filter((one) => one <= limit).at(-1);
        expect(highestLogged(state, limit)).toBe(expected);
      }
    }
  });
});
