/** From what a handler answers to what is sent. */
import { Readable } from 'node:stream';
import { FastifyReply, FastifyRequest } from 'fastify';
import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import { matchesEtag, tagged } from './etag';
import { faultsOf } from './faults';
import { Answer, Operation } from './operation';

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether answers are decoded again, so that one that is not as documented fails (for tests). */
    verifyAnswers: boolean;
  }
}

/** Sets status and headers; answers the body, or its text, undefined for none. */
export const encodeAnswer = (operation: Operation, answered: Answer, request: FastifyRequest, reply: FastifyReply): unknown => {
  reply.status(answered.status).headers(answered.headers ?? {});
  if (answered.position !== undefined) reply.header('moniker-position', answered.position);
  const codec = operation.answers[answered.status];
  if (codec === undefined) throw new Error(`${operation.id} is not described as answering ${answered.status}`);
  if (operation.media !== undefined) {
    reply.type(operation.media);
    const chunks = answered.body as AsyncIterable<string | Uint8Array>;
    return chunks instanceof Readable ? chunks : Readable.from(chunks);
  }
  if (codec === null) return undefined;
  const body: unknown = codec.encode(answered.body);
  if (request.server.verifyAnswers) verifyAnswer(operation, codec, body);
  if (operation.etag !== true) return body;
  const { text, etag } = tagged(body as object);
  reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (matchesEtag(request.headers['if-none-match'], etag)) {
    reply.status(304);
    return undefined;
  }
  reply.type('application/json; charset=utf-8');
  return text;
};

const verifyAnswer = (operation: Operation, codec: t.Mixed, body: unknown): void => {
  const decoded = codec.decode(JSON.parse(JSON.stringify(body)));
  if (isLeft(decoded))
    throw new Error(`${operation.id} answers what it is not described to: ${JSON.stringify(faultsOf(decoded.left))}`);
};
