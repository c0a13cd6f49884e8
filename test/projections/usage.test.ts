/** S5: the runs that used a version. */
import { usage } from '../../src/projections/usage';
import { usageQueries } from '../../src/projections/usage/queries';
import { projectedLog, readModelsOf } from '../support/projected-log';

describe('S5: usage', () => {
  const [log, model] = [projectedLog(), readModelsOf(usage)];
  const use = (collection: string, version: number, run: string) =>
    model.take(
      log.append(1_767_225_600_000 + log.events.length, [
        { category: 'usage', registry: 'model', collection, event: { type: 'UsageRecorded', data: { version, run } } },
      ]),
    );
  for (const run of ['t/p/1', 't/p/2', 't/p/3']) use('zoo', 0, run);
  use('zoo', 1, 't/p/1');
  use('ant', 0, 't/p/4');
  const queries = usageQueries(model.db);

  it('is told of one version, newest first', () => {
    expect(queries.runsOf('model', 'zoo', 0, 2)).toEqual([
      { run: 't/p/3', at: '2026-01-01T00:00:00.002Z' },
      { run: 't/p/2', at: '2026-01-01T00:00:00.001Z' },
    ]);
    expect(queries.runsOf('model', 'zoo', 1, 1000)).toEqual([{ run: 't/p/1', at: '2026-01-01T00:00:00.003Z' }]);
    expect(queries.runsOf('dataset', 'zoo', 0, 1000)).toEqual([]);
  });
});
