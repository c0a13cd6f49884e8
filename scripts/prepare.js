/**
 * Installs what package-lock.json asks for and builds `dist`, each only when it has to. Plain Node and no packages,
 * since nothing is installed yet when it first runs. Progress goes to stderr.
 */
const { spawnSync } = require('child_process');
const { createHash } = require('crypto');
const fs = require('fs');
const path = require('path');

const root = path.resolve(__dirname, '..');
const at = (...names) => path.join(root, ...names);
const json = (file) => JSON.parse(fs.readFileSync(at(file), 'utf8'));

const say = (text) => process.stderr.write(`moniker: ${text}\n`);

/** Refuses a Node that is older than `engines` in package.json, in one line. */
const requireNode = () => {
  const wanted = json('package.json').engines.node.replace(/^>=/, '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  say(`needs Node ${wanted} or newer, and this is ${process.versions.node}`);
  process.exit(1);
};

/** Runs a program to its end, its output on stderr; throws when it fails. */
const run = (what, program, args) => {
  const started = Date.now();
  say(`${what} ...`);
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${what} failed (${error ? error.message : signal || `exit code ${status}`})`);
  say(`${what}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
};

const npm = (what, args) => {
  const cli = process.env.npm_execpath || '';
  if (/npm-cli\.js$/.test(cli)) run(what, process.execPath, [cli, ...args]);
  else run(what, process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
};

/** Whether node_modules holds what package-lock.json names, by the list that npm keeps of what it installed. */
const isInstalled = () => {
  if (!fs.existsSync(at('node_modules', '.package-lock.json'))) return false;
  const locked = json('package-lock.json').packages;
  const present = json('node_modules/.package-lock.json').packages;
  const same = (name) =>
    present[name]
      ? present[name].version === locked[name].version && present[name].integrity === locked[name].integrity
      : locked[name].optional === true;
  return (
    Object.keys(locked).every((name) => name === '' || same(name)) &&
    Object.keys(present).every((name) => name in locked)
  );
};

const install = () => {
  const options = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  if (!isInstalled()) npm('installing packages', ['ci', ...options]);
};

const filesBelow = (name) =>
  fs.statSync(at(name)).isDirectory()
    ? fs
        .readdirSync(at(name))
        .sort()
        .flatMap((child) => filesBelow(path.join(name, child)))
    : [name];

/** What `dist` is made from. */
const sources = ['src', 'package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];

/** A hash over the names and contents of all that `dist` is made from. */
const fingerprint = () => {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesBelow)) {
    const content = fs.readFileSync(at(file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
};

const stamp = at('dist', '.moniker-build');

const isBuilt = () => fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === fingerprint();

/** Builds `dist` anew. The stamp is written last: a build that was interrupted is done again. */
const build = () => {
  const made = fingerprint();
  fs.rmSync(at('dist'), { recursive: true, force: true });
  run('building the server', process.execPath, [at('node_modules/@nestjs/cli/bin/nest.js'), 'build']);
  run('building the Registry App', process.execPath, [at('scripts', 'dashboard.js')]);
  fs.writeFileSync(stamp, made);
};

module.exports = { root, sources, say, requireNode, install, isBuilt, build };
