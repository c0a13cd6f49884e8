import autocannon from 'autocannon';
import { remove, temporaryFolder } from './folders';
import { ask, headers, startNode } from './node';
import { offer } from './offer';
const N = 200;
const cs = Array.from({ length: N }, (_, i) => `c${i}`);
const main = async () => {
  const folder = temporaryFolder();
  const node = await startNode(folder);
  await ask(node, { method: 'POST', path: '/teams', body: { name: 'team' } });
  for (const n of [0, 1]) await ask(node, { method: 'POST', path: '/artifacts', body: { name: 'team/p/a', type: 'model', digest: `sha256:${n}` } });
  for (const name of cs) for (const n of [0, 1])
    await ask(node, { method: 'POST', path: `/registries/model/collections/${name}/versions`, body: { source: `team/p/a:v${n}`, aliases: ['staging'] } });
  const kind = process.argv[2];
  for (let r = 0; r < 2; r++) {
    if (kind === 'move') { const o = await offer({ node, method: 'PUT', paths: cs.map((n) => `/api/v1/registries/model/collections/${n}/aliases/staging`), versions: 2, connections: 64, seconds: 6, first: r * 1e6 }); console.log(o.done.length / 6); }
    else { const result = await autocannon({ url: node.address, connections: 64, duration: 6, headers, requests: cs.map((n) => ({ method: 'GET' as const, path: kind === 'noop' ? `/api/v1/bench/model/${n}/staging` : `/api/v1/resolve?name=wandb-registry-model/${n}:staging` })) }); console.log(result.requests.average); }
  }
  await node.end(); remove(folder);
};
void main();
