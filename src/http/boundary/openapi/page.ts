/** The page at `/api/docs`: the OpenAPI document to read, as one page without scripts. */
import { JsonSchema } from '../../../domain/values/described';
import { API } from '../operation';
import { problemCodes, statusOf, titleOf } from '../problems';
import { OpenApiDocument, OperationObject, Parameter } from './document';

export const STYLE_PATH = '/api/docs/style.css';
export const DOCUMENT_PATH = `${API}/openapi.json`;

export const docsPage = (document: OpenApiDocument): string => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ path, method, described })),
  );
  const tagged = document.tags.map(({ name }) => ({
    name,
    operations: operations.filter(({ described }) => described.tags.includes(name)),
  }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Moniker: the API</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<header>
<h1>Moniker: the API</h1>
<p>All paths are below <code>${API}</code>. The same as a machine reads it:
<a href="${DOCUMENT_PATH}">OpenAPI 3.1</a>. Send <code>Authorization: Bearer KEY</code>.</p>
<nav aria-label="Sections"><ul>
${tagged.map(({ name }) => `<li><a href="#${anchor(name)}">${escaped(name)}</a></li>`).join('\n')}
<li><a href="#schemas">Schemas</a></li>
<li><a href="#problems">Problems</a></li>
</ul></nav>
</header>
<main>
${tagged.map(({ name, operations: of }) => section(name, of.map(operationEntry).join('\n'))).join('\n')}
${section('Schemas', Object.entries(document.components.schemas).map(schemaEntry).join('\n'))}
${section('Problems', problemTable())}
</main>
</body>
</html>
`;
};

const section = (name: string, content: string): string =>
  `<section aria-labelledby="${anchor(name)}"><h2 id="${anchor(name)}">${escaped(name)}</h2>\n${content}\n</section>`;

const operationEntry = (entry: { path: string; method: string; described: OperationObject }): string => {
  const { path, method, described } = entry;
  return `<details id="${escaped(described.operationId)}">
<summary><code><b class="${method}">${method.toUpperCase()}</b> ${escaped(path)}</code> ${escaped(described.summary)}</summary>
${described.description === undefined ? '' : `<p>${escaped(described.description)}</p>`}
${parameterTable(described.parameters)}
${described.requestBody ? `<h4>Body</h4>${contentText(described.requestBody.content)}` : ''}
<h4>Answers</h4>
<dl>${Object.entries(described.responses)
    .map(
      ([status, { description, content }]) =>
        `<dt>${status}</dt><dd>${marked(description)}${Number(status) < 300 && content ? contentText(content) : ''}</dd>`,
    )
    .join('\n')}</dl>
</details>`;
};

const parameterTable = (parameters: ReadonlyArray<Parameter>): string => {
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      `<tr><th scope="row"><code>${escaped(name)}</code></th><td>${place}${required === true ? ', required' : ''}</td>` +
      `<td><code>${typeText(schema, 0)}</code></td><td>${escaped(description ?? '')}</td></tr>`,
  );
  return rows.length === 0
    ? ''
    : `<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Type</th>` +
        `<th scope="col">Meaning</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
};

const contentText = (content: NonNullable<OperationObject['requestBody']>['content']): string =>
  Object.entries(content)
    .map(([media, { schema }]) => `<p>${escaped(media)}</p><pre><code>${typeText(schema, 0)}</code></pre>`)
    .join('');

const schemaEntry = ([name, schema]: [string, JsonSchema]): string =>
  `<details id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary>` +
  `<pre><code>${typeText(schema, 0)}</code></pre>${notes(schema)}</details>`;

const notes = (schema: JsonSchema): string => {
  const { type: _type, properties: _properties, required: _required, items: _items, ...others } = schema;
  const told = Object.entries(others).filter(([key]) => !['anyOf', 'additionalProperties', 'enum', 'const'].includes(key));
  return told.map(([key, value]) => `<p>${escaped(key)}: <code>${escaped(JSON.stringify(value))}</code></p>`).join('');
};

const problemTable = (): string =>
  `<table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Title</th></tr></thead><tbody>${problemCodes
    .map(
      (code) =>
        `<tr id="${code}"><th scope="row"><code>${code}</code></th><td>${statusOf(code)}</td><td>${titleOf(code)}</td></tr>`,
    )
    .join('\n')}</tbody></table>`;

/** A schema as a type is written in TypeScript, as HTML; named ones are links. */
const typeText = (schema: JsonSchema, indent: number): string => {
  if (typeof schema.$ref === 'string') {
    const name = escaped(schema.$ref.split('/').at(-1) ?? '');
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map((one: JsonSchema) => typeText(one, indent)).join(' | ');
  if (Array.isArray(schema.enum)) return schema.enum.map((word) => escaped(JSON.stringify(word))).join(' | ');
  if ('const' in schema) return escaped(JSON.stringify(schema.const));
  if (schema.type === 'array')
    return Array.isArray(schema.prefixItems)
      ? `[${schema.prefixItems.map((one: JsonSchema) => typeText(one, indent)).join(', ')}]`
      : `Array&lt;${typeText((schema.items ?? {}) as JsonSchema, indent)}&gt;`;
  if (schema.type === 'object' && schema.properties !== undefined) {
    const required = new Set((schema.required ?? []) as ReadonlyArray<string>);
    const inner = '  '.repeat(indent + 1);
    const members = Object.entries(schema.properties as Record<string, JsonSchema>).map(
      ([name, member]) => `${inner}${escaped(name)}${required.has(name) ? '' : '?'}: ${typeText(member, indent + 1)};\n`,
    );
    return members.length === 0 ? '{}' : `{\n${members.join('')}${'  '.repeat(indent)}}`;
  }
  if (schema.type === 'object')
    return `Record&lt;string, ${typeText((schema.additionalProperties ?? {}) as JsonSchema, indent)}&gt;`;
  return Array.isArray(schema.type) ? schema.type.map((type) => escaped(String(type))).join(' | ') : typeof schema.type === 'string' ? escaped(schema.type) : 'unknown';
};

const anchor = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');

const marked = (told: string): string => escaped(told).replace(/`(\w+)`/g, '<a href="#$1"><code>$1</code></a>');

const escaped = (told: string): string =>
  told.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const STYLE = `
:root { color-scheme: light dark; --line: #8886; --quiet: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0; list-style: none; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: .4rem .8rem; }
details:target, tr:target { outline: 2px solid; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 4.2rem; }
code, pre { font: .9em/1.45 ui-monospace, monospace; }
pre { background: var(--quiet); border-radius: 6px; overflow-x: auto; padding: .6rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem .25rem 0; text-align: left; vertical-align: top; }
dt { float: left; clear: left; font-weight: 600; width: 3rem; }
dd { margin: 0 0 .4rem 3.5rem; }
`;
