/** Every statement of every read model goes by an index: none reads a whole table that grows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { createQueries } from '../../src/app/queries/queries';
import { readModels } from '../../src/projections/models';
import { ReadModel } from '../../src/projections/read-model';

/**
 * Made within the statement, of what was bound to it, of one step for each day; or a list of what is under way.
 */
const small = ['json_each', 'days', 'registries_unsettled'];

const planOf = (model: ReadModel, sql: string): ReadonlyArray<string> => {
  const db = new DatabaseSync(':memory:');
  db.exec(model.schema);
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as ReadonlyArray<{ detail: string }>;
  db.close();
  return plan.map(({ detail }) => detail);
};

const scans = (plan: ReadonlyArray<string>): ReadonlyArray<string> =>
  plan.filter((detail) => /^SCAN (?!CONSTANT ROW|\()/.test(detail) && !small.includes(detail.split(' ')[1] ?? ''));

const statements = readModels.flatMap((model) =>
  Object.entries(model.statements).map(([name, sql]) => ({ model, name: `${model.name}: ${name}`, sql })),
);

/** What is sorted when it is found: the answer of a diff, few changes, what is under way. */
const sorted = [
  'collections: unlinkedBetween', 'history: namedUp', 'history: namedDown', 'registries: unsettled',
];

describe('the statements of the read models', () => {
  for (const { model, name, sql } of statements)
    it(name, () => {
      const plan = planOf(model, sql);
      expect(scans(plan)).toEqual([]);
      expect(plan.some((detail) => detail.includes('USE TEMP B-TREE'))).toBe(sorted.includes(name));
    });

  it('are all that is ever prepared', () => {
    const db = new DatabaseSync(':memory:');
    const prepared = new Set<string>();
    const prepare = db.prepare.bind(db);
    const noted: typeof prepare = (sql, ...options) => {
      prepared.add(sql);
      return prepare(sql, ...options);
    };
    Object.defineProperty(db, 'prepare', { value: noted });
    for (const model of readModels) db.exec(model.schema);
    createQueries({ db, onProgress: () => () => undefined });
    for (const model of readModels) model.project(db);
    db.close();
    expect([...prepared].sort()).toEqual([...new Set(statements.map(({ sql }) => sql))].sort());
    const folders = readModels.map(({ name }) => join('src', 'projections', name));
    const sources = folders.flatMap((folder) => readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')));
    expect(sources.filter((source) => /\.(prepare|exec)\(/.test(source))).toEqual([]);
  });

  it('a scan would be seen', () => {
    const model = { schema: 'CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT)' } as ReadModel;
    expect(scans(planOf(model, "SELECT a FROM t WHERE b = '' ORDER BY a"))).not.toEqual([]);
    expect(scans(planOf(model, "SELECT a FROM t WHERE a > '' ORDER BY a"))).toEqual([]);
  });
});
