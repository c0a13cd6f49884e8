/**
 * `npm run bench:audit`: the audit of a long history, over HTTP and with the built `moniker` command: what as-of answers
 * cost at its beginning, middle and end, what verifying, exporting and importing it takes, and what tampering with the
 * stored events is found. AUDIT_MOVES says how many moves of an alias there are; 100,000 unless given.
 */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, DatabaseSyncInstance } from '@photostructure/sqlite';
import { isLeft, right } from 'fp-ts/Either';
import { v4 as uuid } from 'uuid';
import { createAggregates } from '../src/app/commands/aggregates';
import { CommandContext } from '../src/decider/execute';
import { artifactStream, collectionStream, registryStream } from '../src/domain/values/streams';
import { openEmbeddedStore } from '../src/event-store/embedded/embedded-store';
import { removeAll, sizeOf, temporaryFolder } from './folders';
import { ask, Node, startBuilt, times } from './node';
import { line, measure, median, perSecond } from './ratio';

const MOVES = Number(process.env['AUDIT_MOVES'] ?? 100_000);
const [REGISTRY, COLLECTION, VERSIONS] = ['audited', 'zoo', 10];
const STREAM = collectionStream(REGISTRY, COLLECTION);
const C = `/registries/${REGISTRY}/collections/${COLLECTION}`;
const ROOT = join(__dirname, '..');
const AT_ONCE = 64;
/** One move a second, the last of them an hour ago. */
const BEGIN = Math.floor(Date.now() / 1000) * 1000 - MOVES * 1000 - 3_600_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const shown = (value: number): string => Math.round(value).toLocaleString('en');

const must = (result: { readonly _tag: string; readonly left?: unknown }): void => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left));
};

/** Made by the commands themselves: each move is decided, recorded and chained on its own. */
const makeHistory = async (folder: string): Promise<void> => {
  const store = openEmbeddedStore({ folder });
  const { collection, registry, artifact } = createAggregates(
    store, { longestLane: 1_000, stateBytes: 2e9 }, { conflict: () => undefined, unknownOutcome: () => undefined },
  );
  const context = (command: string, at: number, reason?: string): CommandContext => {
    const commandId = uuid();
    return {
      commandId, command, by: 'service:ci', at: new Date(at).toISOString(), correlationId: commandId,
      ...(reason === undefined ? {} : { reason }),
    };
  };
  must(
    await registry.execute(
      registryStream(REGISTRY),
      () =>
        Promise.resolve(
          right({
            type: 'CreateRegistry', name: REGISTRY, description: '', acceptedTypes: 'any', visibility: 'organization',
            defaultRole: 'viewer', creator: 'user:admin', creatorRole: 'admin',
          }),
        ),
      context('CreateRegistry', BEGIN),
    ),
  );
  must(
    await registry.execute(
      registryStream(REGISTRY), () => Promise.resolve(right({ type: 'RegisterCollection', collection: COLLECTION, life: 1 })),
      context('RegisterCollection', BEGIN),
    ),
  );
  for (let version = 0; version < VERSIONS; version++) {
    must(
      await artifact.execute(
        artifactStream('team/p/net'),
        () =>
          Promise.resolve(
            right({
              type: 'LogArtifact', artifactType: 'model', digest: `sha256:${version}`, uri: null, sizeBytes: null, metadata: {},
              metrics: {}, run: null, aliases: [],
            }),
          ),
        context('LogArtifact', BEGIN),
      ),
    );
    must(
      await collection.execute(
        STREAM,
        () =>
          Promise.resolve(
            right({
              type: 'LinkArtifactVersion', registry: REGISTRY, name: COLLECTION, role: 'admin', teams: [], aliases: [],
              shelf: { acceptedTypes: 'any', protectedAliases: [] },
              source: { name: `team/p/net:v${version}`, digest: `sha256:${version}`, type: 'model', owner: 'team' },
            }),
          ),
        context('LinkArtifactVersion', BEGIN),
      ),
    );
  }
  const begun = Date.now();
  const rate = await perSecond(MOVES, AT_ONCE, async (index) => {
    const done = await collection.execute(
      STREAM,
      () => Promise.resolve(right({ type: 'AddAlias', alias: 'production', version: index % VERSIONS, role: 'admin' })),
      context('AddAlias', BEGIN + index * 1000, `release ${index}`),
    );
    must(done);
    if (!isLeft(done) && done.right.events.length !== 1) throw new Error('a move did not move');
  });
  await store.close();
  say(`history: ${shown(MOVES)} alias moves in ${((Date.now() - begun) / 1000).toFixed(1)} s, ${shown(rate)} per second`);
};

const latency = async (node: Node, path: () => string): Promise<number> =>
  median(await times(node, 300, () => ({ method: 'GET', path: path() })));

