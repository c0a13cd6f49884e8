/** Each lint rule of our own is shown what it refuses. */
import { ESLint, Linter } from 'eslint';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const baseConfig = jest.requireActual<Linter.Config[]>('../../eslint.config.js');
const eslint = new ESLint({ cwd: root, overrideConfigFile: true, baseConfig });

const domain = 'src/domain/values/names.ts';
const decider = 'src/decider/execute.ts';
const test = 'test/project/lint.test.ts';

const nest = ['EventBus', 'EventPublisher', 'AggregateRoot', 'Saga', 'EventsHandler'];

/** What is refused: rule, in which file, code. */
const refused: ReadonlyArray<readonly [rule: string, file: string, code: string]> = [
  ...nest.map((name) => ['no-restricted-imports', decider, `import { ${name} } from '@nestjs/cqrs';`] as const),
  ['no-restricted-imports', domain, "import { EventBus } from '@nestjs/cqrs';"],
  ['no-restricted-imports', domain, "import { createHash } from 'node:crypto';"],
  ['no-restricted-imports', domain, "import { readFileSync } from 'fs';"],
  ['no-restricted-imports', domain, "import { access } from 'fs/promises';"],
  ['no-restricted-globals', domain, 'export const id = crypto.randomUUID();'],
  ['no-restricted-globals', domain, 'export const home = process.env;'],
  ['no-restricted-properties', domain, 'export const now = Date.now();'],
  ['no-restricted-properties', domain, 'export const chance = Math.random();'],
  ['no-restricted-syntax', domain, 'export const now = new Date();'],
  ['no-restricted-syntax', domain, 'export const now = Date();'],
  ['no-restricted-syntax', domain, 'export class Registry {}'],
  ['no-restricted-syntax', domain, "export const refuse = () => { throw new Error('no'); };"],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    decider,
    "export const f = (x: 'a' | 'b') => { switch (x) { case 'a': return 1; } return 2; };",
  ],
  ['@typescript-eslint/no-floating-promises', decider, 'const f = async () => 1; f();'],
  ['@typescript-eslint/no-misused-promises', decider, '[1].forEach(async (n) => { await Promise.resolve(n); });'],
  ['@typescript-eslint/no-explicit-any', decider, 'export const f = (x: any) => [x];'],
  ['no-restricted-syntax', decider, "export const n = 'a' as unknown as number;"],
  ['no-restricted-syntax', domain, "export const n = 'a' as unknown as number;"],
  ['no-console', decider, "console.log('here');"],
  ['no-restricted-syntax', test, "it.only('alone', () => undefined);"],
  ['no-restricted-syntax', test, "describe.skip('never', () => undefined);"],
  ['no-restricted-syntax', test, "it.skip.each([1])('never', () => undefined);"],
  ['no-restricted-syntax', test, "xit('never', () => undefined);"],
];

it.each(refused)('%s refuses in %s: %s', async (rule, file, code) => {
  const [result] = await eslint.lintText(code, { filePath: join(root, file) });
  expect(result?.messages.map((message) => message.ruleId)).toContain(rule);
});

it('a comment switches no rule off', async () => {
  const [result] = await eslint.lintText('/* eslint-disable */ console.log(1); // eslint-disable-line', {
    filePath: join(root, decider),
  });
  expect(result?.messages.map((message) => message.ruleId)).toContain('no-console');
});
