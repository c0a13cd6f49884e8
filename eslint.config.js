const js = require('@eslint/js');
const { builtinModules } = require('node:module');
const ts = require('typescript-eslint');

const typescript = ['src/**/*.{ts,tsx}', 'test/**/*.ts', 'bench/**/*.ts'];

const castThroughUnknown = {
  selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
  message: 'A cast through unknown hides a type error: decode the value, or mend the type.',
};

const nestEventBus = {
  name: '@nestjs/cqrs',
  importNames: ['EventBus', 'EventPublisher', 'AggregateRoot', 'Saga', 'EventsHandler'],
  message:
    'The event store is the only event bus: what Nest publishes is fire-and-forget, unordered, and lost on an error.',
};

const impure = (what) => `Deciding is a pure function: ${what}.`;

const surroundings = [
  ...['process', 'crypto', 'performance', 'fetch'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
];

module.exports = ts.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'data/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: Object.fromEntries(
        [
          ...['require', 'module', 'process', 'console', '__dirname', '__filename', 'Buffer', 'URL', 'fetch'],
          ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'AbortSignal'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: typescript,
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-imports': ['error', { paths: [nestEventBus] }],
      'no-restricted-syntax': ['error', castThroughUnknown],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/dashboard/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            nestEventBus,
            ...builtinModules.map((name) => ({ name, message: impure('no Node module in the domain') })),
          ],
          patterns: [{ group: ['node:*'], message: impure('no Node module in the domain') }],
        },
      ],
      'no-restricted-globals': [
        'error',
        ...surroundings.map((name) => ({ name, message: impure('ids, time and settings come with the command') })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: impure('the time comes with the command') },
        { object: 'Math', property: 'random', message: impure('chance has no place in it') },
      ],
      'no-restricted-syntax': [
        'error',
        castThroughUnknown,
        { selector: 'ClassDeclaration, ClassExpression', message: 'Facts are plain values, and rules are functions.' },
        { selector: 'ThrowStatement', message: 'The domain says no with a rejection: return a Left.' },
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
          message: impure('the time comes with the command'),
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // Answers are taken apart as JSON; the expectations say what they are.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-restricted-syntax': [
        'error',
        castThroughUnknown,
        {
          selector: [
            'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo)$/]',
            'CallExpression[callee.name=/^(xit|fit|xdescribe|fdescribe|xtest)$/]',
          ].join(),
          message: 'Every test runs, always.',
        },
      ],
    },
  },
);
