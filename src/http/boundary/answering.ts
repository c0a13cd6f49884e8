/** Around the handler of an operation: its request is decoded before, its answer encoded after. */
import { Readable } from 'node:stream';
import { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { FastifyReply, FastifyRequest } from 'fastify';
import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import { concatMap, Observable } from 'rxjs';
import { etagOf, matchesEtag } from './etag';
import { faultsOf } from './faults';
import { Answer, Operation } from './operation';
import { malformed, Problem } from './problems';

export class OperationInterceptor implements NestInterceptor {
  /** @param verify whether answers are decoded again, so that one that is not as documented fails (for tests) */
  constructor(private readonly verify: boolean) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { operation, decode } = request.routeOptions.config;
    if (operation === undefined || decode === undefined) return next.handle();
    const decoded = decode({
      target: request.originalUrl,
      headers: request.headers,
      body: request.body instanceof Uint8Array ? request.body : undefined,
    });
    if (isLeft(decoded)) throw malformed(decoded.left);
    request.decoded = decoded.right;
    return next.handle().pipe(
      concatMap(async (answered: Answer | Problem) => {
        if (answered instanceof Problem) throw answered;
        return this.encode(operation, answered, request, reply);
      }),
    );
  }

  private encode(operation: Operation, answered: Answer, request: FastifyRequest, reply: FastifyReply): unknown {
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
    if (this.verify) verifyAnswer(operation, codec, body);
    if (operation.etag !== true) return body;
    const etag = etagOf(body);
    reply.headers({ etag, 'cache-control': 'private, no-cache' });
    if (!matchesEtag(request.headers['if-none-match'], etag)) return body;
    reply.status(304);
    return undefined;
  }
}

const verifyAnswer = (operation: Operation, codec: t.Mixed, body: unknown): void => {
  const decoded = codec.decode(JSON.parse(JSON.stringify(body)));
  if (isLeft(decoded))
    throw new Error(`${operation.id} answers what it is not described to: ${JSON.stringify(faultsOf(decoded.left))}`);
};
