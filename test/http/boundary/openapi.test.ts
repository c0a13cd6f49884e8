import * as t from 'io-ts';
import { listOf, exactly, oneOf } from '../../../src/domain/values/described';
import { RegistryName } from '../../../src/domain/values/names';
import { operation } from '../../../src/http/boundary';
import { openApiDocument } from '../../../src/http/boundary/openapi/document';
import { lintOpenApi } from '../../support/lint-openapi';
import { Started, startDemonstration } from './demonstration';

let server: Started;
beforeAll(async () => {
  server = await startDemonstration();
});
afterAll(() => server.close());

const get = (url: string, headers = {}) => server.fastify.inject({ url, headers });
const documentServed = async () => (await get('/api/v1/openapi.json')).json();

const example = operation({
  id: 'example',
  method: 'GET',
  path: '/examples/:registry',
  tag: 'Examples',
  summary: 'An example',
  kind: 'query',
  params: { registry: RegistryName },
  answers: { 200: exactly({}) },
  codes: [],
});

describe('the OpenAPI document', () => {
  test('is valid by the linter', async () => {
    const document = await documentServed();
    expect(lintOpenApi(document)).toBe('');
    document.paths['/resolve'].get.parameters[0].in = 'nowhere';
    expect(lintOpenApi(document)).toMatch(/nowhere|`in` can be one of the following/);
  }, 120_000);

  test('needs no key and knows every operation, by method and path', async () => {
    const { paths } = await documentServed();
    expect(Object.keys(paths['/registries/{registry}/collections/{collection}/aliases/{alias}'])).toEqual(['put', 'delete']);
    expect(Object.values<object>(paths).flatMap((methods) => Object.values(methods)).map(({ operationId }) => operationId).sort()).toEqual(
      ['exportEvents', 'linkVersion', 'listTags', 'moveAlias', 'removeAlias', 'resolve', 'stray', 'whoever'],
    );
  });

  test('says what decodes: parameters, bodies, answers and problems of an operation', async () => {
    const { paths, components } = await documentServed();
    const { put } = paths['/registries/{registry}/collections/{collection}/aliases/{alias}'];
    expect(put.parameters.map(({ name }: { name: string }) => name)).toEqual([
      'registry',
      'collection',
      'alias',
      'Idempotency-Key',
      'Moniker-Reason',
      'traceparent',
    ]);
    expect(put.requestBody).toEqual({
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              version: { $ref: '#/components/schemas/Version' },
              expected: { anyOf: [{ $ref: '#/components/schemas/Version' }, { type: 'null' }] },
              reason: { $ref: '#/components/schemas/Reason' },
            },
            required: ['version'],
            additionalProperties: false,
          },
        },
      },
    });
    expect(Object.keys(put.responses)).toEqual(['200', '400', '401', '403', '409', '413', '415', '422', '429', '500', '503']);
    expect(put.responses['409'].description).toMatch(/`alias_conflict`/);
    expect(components.schemas.Version).toMatchObject({ type: 'string', pattern: '^v(0|[1-9][0-9]*)$' });
    const { get: list } = paths['/registries/{registry}/tags'];
    expect(list.parameters.map(({ name }: { name: string }) => name)).toEqual(
      ['registry', 'name', 'limit', 'cursor', 'Moniker-After', 'traceparent'],
    );
    expect(Object.keys(paths['/resolve'].get.responses)).toContain('304');
    expect(paths['/whoever'].post.security).toEqual([]);
  });

  test('shows one path where the same place has two names', () => {
    const other = operation({
      ...example,
      id: 'other',
      method: 'DELETE',
      path: '/examples/:name',
      kind: 'command',
      params: { name: RegistryName },
    });
    const { paths } = openApiDocument([example, other]);
    expect(Object.keys(paths)).toEqual(['/examples/{registry}']);
    expect(paths['/examples/{registry}']?.delete?.parameters[0]).toMatchObject({ name: 'registry', in: 'path' });
  });

  test('is refused to operations whose codecs say nothing of themselves', () => {
    const silent = new t.Type<string, string, unknown>('Silent', t.string.is, t.string.validate, t.identity);
    const codecs: ReadonlyArray<t.Mixed> = [silent, t.type({ a: t.string }), t.intersection([exactly({}), exactly({})])];
    for (const codec of codecs)
      expect(() => openApiDocument([{ ...example, answers: { 200: exactly({ a: listOf(codec, { max: 1 }) }) } }])).toThrow(
        /has no JSON Schema/,
      );
  });

  test('is refused to two operations of one id, and to two codecs of one name', () => {
    expect(() => openApiDocument([example, example])).toThrow('two operations have the id example');
    const [one, other] = [oneOf('Thing', ['a']), oneOf('Thing', ['b'])];
    expect(() => openApiDocument([{ ...example, answers: { 200: exactly({ one, other }) } }])).toThrow(
      'two codecs are named Thing',
    );
  });
});

describe('the page to browse it', () => {
  test('needs no key and no script, and loads nothing from elsewhere', async () => {
    const { statusCode, headers, body } = await get('/api/docs');
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).not.toMatch(/unsafe/);
    expect(body).not.toMatch(/<script|\son\w+=|style="|https?:\/\//);
    expect(await get('/api/docs/style.css')).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/css; charset=utf-8' } });
  });

  test('has a place for every operation, every schema and every problem that is pointed to', async () => {
    const { body } = await get('/api/docs');
    const places = new Set([...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const pointed = [...body.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
    expect(pointed.filter((id) => !places.has(id))).toEqual([]);
    expect([...places]).toEqual(expect.arrayContaining(['moveAlias', 'schema-AliasName', 'alias_conflict', 'problems']));
    const problem = (await get('/api/nothing')).json();
    expect(places).toContain(problem.type.replace('/api/docs#', ''));
  });

  test('is not sent again to who has it', async () => {
    for (const url of ['/api/docs', '/api/v1/openapi.json']) {
      const { headers } = await get(url);
      expect((await get(url, { 'if-none-match': headers.etag })).statusCode).toBe(304);
    }
  });
});
