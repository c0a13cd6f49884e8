/**
 * Reads the bodies of requests, whole. Not by Fastify's parsers: what those bind to each body is kept by Node 20 until the
 * old generation is collected, and the request with it, which made memory grow and collections long.
 */
import { FastifyInstance, FastifyRequest } from 'fastify';
import rawBody from 'raw-body';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];

const hasBody = ({ method, headers }: FastifyRequest): boolean =>
  METHODS.includes(method) && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);

/** @param mostBytes what is longer is refused (413) */
export const readBodies = (fastify: FastifyInstance, mostBytes: number): void => {
  for (const method of METHODS) fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  fastify.addHook('preValidation', async (request, reply) => {
    if (!hasBody(request)) return;
    try {
      request.body = await rawBody(request.raw, { limit: mostBytes, length: request.headers['content-length'] ?? null });
    } catch (error) {
      // What else comes of it is not read.
      reply.header('connection', 'close');
      throw error;
    }
  });
};
