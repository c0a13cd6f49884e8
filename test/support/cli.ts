/** The `moniker` command, in a process of its own. */
import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';

const program = [join(__dirname, '../../src/cli/main.ts')];
const loader = ['-r', join(__dirname, 'typescript.js')];

export type Ended = {
  /** The exit code, or the signal. */
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

type Environment = Readonly<Record<string, string>>;

/** Starts the command with this environment only (and the path). */
export const startCli = (args: ReadonlyArray<string>, env: Environment): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [...loader, ...program, ...args], { env: { PATH: process.env['PATH'], ...env } });

/** Until it has ended, and all it wrote was read. */
export const ended = (child: ChildProcessWithoutNullStreams): Promise<Ended> =>
  new Promise((resolve) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('close', (code, signal) => resolve({ code: code ?? signal, stdout, stderr }));
  });

export const cli = (args: ReadonlyArray<string>, env: Environment = {}): Promise<Ended> => ended(startCli(args, env));
