import { KEY, Started, startDemonstration } from './demonstration';

let server: Started;
beforeAll(async () => {
  server = await startDemonstration();
});
afterAll(() => server.close());

const authorization = `Bearer ${KEY}`;
const JSON_TYPE = { 'content-type': 'application/json' };
const ALIAS = '/api/v1/registries/model/collections/zoo/aliases/staging';
const VERSIONS = '/api/v1/registries/model/collections/zoo/versions';

type Asked = {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH' | 'HEAD' | 'OPTIONS';
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
};

/** Asks with a key; a body that is no text or buffer is sent as JSON. */
const ask = async ({ method = 'GET', url, body, headers = {} }: Asked) => {
  const raw = body === undefined || typeof body === 'string' || body instanceof Buffer;
  const response = await server.fastify.inject({
    method,
    url,
    headers: { authorization, ...(body === undefined ? {} : JSON_TYPE), ...headers },
    ...(body === undefined ? {} : { payload: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = response.body;
  const isJson = /[+/]json/.test(String(response.headers['content-type'])) && text !== '';
  return { status: response.statusCode, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
};

const faults = async (asked: Asked): Promise<Array<string>> => {
  const { status, json } = await ask(asked);
  expect({ status, code: json.code }).toEqual({ status: 400, code: 'malformed_request' });
  return json.errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`);
};

const link = (body: unknown) => ask({ method: 'POST', url: VERSIONS, body });
const linkFaults = (body: unknown) => faults({ method: 'POST', url: VERSIONS, body });
const SOURCE = 'vision/zoo/zoo_model:v7';

describe('a request that is well formed', () => {
  test('is decoded, handled and its answer encoded', async () => {
    const { status, json, headers } = await ask({ method: 'PUT', url: ALIAS, body: { version: 'v5', expected: null } });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(json).toEqual({ alias: 'staging', version: 'v5', previous: null, changed: true, position: '7' });
  });

  test('chooses its status by the handler, and may have no body in its answer', async () => {
    expect((await link({ source: SOURCE })).status).toBe(201);
    expect(await ask({ method: 'POST', url: '/api/v1/whoever', headers: { authorization: '' } })).toMatchObject({
      status: 204,
      text: '',
    });
  });

  test('an absent body is {}, and a name twice in a list counts once', async () => {
    expect(await ask({ method: 'DELETE', url: ALIAS })).toMatchObject({ status: 200, json: { by: 'user:ann' } });
    const { json } = await link({ source: SOURCE, aliases: ['a', 'b', 'a'] });
    expect(json.received.body.aliases).toEqual(['a', 'b']);
  });

  test('names in the path are percent-encoded', async () => {
    for (const alias of ['a b', '100%', '#1', 'ü', '😀'.repeat(128), 'a+b', '%25', '__proto__', 'constructor', 'a;b', 'a?b', '\\']) {
      const { status, json } = await ask({
        method: 'DELETE',
        url: `/api/v1/registries/R%20S/collections/${encodeURIComponent('%2F#?')}/aliases/${encodeURIComponent(alias)}`,
      });
      expect({ status, alias: json.alias }).toEqual({ status: 200, alias });
    }
  });

  test('its known headers are handed on', async () => {
    const { json } = await ask({
      method: 'POST',
      url: VERSIONS,
      body: { source: SOURCE },
      headers: {
        'idempotency-key': 'abc-1',
        'moniker-reason': 'gepr%C3%BCft, 100%25',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
    expect(json.received.headers).toEqual({
      idempotencyKey: 'abc-1',
      reason: 'geprüft, 100%',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  });

  test('a malformed traceparent is ignored, as its standard asks', async () => {
    const { json } = await ask({ method: 'POST', url: VERSIONS, body: { source: SOURCE }, headers: { traceparent: 'x' } });
    expect(json.received.headers).toEqual({});
  });

  test('a query says from which position it is answered', async () => {
    expect((await ask({ url: '/api/v1/registries/model/tags' })).headers['moniker-position']).toBe('9');
  });

  test('answers that are no JSON are sent as their handler makes them', async () => {
    const { text, headers } = await ask({ url: '/api/v1/registries/model/events' });
    expect(text).toBe('{"revision":0}\n{"revision":1}\n{"revision":2}\n');
    expect(headers['content-type']).toBe('application/x-ndjson');
  });

  test('HEAD answers as GET does, without the body', async () => {
    expect(await ask({ method: 'HEAD', url: '/api/v1/registries/model/tags' })).toMatchObject({ status: 200, text: '' });
  });
});

describe('order of judgement', () => {
  const big = 'x'.repeat(768 * 1024 + 1);
  const noKey = { authorization: '' };

  test('404 first: no such route', async () => {
    for (const url of ['/api/v1/nothing', '/api/v1/registries//tags', '/api/nothing', '/api/v1/registries/model/tags/', '/api/v1/%zz'])
      expect(await ask({ method: 'POST', url, body: big, headers: { ...noKey, 'content-type': 'x/y' } })).toMatchObject({
        status: 404,
        json: { code: 'not_found', status: 404 },
        headers: { 'content-type': 'application/problem+json' },
      });
  });

  test('then 405, which names the methods that the concrete path has', async () => {
    for (const method of ['POST', 'PATCH', 'OPTIONS'] as const) {
      const answered = await ask({ method, url: ALIAS, body: big, headers: { ...noKey, 'content-type': 'x/y' } });
      expect(answered).toMatchObject({ status: 405, json: { code: 'method_not_allowed' }, headers: { allow: 'DELETE, PUT' } });
    }
    expect((await ask({ method: 'DELETE', url: '/api/v1/resolve' })).headers.allow).toBe('GET, HEAD');
    expect(await ask({ method: 'POST', url: '/api/v1/registries/%ff/tags' })).toMatchObject({ status: 405 });
  });

  test('then 413', async () => {
    expect(await ask({ method: 'PUT', url: ALIAS, body: big, headers: { ...noKey, 'content-type': 'x/y' } })).toMatchObject({
      status: 413,
      json: { code: 'payload_too_large' },
    });
    expect((await ask({ method: 'PUT', url: ALIAS, body: `"${'x'.repeat(768 * 1024 - 2)}"` })).status).toBe(400);
  });

  test('then 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'rubbish', ''])
      expect(
        await ask({ method: 'PUT', url: ALIAS, body: '{', headers: { ...noKey, 'content-type': type } }),
      ).toMatchObject({ status: 415, json: { code: 'unsupported_media_type' } });
    for (const encoding of ['gzip', 'br'])
      expect(await ask({ method: 'PUT', url: ALIAS, body: '{}', headers: { 'content-encoding': encoding } })).toMatchObject({
        status: 415,
      });
    const untyped = await server.fastify.inject({ method: 'PUT', url: ALIAS, payload: Buffer.from('{}') });
    expect(untyped.statusCode).toBe(415);
    for (const type of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])
      expect((await ask({ method: 'PUT', url: ALIAS, body: '{}', headers: { 'content-type': type } })).status).toBe(400);
  });

  test('then 401, then 400, then the handler', async () => {
    const asked = { method: 'PUT', url: `${ALIAS}?x=1`, body: '{' } as const;
    expect(await ask({ ...asked, headers: noKey })).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    expect(await ask(asked)).toMatchObject({ status: 400, json: { code: 'malformed_request' } });
    expect(await ask({ method: 'PUT', url: ALIAS.replace('staging', 'broken'), body: {} })).toMatchObject({ status: 400 });
  });
});

describe('routes that take anything, such as those of pages', () => {
  test('take nothing below /api/', async () => {
    expect(await ask({ url: '/' })).toMatchObject({ status: 200, text: 'a page' });
    expect(await ask({ url: '/registries/model' })).toMatchObject({ status: 200, text: 'a page' });
    for (const url of ['/api/', '/api/v1', '/api/v2/registries', '/api/v1/nothing'])
      expect(await ask({ url })).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect(await ask({ method: 'POST', url: '/api/v1/nothing' })).toMatchObject({ status: 404 });
    expect(await ask({ method: 'POST', url: '/pages/x' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });
});

describe('a malformed request', () => {
  test('all faults of path, query, headers and body are told at once', async () => {
    expect(
      await faults({
        method: 'PUT',
        url: '/api/v1/registries/a%3Ab/collections/zoo/aliases/a%2Fb?more=1',
        headers: { 'idempotency-key': 'ä' },
        body: { version: 7, expected: 'v03', other: true },
      }),
    ).toEqual([
      'registry must have none of / \\ # ? % :',
      'alias must have none of / : @',
      'more is not known here; leave it out',
      expect.stringContaining('Idempotency-Key must match'),
      'other is not known here; leave it out',
      'version must be a version such as "v3"',
      'expected must be a version such as "v3"',
    ]);
  });

  test('percent-encoding: malformed in path and query', async () => {
    const at = (alias: string, query = '') => ({ method: 'DELETE', url: ALIAS.replace('staging', alias) + query }) as const;
    for (const encoded of ['%', '%f', '%zz', '%ff', '%c3%28', '%ed%a0%80', '%u0041'])
      expect(await faults(at(encoded, `?reason=${encoded}`))).toEqual([
        expect.stringMatching(/^alias is not percent-encoded UTF-8/),
        expect.stringMatching(/^reason is not percent-encoded UTF-8/),
      ]);
  });

  test('names: NUL, control characters, dots, spaces at the ends, 3,000 characters', async () => {
    for (const encoded of ['%00', 'a%0Ab', '%20a', 'x'.repeat(3000), '%F0%9F%98%80'.repeat(129)]) {
      const url = ALIAS.replace('staging', encoded);
      expect((await faults({ method: 'DELETE', url }))[0]).toMatch(/^alias must/);
    }
  });

  test('query: unknown, repeated, missing, empty parameters', async () => {
    expect(await faults({ url: '/api/v1/resolve?nme=x&name=a&name=b&at=' })).toEqual([
      'name is given twice',
      'nme is not known here; leave it out',
      expect.stringMatching(/^at must be an RFC 3339 instant/),
    ]);
    expect(await faults({ url: '/api/v1/resolve' })).toEqual(['name is missing']);
    expect(await faults({ url: '/api/v1/resolve?name=wandb-registry-model/zoo:a&__proto__=1&constructor=1' })).toEqual([
      '__proto__ is not known here; leave it out',
      'constructor is not known here; leave it out',
    ]);
    expect(await faults({ url: `/api/v1/resolve?${Array.from({ length: 100 }, (_, i) => `a${i}=1`).join('&')}` })).toEqual([
      'query has more than 64 parameters',
      'name is missing',
    ]);
  });

  test('query: a plus is a space, also that of an offset', async () => {
    const { json } = await ask({ url: '/api/v1/resolve?name=model/zoo:a&at=2026-01-31T10:00:00+01:00' });
    expect(json.at).toBe('2026-01-31T09:00:00.000Z');
  });

  test('body: what is not JSON', async () => {
    for (const body of ['{', '{"version":}', "{'a':1}", '{"a":1}x', 'NaN', '[1,]', '\u0000', '{"a":01}'])
      expect(await faults({ method: 'PUT', url: ALIAS, body })).toEqual([expect.stringMatching(/^body is not JSON: \S+/)]);
    for (const bytes of [[0xff], [0xc3, 0x28], [0x22, 0xed, 0xa0, 0x80, 0x22]])
      expect(await faults({ method: 'PUT', url: ALIAS, body: Buffer.from(bytes) })).toEqual(['body is not UTF-8']);
  });

  test('body: what is JSON and no object', async () => {
    for (const body of ['[]', 'null', '1', '"x"', 'true'])
      expect(await faults({ method: 'PUT', url: ALIAS, body })).toEqual(['body must be an object']);
  });

  test('body: nested paths, unknown members, both sides of a union', async () => {
    expect(
      await linkFaults({ source: 1, aliases: ['a', 'b/c', 3], by: { principal: 'x', more: 1 }, acceptedTypes: ['ok', '?'] }),
    ).toEqual([
      expect.stringMatching(/^source must be "team\/project\/artifact:v7"/),
      'aliases[1] must have none of / : @',
      'aliases[2] must be a string',
      expect.stringMatching(/^acceptedTypes\[1\] must match/),
      'by.more is not known here; leave it out',
      expect.stringMatching(/^by.principal must be "user:NAME"/),
    ]);
    expect(await linkFaults({ source: SOURCE, acceptedTypes: 'some' })).toEqual([
      'acceptedTypes must be ("any" | ArtifactType[])',
    ]);
  });

  test('body: __proto__ and constructor are unknown members as others, and ordinary keys where any are taken', async () => {
    expect(await linkFaults('{"source":"vision/zoo/z:v1","__proto__":{"a":1},"constructor":{}}')).toEqual([
      '__proto__ is not known here; leave it out',
      'constructor is not known here; leave it out',
    ]);
    const { text } = await link('{"source":"vision/zoo/z:v1","metadata":{"__proto__":{"a":1},"constructor":2}}');
    expect(text).toContain('"metadata":{"__proto__":{"a":1},"constructor":2}');
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test('S2: numbers, depth, names and surrogates beyond I-JSON', async () => {
    const metadata = (json: string) => linkFaults(`{"source":"vision/zoo/z:v1","metadata":${json}}`);
    expect(await metadata('{"n":9007199254740993,"m":[1,-9007199254740992],"o":1e999,"p":"\\ud800","q":{"a":1,"a":2}}')).toEqual([
      expect.stringMatching(/^metadata.n is an integer beyond 2\^53-1/),
      expect.stringMatching(/^metadata.m\[1\] is an integer beyond 2\^53-1/),
      'metadata.o is a number too large for a double',
      'metadata.p has an unpaired surrogate',
      'metadata.q.a is given twice',
    ]);
    expect(await metadata('['.repeat(64) + ']'.repeat(64))).toContainEqual(expect.stringMatching(/is nested deeper than 64$/));
    expect(await linkFaults('['.repeat(380_000) + ']'.repeat(380_000))).toContainEqual(
      expect.stringMatching(/is nested deeper than 64$/),
    );
    const largest = '{"source":"vision/zoo/z:v1","metadata":{"n":9007199254740991,"m":1.2e18,"😀":"\\ud83d\\ude00"}}';
    expect((await link(largest)).status).toBe(201);
  });

  test('however many faults there are, the answer stays small', async () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`member-${i}`, i]));
    const { status, text } = await link(many);
    expect(status).toBe(400);
    expect(text.length).toBeLessThan(50_000);
    expect((await link({ ['x'.repeat(700_000)]: 1 })).text.length).toBeLessThan(2000);
  });

  test('headers: malformed ones of a command and a query', async () => {
    const asked = { method: 'DELETE', url: ALIAS } as const;
    for (const key of ['', 'a b', 'x'.repeat(129), 'ü'])
      expect(await faults({ ...asked, headers: { 'idempotency-key': key } })).toEqual([expect.stringMatching(/^Idempotency-Key must/)]);
    expect(await faults({ ...asked, headers: { 'moniker-reason': '100%' } })).toEqual([
      expect.stringMatching(/^Moniker-Reason must be percent-encoded/),
    ]);
    expect(await faults({ ...asked, headers: { 'moniker-reason': 'x'.repeat(1001) } })).toEqual([
      'Moniker-Reason must have at most 1000 characters',
    ]);
    expect(await faults({ url: '/api/v1/resolve?name=model/zoo:a', headers: { 'moniker-after': ' ' } })).toEqual([
      expect.stringMatching(/^Moniker-After must match/),
    ]);
  });

  test('a GET takes no body', async () => {
    expect(await faults({ url: '/api/v1/registries/model/tags', body: { a: 1 } })).toEqual(['body is not taken by a GET; leave it out']);
  });
});

describe('lists', () => {
  const list = (query: string) => ask({ url: `/api/v1/registries/model/tags${query}` });

  test('are walked by cursor, each item once', async () => {
    const seen: Array<string> = [];
    let query = '?limit=50';
    for (let pages = 0; pages < 10 && query !== ''; pages++) {
      const { json } = await list(query);
      seen.push(...json.items);
      query = json.nextCursor === null ? '' : `?limit=50&cursor=${json.nextCursor}`;
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => `tag-${String(i).padStart(3, '0')}`));
  });

  test('have no next page where the last is just full', async () => {
    expect((await list('?limit=120')).json.nextCursor).toBeNull();
    expect((await list('')).json.items).toHaveLength(50);
  });

  test('limits go from 1 to 500', async () => {
    for (const limit of ['0', '501', '-1', '1.5', '1e2', '', ' 5', '05', 'x'])
      expect(await faults({ url: `/api/v1/registries/model/tags?limit=${encodeURIComponent(limit)}` })).toEqual([
        'limit must be a number from 1 to 500',
      ]);
    expect((await list('?limit=500')).status).toBe(200);
  });

  test('a cursor of another list, of other filters, or none at all is refused', async () => {
    const { nextCursor } = (await list('?limit=1')).json;
    const forged = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
    const fingerprint = JSON.parse(Buffer.from(nextCursor, 'base64url').toString())[0];
    for (const url of [
      `/api/v1/registries/other/tags?cursor=${nextCursor}`,
      `/api/v1/registries/model/tags?name=tag&cursor=${nextCursor}`,
      '/api/v1/registries/model/tags?cursor=',
      '/api/v1/registries/model/tags?cursor=!',
      '/api/v1/registries/model/tags?cursor=AAAA',
      `/api/v1/registries/model/tags?cursor=${'A'.repeat(9000)}`,
      ...[[fingerprint], [fingerprint, 1], {}, null].map(
        (place) => `/api/v1/registries/model/tags?cursor=${forged(place)}`,
      ),
    ])
      expect(await faults({ url })).toEqual([expect.stringMatching(/^cursor is not a cursor of this list/)]);
    expect((await list(`?cursor=${forged([fingerprint, 'tag-100'])}`)).json.items).toHaveLength(19);
  });
});

describe('caching', () => {
  const url = '/api/v1/resolve?name=model/zoo:production';

  test('the same answer has the same strong tag, whenever it was asked', async () => {
    const [first, second] = [await ask({ url }), await ask({ url })];
    expect(first.json.resolvedAt).not.toBe(second.json.resolvedAt);
    expect(first.headers.etag).toMatch(/^"[\w-]{27}"$/);
    expect(second.headers.etag).toBe(first.headers.etag);
    expect((await ask({ url: `${url}&at=2026-01-01T00:00:00Z` })).headers.etag).not.toBe(first.headers.etag);
  });

  test('If-None-Match is honoured: lists, weak tags, *', async () => {
    const { etag } = (await ask({ url })).headers;
    for (const match of [etag, `"x", ${etag}`, `W/${etag}`, '*'])
      expect(await ask({ url, headers: { 'if-none-match': String(match) } })).toMatchObject({
        status: 304,
        text: '',
        headers: { etag, 'moniker-position': '9' },
      });
    for (const match of ['"x"', 'x', '', '""']) expect((await ask({ url, headers: { 'if-none-match': match } })).status).toBe(200);
  });
});

describe('problems', () => {
  test('have type, title, status, detail, code and their own members', async () => {
    const { status, json, headers } = await ask({
      method: 'PUT',
      url: ALIAS.replace('staging', 'production'),
      body: { version: 'v1' },
    });
    expect(status).toBe(409);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(json).toEqual({
      type: '/api/docs#alias_conflict',
      title: 'Another version holds the alias',
      status: 409,
      detail: 'v4 holds it; ask again with expected v4.',
      code: 'alias_conflict',
      alias: 'production',
      expected: null,
      actual: 'v4',
    });
    expect(await ask({ method: 'DELETE', url: ALIAS.replace('staging', 'nobody') })).toMatchObject({ status: 404 });
  });

  test('what was not meant to be one is internal, and tells nothing of the cause but to the log', async () => {
    const { status, text, headers } = await ask({
      method: 'PUT',
      url: ALIAS.replace('staging', 'broken'),
      body: { version: 'v1' },
    });
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
    const id = headers['x-request-id'];
    expect(server.logged).toContainEqual(expect.objectContaining({ requestId: id, msg: 'a request failed', level: 50 }));
  });
});

describe('operations held to their description, as in tests', () => {
  test('fail where they answer another code or another body', async () => {
    for (const how of ['problem', 'body']) expect((await ask({ url: `/api/v1/stray/${how}` })).status).toBe(500);
    const shipped = await startDemonstration({ verifyAnswers: false });
    expect((await shipped.fastify.inject('/api/v1/stray/problem')).statusCode).toBe(409);
    expect((await shipped.fastify.inject('/api/v1/stray/body')).statusCode).toBe(200);
    await shipped.close();
  });
});

describe('what every answer says to browsers and nobody else', () => {
  test('security headers, no CORS, no banner', async () => {
    for (const url of ['/api/v1/resolve?name=model/zoo:a', '/api/nothing', '/api/v1/resolve']) {
      const { headers } = await ask({ url, headers: { origin: 'https://elsewhere.example' } });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      });
      expect(Object.keys(headers).filter((name) => /^access-control|^server$|^x-powered-by$/.test(name))).toEqual([]);
    }
  });

  test('a request id: the given one if it is fit for a log, else a new one', async () => {
    const id = async (given: string) => (await ask({ url: '/api/nothing', headers: { 'x-request-id': given } })).headers['x-request-id'];
    expect(await id('abc-1')).toBe('abc-1');
    for (const unfit of ['a b', 'x'.repeat(200), '']) expect(await id(unfit)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('one line in the log for each request, without key, query or body', async () => {
    const before = server.logged.length;
    await ask({ method: 'DELETE', url: `${ALIAS}?reason=classified`, headers: { 'x-request-id': 'logged-1' } });
    expect(server.logged.slice(before)).toEqual([
      expect.objectContaining({
        level: 30,
        msg: 'request',
        requestId: 'logged-1',
        method: 'DELETE',
        path: ALIAS,
        operation: 'removeAlias',
        principal: 'user:ann',
        status: 200,
      }),
    ]);
    expect(JSON.stringify(server.logged)).not.toMatch(/classified|mk_a-good-key/);
  });
});
