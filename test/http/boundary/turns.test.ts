/** Work that takes turns goes on in order, so much of it in one turn of the event loop, however much there is. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTurns } from '../../../src/http/boundary/turns';

test('so many go on in one turn, in the order in which they came, and whoever comes meanwhile after them', async () => {
  const turn = createTurns(2);
  const gone: Array<string> = [];
  const go = (name: string): void => void turn().then(() => gone.push(name));
  ['a', 'b', 'c', 'd', 'e'].forEach(go);
  expect(gone).toEqual([]);
  await nextTurn();
  expect(gone).toEqual(['a', 'b']);
  go('f');
  await nextTurn();
  expect(gone).toEqual(['a', 'b', 'c', 'd']);
  await nextTurn();
  expect(gone).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

test('it begins again after all have gone, also for who goes on at once', async () => {
  const turn = createTurns(1);
  for (let round = 0; round < 3; round++) await turn();
  const both: Array<string> = [];
  const run = async (name: string): Promise<void> => {
    for (let step = 0; step < 3; step++) {
      await turn();
      both.push(name);
    }
  };
  await Promise.all([run('a'), run('b')]);
  expect(both).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});