const compare = async (id: string, what: string, node: Node, over: () => string, under: () => string): Promise<void> =>
  say(
    line(
      await measure({
        id, what, rounds: 5, goal: 1.5, good: 'at most',
        over: { label: 'median', unit: 'ms', measure: () => latency(node, over) },
        under: { label: 'now', unit: 'ms', measure: () => latency(node, under) },
      }),
    ),
  );

/** Some instant within a hundredth of the history. */
const instantIn = (share: number) => (): string => new Date(BEGIN + Math.floor((share + Math.random() / 100) * MOVES * 1000)).toISOString();

const asOf = async (folder: string): Promise<void> => {
  const node = await startBuilt(folder);
  try {
    const name = `/resolve?name=${REGISTRY}/${COLLECTION}:production`;
    for (const [where, share] of [['beginning', 0], ['middle', 0.495], ['end', 0.99]] as const) {
      const at = instantIn(share);
      await compare('as-of', `resolve at the ${where}`, node, () => `${name}&at=${at()}`, () => name);
      await compare('as-of', `alias map at the ${where}`, node, () => `${C}/aliases?at=${at()}`, () => `${C}/aliases`);
    }
    const diff = (from: number, to: number) => (): string => `${C}/diff?from=${instantIn(from)()}&to=${instantIn(to)()}`;
    await compare('diff', 'from the beginning to the end, against two instants of the end', node, diff(0, 0.98), diff(0.96, 0.98));
    const first = `${C}/aliases/production/history?limit=50`;
    const deep = await cursorAt(node, 0.9);
    await compare('page', 'nine tenths down the history, against its first page', node, () => `${first}&cursor=${deep}`, () => first);
  } finally {
    await node.end();
  }
};

/** The cursor after a share of the alias's history. */
const cursorAt = async (node: Node, share: number): Promise<string> => {
  let cursor = '';
  for (let shownSoFar = 0; shownSoFar + 500 <= share * MOVES; shownSoFar += 500) {
    const path = `${C}/aliases/production/history?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`;
    ({ nextCursor: cursor } = JSON.parse((await ask(node, { method: 'GET', path })).text) as { nextCursor: string });
  }
  return cursor;
};

type Ran = { readonly code: number | null; readonly stdout: string; readonly seconds: number };

/** The built command, on a data folder; what it says beside its results is not shown. */
const moniker = (folder: string, ...args: ReadonlyArray<string>): Promise<Ran> => {
  const begun = Date.now();
  const child = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    env: { ...process.env, MONIKER_DATA_DIR: folder }, stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, seconds: (Date.now() - begun) / 1000 }));
  });
};

const python = (...args: ReadonlyArray<string>): Ran => {
  const begun = Date.now();
  const { status, stdout } = spawnSync('python3', [join(ROOT, 'docs/verify.py'), ...args], { encoding: 'utf8', maxBuffer: 1e9 });
  return { code: status, stdout, seconds: (Date.now() - begun) / 1000 };
};

const tell = (what: string, { code, stdout, seconds }: Ran): void =>
  say(`${what}: ${seconds.toFixed(1)} s, exit code ${code}: ${stdout.trim().split('\n').at(-1) ?? ''}`);

type Places = { readonly db: DatabaseSyncInstance; readonly position: () => number };
type Tampering = { readonly what: string; readonly change: (places: Places) => void; readonly heads?: boolean };

/** Changes one byte of a stored text or blob to another. */
const flip = (column: string): Tampering => ({
  what: `a byte of ${column} changed`,
  change: ({ db, position }) => {
    const at = position();
    const { value } = db.prepare(`SELECT CAST(${column} AS BLOB) AS value FROM events WHERE position = ?`).get(at) as { value: Uint8Array };
    const bytes = Buffer.from(value);
    const place = Math.floor(Math.random() * bytes.length);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(Math.random() * 7));
    const to = column === 'id' ? '?' : 'CAST(? AS TEXT)';
    db.prepare(`UPDATE events SET ${column} = ${to} WHERE position = ?`).run(bytes, at);
  },
});

