/**
 * Who may import whom: the table of docs/decisions/0001-who-may-import-whom.md, executable. A rule names a folder and
 * says what it may import; everything else is refused. `test/project/boundaries.test.ts` shows each rule a violation.
 */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})/`;
const src = (...folders) => `^src/(${folders.join('|')})`;

/** Node's own modules. */
const NODE = '^(node:)?[a-z0-9_/]+$';
const SQLITE = '@photostructure/sqlite';
const CLIENT = '@eventstore/db-client';
const SHARED_BY_READ_MODELS = '^src/projections/(?!models\\.ts$)[^/]+\\.ts$';
const FOLDERS = 'domain|decider|event-store|projections|http|app|cli|dashboard';

/** Files in `from` import nothing but `allowed`. */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'What imports each other cannot be read, tested or replaced one by one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: "An import that leads nowhere. #openapi is made by the build, out of the operations; the page's tsconfig knows it.",
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^#openapi$' },
    },
    {
      name: 'declared-packages',
      comment: 'What runs at run time stands under "dependencies" in package.json.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/dashboard/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'every-file-has-a-folder',
      comment: 'A new folder of src needs a place in these rules first.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${FOLDERS})/` },
      to: {},
    },
    {
      name: 'src-knows-no-tests',
      comment: 'What is shipped must not need what tests, measures or builds it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    only(
      'domain-is-pure',
      'Facts and rules depend on no framework, no store, no Node module.',
      '^src/domain/',
      ['^src/domain/', npm('fp-ts', 'io-ts', 'immutable')],
    ),
    {
      name: 'aggregates-stand-alone',
      comment: 'An aggregate decides by its own history; what spans two of them is a process in app.',
      severity: 'error',
      from: { path: '^src/domain/([^/]+)/' },
      to: { path: '^src/domain/', pathNot: '^src/domain/($1|values)/' },
    },
    only(
      'decider-knows-the-port',
      'The read-decide-append loop works on any aggregate and any store.',
      '^src/decider/',
      ['^src/decider/', '^src/event-store/[^/]+\\.ts$', '^src/event-store/history/', npm('fp-ts', 'lru-cache', 'uuid')],
    ),
    only(
      'port-knows-no-store',
      'The port is written in the words of event stores, not of one of them.',
      '^src/event-store/[^/]+\\.ts$',
      ['^src/event-store/[^/]+\\.ts$', npm('fp-ts', 'io-ts')],
    ),
    only(
      'history-knows-the-port',
      'The stored form of events is the same in every store, and knows no event of the domain by name.',
      '^src/event-store/history/',
      [
        '^src/event-store/[^/]+\\.ts$',
        '^src/event-store/history/',
        '^src/domain/values/',
        npm('fp-ts', 'io-ts', 'canonicalize'),
        '^(node:)?crypto$',
      ],
    ),
    only(
      'embedded-knows-sqlite',
      'The embedded store is the port, SQLite and Node.',
      '^src/event-store/embedded/',
      ['^src/event-store/[^/]+\\.ts$', '^src/event-store/(embedded|history)/', npm('fp-ts', 'io-ts', SQLITE), NODE],
    ),
    only(
      'eventstoredb-knows-the-client',
      'The EventStoreDB store is the port and the client.',
      '^src/event-store/eventstoredb/',
      [
        '^src/event-store/[^/]+\\.ts$',
        '^src/event-store/(eventstoredb|history)/',
        npm('fp-ts', 'io-ts', 'canonicalize', CLIENT),
        NODE,
      ],
    ),
    {
      name: 'client-in-one-folder',
      comment: 'The client has a successor, and traps: one folder knows it.',
      severity: 'error',
      from: { pathNot: '^(src/event-store/eventstoredb|test)/' },
      to: { path: npm(CLIENT) },
    },
    {
      name: 'sqlite-in-two-folders',
      comment: "The driver may be replaced by Node's own one day: the embedded store and the read models know it.",
      severity: 'error',
      from: { pathNot: '^(src/event-store/embedded|src/projections|test|bench)/' },
      to: { path: npm(SQLITE) },
    },
    only(
      'read-models-know-events',
      'A read model is a fold of events: it decides nothing, and knows no other read model.',
      '^src/projections/(?!catch-up/)([^/]+)/',
      [
        '^src/projections/$1/',
        SHARED_BY_READ_MODELS,
        '^src/domain/[^/]+/events',
        '^src/domain/values/',
        npm('fp-ts', 'io-ts', SQLITE),
      ],
    ),
    only(
      'projections-share-little',
      'What all read models share is types and the database, not rules.',
      SHARED_BY_READ_MODELS,
      [SHARED_BY_READ_MODELS, '^src/domain/[^/]+/events', '^src/domain/values/', npm('fp-ts', 'io-ts', SQLITE)],
    ),
    only(
      'models-is-the-list',
      'The list of all read models names them, and nothing else.',
      '^src/projections/models\\.ts$',
      [SHARED_BY_READ_MODELS, '^src/projections/[^/]+/index\\.ts$'],
    ),
    only(
      'catch-up-knows-no-model',
      'The loop that feeds read models is the same for all of them.',
      '^src/projections/catch-up/',
      [
        '^src/projections/catch-up/',
        SHARED_BY_READ_MODELS,
        '^src/event-store/[^/]+\\.ts$',
        '^src/event-store/history/',
        '^src/domain/[^/]+/events',
        '^src/domain/values/',
        npm('fp-ts', SQLITE),
        '^(node:)?(fs|path|url)$',
      ],
    ),
    only(
      'http-knows-messages',
      'HTTP decodes, sends a message, and encodes: it reaches no store, no read model, no decider.',
      '^src/http/',
      [
        '^src/http/',
        '^src/domain/[^/]+/(commands|rejections)',
        '^src/domain/values/',
        '^src/app/messages',
        '^src/projections/[^/]+/queries',
        npm('@nestjs/.+', 'canonicalize', 'fastify', 'fp-ts', 'io-ts', 'lru-cache', 'pino', 'raw-body'),
        NODE,
      ],
    ),
    {
      name: 'nest-at-the-ends',
      comment: 'Nest carries requests in and answers out; what decides, stores and projects runs without it.',
      severity: 'error',
      from: { path: '^src/', pathNot: src('http/', 'app/', 'cli/') },
      to: { path: npm('@nestjs/.+') },
    },
    {
      name: 'only-cli-starts-the-app',
      comment: 'The composition root is the top: nothing below it knows it, but its messages.',
      severity: 'error',
      from: { path: '^src/', pathNot: src('app/', 'cli/') },
      to: { path: src('app/', 'cli/'), pathNot: '^src/app/messages' },
    },
    {
      name: 'dashboard-stands-alone',
      comment: 'The page uses the API as everyone else does: it knows only the types made from the OpenAPI document.',
      severity: 'error',
      from: { path: '^src/dashboard/' },
      to: { path: '^src/', pathNot: '^src/dashboard/' },
    },
    {
      name: 'nobody-imports-the-dashboard',
      comment: 'The server serves its built files; it imports none of its code.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/dashboard/' },
      to: { path: '^src/dashboard/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
