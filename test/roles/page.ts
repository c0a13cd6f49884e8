/** The table of roles as a page of the documentation. */
import { Operation } from '../../src/http/boundary';
import { askers, outcomes, Row, rows, signsOf } from './table';

const marks: Readonly<Record<string, string>> = { y: '✓', o: '○', '0': '401' };

/** ✓ and ○; the status and a letter for what is refused. */
const markOf = (sign: string): string => marks[sign] ?? `**${sign}**`;

type Column = { readonly head: string; readonly names: ReadonlyArray<string>; readonly index: number };

/** Askers for whom every row has the same sign share a column. */
const columns: ReadonlyArray<Column> = (() => {
  const byContent = new Map<string, { head: string; names: Array<string>; index: number }>();
  askers.forEach(({ name, short }, index) => {
    const content = rows.map(({ kind }) => signsOf(kind)[index]).join('');
    const column = byContent.get(content) ?? { head: short, names: [], index };
    column.names.push(name);
    byContent.set(content, column);
  });
  return [...byContent.values()];
})();

const line = (cells: ReadonlyArray<string>): string => `| ${cells.join(' | ')} |`;

const routeOf = ({ method, path }: Operation): string =>
  `\`${method} ${path.replace(/:(\w+)/g, '{$1}').replace('/registries/{registry}/collections/{collection}', 'C')}\``;

const tableOf = (tagged: ReadonlyArray<Row>, operations: ReadonlyMap<string, Operation>): string => {
  const body = tagged.map((row) => {
    const operation = operations.get(row.operation);
    if (operation === undefined) throw new Error(`${row.operation} is no operation of the API`);
    const what = row.of === '' ? routeOf(operation) : `${routeOf(operation)} ${row.of}`;
    return line([what, ...columns.map(({ index }) => markOf(signsOf(row.kind)[index] ?? ''))]);
  });
  const heads = columns.map(({ head }) => head);
  return [line(['', ...heads]), line(['---', ...heads.map(() => ':-:')]), ...body].join('\n');
};

/** @param operations of the API, by id */
export const rolesPage = (operations: ReadonlyMap<string, Operation>): string => {
  const tags = [...new Set(rows.map(({ operation }) => operations.get(operation)?.tag ?? ''))];
  const ofTag = (tag: string) => rows.filter(({ operation }) => operations.get(operation)?.tag === tag);
  const signs = Object.entries(outcomes).map(([sign, outcome]) => {
    const answer = outcome.status === 'ok' ? '2xx' : `${outcome.status} \`${outcome.code}\``;
    return line([markOf(sign), answer, outcome.means]);
  });
  return `# Who may do what, cell by cell

This page is made of \`test/roles/table.ts\` by \`npm run docs:roles\`. Every cell of it is a test on the real application
(\`test/roles/matrix.test.ts\`): ${rows.length * askers.length} of them, for ${askers.length} askers and ${rows.length} operations and cases. An operation of the API that the
table lacks fails the tests. Where the answer is a refusal, the test sees that no event was recorded.

## Who asks

Each has a registry of its own, in which it has the roles named and no other. *Granted* is a role granted to a user, *team*
one granted to a team that it is in, *default* the default role of a registry that the whole organization sees. Whoever
is not said to be elsewhere is in the team whose artifacts are read, logged and linked. Where several roles meet the
highest counts. Askers who are answered alike everywhere share a column.

${[line(['', 'asker']), line([':-:', '---']), ...columns.map(({ head, names }) => line([head, names.join('; ')]))].join('\n')}

## What comes of it

${[line(['', 'answer', 'it is']), line([':-:', '---', '---']), ...signs].join('\n')}

\`C\` stands for \`/registries/{registry}/collections/{collection}\`.

${tags.map((tag) => `## ${tag}\n\n${tableOf(ofTag(tag), operations)}`).join('\n\n')}
`;
};
