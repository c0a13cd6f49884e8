import { collections } from '../../src/projections/collections';
import { collectionQueries } from '../../src/projections/collections/queries';
import { remembering } from '../../src/projections/remembered';
import { projectedLog, readModelsOf } from '../support/projected-log';

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

describe('a version that holds as many aliases as there may be (A11), each as long as it may be (N3)', () => {
  it('is not kept once for each of them', () => {
    const model = readModelsOf(collections);
    const of = { category: 'collection', registry: 'model', collection: 'net' } as const;
    const aliases = Array.from({ length: 499 }, (_, n) => `${n}`.padStart(3, '0') + '🚀'.repeat(125));
    model.take(projectedLog().append(1_700_000_000_000, [
      { ...of, event: { type: 'CollectionCreated', data: { registry: 'model', name: 'net', type: 'model' } } },
      { ...of, event: { type: 'VersionLinked', data: { version: 0, source: 'vision/p/net:v0', digest: 'd', type: 'model' } } },
      ...aliases.map((alias) => ({ ...of, event: { type: 'AliasAdded', data: { alias, to: 0, cause: 'change' } } }) as const),
    ]));
    const queries = collectionQueries(model.db, model.remember);
    const ask = (alias: string): unknown => {
      const found = queries.getVersion({ registry: 'model', collection: 'net' }, { type: 'Alias', alias });
      return found._tag === 'Right' ? found.right : undefined;
    };
    const first = aliases.map(ask);
    expect(first[0]).toMatchObject({ version: 'v0', aliases });
    // The newest are kept; to find one that is not brings it in.
    const kept = aliases.map((alias, n) => ({ alias, n })).reverse().filter(({ alias, n }) => ask(alias) === first[n]);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(100);
  });
});
