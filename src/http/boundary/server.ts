/** The HTTP server as every part of the API needs it: what is judged, in which order, before a handler runs. */
import { randomUUID } from 'node:crypto';
import { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { DynamicModule, ForwardReference, Global, LoggerService, Module as NestModule, Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyInstance, FastifyRequest } from 'fastify';
import { Logger } from 'pino';
import { withoutKeys } from '../../domain/values/keys';
import { logRequests } from './access-log';
import { AUTHENTICATE, Authenticate, AuthenticationGuard, createRefuseKey, REFUSE_KEY } from './authentication';
import { readBodies } from './bodies';
import { allowOrigins } from './cross-origin';
import { isGivenTwice } from './given-twice';
import { limitWork } from './in-work';
import { serveDocument } from './openapi/routes';
import { Operation } from './operation';
import { malformed, problem, Problem, PROBLEM_MEDIA_TYPE } from './problems';
import { MOST_BYTES, payloadTooLarge, ProblemFilter, unsupportedMediaType } from './problem-filter';
import { routable } from './query-string';
import { isOfApi, routeTable } from './routes';
import { securityHeaders } from './security-headers';
import { Rate } from './token-bucket';

export type HttpOptions = {
  readonly log: Logger;
  /** Failed authentications of one address; 10 per second and 50 at once unless given. */
  readonly failedAuthentications?: Rate;
  /** Requests of one principal; as many as they like unless given. */
  readonly requestsOfPrincipal?: Rate;
  /** Whether, or from which proxies, `X-Forwarded-For` tells the client's address. */
  readonly trustProxy?: boolean | string;
  /** How many bytes the body of a request may have; 768 KiB unless given. */
  readonly mostBytes?: number;
  /** Which origins, beside its own, may use the API with a key (CORS); none unless given. */
  readonly origins?: ReadonlyArray<string>;
  /** How many connections are open at once, and no more taken; 4,096 unless given. */
  readonly connections?: number;
  /** How many commands are in work at once, and how many queries; 512 each unless given. */
  readonly inWork?: number;
  /** Milliseconds in which a request must have come whole; 30,000 unless given. */
  readonly requestTimeout?: number;
  /** For tests: answers that are not as their operation describes them fail. */
  readonly verifyAnswers?: boolean;
};

export type HttpApp = {
  readonly app: NestFastifyApplication;
  /** The operations of the API; complete once the app is initialized. */
  readonly operations: ReadonlyArray<Operation>;
};

type Module = Type | DynamicModule | Promise<DynamicModule> | ForwardReference;

const SECOND = 1000;
const MOST_CONNECTIONS = 4096;
const MOST_IN_WORK = 512;

/**
 * The application over some modules; one of them exports an `Authenticate` as `AUTHENTICATE`. Not yet initialized:
 * routes of its own (health, metrics) may be added to it.
 */
export const createHttpApp = async (modules: ReadonlyArray<Module>, options: HttpOptions): Promise<HttpApp> => {
  const operations: Array<Operation> = [];
  const { requestTimeout = 30 * SECOND, mostBytes = MOST_BYTES } = options;
  const adapter = new FastifyAdapter({
    trustProxy: options.trustProxy ?? false,
    // By then the whole request must have come; a silent connection is closed; an idle one is kept for the next.
    requestTimeout,
    connectionTimeout: 60 * SECOND,
    keepAliveTimeout: 65 * SECOND,
    http: {
      headersTimeout: Math.min(15 * SECOND, requestTimeout),
      connectionsCheckingInterval: Math.min(5 * SECOND, requestTimeout),
      maxHeaderSize: 16 * 1024,
      // Seen to below, where it becomes a problem.
      requireHostHeader: false,
    },
    return503OnClosing: false,
    routerOptions: { maxParamLength: 16 * 1024 },
    rewriteUrl: (request: IncomingMessage) => routable(request.url ?? '/'),
    genReqId: requestId,
    clientErrorHandler: answerClientError,
    skipMiddie: true,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.server.maxConnections = options.connections ?? MOST_CONNECTIONS;
  fastify.decorate('verifyAnswers', options.verifyAnswers ?? false);
  allowOrigins(fastify, options.origins ?? []);
  judgeRequests(fastify, operations, mostBytes);
  readBodies(fastify, mostBytes);
  limitWork(fastify, options.inWork ?? MOST_IN_WORK);
  logRequests(fastify, options.log);
  serveDocument(fastify, operations);

  const refuseKey = createRefuseKey(options.failedAuthentications ?? { perSecond: 10, burst: 50 });
  @Global()
  @NestModule({ providers: [{ provide: REFUSE_KEY, useValue: refuseKey }], exports: [REFUSE_KEY] })
  class ForEveryModule {}

  class HttpRoot {}
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: HttpRoot,
      imports: [ForEveryModule, ...modules],
      providers: [
        {
          provide: APP_GUARD,
          inject: [AUTHENTICATE],
          useFactory: (authenticate: Authenticate) =>
            new AuthenticationGuard(authenticate, refuseKey, options.requestsOfPrincipal),
        },
        { provide: APP_FILTER, useValue: new ProblemFilter(options.log, options.verifyAnswers ?? false, mostBytes) },
      ],
    },
    adapter,
    { bodyParser: false, logger: nestLog(options.log), abortOnError: false },
  );
  return { app, operations };
};

/** Everything before the guard, in the order of `api.md`: 404, 405, 413, 415. */
const judgeRequests = (fastify: FastifyInstance, operations: Array<Operation>, mostBytes: number): void => {
  const routes = routeTable();
  let closing = false;
  fastify.decorateRequest('caller', undefined);

  fastify.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) if (one !== 'HEAD' || config?.operation?.live !== true) routes.add(one, url);
    if (config?.operation && method !== 'HEAD') operations.push(config.operation);
  });
  // Node closes idle connections when it stops, but takes one on which nothing was asked yet for a busy one.
  const unasked = new Set<Socket>();
  fastify.server.on('connection', (socket) => {
    unasked.add(socket);
    socket.once('close', () => unasked.delete(socket));
  });
  fastify.addHook('preClose', (done) => {
    closing = true;
    for (const socket of unasked) socket.destroy();
    done();
  });
  // What is expected and not known here is not waited for (RFC 9110, 10.1.1): left alone, Node answers 417 by itself.
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  fastify.addHook('onRequest', async (request) => {
    unasked.delete(request.raw.socket);
    if (closing) throw problem('overloaded', 'The server is stopping; ask again.', {}, { 'retry-after': '1' });
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      throw malformed([{ path: 'Host', message: 'is missing' }]);
    if (isGivenTwice(request.raw, 'host')) throw malformed([{ path: 'Host', message: 'is given twice' }]);
    if (!isAnswered(request)) throw routes.unanswered(request.method, request.originalUrl);
    if (request.method !== 'GET' && Number(request.headers['content-length'] ?? 0) > mostBytes)
      throw payloadTooLarge(mostBytes);
  });
  fastify.addHook('onSend', async (request, reply) => {
    for (const [name, value] of Object.entries(securityHeaders)) if (!reply.hasHeader(name)) reply.header(name, value);
    reply.header('x-request-id', request.id);
    if (request.raw.complete) answeredEarly.delete(request.raw.socket);
    else answeredEarly.add(request.raw.socket);
  });
  fastify.addHook('preHandler', async (request) => {
    if (request.body instanceof Uint8Array && request.body.length > 0 && !isJson(request.headers))
      throw unsupportedMediaType();
  });
};

