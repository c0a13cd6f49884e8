import { remembering } from '../../src/projections/remembered';

describe('a remembered query', () => {
  const counted = () => {
    let [asked, changed] = [0, (): void => undefined];
    const query = remembering((listener) => (changed = listener))((key: string) => key, (key) => {
      asked += 1;
      return key === 'nobody' ? undefined : `${key} ${asked}`;
    });
    return { query, changed: () => changed(), asked: () => asked };
  };

  it('is asked once for each key until the tables change, also where there is no answer', () => {
    const { query, changed, asked } = counted();
    expect([query('ann'), query('ann'), query('bob'), query('nobody'), query('nobody')]).toEqual([
      'ann 1', 'ann 1', 'bob 2', undefined, undefined,
    ]);
    expect(asked()).toBe(3);
    changed();
    expect(query('ann')).toBe('ann 4');
  });

  it('keeps fewer of what is large', () => {
    let asked = 0;
    const query = remembering(() => undefined)((key: string) => key, () => (asked += 1), () => 4_000);
    for (const key of ['a', 'b', 'c', 'a', 'd', 'a', 'd']) query(key);
    expect(asked).toBe(5);
  });

  it('forgets where too much is asked', () => {
    const { query, asked } = counted();
    query('ann');
    for (let guess = 0; guess < 10_000; guess++) query(`guess-${guess}`);
    query('ann');
    expect(asked()).toBe(10_002);
  });
});
