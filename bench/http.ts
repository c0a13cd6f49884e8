/** P2 and P3: commands and resolves over HTTP, against operations that do nothing. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { remove, temporaryFolder } from './folders';
import { KEY } from './server-process';
import { Subject } from './subject';

const SECONDS = 4;
const AT_ONCE = 64;
const COLLECTIONS = 200;

export const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

export type Node = { readonly address: string; readonly end: () => Promise<void> };

export const startNode = async (folder: string): Promise<Node> => {
  const child = spawn(
    process.execPath,
    ['-r', join(__dirname, '..', 'test', 'support', 'typescript.js'), join(__dirname, 'server-process.ts'), folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => reject(new Error('the node did not start')));
  });
  return {
    address,
    end: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
};

export const call = async (node: Node, method: string, path: string, body?: unknown): Promise<void> => {
  const answered = await fetch(`${node.address}/api/v1${path}`, {
    method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answered.arrayBuffer();
  if (!answered.ok) throw new Error(`${method} ${path}: ${answered.status}`);
};

type Requests = NonNullable<autocannon.Options['requests']>;

const rate = async (node: Node, requests: Requests): Promise<number> => {
  const result = await autocannon({ url: node.address, connections: AT_ONCE, duration: SECONDS, headers, requests });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refusals and ${result.errors} errors`);
  return result.requests.average;
};

const collections = Array.from({ length: COLLECTIONS }, (_, index) => `c${index}`);

const begin: Subject['begin'] = async () => {
  const folder = temporaryFolder();
  const node = await startNode(folder);
  await call(node, 'POST', '/teams', { name: 'team' });
  for (const n of [0, 1]) await call(node, 'POST', '/artifacts', { name: 'team/p/a', type: 'model', digest: `sha256:${n}` });
  for (const name of collections)
    for (const n of [0, 1])
      await call(node, 'POST', `/registries/model/collections/${name}/versions`, { source: `team/p/a:v${n}`, aliases: ['staging'] });

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
    ],
    end: async () => {
      await node.end();
      remove(folder);
    },
  };
};

export const overHttp: Subject = { ids: ['P2', 'P3'], begin };
