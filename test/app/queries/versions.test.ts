/** What a linked version shows of its source. */
import { createShowVersion } from '../../../src/app/queries/versions';
import { createQueries, Queries } from '../../../src/app/queries/queries';
import { readModels } from '../../../src/projections/models';
import { readModelsOf } from '../../support/projected-log';

const version = {
  fullName: 'wandb-registry-model/zoo:v3', registry: 'model', collection: 'zoo', version: 'v3', type: 'model',
  aliases: ['latest'], protected: false, tags: [], source: 'vision/zoo/net:v7', run: null,
  linkedAt: '2026-01-31T09:00:00.000Z', linkedBy: 'user:ann',
};

describe('the source of a linked version', () => {
  it('S4: is shown as lost where nothing is known of it, by what its name tells', () => {
    const show = createShowVersion(createQueries({ db: readModelsOf(...readModels).db, onProgress: () => () => undefined }));
    expect(show(version, 'admin')).toEqual({
      ...version,
      source: {
        name: 'vision/zoo/net:v7', entity: 'vision', project: 'zoo', artifact: 'net', version: 'v7', digest: '', uri: null,
        sizeBytes: null, metadata: {}, metrics: {}, run: null, available: false,
      },
    });
  });

  it('is weighed by what it takes in memory: many small objects are many times their text', () => {
    const weights: Array<number> = [];
    const queriesOf = (metadata: string): Pick<Queries, 'artifacts' | 'remember'> => {
      const { artifacts } = createQueries({ db: readModelsOf(...readModels).db, onProgress: () => () => undefined });
      const source = {
        name: version.source, entity: 'vision', project: 'zoo', artifact: 'net', version: 'v7', digest: '', uri: null,
        sizeBytes: null, metadata, metrics: '{}', run: null, available: true,
      };
      return {
        artifacts: { ...artifacts, sourceOf: () => source },
        remember: (_key, query, weigh) => (...asked) => {
          const value = query(...asked);
          weights.push(weigh?.(value) ?? 1);
          return value;
        },
      };
    };
    createShowVersion(queriesOf('{"accuracy":0.9}'))(version, 'admin');
    createShowVersion(queriesOf(JSON.stringify({ all: Array.from({ length: 80_000 }, () => ({})) })))(version, 'admin');
    const [small = NaN, large = NaN] = weights;
    expect(small).toBeLessThan(2);
    expect(large).toBeGreaterThan(4_000);
  });
});
