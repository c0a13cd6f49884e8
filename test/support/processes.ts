import { ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';

export type TypeScriptProcess = {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  /** All that it has printed. */
  readonly output: () => string;
  /** Waits for it to print a whole line, and tells all that it has printed. Throws when it ends before. */
  readonly line: () => Promise<string>;
  /** SIGKILL; waits for its end. */
  readonly kill: () => Promise<void>;
};

/** Runs a file of the test folder in a process of its own. */
export const runTypeScript = (file: string, ...args: ReadonlyArray<string>): TypeScriptProcess => {
  const child = spawn(
    process.execPath,
    ['-r', join(__dirname, 'typescript.js'), join(__dirname, '..', file), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const closed = once(child, 'close');
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    child,
    output: () => output,
    line: async () => {
      while (!output.includes('\n')) {
        const ended = await Promise.race([closed.then(() => true), once(child.stdout, 'data').then(() => false)]);
        if (ended && !output.includes('\n')) throw new Error(`${file} ended without a line`);
      }
      return output;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
};
