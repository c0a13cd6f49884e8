/** kill -9 under load, several times: nothing acknowledged is lost, nothing is there twice, and the record is whole. */
import { answered, Node, start, stop } from '../support/killable-node';
import { temporaryFolder } from '../support/temporary-folder';

jest.setTimeout(180_000);

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 4);
const CLIENTS = 16;
const COLLECTIONS = ['a', 'b', 'c'];

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a node killed under load', () => {
  it('A1, V1: has every acknowledged change exactly once after each restart', async () => {
    const folder = temporaryFolder();
    const linked = new Map<string, string>();
    let operations = 0;
    let source = 0;

    const client = async (node: Node, index: number): Promise<void> => {
      for (let turn = 0; ; turn++) {
        const collection = COLLECTIONS[(index + turn) % COLLECTIONS.length] ?? 'a';
        const path = `/registries/model/collections/${collection}`;
        const name = `team/p/s${source++}`;
        const logged = await node.call('POST', '/artifacts', { name, type: 'model', digest: 'sha256:0' });
        if (logged === 'killed') return;
        const link = await node.call('POST', `${path}/versions`, { source: `${name}:v0`, aliases: [`by-${index}`] });
        operations += 1;
        if (link === 'killed') return;
        expect(link.status).toBe(201);
        linked.set(`${collection} ${String(link.body['version'])}`, `${name}:v0`);
        const move = await node.call('PUT', `${path}/aliases/production`, { version: link.body['version'] });
        if (move === 'killed') return;
        expect(move.status).toBe(200);
      }
    };

    try {
      const first = await start(folder, 0);
      await first.call('POST', '/teams', { name: 'team' });
      await stop(first);
      for (let round = 0; round < ROUNDS; round++) {
        const node = await start(folder, 0);
        const clients = Array.from({ length: CLIENTS }, (_, index) => client(node, index));
        await pause(500 + Math.random() * 1000);
        node.child.kill('SIGKILL');
        await Promise.all(clients);
        const next = await start(folder, 0);
        for (const [place, name] of linked) {
          const [collection, version] = place.split(' ');
          const { body } = answered(await next.call('GET', `/registries/model/collections/${collection}/versions/${version}`));
          expect(body).toMatchObject({ version, source: { name } });
        }
        for (const collection of COLLECTIONS) {
          const { body } = answered(await next.call('GET', `/registries/model/collections/${collection}/verification`));
          expect(body).toMatchObject({ ok: true, problems: [] });
        }
        await stop(next);
      }
      // Only what a kill cut off may be there without having been acknowledged.
      const last = await start(folder, 0);
      let stored = 0;
      for (const collection of COLLECTIONS) {
        const { body } = answered(await last.call('GET', `/registries/model/collections/${collection}`));
        stored += Number(body['versions']);
      }
      await stop(last);
      expect(stored).toBeGreaterThanOrEqual(linked.size);
      expect(stored).toBeLessThanOrEqual(operations);
      expect(stored - linked.size).toBeLessThanOrEqual(ROUNDS * CLIENTS);
    } finally {
      folder.remove();
    }
  });
});
