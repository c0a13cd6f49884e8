/** Each rule of who may import whom is shown a violation of it, and what is allowed passes. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** The import that breaks a rule: rule, importing file, what it imports. */
const refused: ReadonlyArray<readonly [rule: string, from: string, to: string]> = [
  ['no-cycles', 'src/domain/values/a.ts', 'src/domain/values/b.ts'],
  ['resolvable', 'src/app/lost.ts', './nowhere'],
  ['declared-packages', 'src/app/measure.ts', 'fast-check'],
  ['every-file-has-a-folder', 'src/utils/x.ts', 'fp-ts/Either'],
  ['every-file-has-a-folder', 'src/main.ts', 'fp-ts/Either'],
  ['src-knows-no-tests', 'src/app/fixture.ts', 'test/support/x.ts'],
  ['src-knows-no-tests', 'src/cli/bench.ts', 'bench/x.ts'],
  ['domain-is-pure', 'src/domain/collection/decide.ts', 'node:crypto'],
  ['domain-is-pure', 'src/domain/collection/evolve.ts', 'lru-cache'],
  ['domain-is-pure', 'src/domain/registry/index.ts', 'src/event-store/port.ts'],
  ['domain-is-pure', 'src/domain/loose.ts', 'src/app/config.ts'],
  ['aggregates-stand-alone', 'src/domain/registry/decide.ts', 'src/domain/collection/events.ts'],
  ['aggregates-stand-alone', 'src/domain/values/names.ts', 'src/domain/collection/events.ts'],
  ['decider-knows-the-port', 'src/decider/execute.ts', 'src/event-store/embedded/store.ts'],
  ['decider-knows-the-port', 'src/decider/cache.ts', 'src/domain/collection/events.ts'],
  ['port-knows-no-store', 'src/event-store/open.ts', 'src/event-store/embedded/store.ts'],
  ['history-knows-the-port', 'src/event-store/history/upcast.ts', 'src/domain/collection/events.ts'],
  ['history-knows-the-port', 'src/event-store/history/read.ts', 'node:fs'],
  ['embedded-knows-sqlite', 'src/event-store/embedded/switch.ts', 'src/event-store/eventstoredb/store.ts'],
  ['eventstoredb-knows-the-client', 'src/event-store/eventstoredb/open.ts', 'src/event-store/embedded/store.ts'],
  ['client-in-one-folder', 'src/app/connect.ts', '@eventstore/db-client'],
  ['sqlite-in-two-folders', 'src/app/database.ts', '@photostructure/sqlite'],
  ['read-models-know-events', 'src/projections/audit/project.ts', 'src/projections/registries/tables.ts'],
  ['read-models-know-events', 'src/projections/audit/rules.ts', 'src/domain/collection/decide.ts'],
  ['read-models-know-events', 'src/projections/audit/feed.ts', 'src/event-store/port.ts'],
  ['projections-share-little', 'src/projections/read-model.ts', 'src/projections/audit/queries.ts'],
  ['models-is-the-list', 'src/projections/models.ts', 'src/projections/audit/queries.ts'],
  ['catch-up-knows-no-model', 'src/projections/catch-up/all.ts', 'src/projections/models.ts'],
  ['catch-up-knows-no-model', 'src/projections/catch-up/loop.ts', 'src/projections/audit/queries.ts'],
  ['http-knows-messages', 'src/http/aliases/read.ts', 'src/event-store/port.ts'],
  ['http-knows-messages', 'src/http/aliases/tables.ts', 'src/projections/registries/tables.ts'],
  ['http-knows-messages', 'src/http/aliases/state.ts', 'src/domain/collection/decide.ts'],
  ['nest-at-the-ends', 'src/decider/handler.ts', '@nestjs/cqrs'],
  ['only-cli-starts-the-app', 'src/projections/catch-up/settings.ts', 'src/app/config.ts'],
  ['only-cli-starts-the-app', 'src/http/start.ts', 'src/cli/serve.ts'],
  ['dashboard-stands-alone', 'src/dashboard/names.ts', 'src/domain/values/names.ts'],
  ['nobody-imports-the-dashboard', 'src/http/page.ts', 'src/dashboard/page.ts'],
];

