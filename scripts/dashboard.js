/**
 * `npm run build:dashboard`: the types of the API out of the built server's own operations, the page held to them, and
 * the page itself into dist/dashboard. A change of the API that the page does not know stops here.
 */
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const root = path.resolve(__dirname, '..');
const at = (...names) => path.join(root, ...names);

/** What else a file of operations exports, for others of its kind, is no operation. */
const isOperation = (value) => typeof value === 'object' && value !== null && 'path' in value && 'method' in value;

/** The operations of every resource, as the server in dist describes them. */
const operations = () =>
  fs
    .readdirSync(at('dist', 'http'))
    .flatMap((resource) => (fs.statSync(at('dist', 'http', resource)).isDirectory() ? [resource] : []))
    .flatMap((resource) => fs.readdirSync(at('dist', 'http', resource)).map((file) => at('dist', 'http', resource, file)))
    .filter((file) => file.endsWith('operations.js'))
    .flatMap((file) => Object.values(require(file)))
    .filter(isOperation);

const writeTypes = async () => {
  const { openApiDocument } = require(at('dist', 'http', 'boundary', 'openapi', 'document.js'));
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const types = astToString(await openapiTS(JSON.stringify(openApiDocument(operations())), { alphabetize: true }));
  fs.mkdirSync(at('dist', 'openapi'), { recursive: true });
  fs.writeFileSync(at('dist', 'openapi', 'moniker.d.ts'), types);
};

const run = (program, args) => {
  const { status } = spawnSync(process.execPath, [at('node_modules', program), ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
};

writeTypes().then(
  () => {
    if (process.argv.includes('--types')) return;
    run('typescript/bin/tsc', ['--noEmit', '-p', 'src/dashboard/tsconfig.json']);
    run('vite/bin/vite.js', ['build', '--config', 'src/dashboard/vite.config.mts', '--logLevel', 'warn']);
  },
  (error) => {
    process.stderr.write(`moniker: ${error.stack}\n`);
    process.exitCode = 1;
  },
);