/** Whether a route was found that is meant: none with an empty name, and below `/api/` none that takes anything. */
const isAnswered = (request: FastifyRequest): boolean => {
  const names = Object.entries(request.params as Record<string, string>);
  const isOpenEnded = '*' in (request.params as object);
  const isHeadOfLive = request.method === 'HEAD' && request.routeOptions.config.operation?.live === true;
  return (
    !request.is404 &&
    !isHeadOfLive &&
    names.every(([name, value]) => name === '*' || value !== '') &&
    !(isOpenEnded && isOfApi(request.originalUrl))
  );
};

const isJson = ({ 'content-type': type = '', 'content-encoding': encoding = 'identity' }: IncomingHttpHeaders): boolean =>
  /^application\/json\s*(;\s*charset\s*=\s*("utf-8"|utf-8)\s*)?;?\s*$/i.test(type) && encoding === 'identity';

/** The client's own, if it is fit for a log, or a new one. */
const requestId = (request: { readonly headers: IncomingHttpHeaders }): string => {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) && withoutKeys(given) === given ? given : randomUUID();
};

/** Connections whose last request was answered before it had come whole; what else comes of it answers nothing. */
const answeredEarly = new WeakSet<Socket>();

/** Requests that are not HTTP, or too slow, or have too large headers: there is only a socket to answer on. */
const answerClientError = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable || answeredEarly.has(socket)) {
    socket.destroy();
    return;
  }
  const answered = clientProblem(error.code);
  const body = JSON.stringify(answered.body());
  const headers = {
    ...securityHeaders,
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${answered.status} \r\n${lines.join('')}\r\n${body}`);
};

const clientProblem = (code: string | undefined): Problem => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem('headers_too_large', 'The address and headers together may have at most 16 KiB; send less.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem('request_timeout', 'The request did not arrive in time; send it again.');
    default:
      return problem('malformed_request', 'This is not an HTTP request; see errors.', {
        errors: [{ path: 'request', message: `is not HTTP/1.1 (${code ?? 'unreadable'})` }],
      });
  }
};

const nestLog = (log: Logger): LoggerService => ({
  log: (message: unknown) => log.debug(String(message)),
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown) => log.error(String(message)),
});
