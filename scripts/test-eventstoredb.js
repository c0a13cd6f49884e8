/**
 * `npm run test:eventstoredb`: the contract of the event store, and the whole HTTP suite, on the EventStoreDB that
 * EVENTSTOREDB_URL names; on its stand-in where it is not set. Arguments are given on to jest.
 */
const { spawn, spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { root } = require('./prepare');

/** The store may be on another machine, or on this one beside all else. In milliseconds. */
const TIMEOUT = 120_000;

const jest = (url, ...files) =>
  spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/jest/bin/jest.js'), '--runInBand', `--testTimeout=${TIMEOUT}`, ...files,
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: 'inherit', env: url === undefined ? process.env : { ...process.env, EVENTSTOREDB_URL: url } },
  ).status === 0;

const standIn = () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'moniker-stand-in-'));
  const child = spawn(
    process.execPath,
    ['-r', path.join(root, 'test/support/typescript.js'), path.join(root, 'test/support/eventstoredb-stand-in-process.ts'), folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the stand-in ended')));
    child.stdout.once('data', (port) =>
      resolve({
        url: `esdb://127.0.0.1:${String(port).trim()}?tls=false`,
        stop: () => {
          child.removeAllListeners('exit');
          child.kill('SIGKILL');
          fs.rmSync(folder, { recursive: true, force: true });
        },
      }),
    );
  });
};

const main = async () => {
  const given = process.env.EVENTSTOREDB_URL;
  const kept = jest(undefined, 'test/event-store/eventstoredb.test.ts');
  const store = given === undefined ? await standIn() : { url: given, stop: () => undefined };
  const served = jest(store.url, 'test/http');
  store.stop();
  process.exitCode = kept && served ? 0 : 1;
};

main();
