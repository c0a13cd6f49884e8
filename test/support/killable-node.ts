/** A node in a process of its own that can be killed, and what it answers; 'killed' where it died before it answered. */
import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, Interface } from 'node:readline';
import { TemporaryFolder } from './temporary-folder';

/** Of `user:admin`. */
export const KEY = 'k'.repeat(40);

export type Node = {
  readonly address: string;
  readonly child: ChildProcess;
  readonly call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Called>;
};
export type Called = { readonly status: number; readonly body: Record<string, unknown> } | 'killed';

const nextLine = (lines: Interface): Promise<string> => new Promise((resolve) => lines.once('line', resolve));

/**
 * @param appends after how many it dies, from now on; 0 for never
 * @param url of an EventStoreDB; its own store unless given
 */
export const start = async (folder: TemporaryFolder, appends: number, url?: string): Promise<Node> => {
  const support = __dirname;
  const child = spawn(
    process.execPath,
    ['-r', join(support, 'typescript.js'), join(support, 'killable-process.ts'), folder.path, String(appends), ...(url === undefined ? [] : [url])],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  const address = await nextLine(lines);
  child.stdin.write('\n');
  await nextLine(lines);
  return {
    address,
    child,
    call: async (method, path, body, headers = {}) => {
      try {
        const answer = await fetch(`${address}/api/v1${path}`, {
          method,
          headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      } catch {
        return 'killed';
      }
    },
  };
};

export const stop = async ({ child }: Node): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
};

export const answered = (called: Called): { status: number; body: Record<string, unknown> } => {
  if (called === 'killed') throw new Error('the node was killed where it should not have been');
  return called;
};