const tamperings: ReadonlyArray<Tampering> = [
  ...['data', 'metadata', 'type', 'id'].flatMap((column) => Array.from({ length: 3 }, () => flip(column))),
  {
    what: 'an event taken out',
    change: ({ db, position }) => void db.prepare('DELETE FROM events WHERE position = ?').run(position()),
  },
  {
    what: 'an event taken out and the gap closed',
    change: ({ db, position }) => {
      const at = position();
      const { revision } = db.prepare('SELECT revision FROM events WHERE position = ?').get(at) as { revision: number };
      db.prepare('DELETE FROM events WHERE position = ?').run(at);
      const stream = '(SELECT id FROM streams WHERE name = ?)';
      for (const step of ['-revision - 1', '-revision - 2'])
        db.prepare(`UPDATE events SET revision = ${step} WHERE stream = ${stream} AND ${step.includes('1') ? 'revision > ?' : 'revision < ?'}`)
          .run(STREAM, step.includes('1') ? revision : -1);
      for (const step of ['-position', '-position - 1'])
        db.prepare(`UPDATE events SET position = ${step} WHERE ${step === '-position' ? 'position > ?' : 'position < ?'}`)
          .run(step === '-position' ? at : 0);
    },
  },
  {
    what: 'two events exchanged',
    change: ({ db, position }) => {
      const at = position();
      for (const [from, to] of [[at, -1], [at + 1, at], [-1, at + 1]] as const)
        db.prepare('UPDATE events SET position = ? WHERE position = ?').run(to, from);
      const { revision } = db.prepare('SELECT revision FROM events WHERE position = ?').get(at) as { revision: number };
      for (const [from, to] of [[at, -1], [at + 1, revision], [at, revision - 1]] as const)
        db.prepare('UPDATE events SET revision = ? WHERE position = ?').run(to, from);
    },
  },
  {
    what: 'an event put in again',
    change: ({ db, position }) =>
      void db
        .prepare(
          `INSERT INTO events (stream, revision, id, type, data, metadata) SELECT stream,
            (SELECT max(revision) + 1 FROM events WHERE stream = e.stream), id, type, data, metadata FROM events e WHERE position = ?`,
        )
        .run(position()),
  },
  {
    what: 'an event moved to another stream',
    change: ({ db, position }) =>
      void db
        .prepare(
          `UPDATE events SET stream = (SELECT id FROM streams WHERE name = ?),
            revision = (SELECT count(*) FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?)) WHERE position = ?`,
        )
        .run(registryStream(REGISTRY), registryStream(REGISTRY), position()),
  },
  {
    what: 'the newest event of the collection cut off, against heads', heads: true,
    change: ({ db }) =>
      void db
        .prepare(
          `DELETE FROM events WHERE position =
            (SELECT max(position) FROM events WHERE stream = (SELECT id FROM streams WHERE name = ?))`,
        )
        .run(STREAM),
  },
];

const tamper = async (folder: string, within: string, heads: string): Promise<void> => {
  for (const [index, { what, change, heads: against }] of tamperings.entries()) {
    const copy = join(within, `tampered-${index}`);
    mkdirSync(copy);
    copyFileSync(join(folder, 'events.db'), join(copy, 'events.db'));
    const db = new DatabaseSync(join(copy, 'events.db'));
    const { last } = db.prepare('SELECT max(position) AS last FROM events').get() as { last: number };
    // Among the moves, which are the last.
    const position = (): number => last - Math.floor(Math.random() * (MOVES - 2)) - 1;
    change({ db, position });
    db.close();
    const kept = against === true ? [heads] : [];
    const verified = await moniker(copy, 'verify', '--no-read-models', ...(against === true ? ['--heads', heads] : []));
    const exported = join(within, `tampered-${index}.ndjson`);
    await moniker(copy, 'export', '-o', exported);
    const checked = python(exported, ...kept);
    const imported = against === true ? undefined : await moniker(join(copy, 'imported'), 'import', exported);
    const unseen = [verified, checked, ...(imported === undefined ? [] : [imported])].filter(({ code }) => code !== 1);
    const [first = ''] = verified.stdout.split('\n');
    say(`${unseen.length === 0 ? 'found' : 'NOT FOUND'}  ${what}: ${first}`);
    if (unseen.length > 0) process.exitCode = 1;
  }
};

const main = async (): Promise<void> => {
  const within = temporaryFolder();
  const [folder, exported, heads] = [join(within, 'data'), join(within, 'export.ndjson'), join(within, 'heads')];
  await makeHistory(folder);
  await asOf(folder);
  const bytes = (file: string): string => shown(sizeOf(join(folder, file)) + sizeOf(join(folder, `${file}-wal`)));
  say(`events: ${bytes('events.db')} bytes; read models: ${bytes('read-models.db')} bytes`);
  tell('moniker verify, read models left out', await moniker(folder, 'verify', '--no-read-models'));
  tell('moniker verify', await moniker(folder, 'verify'));
  tell('moniker replay', await moniker(folder, 'replay', `${REGISTRY}/${COLLECTION}:production`));
  tell('moniker export', await moniker(folder, 'export', '-o', exported));
  writeFileSync(heads, (await moniker(folder, 'heads')).stdout);
  tell('verify.py', python(exported, heads));
  tell('moniker import', await moniker(join(within, 'imported'), 'import', exported));
  tell('moniker rebuild', await moniker(folder, 'rebuild'));
  await tamper(folder, within, heads);
};

const ended = (status: number) => (): void => {
  removeAll();
  process.exit(status);
};
process.once('SIGINT', ended(130)).once('SIGTERM', ended(143));

void main()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(removeAll);
