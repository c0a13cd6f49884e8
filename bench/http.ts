/** P2 and P3: commands and resolves over HTTP, against operations that do nothing; P10: resolves beside writers. */
import autocannon from 'autocannon';
import { remove, temporaryFolder } from './folders';
import { ask, headers, Node, startNode } from './node';
import { offer } from './offer';
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

/** What is sent to each collection in turn: alias moves, or what does nothing. */
type Writes = { readonly method: 'PUT' | 'POST'; readonly paths: ReadonlyArray<string>; readonly changes: boolean };

/** So many connections, each of which sends the next when it has its answer; how many were done in a second. */
const writing = (node: Node): ((writes: Writes, seconds: number) => Promise<number>) => {
  let first = 0;
  return async ({ method, paths, changes }, seconds) => {
    const { next, done, codes, changed } = await offer({ node, method, paths, versions: 2, connections: AT_ONCE, seconds, first });
    first = next;
    if (Object.keys(codes).length > 0) throw new Error(`not all were done: ${JSON.stringify(codes)}`);
    if (changes && changed.length < 0.95 * done.length) throw new Error(`of ${done.length} moves only ${changed.length} moved anything`);
    return done.length / seconds;
  };
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

/** The same while others write. */
const latencyBeside = async (node: Node, write: (seconds: number) => Promise<number>): Promise<number> => {
  const writes = write(SECONDS + 4);
  // Until they are at it.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const measured = await latency(node);
  await writes;
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

  const moves: Writes = {
    method: 'PUT', paths: collections.map((name) => `/api/v1/registries/model/collections/${name}/aliases/staging`), changes: true,
  };
  const nothing: Writes = {
    method: 'POST', paths: collections.map((name) => `/api/v1/bench/model/${name}/staging`), changes: false,
  };
  const write = writing(node);
  const resolves: Requests = collections.map((name) => ({
    method: 'GET' as const, path: `/api/v1/resolve?name=wandb-registry-model/${name}:staging`,
  }));
  const reads: Requests = collections.map((name) => ({ method: 'GET' as const, path: `/api/v1/bench/model/${name}/staging` }));

  return {
    figures: [
      {
        id: 'P2', what: 'alias commands over HTTP, 64 at once', goal: 0.6, good: 'at least', rounds: 3,
        over: { label: 'commands', unit: '/s', measure: () => write(moves, SECONDS) },
        under: { label: 'no-op POST', unit: '/s', measure: () => write(nothing, SECONDS) },
      },
      {
        id: 'P3', what: 'resolve an alias over HTTP, 64 at once', goal: 0.8, good: 'at least', rounds: 3,
        over: { label: 'resolves', unit: '/s', measure: () => rate(node, resolves) },
        under: { label: 'no-op GET', unit: '/s', measure: () => rate(node, reads) },
      },
      {
        id: 'P10', what: 'resolve while 64 writers move aliases', goal: 5, good: 'at most', rounds: 5,
        over: { label: 'p99', unit: 'ms', measure: () => latencyBeside(node, (seconds) => write(moves, seconds)) },
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
