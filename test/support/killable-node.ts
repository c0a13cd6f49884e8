/**
 * A node in a process of its own that can be killed, and what it answers; 'killed' where it died before it answered, or
 * was not waited for.
 */
import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, Interface } from 'node:readline';
import { TemporaryFolder } from './temporary-folder';

/** Of `user:admin`. */
export const KEY = 'k'.repeat(40);

export type Node = {
  readonly address: string;
  readonly child: ChildProcess;
  /** As `user:admin`, unless the headers say otherwise. Waits for the answer so many milliseconds; for ever unless given. */
  readonly call: (
    method: string, path: string, body?: unknown, headers?: Record<string, string>, patience?: number,
  ) => Promise<Called>;
  /** SIGSTOP, and SIGCONT. */
  readonly suspend: () => void;
  readonly resume: () => void;
  /** How often it was sent a signal here. */
  readonly signals: () => number;
};
export type Called = { readonly status: number; readonly body: Record<string, unknown> } | 'killed';

const nextLine = (lines: Interface): Promise<string> => new Promise((resolve) => lines.once('line', resolve));

/**
 * @param appends after how many it dies, from now on; 0 for never
 * @param store an EventStoreDB, and which part of it the node has; its own store unless given
 */
export const start = async (
  folder: TemporaryFolder, appends: number, store?: { readonly url: string; readonly part: string },
): Promise<Node> => {
  const support = __dirname;
  const child = spawn(
    process.execPath,
    [
      '-r', join(support, 'typescript.js'), join(support, 'killable-process.ts'), folder.path, String(appends),
      ...(store === undefined ? [] : [store.url, store.part]),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let signals = 0;
  const kill = child.kill.bind(child);
  child.kill = (signal) => {
    signals += 1;
    return kill(signal);
  };
  const lines = createInterface({ input: child.stdout });
  const address = await nextLine(lines);
  child.stdin.write('\n');
  await nextLine(lines);
  return {
    address,
    child,
    suspend: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    signals: () => signals,
    call: async (method, path, body, headers = {}, patience) => {
      try {
        const answer = await fetch(`${address}/api/v1${path}`, {
          method,
          headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...(patience === undefined ? {} : { signal: AbortSignal.timeout(patience) }),
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

