/**
 * What spans streams, killed with SIGKILL after each of its appends: it is finished at the next start or by repetition,
 * and nothing half-done shows (C1, C4, A10, and idempotency keys).
 */
import { answered, Called, Node, start, stop } from '../support/killable-node';
import { temporaryFolder } from '../support/temporary-folder';

jest.setTimeout(180_000);

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const prepare = async ({ call }: Node): Promise<void> => {
  await call('POST', '/teams', { name: 'vision' });
  for (const n of [0, 1]) await call('POST', '/artifacts', { name: 'vision/p/m', type: 'model', digest: `sha256:${n}` });
  for (const name of ['a', 'b', 'c'])
    await call('POST', `/registries/model/collections/${name}/versions`, { source: 'vision/p/m:v0', aliases: ['production'] });
};

/**
 * Runs the command on a node that dies after the n-th append, for n = 1, 2, … until it is answered; after each death
 * looks at what the next node makes of it.
 */
const killedAfterEach = async (
  command: (node: Node, n: number) => Promise<Called>,
  look: (node: Node, n: number) => Promise<void>,
): Promise<number> => {
  for (let n = 1; ; n++) {
    const folder = temporaryFolder();
    try {
      const first = await start(folder, 0);
      await prepare(first);
      await stop(first);
      const dying = await start(folder, n);
      const called = await command(dying, n);
      await stop(dying);
      if (called !== 'killed') return n - 1;
      const next = await start(folder, 0);
      await look(next, n);
      const { body } = answered(await next.call('GET', '/registries/model/collections/a/verification'));
      if (body['code'] === undefined) expect(body).toMatchObject({ ok: true });
      await stop(next);
    } finally {
      folder.remove();
    }
  }
};

const eventually = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('did not come to hold within 5 s');
};

const types = async (node: Node, path: string): Promise<ReadonlyArray<string>> =>
  (answered(await node.call('GET', `${path}/history?order=asc&limit=500`)).body['items'] as ReadonlyArray<{ type: string }>).map(
    ({ type }) => type,
  );

describe('killed after each append', () => {
  it('C1: the first link is there whole or not at all, and can be repeated', async () => {
    const path = '/registries/model/collections/new';
    const link = (node: Node) => node.call('POST', `${path}/versions`, { source: 'vision/p/m:v1', aliases: ['staging'] });
    const appends = await killedAfterEach(link, async (node) => {
      const seen = answered(await node.call('GET', path));
      if (seen.status === 200) expect(seen.body).toMatchObject({ versions: 1, nextVersion: 'v1' });
      else expect(seen.body).toMatchObject({ code: 'collection_not_found' });
      expect(answered(await link(node)).body).toMatchObject({ version: 'v0', aliases: ['latest', 'staging'] });
      expect(await types(node, path)).toEqual(['CollectionCreated', 'VersionLinked', 'AliasAdded', 'AliasAdded']);
    });
    expect(appends).toBe(2);
  });

  it('A10: a protection that was begun is finished in every collection by the next start', async () => {
    const appends = await killedAfterEach(
      (node) => node.call('PUT', '/registries/model/protected-aliases/production', undefined, { traceparent: TRACEPARENT }),
      async (node) => {
        const listed = async () => answered(await node.call('GET', '/registries/model')).body['protectedAliases'];
        await eventually(async () => JSON.stringify(await listed()) === '["production"]');
        for (const name of ['a', 'b', 'c']) {
          const { body } = answered(await node.call('GET', `/registries/model/collections/${name}/aliases`));
          expect(body['items']).toContainEqual(expect.objectContaining({ alias: 'production', protected: true }));
        }
        // E2: what the next start did belongs to the same trace.
        const { body } = answered(await node.call('GET', `/audit?correlation=${TRACEPARENT.split('-')[1] ?? ''}`));
        expect((body['items'] as ReadonlyArray<{ type: string }>).map(({ type }) => type).sort()).toEqual([
          ...Array.from({ length: 4 }, () => 'AliasProtected'), 'AliasProtectionSettled',
        ]);
      },
    );
    expect(appends).toBe(5);
  });

  it('C4: a deletion that was begun is finished, and then the name is free', async () => {
    const appends = await killedAfterEach(
      (node) => node.call('DELETE', '/registries/model'),
      async (node) => {
        expect(answered(await node.call('GET', '/registries/model')).status).toBe(404);
        expect(answered(await node.call('GET', '/registries/model/collections/a')).status).toBe(404);
        await eventually(async () => {
          const { status, body } = answered(await node.call('POST', '/registries', { name: 'model', acceptedTypes: ['model'] }));
          if (status !== 201) expect(body).toMatchObject({ code: 'registry_exists' });
          return status === 201;
        });
        const again = await node.call('POST', '/registries/model/collections/a/versions', { source: 'vision/p/m:v1' });
        expect(answered(again).body).toMatchObject({ version: 'v1' });
      },
    );
    expect(appends).toBe(5);
  });

  it('C1: the deletion of a collection is finished, and what comes after it is a new life with higher numbers', async () => {
    const path = '/registries/model/collections/a';
    const appends = await killedAfterEach(
      (node) => node.call('DELETE', path),
      async (node) => {
        expect(answered(await node.call('GET', path)).status).toBe(404);
        const again = answered(await node.call('POST', `${path}/versions`, { source: 'vision/p/m:v1' }));
        expect(again).toMatchObject({ status: 201, body: { version: 'v1', aliases: ['latest'] } });
      },
    );
    expect(appends).toBe(2);
  });

  it('an idempotency key applies its command once, whenever the first try died', async () => {
    const path = '/registries/model/collections/a';
    const move = async (node: Node) => {
      const headers = { 'idempotency-key': 'once' };
      return node.call('POST', `${path}/versions`, { source: 'vision/p/m:v1', aliases: ['staging'] }, headers);
    };
    const appends = await killedAfterEach(move, async (node) => {
      expect(answered(await move(node))).toMatchObject({ status: 201, body: { version: 'v1' } });
      expect(answered(await node.call('DELETE', `${path}/versions/v1`)).status).toBe(200);
      // The version is gone, and the repeat still gives the first success.
      expect(answered(await move(node))).toMatchObject({ status: 201, body: { version: 'v1' } });
      expect((await types(node, path)).filter((type) => type === 'VersionLinked')).toHaveLength(2);
    });
    expect(appends).toBe(3);
  });
});
