/**
 * `npm start`: installs and builds if something changed since the last time, then serves, in this same process so that
 * signals reach the server. Further arguments go to `moniker serve`.
 */
const path = require('path');
const { root, say, requireNode, install, isBuilt, build } = require('./prepare');

requireNode();
try {
  install();
  if (!isBuilt()) build();
} catch (error) {
  say(error.message);
  process.exit(1);
}

const main = path.join(root, 'dist', 'cli', 'main.js');
process.argv = [process.argv[0], main, 'serve', ...process.argv.slice(2)];
require(main);
