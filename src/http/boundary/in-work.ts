/**
 * How much is in work at once. What comes beyond is refused before its body is read, so that whoever is taken on is
 * answered soon, and what waits takes a bounded part of the memory. Commands and queries are counted apart: a store that
 * is slow does not keep anybody from reading.
 *
 * Refusing is work too. Libuv goes on reading from sockets for as long as a thousand of them have something to say, and
 * only then comes to what was taken on, and accepts one connection. So refusals take turns: who is about to be refused
 * holds its own connection up, and not those who were taken on.
 */
import { FastifyInstance, FastifyRequest } from 'fastify';
import { Operation } from './operation';
import { problem } from './problems';
import { createTurns } from './turns';

/** Answers that are read in pieces, by readers who may be slow; each holds a page of events until it is at its end. */
const MOST_DOWNLOADS = 64;

/** How many are refused in one turn of the event loop, in which as many commands go on (`server.ts`). */
const REFUSED_IN_ONE_TURN = 8;

const overloaded = problem(
  'overloaded', 'The server has too much to do at present, and nothing was changed; try again.', {}, { 'retry-after': '1' },
);

const isDownload = ({ media, live }: Operation): boolean => media !== undefined && live !== true;

/** @param most how many commands are in work at once, and how many queries */
export const limitWork = (fastify: FastifyInstance, most: number): void => {
  const inWork = { command: 0, query: 0, open: 0 };
  let downloads = 0;
  /** Counted, and not answered yet. */
  const counted = new WeakSet<FastifyRequest>();
  const downloading = new WeakSet<FastifyRequest>();

  const turnToRefuse = createTurns(REFUSED_IN_ONE_TURN);

  const isTooMuch = (operation: Operation): boolean =>
    inWork[operation.kind] >= most || (isDownload(operation) && downloads >= MOST_DOWNLOADS);

  const refuse = async (): Promise<never> => {
    await turnToRefuse();
    throw overloaded;
  };

  fastify.addHook('onRequest', async ({ routeOptions: { config: { operation } } }) => {
    if (operation !== undefined && isTooMuch(operation)) await refuse();
  });
  // The body is there: from here on something is done for the request, whether or not somebody still waits for it.
  fastify.addHook('preHandler', async (request) => {
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    if (isTooMuch(operation)) await refuse();
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
