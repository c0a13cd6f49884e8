/** The page on operations names what there is: every metric, and no other, also in its alert rules. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createMetrics } from '../../src/app/metrics';

const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');

type Rules = { readonly groups: ReadonlyArray<{ readonly rules: ReadonlyArray<{ readonly alert: string; readonly expr: string }> }> };

const namesOfMetrics = async (): Promise<Array<string>> =>
  (await createMetrics().register.getMetricsAsJSON()).map(({ name }) => name);

test('docs/operations.md tells what each metric means', async () => {
  const metrics = (await namesOfMetrics()).filter((name) => name.startsWith('moniker_'));
  const told = [...page.matchAll(/^\| (`moniker_.*?) \|/gm)].flatMap(([, names = '']) => names.match(/moniker_\w+/g) ?? []);
  expect(told.sort()).toEqual(metrics.sort());
});

test('its alert rules are YAML, and ask for metrics that there are', async () => {
  const metrics = await namesOfMetrics();
  const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(page) ?? [];
  const { groups }: Rules = parse(yaml);
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(3);
  for (const { expr } of rules) {
    const names = [...expr.matchAll(/(moniker_\w+?)(?:_bucket|_count|_sum)?\b(?=[{[ )]|$)/g)].map(([, name = '']) => name);
    expect([expr, names.length]).not.toEqual([expr, 0]);
    for (const name of names) expect([expr, metrics]).toEqual([expr, expect.arrayContaining([name])]);
  }
});
