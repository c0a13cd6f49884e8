const { existsSync } = require('node:fs');

// Until there is a command to start from, everything counts as used.
const whole = existsSync('src/cli/main.ts');

// Files in test/ are started by jest or as processes of their own; what test/support/ offers must be used.
const others = ['scripts/*.js', 'bench/*.ts', 'test/!(support)/**/*.ts', 'test/*.ts', 'test/support/*.js', 'test/support/*-process.ts',
  'test/support/*-to-be-killed.ts'];

const page = ['src/dashboard/main.tsx', 'src/dashboard/vite.config.mts'];

/** @type {import('knip').KnipConfig} */
module.exports = {
  entry: whole ? ['src/cli/main.ts', ...page, ...others] : ['src/**/*.ts', ...page, ...others],
  project: ['src/**/*.{ts,tsx,mts}', 'test/**/*.{ts,js}', 'bench/**/*.ts', 'scripts/**/*.js'],
  // A type that is part of an exported function's signature may be named by its readers.
  ignoreExportsUsedInFile: { type: true, interface: true },
  exclude: whole ? [] : ['dependencies', 'binaries'],
  // Started by its path; imported by the page's styles; what the page is held to in a browser.
  ignoreDependencies: ['@nestjs/cli', '@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono', 'axe-core'],
  // Of the system; where they are not to be had the tests say so.
  ignoreBinaries: ['mount', 'umount'],
};
