/**
 * LOAD: as many commands as the node can do, twice and five times as many, for a while; beside them somebody who asks
 * queries, and readers of a long export who hardly read.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { remove, temporaryFolder } from './folders';
import { REGISTRY, writeLog } from './log';
import { ask, headers, Node, startBuilt } from './node';
import { offer } from './offer';
import type { Offered } from './offer-process';
import { Figure, percentile } from './ratio';
import { Begun, SCALE, Subject } from './subject';

const COLLECTIONS = 100;
const VERSIONS = 16;
const TIMES = [1, 2, 5] as const;
const SECONDS = Math.max(3, Math.round(20 * SCALE));
/** As many as keep the node busy, and none is refused. */
const AT_CAPACITY = 256;
/** More than the node has in work at once, so that they can offer it too much. */
const CONNECTIONS = 2_000;
const SLOW_READERS = 20;
/** What each of them reads in a second, in bytes. */
const SLOWLY = 1024;
/** How often the alias moved in the collection that is exported: more than the sockets of all readers hold. */
const MOVES = Math.max(5_000, Math.round(40_000 * SCALE));

const names = Array.from({ length: COLLECTIONS }, (_, index) => `c${index}`);
const paths = names.map((name) => `/api/v1/registries/${REGISTRY}/collections/${name}/aliases/staging`);

/** In MiB. */
const memoryOf = ({ pid }: Node): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;

