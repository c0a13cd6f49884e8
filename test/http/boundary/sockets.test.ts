import { once } from 'node:events';
import { AddressInfo, connect } from 'node:net';
import { KEY, Started, startDemonstration } from './demonstration';

let server: Started;
let port: number;
beforeAll(async () => {
  server = await startDemonstration({ requestTimeout: 500 });
  await server.fastify.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = server.fastify.server.address() as AddressInfo);
});
afterAll(() => server.close());

type Chunk = string | Buffer | number;

/** Sends chunks as they are (a number: milliseconds to wait) and reads until the connection ends, or is silent. */
const send = (chunks: ReadonlyArray<Chunk>, silence = 250): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(received);
    };
    let timer = setTimeout(done, 5000);
    socket.on('data', (data) => {
      received += data.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(done, silence);
    });
    socket.on('close', done);
    socket.on('error', (error) => (received === '' ? reject(error) : done()));
    socket.on('connect', () => {
      void (async () => {
        for (const chunk of chunks) {
          if (typeof chunk === 'number') await new Promise((next) => setTimeout(next, chunk));
          else if (socket.writable) socket.write(chunk);
        }
      })();
    });
  });

const problemIn = (answer: string) => {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/content-type: application\/problem\+json/i);
  expect(head).toMatch(/x-content-type-options: nosniff/i);
  const { status, code, errors } = JSON.parse(body);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  return errors === undefined ? [status, code] : [status, code, errors.map(({ path }: { path: string }) => path)];
};

const HOST = 'Host: x\r\n';
const WITH_KEY = `${HOST}Authorization: Bearer ${KEY}\r\n`;
const get = (target: string, headers = WITH_KEY) => send([`GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`]);
const JSON_TYPE = 'Content-Type: application/json\r\n';
const POST = 'POST /api/v1/registries/model/collections/zoo/versions HTTP/1.1\r\n';

