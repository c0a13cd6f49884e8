/**
 * `npm start`: installs and builds if something changed since the last time, then serves, in this same process so that
 * signals reach the server. Further arguments go to `moniker serve`.
 */
const { spawnSync } = require('child_process');
const path = require('path');
const { root, say, requireNode, install, isBuilt, build } = require('./prepare');

/** How often the server looks whether npm is still there, in milliseconds. */
const WATCH_INTERVAL = 100;

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/**
 * Between npm and this process stands a shell, which dies of the SIGTERM that npm passes on and tells nobody. So when
 * the shell or npm is gone, this process is asked to stop as by that signal.
 */
const stopWithNpm = () => {
  const shell = process.ppid;
  const npm = Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(shell)], { encoding: 'utf8' }).stdout);
  const watch = setInterval(() => {
    if (process.ppid === shell && (!npm || isAlive(npm))) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, WATCH_INTERVAL);
  watch.unref();
};

requireNode();
try {
  install();
  if (!isBuilt()) build();
} catch (error) {
  say(error.message);
  process.exit(1);
}

if (process.env.npm_lifecycle_event === 'start' && process.platform !== 'win32') stopWithNpm();

const main = path.join(root, 'dist', 'cli', 'main.js');
process.argv = [process.argv[0], main, 'serve', ...process.argv.slice(2)];
require(main);
