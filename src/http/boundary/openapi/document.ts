/** The OpenAPI 3.1 document, made of the same codecs that decode the requests. */
import { JsonSchema } from '../../../domain/values/described';
import { paging } from '../lists';
import { API, codesOf, Operation } from '../operation';
import { problemCodes, ProblemCode, PROBLEM_MEDIA_TYPE, statusOf, titleOf } from '../problems';
import { headerCodecs, LAST_EVENT_ID, PositionInHeader } from '../request';
import { SESSION_COOKIE } from '../sender';
import { schemaOf, Schemas } from './schema';

export type OpenApiDocument = {
  readonly openapi: string;
  readonly tags: ReadonlyArray<{ readonly name: string }>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly [kind: string]: unknown };
  readonly [member: string]: unknown;
};

export type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
};

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

type Response = { readonly description: string; readonly headers?: unknown; readonly content?: Content };

export type OperationObject = {
  readonly operationId: string;
  readonly tags: ReadonlyArray<string>;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: ReadonlyArray<Parameter>;
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security?: ReadonlyArray<unknown>;
};

/**
 * The document of some operations.
 * @throws if one of their codecs says nothing of itself, or two of them have one id
 */
export const openApiDocument = (operations: ReadonlyArray<Operation>): OpenApiDocument => {
  const schemas: Schemas = new Map([['Problem', problemSchema]]);
  const paths: Record<string, Record<string, OperationObject>> = {};
  const ids = new Set<string>();
  // To OpenAPI paths are the same whatever their parameters are named: the first one's names are shown for all.
  const shapes = new Map<string, ReadonlyArray<string>>();
  for (const operation of operations) {
    if (ids.has(operation.id)) throw new Error(`two operations have the id ${operation.id}`);
    ids.add(operation.id);
    const names = namesIn(operation.path);
    const shape = operation.path.replace(/:\w+/g, ':');
    const shown = shapes.get(shape) ?? names;
    shapes.set(shape, shown);
    const path = shown.reduce((rest, name) => rest.replace(/:\w*/, `{${name}}`), operation.path as string);
    const nameShown = (name: string) => shown[names.indexOf(name)] ?? name;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationObject(operation, nameShown, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Moniker',
      version: '1',
      description:
        'A registry of artifacts whose every change is an event. Versions are written "v3"; instants are RFC 3339. ' +
        'Names in paths are percent-encoded. Unknown members and parameters are refused.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: API }],
    security: [{ key: [] }, { session: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: SESSION_COOKIE,
          description: 'For pages of this server: made by POST /session. Commands also need "Moniker-Request: 1".',
        },
      },
    },
  };
};

const namesIn = (path: string): ReadonlyArray<string> => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);

const operationObject = (
  operation: Operation,
  nameShown: (name: string) => string,
  schemas: Schemas,
): OperationObject => ({
  operationId: operation.id,
  tags: [operation.tag],
  summary: operation.summary,
  ...(operation.description === undefined ? {} : { description: operation.description }),
  ...(operation.kind === 'open' ? { security: [] } : {}),
  parameters: parametersOf(operation, nameShown, schemas),
  ...(operation.body === undefined
    ? {}
    : {
        requestBody: {
          required: Object.keys(operation.body.required).length > 0,
          content: { 'application/json': { schema: schemaOf(operation.body, schemas) } },
        },
      }),
  responses: { ...answersOf(operation, schemas), ...problemsOf(operation) },
});

const parametersOf = (
  operation: Operation,
  nameShown: (name: string) => string,
  schemas: Schemas,
): ReadonlyArray<Parameter> => {
  const query = operation.query ?? { required: {}, optional: {} };
  const optional = { ...query.optional, ...(operation.paging ? paging : {}) };
  const headers: Array<Parameter> = Object.entries(headerCodecs[operation.kind]).map(([name, codec]) => ({
    name,
    in: 'header',
    description: headerDescriptions[name] ?? '',
    schema: schemaOf(codec, schemas),
  }));
  return [
    ...Object.entries(operation.params ?? {}).map(([name, codec]) => ({
      name: nameShown(name),
      in: 'path',
      required: true,
      schema: schemaOf(codec, schemas),
    })),
    ...Object.entries(query.required).map(([name, codec]) => ({
      name,
      in: 'query',
      required: true,
      schema: schemaOf(codec, schemas),
    })),
    ...Object.entries(optional).map(([name, codec]) => ({ name, in: 'query', schema: schemaOf(codec, schemas) })),
    ...headers,
    ...(operation.live === true ? [lastEventId(schemas)] : []),
    ...(operation.etag === true ? [{ name: 'If-None-Match', in: 'header', schema: { type: 'string' } }] : []),
    ...(operation.kind === 'open' ? [] : [traceparent]),
  ];
};

