/** The cache of states is bounded in bytes by what a state says of itself: that is held to what V8 says. */
import { runTypeScript } from '../support/processes';

type Weighed = { readonly what: string; readonly bytes: number; readonly weight: number };

test('what a state says it weighs is what it weighs', async () => {
  const weighed = JSON.parse(await runTypeScript('domain/weighs-states.ts').line()) as ReadonlyArray<Weighed>;
  expect(weighed.map(({ what }) => what)).toContain('versions of sources of 40 characters');
  const wrong = weighed.filter(({ bytes, weight }) => weight < bytes * 0.6 || weight > bytes * 1.8);
  expect(wrong).toEqual([]);
}, 60_000);
