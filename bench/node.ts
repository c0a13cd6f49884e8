/** A node in a process of its own, and what asks it. */
import { spawn, spawnSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { KEY } from './server-process';

export const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

export type Node = {
  readonly address: string;
  readonly pid: number;
  /** Resolves when it is gone. */
  readonly end: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>;
};

export const TYPESCRIPT = join(__dirname, '..', 'test', 'support', 'typescript.js');
const BUILT = join(__dirname, '..', 'dist', 'cli', 'main.js');

const started = async (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): Promise<Node> => {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [found] = /http:\S+/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    void gone.then(() => reject(new Error('the node did not start')));
  });
  return {
    address,
    pid: child.pid ?? 0,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await gone;
      process.off('exit', kill);
    },
  };
};

/** With the operations that do nothing. */
export const startNode = (folder: string): Promise<Node> =>
  started(['-r', TYPESCRIPT, join(__dirname, 'server-process.ts'), folder], process.env);

const settings = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env, HOST: '127.0.0.1', PORT: '0', MONIKER_DATA_DIR: folder, MONIKER_ADMIN_KEY: KEY, MONIKER_LOG: 'error',
  MONIKER_ORGANIZATION: 'bench',
});

/** As it is built, and as a user starts it; ready when this resolves. */
export const startBuilt = (folder: string): Promise<Node> => started([BUILT, 'serve'], settings(folder));

/** What the built command says of the data folder of a node that is stopped. */
export const verifyBuilt = (folder: string): { readonly whole: boolean; readonly said: string } => {
  const { status, stdout } = spawnSync(process.execPath, [BUILT, 'verify'], { env: settings(folder), encoding: 'utf8' });
  return { whole: status === 0, said: stdout.trim() };
};

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

export type Asked = { readonly method: string; readonly path: string; readonly body?: unknown };

/** Milliseconds until the whole answer is there, with what it says. @throws for a refusal */
export const ask = (node: Node, { method, path, body }: Asked): Promise<{ readonly milliseconds: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const begun = process.hrtime.bigint();
    const sent = request(`${node.address}/api/v1${path}`, { method, headers, agent }, (answer) => {
      const parts: Array<Buffer> = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const milliseconds = Number(process.hrtime.bigint() - begun) / 1e6;
        const text = Buffer.concat(parts).toString();
        if ((answer.statusCode ?? 500) >= 400) reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        else resolve({ milliseconds, text });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** Milliseconds of each of so many requests, one after the other. */
export const times = async (node: Node, count: number, next: (index: number) => Asked): Promise<ReadonlyArray<number>> => {
  const all: Array<number> = [];
  for (let index = 0; index < count; index++) all.push((await ask(node, next(index))).milliseconds);
  return all;
};