const headerDescriptions: Readonly<Record<string, string>> = {
  'Idempotency-Key': 'The same key with the same request gives the first success again and changes nothing.',
  'Moniker-Reason': 'Why, percent-encoded UTF-8; kept with the event. A reason in the request itself comes first.',
  'Moniker-After': 'The answer includes everything up to this position, which an earlier answer told.',
};

const lastEventId = (schemas: Schemas): Parameter => ({
  name: LAST_EVENT_ID,
  in: 'header',
  description: 'The `id` of the last event that came; comes before the parameter that says the same.',
  schema: schemaOf(PositionInHeader, schemas),
});

const traceparent: Parameter = {
  name: 'traceparent',
  in: 'header',
  description: 'W3C Trace Context.',
  schema: { type: 'string' },
};

const text = (description: string) => ({ description, schema: { type: 'string' } });

const answersOf = (operation: Operation, schemas: Schemas): Record<string, Response> => {
  const headers = {
    ...(operation.kind === 'query'
      ? { 'Moniker-Position': text('The position in the log that the answer is as of.') }
      : {}),
    ...(operation.etag === true ? { ETag: text('Strong; for If-None-Match.') } : {}),
  };
  const withHeaders = Object.keys(headers).length === 0 ? {} : { headers };
  const answers = Object.entries(operation.answers).map(([status, codec]): [string, Response] => [
    status,
    codec === null
      ? { description: 'Done.', ...withHeaders }
      : {
          description: status === '201' ? 'Created.' : 'OK.',
          ...withHeaders,
          content: { [operation.media ?? 'application/json']: { schema: schemaOf(codec, schemas) } },
        },
  ]);
  const unchanged: Response = { description: 'What If-None-Match names is still so.', ...withHeaders };
  return { ...Object.fromEntries(answers), ...(operation.etag === true ? { '304': unchanged } : {}) };
};

const problemsOf = (operation: Operation): Record<string, Response> => {
  const codes = codesOf(operation);
  const statuses = [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const of = codes.filter((code) => statusOf(code) === status);
      return [
        String(status),
        {
          description: of.map((code) => `\`${code}\`: ${titleOf(code)}.`).join(' '),
          ...headersOf(of),
          content: {
            [PROBLEM_MEDIA_TYPE]: {
              schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: of } } }] },
            },
          },
        },
      ];
    }),
  );
};

const headersOf = (codes: ReadonlyArray<ProblemCode>) => {
  if (codes.includes('unauthenticated')) return { headers: { 'WWW-Authenticate': text('Bearer.') } };
  return codes.includes('too_many_requests') || codes.includes('overloaded')
    ? { headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } } }
    : {};
};

const held = { type: ['string', 'null'], description: 'A version, or null for none.' };

const problemSchema: JsonSchema = {
  type: 'object',
  description: 'RFC 9457. Some codes have members of their own.',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong, and what to do.' },
    code: { type: 'string', enum: problemCodes },
    errors: {
      type: 'array',
      description: 'Of malformed_request: everything that is wrong, by path.',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
      },
    },
    alias: { type: 'string', description: 'Of alias_conflict and alias_protected.' },
    expected: held,
    actual: held,
    role: { type: 'string', description: 'Of forbidden and alias_protected: the role needed.' },
    teams: { type: 'array', items: { type: 'string' }, description: 'Of personal_entity: those of the caller.' },
    outcome: { enum: ['none', 'unknown'], description: 'Of store_unavailable: whether it may have been done.' },
  },
  required: ['type', 'title', 'status', 'detail', 'code'],
};
