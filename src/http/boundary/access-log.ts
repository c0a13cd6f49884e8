/** One line for each request. It holds no header, no query value and no body: those may be secrets; nor a key in a path. */
import { FastifyInstance } from 'fastify';
import { Logger } from 'pino';
import { withoutKeys } from '../../domain/values/keys';
import { splitTarget } from './query-string';

const LONGEST_PATH = 1000;

export const logRequests = (fastify: FastifyInstance, log: Logger): void => {
  fastify.addHook('onResponse', async (request, reply) => {
    log.info(
      {
        requestId: request.id,
        method: request.method,
        path: withoutKeys(splitTarget(request.originalUrl).path).slice(0, LONGEST_PATH),
        operation: request.routeOptions.config.operation?.id,
        principal: request.caller?.principal,
        address: request.ip,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
  });
};
