/**
 * Pages of other origins that may use the API, with a key of their own (CORS, of the Fetch standard). None unless they
 * are set; and never with a session: nothing that is answered lets a browser send or use cookies there.
 */
import { FastifyInstance } from 'fastify';
import { isOfApi } from './routes';

/** What such a page may read beside the body. */
const EXPOSED = ['ETag', 'Moniker-Position', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'];

/** The header that a command with a session needs is not among what may be sent. */
const preflight = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': [
    'Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match', 'Last-Event-ID', 'Moniker-After', 'Moniker-Reason',
    'Traceparent', 'X-Request-Id',
  ].join(', '),
  'access-control-max-age': '600',
};

/** @param origins as browsers name them: `https://app.example:8443` */
export const allowOrigins = (fastify: FastifyInstance, origins: ReadonlyArray<string>): void => {
  if (origins.length === 0) return;
  fastify.addHook('onRequest', async (request, reply) => {
    if (!isOfApi(request.originalUrl)) return;
    const { origin } = request.headers;
    reply.header('vary', 'origin');
    if (origin === undefined || !origins.includes(origin)) return;
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED.join(', ') });
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined)
      await reply.status(204).headers(preflight).send();
  });
};
