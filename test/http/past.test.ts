/** T1, C1, S4 to S6, V1 over HTTP: what is linked and held, now and as of any instant, and what changed when, by whom and why. */
import { App, Client, expecting, startApp } from '../support/app';

const BEGIN = Date.parse('2026-03-01T12:00:00.000Z');
const ZOO = '/registries/shelf/collections/zoo';

describe('the past, as the API tells it', () => {
  let app: App;
  let ann: Client;
  let clock = BEGIN;
  /** An instant after all that was done so far; what is done next is later. */
  const mark = (): string => {
    clock += 60_000;
    const instant = new Date(clock).toISOString();
    clock += 60_000;
    return instant;
  };
  const get = async (path: string, as: Client = app.admin) => expecting(await as.get(path), 200).body;
  const resolve = (ref: string, as: Client = app.admin) => as.get(`/resolve?name=${encodeURIComponent(ref)}`);
  const marks: Record<string, string> = {};

  beforeAll(async () => {
    app = await startApp({ now: () => clock });
    ann = await app.as('user:ann', { teams: ['vision'] });
    marks['nothing'] = mark();
    expecting(await app.admin.post('/registries', { name: 'shelf', visibility: 'restricted' }), 201);
    expecting(await app.admin.put('/registries/shelf/members/user:ann', { role: 'member' }), 200);
    for (const version of [0, 1, 2])
      expecting(
        await ann.post('/artifacts', {
          name: 'vision/zoo/net', type: 'model', digest: `sha256:${version}`, uri: `s3://zoo/${version}`, sizeBytes: 7,
          metadata: { depth: version }, metrics: { accuracy: version / 10, ...(version === 1 ? { loss: 2 } : {}) },
          run: `vision/zoo/train-${version}`,
        }),
        201,
      );
    for (const version of [0, 1])
      expecting(
        await ann.post(`${ZOO}/versions`, { source: `vision/zoo/net:v${version}`, run: 'vision/zoo/link', reason: 'nightly' }), 201,
      );
    expecting(await ann.put(`${ZOO}/aliases/production`, { version: 'v0', reason: 'first release' }), 200);
    expecting(await ann.put(`${ZOO}/versions/v0/tags/good`), 200);
    marks['released'] = mark();
    expecting(await ann.put(`${ZOO}/aliases/production`, { version: 'v1', reason: 'better' }), 200);
    expecting(await app.admin.put('/registries/shelf/protected-aliases/production'), 200);
    expecting(await ann.delete(`${ZOO}/versions/v0`), 200);
    marks['moved'] = mark();
    expecting(await app.admin.post(`${ZOO}/aliases/production/rollback`, {}), 409);
    expecting(await ann.post(`${ZOO}/versions/production/usage`, { run: 'vision/zoo/serve' }), 200);
    marks['used'] = mark();
  });
  afterAll(() => app.close());

  it('T1: resolves a name as of an instant, in the name or beside it, with any offset', async () => {
    const released = (await resolve(`wandb-registry-shelf/zoo:production@${marks['released']}`)).body;
    expect(released).toMatchObject({
      fullName: 'wandb-registry-shelf/zoo:v0', version: 'v0', type: 'model', aliases: ['production'], protected: false,
      tags: ['good'], run: 'vision/zoo/link', linkedBy: 'user:ann', resolvedAt: marks['released'],
      source: {
        name: 'vision/zoo/net:v0', entity: 'vision', project: 'zoo', artifact: 'net', version: 'v0', digest: 'sha256:0',
        uri: 's3://zoo/0', sizeBytes: 7, metadata: { depth: 0 }, metrics: { accuracy: 0 }, run: 'vision/zoo/train-0', available: true,
      },
    });
    const offset = marks['released']?.replace('Z', '+00:00') ?? '';
    expect((await app.admin.get(`/resolve?name=acme/shelf/zoo:production&at=${encodeURIComponent(offset)}`)).body).toEqual(released);
    const now = (await resolve('shelf/zoo:production')).body;
    expect(now).toMatchObject({ version: 'v1', aliases: ['latest', 'production'], protected: true, tags: [] });
    expect(Date.parse(now.resolvedAt)).toBe(clock);
    expect((await resolve(`shelf/zoo:v0@${marks['moved']}`)).body.code).toBe('version_not_found');
    expect((await resolve(`shelf/zoo:production@${marks['nothing']}`)).body.code).toBe('collection_not_found');
    expect((await resolve('shelf/zoo:staging')).body.code).toBe('version_not_found');
    expect((await resolve('other/shelf/zoo:production')).body.code).toBe('registry_not_found');
  });

  it('V6, T1: an unlinked version is not found now, and as it was before', async () => {
    expect((await app.admin.get(`${ZOO}/versions/v0`)).body.code).toBe('version_not_found');
    expect(await get(`${ZOO}/versions/v0?at=${marks['released']}`)).toMatchObject({ aliases: ['production'], tags: ['good'] });
    expect((await get(`${ZOO}/aliases?at=${marks['released']}`)).items).toMatchObject([
      { alias: 'latest', version: 'v1', kind: 'default', protected: false, by: 'user:ann' },
      { alias: 'production', version: 'v0', kind: 'custom', protected: false, by: 'user:ann' },
    ]);
    expect((await get(`${ZOO}/aliases`)).items).toMatchObject([
      { alias: 'latest', version: 'v1' }, { alias: 'production', version: 'v1', protected: true },
    ]);
    expect((await get(`${ZOO}/versions`)).items.map((each: { version: string }) => each.version)).toEqual(['v1']);
    expect((await get(`${ZOO}/versions?source=vision/zoo/net:v1&alias=latest`)).items).toHaveLength(1);
    expect((await get(`${ZOO}/versions?source=vision/zoo/net:v0`)).items).toEqual([]);
    expect((await get(`${ZOO}/versions?source=vision/zoo/net:v2`)).items).toEqual([]);
    expect(await get(ZOO)).toMatchObject({ targetPath: 'acme/wandb-registry-shelf/zoo', versions: 1, nextVersion: 'v2' });
  });

  it('E1, A7, A8: the history of an alias says when, who, from where, to where and why', async () => {
    expect((await get(`${ZOO}/aliases/production/history`)).items).toMatchObject([
      { alias: 'production', from: 'v0', to: 'v1', cause: 'change', by: 'user:ann', reason: 'better', command: 'AddAlias' },
      { alias: 'production', from: null, to: 'v0', cause: 'change', by: 'user:ann', reason: 'first release' },
    ]);
    const { items } = await get(`${ZOO}/aliases/latest/history`);
    expect(items.map(({ to, cause, reason }: { to: string; cause: string; reason: string }) => [to, cause, reason])).toEqual([
      ['v1', 'link', 'nightly'], ['v0', 'link', 'nightly'],
    ]);
  });

  it('tells every change of a collection and of its registry, filtered and in pages', async () => {
    const page = await get(`${ZOO}/history?order=asc&limit=3`);
    expect(page.items.map(({ type }: { type: string }) => type)).toEqual(['CollectionCreated', 'VersionLinked', 'AliasAdded']);
    expect(page.items[1]).toMatchObject({
      stream: 'collection-shelf/zoo', revision: 1, by: 'user:ann', command: 'LinkArtifactVersion', reason: 'nightly',
      registry: 'shelf', collection: 'zoo', data: { version: 0, source: 'vision/zoo/net:v0', type: 'model' },
    });
    const next = await get(`${ZOO}/history?order=asc&limit=3&cursor=${page.nextCursor}`);
    expect(next.items[0]).toMatchObject({ type: 'VersionLinked', revision: 3 });
    const typesOf = async (path: string) => (await get(path)).items.map(({ type }: { type: string }) => type);
    expect(await typesOf(`${ZOO}/history?by=user:admin`)).toEqual(['AliasProtected']);
    expect(await typesOf(`${ZOO}/history?alias=production&order=asc`)).toEqual(['AliasAdded', 'AliasMoved', 'AliasProtected']);
    expect(await typesOf(`${ZOO}/history?from=${marks['moved']}`)).toEqual(['UsageRecorded']);
    expect(await typesOf(`${ZOO}/history?type=VersionUnlinked&to=${marks['used']}`)).toEqual(['VersionUnlinked']);
    const ofRegistry = await typesOf('/registries/shelf/history?order=asc');
    expect(ofRegistry.slice(0, 4)).toEqual(['RegistryCreated', 'RoleGranted', 'CollectionRegistered', 'CollectionCreated']);
    expect(await typesOf('/audit?type=OrganizationFounded')).toEqual(['OrganizationFounded']);
    expect((await ann.get('/audit')).body.code).toBe('forbidden');
    expect((await app.admin.get('/registries/shelf/collections/ant/history')).body.code).toBe('collection_not_found');
  });

  it('tells what differs between two instants', async () => {
    const between = (a = '', b = '') => get(`${ZOO}/diff?from=${marks[a]}&to=${marks[b]}`);
    expect(await between('released', 'used')).toEqual({
      linked: [],
      unlinked: [{ collection: 'zoo', version: 'v0', source: 'vision/zoo/net:v0' }],
      aliases: [{ collection: 'zoo', alias: 'production', from: 'v0', to: 'v1' }],
    });
    expect(await between('nothing', 'released')).toEqual(
      await get(`/registries/shelf/diff?from=${marks['nothing']}&to=${marks['released']}`),
    );
    expect(await between('moved', 'used')).toEqual({ linked: [], unlinked: [], aliases: [] });
    expect((await app.admin.get(`${ZOO}/diff?from=${marks['used']}&to=${marks['moved']}`)).status).toBe(400);
  });

  it('S5: lineage leads from the run that made the source to those that used the version', async () => {
    const { nodes, edges } = await get(`${ZOO}/versions/v1/lineage`);
    expect(nodes).toEqual([
      { id: 'source:vision/zoo/net:v1', kind: 'source', name: 'vision/zoo/net:v1' },
      { id: 'version:v1', kind: 'version', name: 'wandb-registry-shelf/zoo:v1' },
      { id: 'run:vision/zoo/train-1', kind: 'run', name: 'vision/zoo/train-1' },
      { id: 'run:vision/zoo/link', kind: 'run', name: 'vision/zoo/link' },
      { id: 'run:vision/zoo/serve', kind: 'run', name: 'vision/zoo/serve' },
    ]);
    expect(edges).toMatchObject([
      { from: 'run:vision/zoo/train-1', to: 'source:vision/zoo/net:v1', kind: 'produced' },
      { from: 'source:vision/zoo/net:v1', to: 'version:v1', kind: 'linked' },
      { from: 'run:vision/zoo/link', to: 'version:v1', kind: 'linked' },
      { from: 'version:v1', to: 'run:vision/zoo/serve', kind: 'used' },
    ]);
  });

  it('compares the metrics of versions side by side', async () => {
    expecting(await ann.post(`${ZOO}/versions`, { source: 'vision/zoo/net:v2' }), 201);
    expect(await get(`${ZOO}/metrics`)).toEqual({ versions: ['v2', 'v1'], metrics: { accuracy: [0.2, 0.1], loss: [null, 2] } });
    expect(await get(`${ZOO}/metrics?versions=v1,v2`)).toMatchObject({ versions: ['v1', 'v2'], metrics: { loss: [2, null] } });
    expect((await app.admin.get(`${ZOO}/metrics?versions=v0,v1`)).body.code).toBe('version_not_found');
  });

  it('S4, T1: permission, uri and availability are as now, at whatever instant', async () => {
    const eve = await app.as('user:eve');
    const then = `${ZOO}/versions/v0?at=${marks['released']}`;
    expect((await eve.get(then)).body.code).toBe('registry_not_found');
    expect((await eve.get('/collections')).body.items).toEqual([]);
    expecting(await app.admin.put('/registries/shelf/members/user:eve', { role: 'restricted_viewer' }), 200);
    expect((await get(then, eve)).source).toMatchObject({ uri: null, available: true, digest: 'sha256:0' });
    expect((await get('/collections', eve)).items).toMatchObject([{ registry: 'shelf', name: 'zoo' }]);
    expect((await get('/collections?role=member', eve)).items).toEqual([]);
    expect((await get('/collections?role=member', ann)).items).toHaveLength(1);
    expecting(await ann.delete('/entities/vision/projects/zoo/artifacts/net/versions/v0'), 200);
    expect((await get(then, ann)).source).toMatchObject({ uri: null, available: false, metadata: { depth: 0 } });
  });

  it('C1, V1: a deleted collection tells its past, also when one of its name stands again', async () => {
    expecting(await app.admin.delete(ZOO), 200);
    const deleted = mark();
    const past = async () => {
      expect((await get(`${ZOO}/aliases?at=${marks['released']}`)).items).toHaveLength(2);
      expect((await get(`${ZOO}/history`)).items.length).toBeGreaterThan(10);
      expect(await get(`${ZOO}/diff?from=${marks['released']}&to=${deleted}`)).toMatchObject({
        unlinked: [{ version: 'v0' }, { version: 'v1' }], aliases: [{ alias: 'latest', from: 'v1', to: null }, { alias: 'production', to: null }],
      });
      expect((await app.admin.get(`${ZOO}/versions/v1?at=${deleted}`)).body.code).toBe('collection_not_found');
    };
    for (const path of [ZOO, `${ZOO}/versions`, `${ZOO}/versions/v1`, `${ZOO}/aliases`, `${ZOO}/metrics`, `${ZOO}/versions/v1/lineage`])
      expect((await app.admin.get(path)).body.code).toBe('collection_not_found');
    await past();
    expecting(await ann.post(`${ZOO}/versions`, { source: 'vision/zoo/net:v1' }), 201);
    expect((await get(`${ZOO}/versions`)).items).toMatchObject([{ version: 'v3', aliases: ['latest'] }]);
    await past();
    expecting(await app.admin.delete('/registries/shelf'), 200);
    expect((await app.admin.get(`${ZOO}/aliases?at=${marks['released']}`)).body.code).toBe('registry_not_found');
    expecting(await app.admin.post('/registries', { name: 'shelf', visibility: 'restricted' }), 201);
    expect((await app.admin.get(ZOO)).body.code).toBe('collection_not_found');
    await past();
  });
});
