/** The `moniker` command, in a process of its own. */
import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ExitCode, Stop } from '../../src/cli/exit';
import { Terminal } from '../../src/cli/terminal';

const program = [join(__dirname, '../../src/cli/main.ts')];
const loader = ['-r', join(__dirname, 'typescript.js')];

export type Ended = {
  /** The exit code, or the signal. */
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  /** Without lines of progress: whether there are any depends on the machine. */
  readonly stderr: string;
};

const PROGRESS = /^\w[\w ]*: [\d,]+ events \(\d+ %\), [\d,]+ per second.*\n/gm;

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
    child.on('close', (code, signal) => resolve({ code: code ?? signal, stdout, stderr: stderr.replaceAll(PROGRESS, '') }));
  });

export const cli = (args: ReadonlyArray<string>, env: Environment = {}): Promise<Ended> => ended(startCli(args, env));

export type EndedHere = {
  readonly code?: ExitCode;
  readonly lines: ReadonlyArray<string>;
  /** With which code and message it stopped. */
  readonly refused?: readonly [code: ExitCode, message: string];
};

/** Runs a command in this process, which takes a fraction of the time. */
export const cliHere = async (env: Environment, run: (terminal: Terminal) => Promise<ExitCode>): Promise<EndedHere> => {
  const lines: Array<string> = [];
  Object.assign(process.env, env);
  try {
    const code = await run({
      write: async (chunk) => void lines.push(String(chunk)), line: async (text) => void lines.push(text), say: () => undefined,
      progress: () => ({ tick: () => undefined, end: () => undefined }), signal: new AbortController().signal,
    });
    return { code, lines };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { lines, refused: [error.exitCode, error.message] };
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
};
