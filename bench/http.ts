/** P2 and P3: commands and resolves over HTTP, against operations that do nothing; P10: resolves beside writers. */
import autocannon from 'autocannon';
import { remove, temporaryFolder } from './folders';
import { ask, headers, Node, startNode } from './node';
import { percentile } from './ratio';
import { Subject } from './subject';

const SECONDS = 4;
const AT_ONCE = 64;
const COLLECTIONS = 200;

type Requests = NonNullable<autocannon.Options['requests']>;

const rate = async (node: Node, requests: Requests): Promise<number> => {
  const result = await autocannon({ url: node.address, connections: AT_ONCE, duration: SECONDS, headers, requests });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refusals and ${result.errors} errors`);
  return result.requests.average;
};

/** Of resolves one after the other with a pause between them, for some seconds: the 99th of a hundred, in milliseconds. */
const latency = async (node: Node): Promise<number> => {
  const times: Array<number> = [];
  for (const until = Date.now() + SECONDS * 1000; Date.now() < until; ) {
    const path = `/resolve?name=wandb-registry-model/${collections[times.length % COLLECTIONS]}:staging`;
    times.push((await ask(node, { method: 'GET', path })).milliseconds);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  return percentile(times, 0.99);
};

/** The same while others write, from a thread of their own. */
const latencyBeside = async (node: Node, requests: Requests): Promise<number> => {
  const load = autocannon({ url: node.address, connections: AT_ONCE, duration: SECONDS + 1, workers: 1, headers, requests });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const measured = await latency(node);
  const result = await load;
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refusals and ${result.errors} errors`);
  return measured;
};

const collections = Array.from({ length: COLLECTIONS }, (_, index) => `c${index}`);

const begin: Subject['begin'] = async () => {
  const folder = temporaryFolder();
  const node = await startNode(folder);
  await ask(node, { method: 'POST', path: '/teams', body: { name: 'team' } });
  for (const n of [0, 1]) await ask(node, { method: 'POST', path: '/artifacts', body: { name: 'team/p/a', type: 'model', digest: `sha256:${n}` } });
  for (const name of collections)
    for (const n of [0, 1])
      await ask(node, {
        method: 'POST', path: `/registries/model/collections/${name}/versions`, body: { source: `team/p/a:v${n}`, aliases: ['staging'] },
      });

  const moves: Requests = [0, 1].flatMap((n) =>
    collections.map((name) => ({
      method: 'PUT' as const, path: `/api/v1/registries/model/collections/${name}/aliases/staging`, body: JSON.stringify({ version: `v${n}` }),
    })),
  );
  const writes: Requests = [0, 1].flatMap((n) =>
    collections.map((name) => ({
      method: 'POST' as const, path: `/api/v1/bench/model/${name}/staging`, body: JSON.stringify({ version: `v${n}` }),
    })),
  );
  const resolves: Requests = collections.map((name) => ({
    method: 'GET' as const, path: `/api/v1/resolve?name=wandb-registry-model/${name}:staging`,
  }));
  const reads: Requests = collections.map((name) => ({ method: 'GET' as const, path: `/api/v1/bench/model/${name}/staging` }));

  return {
    figures: [
      {
        id: 'P2', what: 'alias commands over HTTP, 64 at once', goal: 0.6, good: 'at least', rounds: 3,
        over: { label: 'commands', unit: '/s', measure: () => rate(node, moves) },
        under: { label: 'no-op POST', unit: '/s', measure: () => rate(node, writes) },
      },
      {
        id: 'P3', what: 'resolve an alias over HTTP, 64 at once', goal: 0.8, good: 'at least', rounds: 3,
        over: { label: 'resolves', unit: '/s', measure: () => rate(node, resolves) },
        under: { label: 'no-op GET', unit: '/s', measure: () => rate(node, reads) },
      },
      {
        id: 'P10', what: 'resolve while 64 writers move aliases', goal: 5, good: 'at most', rounds: 5,
        over: { label: 'p99', unit: 'ms', measure: () => latencyBeside(node, moves) },
        under: { label: 'when idle', unit: 'ms', measure: () => latency(node) },
      },
    ],
    end: async () => {
      await node.end();
      remove(folder);
    },
  };
};

export const overHttp: Subject = { ids: ['P2', 'P3', 'P10'], begin };