describe('what only a raw connection can send', () => {
  test('what is not HTTP is a problem', async () => {
    expect(problemIn(await send(['HELLO\r\n\r\n']))).toEqual([400, 'malformed_request', ['request']]);
    expect(problemIn(await get('/api/v1/resolve', `${HOST}X-A: a\0b\r\n`))).toEqual([400, 'malformed_request', ['request']]);
    expect(problemIn(await get('/api/v1/resolve', `${HOST}Authorization: Bearer a\0b\r\n`))[0]).toBe(400);
    const twice = `${POST}${WITH_KEY}${JSON_TYPE}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`;
    expect(problemIn(await send([twice]))).toEqual([400, 'malformed_request', ['request']]);
    const both = `${POST}${WITH_KEY}${JSON_TYPE}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect(problemIn(await send([both]))[0]).toBe(400);
  });

  test('headers over 16 KiB are 431, a long key below that is 401', async () => {
    expect(problemIn(await get('/api/v1/resolve', `${HOST}Authorization: Bearer ${'x'.repeat(20_000)}\r\n`))).toEqual([
      431,
      'headers_too_large',
    ]);
    expect(problemIn(await get(`/api/v1/${'x'.repeat(20_000)}`))).toEqual([431, 'headers_too_large']);
    expect(problemIn(await get('/api/v1/resolve', `${HOST}Authorization: Bearer ${'x'.repeat(12_000)}\r\n`))).toEqual([
      401,
      'unauthenticated',
    ]);
  });

  test('a megabyte of a key does no harm', async () => {
    expect(problemIn(await get('/api/v1/resolve', `${HOST}Authorization: Bearer ${'x'.repeat(1_000_000)}\r\n`))[0]).toBe(431);
    expect(problemIn(await get('/api/nothing'))[0]).toBe(404);
  });

  test('targets: dots, bytes that are no ASCII, absolute, asterisk', async () => {
    for (const name of ['..', '.', '%2E%2E'])
      expect(problemIn(await get(`/api/v1/registries/${name}/tags`))).toEqual([400, 'malformed_request', ['registry']]);
    expect(problemIn(await get('/api/v1/registries/ü/tags?name=ü'))).toEqual([400, 'malformed_request', ['request']]);
    expect(await get('http://elsewhere.example/api/v1/registries/model/tags')).toMatch(/^HTTP\/1.1 200 /);
    expect(problemIn(await get('*'))).toEqual([404, 'not_found']);
    expect(problemIn(await get('/api//v1/registries/model/tags'))).toEqual([404, 'not_found']);
    expect(problemIn(await send([`OPTIONS * HTTP/1.1\r\n${HOST}\r\n`]))).toEqual([404, 'not_found']);
    expect(problemIn(await send([`BREW /api/v1/resolve HTTP/1.1\r\n${HOST}\r\n`]))[0]).toBe(400);
    expect(problemIn(await send([`PURGE /api/v1/resolve HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`]))).toEqual([
      405,
      'method_not_allowed',
    ]);
  });

  test('HTTP/1.1 needs a host, HTTP/1.0 does not', async () => {
    expect(problemIn(await get('/api/v1/resolve', ''))).toEqual([400, 'malformed_request', ['Host']]);
    expect(problemIn(await send(['GET /api/v1/resolve HTTP/1.0\r\n\r\n']))).toEqual([401, 'unauthenticated']);
  });

  test('a fragment is no part of the request', async () => {
    expect(await get('/api/v1/registries/model/tags?limit=1#x')).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('what two servers in a row could take for different requests', () => {
  const smuggled = `GET /api/v1/registries/model/tags HTTP/1.1\r\n${WITH_KEY}\r\n`;

  test.each([
    ['a length and chunks', `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks that are not the last encoding', `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['an encoding that is none', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['an encoding behind a tab', `Transfer-Encoding:\tchunked, x\r\n\r\n0\r\n\r\n`],
    ['two lengths', `Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['the same length twice', `Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
    ['a length with a sign', `Content-Length: +2\r\n\r\n{}`],
    ['a length in hexadecimal', `Content-Length: 0x2\r\n\r\n{}`],
    ['a space before the colon', `Content-Length : 2\r\n\r\n{}`],
    ['a header over two lines', `X-One: 1\r\n Content-Length: 2\r\n\r\n{}`],
    ['a line feed alone', `X-One: 1\nContent-Length: 2\r\n\r\n{}`],
    ['a carriage return alone', `X-One: 1\rContent-Length: 2\r\n\r\n{}`],
    ['a chunk whose size is none', `Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n`],
    ['a chunk whose line ends badly', `Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n`],
    ['a chunk longer than it says', `Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n`],
  ])('%s: 400, and nothing behind it is taken for a request', async (_, rest) => {
    const answers = await send([`${POST}${WITH_KEY}${JSON_TYPE}${rest}${smuggled}`]);
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect(problemIn(answers).slice(0, 2)).toEqual([400, 'malformed_request']);
  });

  test('two hosts, and two keys, be they the same', async () => {
    expect(problemIn(await get('/api/v1/registries/model/tags', `Host: y\r\n${WITH_KEY}`))).toEqual([
      400, 'malformed_request', ['Host'],
    ]);
    for (const key of ['wrong', KEY])
      expect(problemIn(await get('/api/v1/registries/model/tags', `authorization: Bearer ${key}\r\n${WITH_KEY}`))).toEqual([
        401, 'unauthenticated',
      ]);
  });

  test('an expectation that is not known is none: the answer is as ever', async () => {
    const answer = await get('/api/v1/registries/model/tags?limit=1', `${WITH_KEY}Expect: the-unexpected\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toMatch(/x-content-type-options: nosniff/);
  });
});

describe('connections', () => {
  test('are so many at once; one more is closed as it comes, and one that is closed makes room', async () => {
    const small = await startDemonstration({ connections: 2 });
    await small.fastify.listen({ port: 0, host: '127.0.0.1' });
    const { port: at } = small.fastify.server.address() as AddressInfo;
    const open = async () => {
      const socket = connect(at, '127.0.0.1');
      const closed = new Promise<string>((resolve) => socket.on('close', () => resolve('closed')).on('error', () => undefined));
      const answered = new Promise<string>((resolve) => socket.on('data', (data) => resolve(data.toString().slice(0, 12))));
      socket.write(`GET /api/nothing HTTP/1.1\r\n${HOST}\r\n`);
      return { socket, closed, came: await Promise.race([closed, answered]) };
    };
    const [one, two, three] = [await open(), await open(), await open()];
    expect([one, two, three].map(({ came }) => came)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 404', 'closed']);
    one.socket.destroy();
    await one.closed;
    let again = await open();
    while (again.came === 'closed') again = await open();
    expect(again.came).toBe('HTTP/1.1 404');
    for (const { socket } of [two, again]) socket.destroy();
    await small.close();
  });
});

describe('bodies on the wire', () => {
  const tooLarge = [413, 'payload_too_large'];

  test('413 by Content-Length, before any of the body came', async () => {
    expect(problemIn(await send([`${POST}${WITH_KEY}${JSON_TYPE}Content-Length: 786433\r\n\r\n`]))).toEqual(tooLarge);
  });

  test('413 while a body without a length streams, before it is whole, whatever its type', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    for (const type of [JSON_TYPE, 'Content-Type: text/plain\r\n', ''])
      expect(
        problemIn(await send([`${POST}${HOST}${type}Transfer-Encoding: chunked\r\n\r\n`, ...Array<string>(13).fill(chunk)])),
      ).toEqual(tooLarge);
  });

  test('a streamed body is taken as any other', async () => {
    const body = '{"source":"vision/zoo/zoo_model:v7"}';
    const chunks = [...body].map((character) => `1\r\n${character}\r\n`);
    expect(
      await send([`${POST}${WITH_KEY}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n`, ...chunks, '0\r\n\r\n']),
    ).toMatch(/^HTTP\/1.1 201 /);
  });

  test('what stops coming is 408', async () => {
    expect(problemIn(await send([`${POST}${WITH_KEY}${JSON_TYPE}Content-Length: 100\r\n\r\n{"sour`], 2000))).toEqual([
      408,
      'request_timeout',
    ]);
    expect(problemIn(await send(['GET /api/v1/resolve HTT'], 2000))).toEqual([408, 'request_timeout']);
  });

  test('a request that was answered early and never ends is answered once', async () => {
    const answers = await send([`POST /api/nothing HTTP/1.1\r\n${HOST}Content-Length: 100\r\n\r\nx`], 2000);
    expect(answers.match(/HTTP\/1.1 /g)).toHaveLength(1);
    expect(problemIn(answers)).toEqual([404, 'not_found']);
  });

  test('a connection goes on after a problem', async () => {
    const answers = await send([
      `POST /api/nothing HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`,
      `GET /api/v1/registries/model/tags?limit=1 HTTP/1.1\r\n${WITH_KEY}Connection: close\r\n\r\n`,
    ]);
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  test('a GET that brings a body is refused, though the body is not read', async () => {
    const asked = `GET /api/v1/registries/model/tags HTTP/1.1\r\n${WITH_KEY}`;
    for (const framing of ['Content-Length: 1000000000\r\n\r\nx', 'Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n'])
      expect(problemIn(await send([asked + framing]))).toEqual([400, 'malformed_request', ['body']]);
  });
});

describe('stopping', () => {
  test('what runs is finished, what comes on an open connection meanwhile is 503, then the server is gone', async () => {
    const stopping = await startDemonstration();
    await stopping.fastify.listen({ port: 0, host: '127.0.0.1' });
    const { port: at } = stopping.fastify.server.address() as AddressInfo;
    const socket = connect(at, '127.0.0.1');
    let received = '';
    socket.on('data', (data) => (received += data.toString()));
    const ended = new Promise((done) => socket.on('close', done));
    const body = '{"source":"vision/zoo/zoo_model:v7"}';
    const runs = once(stopping.fastify.server, 'request');
    socket.write(`${POST}${WITH_KEY}${JSON_TYPE}Content-Length: ${body.length}\r\n\r\n{`);
    await runs;
    const closed = stopping.close();
    await new Promise((next) => setTimeout(next, 100));
    socket.write(`${body.slice(1)}GET /api/v1/resolve HTTP/1.1\r\n${HOST}\r\n`);
    await Promise.all([closed, ended]);
    expect(received.match(/HTTP\/1.1 \d+/g)?.[0]).toBe('HTTP/1.1 201');
    expect(received.match(/HTTP\/1.1 \d+/g)?.[1] ?? 'HTTP/1.1 503').toBe('HTTP/1.1 503');
  });

  test('connections on which nothing was asked yet do not hold it up', async () => {
    const stopping = await startDemonstration();
    await stopping.fastify.listen({ port: 0, host: '127.0.0.1' });
    const { port: at } = stopping.fastify.server.address() as AddressInfo;
    const sockets = [connect(at, '127.0.0.1'), connect(at, '127.0.0.1')];
    const ended = Promise.all(sockets.map((socket) => new Promise((done) => socket.on('close', done).on('error', done))));
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.on('connect', done))));
    sockets[1]?.write('GET /api/v1/res');
    await new Promise((next) => setTimeout(next, 100));
    const began = performance.now();
    await stopping.close();
    await ended;
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
