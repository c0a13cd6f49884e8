/** Whether the process serves, whether it should be asked, and what it has measured. Open to all. */
import { FastifyInstance } from 'fastify';
import { Metrics } from './metrics';

/** What keeps the node from being ready, each in a sentence; empty when it is ready. */
export type Readiness = () => ReadonlyArray<string>;

/** @param measure brings what is measured only when it is asked for up to date */
export const serveHealth = (http: FastifyInstance, readiness: Readiness, { register }: Metrics, measure: () => void): void => {
  http.get('/health/live', () => ({ status: 'live' }));
  http.get('/health/ready', (_request, reply) => {
    const missing = readiness();
    return reply.status(missing.length === 0 ? 200 : 503).send(
      missing.length === 0 ? { status: 'ready' } : { status: 'not ready', missing },
    );
  });
  http.get('/metrics', async (_request, reply) => {
    measure();
    return reply.type(register.contentType).send(await register.metrics());
  });
};
