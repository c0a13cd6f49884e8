/**
 * `npm run soak -- --minutes 10`: mixed traffic on one node that is killed, stopped, started and made to build its read
 * models anew meanwhile. Ends with `moniker verify` and tables of what happened; with 1 where the store is not whole, a
 * node answered 500, or an alias is not where it was last said to be.
 */
import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { v4 as uuid } from 'uuid';
import { removeAll, sizeOf, temporaryFolder } from './folders';
import { chance } from './log';
import { Asked, headers, Node, startBuilt, verifyBuilt } from './node';
import { percentile } from './ratio';

const REGISTRY = 'model';
const COLLECTIONS = 12;
const SOURCES = 200;
const FILES = ['events.db', 'events.db-wal', 'read-models.db', 'read-models.db-wal'];

type Options = { readonly minutes: number; readonly seed: number; readonly clients: number };
type Answered = { readonly status: number; readonly body: string };

const within = (collection: string): string => `/registries/${REGISTRY}/collections/${collection}`;
const collectionAt = (index: number): string => `soak-${index}`;

const soak = async ({ minutes, seed, clients }: Options): Promise<boolean> => {
  const folder = temporaryFolder();
  const random = chance(seed);
  const upTo = (count: number): number => Math.floor(random() * count);
  const ends = Date.now() + minutes * 60_000;
  const isOver = (): boolean => Date.now() >= ends;
  let node: Node | undefined = await startBuilt(folder);
  let followed = 0;
  const restarts = { 'kill -9': 0, 'SIGTERM': 0, 'read models made anew': 0 };
  const milliseconds = new Map<string, Array<number>>();
  const errors = new Map<string, number>();
  const note = (error: string): void => void errors.set(error, (errors.get(error) ?? 0) + 1);

  const send = ({ method, path, body }: Asked, more: Readonly<Record<string, string>> = {}): Promise<Answered> =>
    new Promise((resolve, reject) => {
      if (node === undefined) return reject(new Error('no node'));
      const sent = request(`${node.address}/api/v1${path}`, { method, headers: { ...headers, ...more } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('error', reject).on('end', () =>
          answer.complete ? resolve({ status: answer.statusCode ?? 0, body: text }) : reject(new Error('cut off')),
        );
      });
      sent.on('error', reject).setTimeout(60_000, () => sent.destroy(new Error('no answer in 60 s')));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });

  /** The answer, or undefined where none came; commands are sent again with their key until one does. */
  const ask = async (name: string, asked: Asked): Promise<Answered | undefined> => {
    const key: Record<string, string> = asked.method === 'GET' ? {} : { 'idempotency-key': uuid() };
    for (;;) {
      if (node === undefined) {
        await pause(100);
        continue;
      }
      const begun = process.hrtime.bigint();
      try {
        const answered = await send(asked, key);
        const times = milliseconds.get(name) ?? [];
        milliseconds.set(name, times);
        times.push(Number(process.hrtime.bigint() - begun) / 1e6);
        if (answered.status < 400) return answered;
        const { code } = JSON.parse(answered.body) as { code: string };
        note(`${answered.status} ${code}`);
        const isOpen = answered.status === 503 || code === 'request_in_progress';
        if (!isOpen || asked.method === 'GET') return answered;
      } catch (error) {
        note(error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.message : 'unknown');
        if (asked.method === 'GET') return undefined;
      }
      await pause(100);
    }
  };

  const done = async (asked: Asked): Promise<void> => {
    const answered = await ask('begin', asked);
    if (answered === undefined || answered.status >= 400) throw new Error(`${asked.path}: ${answered?.body}`);
  };
  await done({ method: 'POST', path: '/teams', body: { name: 'team' } });
  for (let index = 0; index < SOURCES; index++)
    await done({
      method: 'POST', path: '/artifacts',
      body: { name: `team/p/a${index % 20}`, type: 'model', digest: `sha256:${index}`, metrics: { loss: random() } },
    });
  for (let index = 0; index < COLLECTIONS; index++)
    for (let version = 0; version < 4; version++)
      await done({ method: 'POST', path: `${within(collectionAt(index))}/versions`, body: { source: `team/p/a${version}:v${index % 10}` } });

  /** The alias that only this client moves, and where it was last said to be. */
  const own = Array.from({ length: clients }, () => null as string | null);

  const operations: ReadonlyArray<readonly [name: string, weight: number, run: (client: number) => Promise<unknown>]> = [
    ['log', 4, () => ask('log', { method: 'POST', path: '/artifacts', body: { name: `team/p/a${upTo(20)}`, type: 'model', digest: uuid() } })],
    ['link', 8, () =>
      ask('link', {
        method: 'POST', path: `${within(collectionAt(upTo(COLLECTIONS)))}/versions`,
        body: { source: `team/p/a${upTo(20)}:v${upTo(10)}`, aliases: random() < 0.5 ? ['staging'] : [] },
      })],
    ['set alias', 16, async (client) => {
      const version = `v${upTo(4)}`;
      const answered = await ask('set alias', {
        method: 'PUT', path: `${within(collectionAt(0))}/aliases/client-${client}`, body: { version, reason: 'soak' },
      });
      if (answered !== undefined && answered.status < 400) own[client] = version;
    }],
    ['alias changes', 4, () =>
      ask('alias changes', {
        method: 'POST', path: `${within(collectionAt(1 + upTo(COLLECTIONS - 1)))}/alias-changes`,
        body: { changes: [{ alias: 'production', version: `v${upTo(4)}` }, { alias: 'canary', version: `v${upTo(4)}` }] },
      })],
    ['roll back', 4, () => ask('roll back', { method: 'POST', path: `${within(collectionAt(1 + upTo(COLLECTIONS - 1)))}/aliases/production/rollback` })],
    ['unlink', 2, () => ask('unlink', { method: 'DELETE', path: `${within(collectionAt(1 + upTo(COLLECTIONS - 1)))}/versions/v${4 + upTo(40)}` })],
    ['tag', 2, () => ask('tag', { method: 'PUT', path: `${within(collectionAt(upTo(COLLECTIONS)))}/versions/v${upTo(4)}/tags/checked` })],
    ['protect', 1, () => ask('protect', { method: random() < 0.5 ? 'PUT' : 'DELETE', path: `/registries/${REGISTRY}/protected-aliases/gold` })],
    ['resolve', 20, () => ask('resolve', { method: 'GET', path: `/resolve?name=wandb-registry-${REGISTRY}/${collectionAt(upTo(COLLECTIONS))}:latest` })],
    ['resolve at', 8, () =>
      ask('resolve at', {
        method: 'GET',
        path: `/resolve?name=wandb-registry-${REGISTRY}/${collectionAt(upTo(COLLECTIONS))}:latest&at=${new Date(Date.now() - upTo(60_000)).toISOString()}`,
      })],
    ['versions', 6, () => ask('versions', { method: 'GET', path: `${within(collectionAt(upTo(COLLECTIONS)))}/versions` })],
    ['search', 4, () => ask('search', { method: 'GET', path: '/collections?name=soak-1' })],
    ['history', 4, () => ask('history', { method: 'GET', path: `${within(collectionAt(upTo(COLLECTIONS)))}/history` })],
    ['audit', 2, () => ask('audit', { method: 'GET', path: '/audit?type=AliasMoved&limit=100' })],
    ['diff', 2, () =>
      ask('diff', { method: 'GET', path: `/registries/${REGISTRY}/diff?from=${new Date(Date.now() - 30_000).toISOString()}&to=${new Date().toISOString()}` })],
    ['metrics', 2, () => ask('metrics', { method: 'GET', path: `${within(collectionAt(upTo(COLLECTIONS)))}/metrics` })],
    ['export', 1, () => ask('export', { method: 'GET', path: `${within(collectionAt(upTo(COLLECTIONS)))}/events` })],
    ['verification', 1, () => ask('verification', { method: 'GET', path: `${within(collectionAt(upTo(COLLECTIONS)))}/verification` })],
  ];
  const drawn = operations.flatMap(([, weight, run]) => Array.from({ length: weight }, () => run));

  const client = async (index: number): Promise<void> => {
    while (!isOver()) {
      await drawn[upTo(drawn.length)]?.(index);
      await pause(upTo(20));
    }
  };

  /** Follows every change, and comes back where it was. */
  const follower = async (): Promise<void> => {
    let last: string | undefined;
    while (!isOver()) {
      await new Promise<void>((resolve) => {
        if (node === undefined) return resolve();
        const more = last === undefined ? {} : { 'last-event-id': last };
        const sent = request(`${node.address}/api/v1/stream`, { headers: { ...headers, ...more } }, (answer) => {
          answer.setEncoding('utf8').on('data', (part: string) => {
            for (const [, id] of part.matchAll(/^id: (.+)$/gm)) last = id;
            followed += part.split('\ndata: ').length - 1;
          });
          answer.on('error', () => resolve()).on('close', () => resolve());
        });
        const timer = setInterval(() => isOver() && sent.destroy(), 200);
        sent.on('error', () => resolve()).on('close', () => clearInterval(timer));
        sent.end();
      });
      await pause(200);
    }
  };

  const disturb = async (): Promise<void> => {
    const every = Math.max(15_000, (minutes * 60_000) / 12);
    for (let turn = 0; ; turn++) {
      await pause(Math.min(every, Math.max(0, ends - Date.now())));
      if (isOver()) return;
      const signal = turn % 2 === 0 ? 'SIGKILL' : 'SIGTERM';
      const ended = node;
      node = undefined;
      await ended?.end(signal);
      restarts[signal === 'SIGKILL' ? 'kill -9' : 'SIGTERM'] += 1;
      if (turn % 3 === 2) {
        restarts['read models made anew'] += 1;
        for (const name of FILES.slice(2)) rmSync(join(folder, name), { force: true });
      }
      node = await startBuilt(folder);
    }
  };

  type Sample = { readonly memory: number; readonly delay: number; readonly files: ReadonlyArray<number> };
  const samples: Array<Sample> = [];
  const sample = async (): Promise<void> => {
    while (!isOver()) {
      await pause(Math.min(2_000, minutes * 1_000));
      const said = node && (await fetch(`${node.address}/metrics`).then((answer) => answer.text(), () => undefined));
      const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(said ?? '')?.[1] ?? NaN);
      if (said === undefined) continue;
      samples.push({
        memory: value('process_resident_memory_bytes'), delay: value('nodejs_eventloop_lag_p99_seconds') * 1000,
        files: FILES.map((name) => sizeOf(join(folder, name))),
      });
    }
  };

  await Promise.all([...own.keys()].map(client).concat(follower(), disturb(), sample()));

  const misplaced: Array<string> = [];
  for (const [index, version] of own.entries()) {
    if (version === null) continue;
    const answered = await ask('resolve', { method: 'GET', path: `/resolve?name=wandb-registry-${REGISTRY}/${collectionAt(0)}:client-${index}` });
    const found = answered && (JSON.parse(answered.body) as { version?: string }).version;
    if (found !== version) misplaced.push(`client-${index} is at ${found} and was said to be at ${version}`);
  }
  await node.end();
  const verified = verifyBuilt(folder);

  const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string | number>>): void => {
    const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => String(row[column]).length)));
    const shown = (row: ReadonlyArray<string | number>): string =>
      row.map((cell, column) => (column === 0 ? String(cell).padEnd(widths[0] ?? 0) : String(cell).padStart(widths[column] ?? 0))).join('  ');
    process.stdout.write(`${[head, ...rows].map(shown).join('\n')}\n\n`);
  };
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  const [first, last] = [samples[0], samples.at(-1)];
  table(
    ['operation', 'answers', 'p50 ms', 'p99 ms'],
    operations.map(([name]) => {
      const times = milliseconds.get(name) ?? [];
      return [name, times.length, percentile(times, 0.5).toFixed(1), percentile(times, 0.99).toFixed(1)];
    }),
  );
  table(['refusals and errors', 'times'], [...errors].sort(([, a], [, b]) => b - a));
  table(['what happened to the node', 'times'], [...Object.entries(restarts), ['changes followed', followed]]);
  table(
    ['', 'at first', 'at last', 'most'],
    [
      ['memory, MiB', ...[first?.memory, last?.memory, Math.max(...samples.map(({ memory }) => memory))].map((bytes) => mebibytes(bytes ?? NaN))],
      ['event-loop delay p99, ms', ...[first?.delay, last?.delay, Math.max(...samples.map(({ delay }) => delay))].map((each) => (each ?? NaN).toFixed(1))],
      ...FILES.map((name, index) => [
        `${name}, MiB`,
        ...[first, last].map((each) => mebibytes(each?.files[index] ?? NaN)),
        mebibytes(Math.max(...samples.map(({ files }) => files[index] ?? 0))),
      ]),
    ],
  );
  process.stdout.write(`${[...misplaced, verified.said].join('\n')}\n`);
  return verified.whole && misplaced.length === 0 && ![...errors.keys()].some((error) => error.startsWith('500'));
};

const above = (least: number) => (text: string): number => {
  const value = Number(text);
  if (!(value >= least)) throw new InvalidArgumentError(`must be a number from ${least}`);
  return value;
};

void new Command('soak')
  .option('--minutes <number>', 'how long', above(0.1), 10)
  .option('--clients <number>', 'how many ask at once', above(1), 8)
  .option('--seed <number>', 'of what they ask', above(0), 1)
  .action(async (options: Options) => {
    process.exitCode = (await soak(options)) ? 0 : 1;
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    removeAll();
    // A node whose subject could not begin is not waited for.
    process.exit();
  });
