/**
 * The store that the suites of several nodes run over: the stand-in in a process of its own or, where EVENTSTOREDB_URL
 * names one, a real one, of which each suite uses a part. EVENTSTOREDB_KILL and EVENTSTOREDB_START are commands of the
 * shell: the first kills -9 its node, or that which leads a cluster, the second starts it again.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runTypeScript } from './processes';
import { startTcpProxy, TcpProxy } from './tcp-proxy';
import { temporaryFolder } from './temporary-folder';

const { EVENTSTOREDB_URL: given, EVENTSTOREDB_KILL: killing, EVENTSTOREDB_START: starting } = process.env;

const shell = async (command: string): Promise<void> => {
  await promisify(execFile)('/bin/sh', ['-c', command], { timeout: 60_000 });
};

/** `esdb://` with what comes before the one host, it, and what comes after; no match for a cluster. */
const ONE_HOST = /^(esdb:\/\/(?:[^@/?]+@)?)([^:@/?,]+)(?::(\d+))?(\/?(?:\?.*)?)$/;
const oneHost = given === undefined ? undefined : ONE_HOST.exec(given);

/** Whether it goes on without one of its nodes. */
export const isCluster = given !== undefined && oneHost === null;
/** Whether there can be a proxy between it and its nodes: of a cluster every node has an address of its own. */
export const canBeProxied = !isCluster;
/** Whether it can be killed and started again. */
export const canBeKilled = given === undefined || (killing !== undefined && starting !== undefined);

export type StoreUnderTest = {
  readonly name: string;
  readonly url: string;
  /** A proxy to it, and what names the store behind that. */
  readonly behindProxy: () => Promise<{ readonly proxy: TcpProxy; readonly url: string }>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Starts it again, on what it has stored and at the address that it had. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export const storeUnderTest = async (): Promise<StoreUnderTest> => (given === undefined ? standIn() : realStore(given));

const standIn = async (): Promise<StoreUnderTest> => {
  const folder = temporaryFolder();
  const run = (...more: ReadonlyArray<string>) =>
    runTypeScript('support/eventstoredb-stand-in-process.ts', folder.path, ...more);
  let running = run();
  const port = Number(await running.line());
  const urlAt = (there: number): string => `esdb://127.0.0.1:${there}?tls=false`;
  return {
    name: 'the stand-in',
    url: urlAt(port),
    behindProxy: async () => {
      const proxy = await startTcpProxy(port);
      return { proxy, url: urlAt(proxy.port) };
    },
    kill: () => running.kill(),
    start: async () => {
      running = run(String(port));
      await running.line();
    },
    stop: async () => {
      await running.kill();
      folder.remove();
    },
  };
};

const realStore = async (url: string): Promise<StoreUnderTest> => ({
  name: isCluster ? 'a cluster of EventStoreDB' : 'EventStoreDB',
  url,
  behindProxy: async () => {
    const [, before = '', host = '', port = '2113', after = ''] = oneHost ?? [];
    if (oneHost == null) throw new Error('there is no proxy to a cluster');
    const proxy = await startTcpProxy(Number(port), host);
    return { proxy, url: `${before}${host}:${proxy.port}${after}` };
  },
  kill: () => shell(killing ?? 'exit 1'),
  start: () => shell(starting ?? 'exit 1'),
  stop: async () => undefined,
});