/** A cycle is told once, at one of its ends. */
const wayBack = ['src/domain/values/b.ts', 'src/domain/values/a.ts'] as const;

/** Imports that the table allows: importing file, what it imports. */
const allowed: ReadonlyArray<readonly [from: string, to: string]> = [
  ['src/domain/artifact/decide.ts', 'src/domain/artifact/events.ts'],
  ['src/domain/artifact/decide.ts', 'src/domain/values/instants.ts'],
  ['src/domain/artifact/state.ts', 'immutable'],
  ['src/decider/loop.ts', 'src/event-store/port.ts'],
  ['src/event-store/embedded/append.ts', '@photostructure/sqlite'],
  ['src/event-store/embedded/append.ts', 'node:fs'],
  ['src/event-store/eventstoredb/append.ts', '@eventstore/db-client'],
  ['src/event-store/history/chain.ts', 'node:crypto'],
  ['src/projections/versions/project.ts', 'src/domain/artifact/events.ts'],
  ['src/projections/versions/tables.ts', '@photostructure/sqlite'],
  ['src/projections/catch-up/follow.ts', 'src/event-store/port.ts'],
  ['src/projections/catch-up/decode.ts', 'src/domain/artifact/events.ts'],
  ['src/projections/models.ts', 'src/projections/versions/index.ts'],
  ['src/http/versions/controller.ts', '@nestjs/common'],
  ['src/http/versions/controller.ts', 'src/app/messages/link.ts'],
  ['src/http/versions/controller.ts', 'src/projections/versions/queries.ts'],
  ['src/http/versions/requests.ts', 'src/domain/artifact/commands.ts'],
  ['src/app/wiring.ts', 'src/event-store/embedded/append.ts'],
  ['src/cli/run.ts', 'src/app/wiring.ts'],
];

type Violation = { readonly rule: { readonly name: string }; readonly from: string; readonly to: string };

const write = (folder: string, path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text, { flag: 'a' });
};

const importOf = (from: string, to: string): string => {
  const path = relative(dirname(from), to);
  return /^(src|test|bench)\//.test(to) ? (path.startsWith('.') ? path : `./${path}`).replace(/\.ts$/, '') : to;
};

/** Lays the imports out as a project of its own, and asks what the rules say to it. */
const cruise = (imports: ReadonlyArray<readonly [from: string, to: string]>): Promise<ReadonlyArray<Violation>> => {
  const folder = mkdtempSync(join(tmpdir(), 'moniker-boundaries-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  write(folder, 'package.json', JSON.stringify({ dependencies, devDependencies: { 'fast-check': '*' } }));
  for (const [from, to] of imports) write(folder, from, `import '${importOf(from, to)}';\n`);
  for (const [, to] of imports) if (/^(src|test|bench)\//.test(to)) write(folder, to, 'export {};\n');
  const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [depcruise, 'src', '--config', join(root, '.dependency-cruiser.js'), '--output-type', 'json'];
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      if (stdout === '') fail(error ?? new Error(stderr));
      else done(JSON.parse(stdout).summary.violations);
    });
  });
};

const { dependencies } = jest.requireActual<{ dependencies: unknown }>('../../package.json');
const { forbidden } = jest.requireActual<{ forbidden: ReadonlyArray<{ name: string }> }>('../../.dependency-cruiser.js');

describe('who may import whom', () => {
  let violations: ReadonlyArray<Violation> = [];
  beforeAll(async () => {
    violations = await cruise([...refused.map(([, from, to]) => [from, to] as const), wayBack]);
  });

  it.each(refused)('%s: %s does not import %s', (rule, from) => {
    expect(violations.filter((each) => each.from === from).map((each) => each.rule.name)).toContain(rule);
  });

  it('each rule is shown a violation', () => {
    expect(new Set(refused.map(([rule]) => rule))).toEqual(new Set(forbidden.map((rule) => rule.name)));
  });

  it('what the table allows passes', async () => {
    expect(await cruise(allowed)).toEqual([]);
  });
});
