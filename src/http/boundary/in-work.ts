/**
 * How much is in work at once. What comes beyond is refused before its body is read, so that whoever is taken on is
 * answered soon, and what waits takes a bounded part of the memory. Commands and queries are counted apart: a store that
 * is slow does not keep anybody from reading.
 */
import { FastifyInstance, FastifyRequest } from 'fastify';
import { Operation } from './operation';
import { problem, Problem } from './problems';

/** Answers that are read in pieces, by readers who may be slow; each holds a page of events until it is at its end. */
const MOST_DOWNLOADS = 64;

const overloaded = (): Problem =>
  problem('overloaded', 'The server has too much to do at present, and nothing was changed; try again.', {}, { 'retry-after': '1' });

const isDownload = ({ media, live }: Operation): boolean => media !== undefined && live !== true;

/** @param most how many commands are in work at once, and how many queries */
export const limitWork = (fastify: FastifyInstance, most: number): void => {
  const inWork = { command: 0, query: 0, open: 0 };
  let downloads = 0;
  /** Counted, and not answered yet. */
  const counted = new WeakSet<FastifyRequest>();
  const downloading = new WeakSet<FastifyRequest>();

  const judge = (operation: Operation): void => {
    if (inWork[operation.kind] >= most || (isDownload(operation) && downloads >= MOST_DOWNLOADS)) throw overloaded();
  };

  fastify.addHook('onRequest', async ({ routeOptions }) => {
    if (routeOptions.config.operation) judge(routeOptions.config.operation);
  });
  // The body is there: from here on something is done for the request, whether or not somebody still waits for it.
  fastify.addHook('preHandler', async (request) => {
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    judge(operation);
    inWork[operation.kind] += 1;
    counted.add(request);
    if (!isDownload(operation)) return;
    downloads += 1;
    downloading.add(request);
  });
  fastify.addHook('onSend', async (request) => {
    const { operation } = request.routeOptions.config;
    if (operation !== undefined && counted.delete(request)) inWork[operation.kind] -= 1;
  });
  fastify.addHook('onResponse', async (request) => {
    if (downloading.delete(request)) downloads -= 1;
  });
};
