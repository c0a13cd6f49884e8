const { existsSync } = require('node:fs');

// Until there is a command to start from, everything counts as used.
const whole = existsSync('src/cli/main.ts');

/** @type {import('knip').KnipConfig} */
module.exports = {
  entry: whole ? ['src/cli/main.ts', 'scripts/*.js', 'bench/*.ts'] : ['src/**/*.ts', 'scripts/*.js', 'bench/*.ts'],
  project: ['src/**/*.ts', '!src/dashboard/**', 'test/**/*.{ts,js}', 'bench/**/*.ts', 'scripts/**/*.js'],
  // A type that is part of an exported function's signature may be named by its readers.
  ignoreExportsUsedInFile: { type: true, interface: true },
  exclude: whole ? [] : ['dependencies', 'binaries'],
};
