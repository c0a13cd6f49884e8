import { createFreshness } from '../../../src/projections/catch-up/freshness';

describe('freshness (R1)', () => {
  it('is never known before the head was heard of and reached', () => {
    const freshness = createFreshness();
    freshness.reached(10);
    expect(freshness.completeAt()).toBeUndefined();
    freshness.headWas(11, 1_000);
    expect(freshness.completeAt()).toBeUndefined();
    freshness.reached(11);
    expect(freshness.completeAt()).toBe(1_000);
    freshness.reset();
    expect(freshness.completeAt()).toBeUndefined();
  });

  it('under constant traffic counts from the newest head that has been reached since', () => {
    const freshness = createFreshness();
    for (let second = 1; second <= 200; second++) {
      freshness.headWas(100 * second, 1_000 * second);
      freshness.reached(100 * (second - 3));
    }
    expect(freshness.completeAt()).toBe(197_000);
  });
});
