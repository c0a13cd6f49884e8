/**
 * `npm test`: every check there is, each timed. Goes on after a failure, so that one run shows all of them, and ends
 * with one line of counts: jest's tests, and 1 failed for each other step that failed.
 */
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { root, say, requireNode, install } = require('./prepare');

/** One more than this is made for has cores: many tests wait for processes and time-outs. */
const JEST_WORKERS = 3;
const JEST_MINUTES = 15;
const report = path.join(root, 'coverage', 'jest.json');

/** Name, program in node_modules, arguments. */
const steps = [
  // First: the page is held to the types that the build makes of the server's operations.
  ['build', '../scripts/build.js', []],
  ['lint', 'eslint/bin/eslint.js', ['.', '--max-warnings', '0']],
  ['boundaries', 'dependency-cruiser/bin/dependency-cruise.mjs', ['src', '--config', '.dependency-cruiser.js']],
  ['unused', 'knip/bin/knip.js', ['--no-config-hints', '--no-progress']],
  ['types', 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']],
  ['jest', 'jest/bin/jest.js', [`--maxWorkers=${JEST_WORKERS}`, '--json', `--outputFile=${report}`]],
];

const run = (name, program, args) => {
  const started = Date.now();
  const { status, signal } = spawnSync(process.execPath, [path.join(root, 'node_modules', program), ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    timeout: JEST_MINUTES * 60_000,
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  say(`${name}: ${status === 0 ? 'ok' : `FAILED (${signal || `exit code ${status}`})`}, ${seconds} s`);
  return status === 0;
};

/** Passed and failed by jest's own report; a file that could not be run is one failure. */
const jestCounts = (ok) => {
  if (!fs.existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests } = JSON.parse(
    fs.readFileSync(report, 'utf8'),
  );
  if (numPendingTests > 0) say(`${numPendingTests} browser tests skipped: no chromium is on the PATH`);
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed: numPassedTests, failed: failed === 0 && !ok ? 1 : failed };
};

requireNode();
try {
  install();
} catch (error) {
  say(error.message);
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}

fs.rmSync(report, { force: true });
fs.mkdirSync(path.dirname(report), { recursive: true });
const results = steps.map(([name, program, args]) => [name, run(name, program, args)]);
const failedSteps = results.filter(([name, ok]) => name !== 'jest' && !ok).map(([name]) => name);
const { passed, failed } = jestCounts(results.every(([name, ok]) => name !== 'jest' || ok));

if (failedSteps.length > 0) say(`failed: ${failedSteps.join(', ')}`);
process.stdout.write(`${passed} passed, ${failed + failedSteps.length} failed\n`);
process.exitCode = failed + failedSteps.length === 0 ? 0 : 1;
