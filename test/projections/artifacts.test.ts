import { isRight } from 'fp-ts/Either';
import { ArtifactCommand } from '../../src/domain/artifact/commands';
import { CollectionCommand } from '../../src/domain/collection/commands';
import { VersionRef } from '../../src/domain/values/versions';
import { registryStream } from '../../src/domain/values/streams';
import { As } from '../support/domain-log';
import { openProjected, Projected } from '../support/projected';

const MODEL = 'vision/zoo/model';
const everything = () => true;
const v = (version: number): VersionRef => ({ type: 'Version', version });
const alias = (name: string): VersionRef => ({ type: 'Alias', alias: name });

describe('the read model of source artifacts', () => {
  let all: Projected;
  beforeEach(() => {
    all = openProjected();
  });
  afterEach(() => all.close());

  const did = async (name: string, command: ArtifactCommand, as: As = {}): Promise<void> => {
    expect(isRight(await all.log.artifact([name], command, as))).toBe(true);
    await all.seen();
  };
  const log = (name: string, digest: string, more: Partial<ArtifactCommand & { type: 'LogArtifact' }> = {}, as: As = {}) =>
    did(
      name,
      {
        type: 'LogArtifact', artifactType: 'model', digest, uri: `s3://${digest}`, sizeBytes: 7, metadata: {}, metrics: {},
        run: null, aliases: [], ...more,
      },
      as,
    );
  const inCollection = async (registry: string, name: string, command: CollectionCommand): Promise<void> => {
    expect(isRight(await all.log.collection([registry, name], command))).toBe(true);
    await all.seen();
  };
  const link = (registry: string, collection: string, source: string) =>
    inCollection(registry, collection, {
      type: 'LinkArtifactVersion', registry, name: collection,
      source: { name: source, digest: 'd', type: 'model', owner: 'team' }, aliases: [], role: 'admin', teams: [],
      shelf: { acceptedTypes: 'any', protectedAliases: [] },
    });
  const asked = () => all.queries.artifacts;
  const get = (ref: VersionRef, sees: (registry: string) => boolean = everything) =>
    asked().getSourceVersion(MODEL, ref, sees);

  it('shows a source version as the API has it', async () => {
    const as = { at: '2026-03-01T00:00:00.000Z', by: 'service:ci' };
    const metadata = { layers: [1, { deep: null }], 'ünïcode': '\u{1F600}' };
    await log(MODEL, 'sha256:1', { metadata, metrics: { loss: 1e-7, '2': 3 }, run: 'vision/zoo/run-1', aliases: ['best'] }, as);
    expect(get(v(0))).toEqual({
      name: `${MODEL}:v0`, entity: 'vision', project: 'zoo', artifact: 'model', version: 'v0', type: 'model',
      digest: 'sha256:1', uri: 's3://sha256:1', sizeBytes: 7, metadata, metrics: { loss: 1e-7, '2': 3 },
      run: 'vision/zoo/run-1', aliases: ['best', 'latest'], available: true,
      loggedAt: as.at, loggedBy: as.by, links: [],
    });
    await log(MODEL, 'sha256:2', { uri: null, sizeBytes: null });
    expect(get(v(1))).toMatchObject({ uri: null, sizeBytes: null, run: null, aliases: ['latest'] });
    expect(asked().sourceOf(`${MODEL}:v0`)).toEqual({
      name: `${MODEL}:v0`, entity: 'vision', project: 'zoo', artifact: 'model', version: 'v0', digest: 'sha256:1',
      uri: 's3://sha256:1', sizeBytes: 7, metadata: JSON.stringify(metadata), metrics: '{"2":3,"loss":1e-7}',
      run: 'vision/zoo/run-1', available: true,
    });
    for (const none of [`${MODEL}:v2`, 'vision/zoo/other:v0', 'nonsense', `${MODEL}:best`])
      expect(asked().sourceOf(none)).toBeUndefined();
  });

  it('S3: finds a version by alias, wherever the alias goes', async () => {
    await log(MODEL, 'a', { aliases: ['best'] });
    await log(MODEL, 'b');
    expect(get(alias('latest'))?.version).toBe('v1');
    expect(get(alias('best'))?.version).toBe('v0');
    await did(MODEL, { type: 'AddSourceAlias', alias: 'best', version: 1 });
    expect(get(alias('best'))?.aliases).toEqual(['best', 'latest']);
    expect(get(v(0))?.aliases).toEqual([]);
    await did(MODEL, { type: 'RemoveSourceAlias', alias: 'best' });
    expect(get(alias('best'))).toBeUndefined();
    expect(get(v(2))).toBeUndefined();
  });

  it('is walked from entity to version, in pages', async () => {
    for (const name of ['vision/zoo/b', 'vision/zoo/a', 'vision/ant/a', 'audio/zoo/a', 'vision2/zoo/a']) await log(name, 'd');
    for (const digest of ['1', '2', '3']) await log('vision/zoo/a', digest);
    expect(asked().listProjects('vision', { limit: 5 })).toEqual([{ name: 'ant' }, { name: 'zoo' }]);
    expect(asked().listProjects('vision', { after: 'ant', limit: 5 })).toEqual([{ name: 'zoo' }]);
    expect(asked().listArtifacts('vision', 'zoo', { limit: 5 })).toEqual([
      { name: 'a', type: 'model', versions: 4 }, { name: 'b', type: 'model', versions: 1 },
    ]);
    expect(asked().listArtifacts('vision', 'zoo', { limit: 1 })).toHaveLength(1);
    expect(asked().listArtifacts('vision', 'zoo', { after: 'a', limit: 5 }).map(({ name }) => name)).toEqual(['b']);
    const versions = (limit: number, after?: number) =>
      [...asked().listSourceVersions('vision/zoo/a', everything, { limit, ...(after === undefined ? {} : { after }) })]
        .map(({ version }) => version);
    expect(versions(3)).toEqual(['v3', 'v2', 'v1']);
    expect(versions(3, 1)).toEqual(['v0']);
    expect(['vision/zoo/a', 'vision/zoo/c', 'vision2/zoo/b'].map((name) => asked().artifactExists(name))).toEqual([
      true, false, false,
    ]);
  });

  it('S4: a deleted version is listed no more, and shown without its uri as the source of what is linked', async () => {
    for (const digest of ['a', 'b']) await log(MODEL, digest, { metrics: { loss: 1 } });
    await link('model', 'zoo', `${MODEL}:v1`);
    await did(MODEL, { type: 'DeleteArtifactVersion', version: 1 });
    expect(get(v(1))).toBeUndefined();
    expect(get(alias('latest'))?.version).toBe('v0');
    expect([...asked().listSourceVersions(MODEL, everything, { limit: 5 })].map(({ version }) => version)).toEqual(['v0']);
    expect(asked().listArtifacts('vision', 'zoo', { limit: 5 })).toEqual([{ name: 'model', type: 'model', versions: 1 }]);
    expect(asked().sourceOf(`${MODEL}:v1`)).toMatchObject({ available: false, uri: null, digest: 'b', metrics: '{"loss":1}' });
    expect(asked().linkedIn(`${MODEL}:v1`)).toEqual([{ registry: 'model', collection: 'zoo' }]);
    await did(MODEL, { type: 'DeleteArtifactVersion', version: 0 });
    expect(asked().artifactExists(MODEL)).toBe(true);
    expect(asked().listArtifacts('vision', 'zoo', { limit: 5 })).toEqual([{ name: 'model', type: 'model', versions: 0 }]);
    await log(MODEL, 'c');
    expect(get(alias('latest'))?.version).toBe('v2');
  });

  it('S6: says where a version is linked now, in the registries that the reader sees', async () => {
    for (const digest of ['a', 'b']) await log(MODEL, digest);
    await link('model', 'zoo', `${MODEL}:v1`);
    await link('model', 'zoo', `${MODEL}:v0`);
    await link('model', 'ant', `${MODEL}:v0`);
    await link('secret', 'zoo', `${MODEL}:v0`);
    const [ant, zoo, secret] = [
      { registry: 'model', collection: 'ant', version: 'v0' }, { registry: 'model', collection: 'zoo', version: 'v1' },
      { registry: 'secret', collection: 'zoo', version: 'v0' },
    ];
    expect(get(v(0))?.links).toEqual([ant, zoo, secret]);
    expect(get(v(0), (registry) => registry !== 'secret')?.links).toEqual([ant, zoo]);
    await inCollection('model', 'zoo', { type: 'UnlinkVersion', version: 1, role: 'admin' });
    expect(get(v(0))?.links).toEqual([ant, secret]);
    await link('model', 'zoo', `${MODEL}:v0`);
    expect(get(v(0))?.links).toEqual([ant, { ...zoo, version: 'v2' }, secret]);
    await inCollection('model', 'zoo', { type: 'DeleteCollection', role: 'admin' });
    expect(get(v(0))?.links).toEqual([ant, secret]);
    await all.log.append(registryStream('secret'), [{ type: 'RegistryDeleted', data: {} }]);
    await all.seen();
    expect(get(v(0))?.links).toEqual([ant]);
    expect(asked().linkedIn(`${MODEL}:v0`)).toEqual([{ registry: 'model', collection: 'ant' }]);
  });
});