/** Milliseconds, the 99th of a hundred since it was asked last. */
const delayOf = async ({ address }: Node): Promise<number> => {
  const said = await (await fetch(`${address}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(said)?.[1] ?? NaN) * 1000;
};

type Phase = {
  readonly label: string;
  readonly seconds: number;
  readonly perSecond: number;
  readonly offered: Offered;
  /** Milliseconds of queries that were asked one after the other meanwhile. */
  readonly queries: ReadonlyArray<number>;
  readonly queriesRefused: number;
  /** Sampled each half second: of the node, in MiB, and milliseconds. */
  readonly memory: ReadonlyArray<number>;
  readonly delays: ReadonlyArray<number>;
};

/** A phase of load, between two of all that the node can do. */
type Load = { readonly before: Phase; readonly during: Phase; readonly after: Phase };

const CAPACITY = `${AT_CAPACITY} at once`;

/** Commands done in a second. */
const doneIn = ({ offered, seconds }: Pick<Phase, 'offered' | 'seconds'>): number => offered.done.length / seconds;

/** Does the work at once and again until the other is over. */
const meanwhile = async <A>(other: Promise<A>, every: number, work: () => Promise<void>): Promise<A> => {
  let over = false;
  const working = (async () => {
    for (; !over; await pause(every)) await work();
  })();
  try {
    return await other;
  } finally {
    over = true;
    await working;
  }
};

const phase = async (node: Node, label: string, seconds: number, first: number, perSecond?: number): Promise<Phase> => {
  const [queries, memory, delays]: Array<Array<number>> = [[], [], []];
  let queriesRefused = 0;
  const path = `/resolve?name=${REGISTRY}/c0:latest`;
  const offering = offer({
    node, method: 'PUT', paths, versions: VERSIONS, first, seconds,
    connections: perSecond === undefined ? AT_CAPACITY : CONNECTIONS, ...(perSecond === undefined ? {} : { perSecond }),
  });
  const asked = meanwhile(offering, 50, async () => {
    await ask(node, { method: 'GET', path }).then(({ milliseconds }) => queries?.push(milliseconds), () => void (queriesRefused += 1));
  });
  const offered = await meanwhile(asked, 500, async () => {
    memory?.push(memoryOf(node));
    delays?.push(await delayOf(node));
  });
  return {
    label, seconds, offered, queriesRefused, perSecond: perSecond ?? (offered.next - first) / seconds,
    queries: queries ?? [], memory: memory ?? [], delays: delays ?? [],
  };
};

/** Who asks for an export and reads a little of it each second; answers what ends them. */
const slowReaders = (node: Node): (() => void) => {
  const ends = Array.from({ length: SLOW_READERS }, () => {
    let timer: NodeJS.Timeout | undefined;
    const reader = request(`${node.address}/api/v1/registries/${REGISTRY}/collections/long/events`, { headers }, (answer) => {
      answer.once('readable', () => undefined).on('error', () => undefined);
      timer = setInterval(() => void answer.read(SLOWLY), 1_000);
    });
    reader.on('error', () => undefined).end();
    return () => {
      clearInterval(timer);
      reader.destroy();
    };
  });
  return () => ends.forEach((end) => end());
};

const whole = (value: number): string => (Number.isNaN(value) ? '-' : Math.round(value).toLocaleString('en'));

const row = ({ label, seconds, perSecond, offered, queries, queriesRefused, memory, delays }: Phase): ReadonlyArray<string> => [
  label, whole(perSecond), whole(doneIn({ offered, seconds })),
  ...[0.5, 0.99, 1].map((part) => whole(percentile(offered.done, part))), whole(percentile(offered.refused, 0.99)),
  whole(percentile(queries, 0.99)), whole(queriesRefused), whole(Math.max(...delays)), whole(Math.max(...memory)), whole(memory.at(-1) ?? NaN),
  whole(offered.ownDelay), whole(offered.notSent),
  Object.entries(offered.codes).map(([code, count]) => `${code}: ${whole(count)}`).join(', ') || '-',
];

const HEAD = [
  '', 'offered/s', 'done/s', 'p50 ms', 'p99 ms', 'max ms', 'shed p99', 'query p99', 'shed', 'delay p99', 'MiB most', 'at last',
  'own delay', 'not sent', 'refused',
];

const show = (phases: ReadonlyArray<Phase>): void => {
  for (const cells of [HEAD, ...phases.map(row)])
    process.stdout.write(`${cells.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(10))).join('')}\n`);
};

/** How many of the commands with these numbers are in the log: each gives its number as reason. */
const recorded = (folder: string, numbers: Iterable<number>): number => {
  const wanted = new Set(numbers);
  const db = new DatabaseSync(join(folder, 'events.db'), { readOnly: true });
  let found = 0;
  for (const { reason } of db.prepare("SELECT metadata ->> '$.reason' AS reason FROM events").iterate() as Iterable<{ reason: string | null }>)
    if (reason !== null && wanted.has(Number(reason))) found += 1;
  db.close();
  return found;
};

const begin = async (): Promise<Begun> => {
  const folder = temporaryFolder();
  writeLog(folder, {
    seed: 8, collections: [...names.map((name) => ({ name, versions: VERSIONS })), { name: 'long', versions: 2, moves: MOVES }],
  });
  const node = await startBuilt(folder);
  const phases: Array<Phase> = [];
  const run = async (label: string, seconds: number, perSecond?: number): Promise<Phase> => {
    const done = await phase(node, label, seconds, phases.at(-1)?.offered.next ?? 1, perSecond);
    phases.push(done);
    return done;
  };
  const atCapacity = (label: string): Promise<Phase> => run(label, SECONDS / 4);
  await run('warming up', SECONDS);
  const endSlow = slowReaders(node);
  const loads: Array<Load> = [];
  let before = await atCapacity(CAPACITY);
  for (const times of TIMES) {
    const during = await run(`${times} × capacity`, SECONDS, times * doneIn(before));
    const after = await atCapacity(CAPACITY);
    loads.push({ before, during, after });
    before = after;
  }
  endSlow();
  await pause(2_000);
  const memoryAfter = memoryOf(node);
  await node.end();
  show(phases);
  const refused = phases.flatMap(({ offered }) => offered.refusedNumbers);
  const changed = phases.flatMap((each) => each.offered.changed);
  const found = recorded(folder, refused);
  process.stdout.write(
    `refused ${whole(refused.length)}, of which ${found} are in the log; without Retry-After ` +
      `${phases.reduce((sum, { offered }) => sum + offered.withoutRetryAfter, 0)}; changed ${whole(changed.length)}, ` +
      `of which ${whole(recorded(folder, changed))} are in the log\n`,
  );
  const id = 'LOAD';
  const figures = loads.flatMap(({ before: { memory: memoryBefore, ...capacity }, during, after }): ReadonlyArray<Figure> => [
    {
      id, what: `commands done while ${during.label} is offered`, rounds: 1,
      over: { label: 'done', unit: '/s', measure: async () => doneIn(during) },
      under: { label: CAPACITY, unit: '/s', measure: async () => doneIn(capacity) },
    },
    {
      id, what: `what they waited for their answers, ${during.label}`, rounds: 1,
      over: { label: 'p99', unit: 'ms', measure: async () => percentile(during.offered.done, 0.99) },
    },
    {
      id, what: `commands done right after ${during.label}`, rounds: 1,
      over: { label: 'after', unit: '/s', measure: async () => doneIn(after) },
      under: { label: 'before', unit: '/s', measure: async () => doneIn(capacity) },
    },
    {
      id, what: `memory, ${during.label}`, rounds: 1,
      over: { label: 'most', unit: 'MiB', measure: async () => Math.max(...during.memory) },
      under: { label: 'before', unit: 'MiB', measure: async () => Math.max(...memoryBefore) },
    },
  ]);
  return {
    figures: [
      ...figures,
      { id, what: 'memory afterwards', rounds: 1, over: { label: 'after', unit: 'MiB', measure: async () => memoryAfter } },
      { id, what: 'refused commands that are in the log', rounds: 1, over: { label: 'found', unit: '', measure: async () => found } },
    ],
    end: async () => {
      await node.end();
      remove(folder);
    },
  };
};

export const load: Subject = { ids: ['LOAD'], begin };
