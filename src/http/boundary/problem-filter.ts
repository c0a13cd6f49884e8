/** Everything that is thrown on the way to an answer becomes a problem here; what was not meant to be one, `internal`. */
import { ArgumentsHost, ExceptionFilter, HttpException } from '@nestjs/common';
import { FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from 'pino';
import { codesOf } from './operation';
import { malformed, notFound, problem, Problem, PROBLEM_MEDIA_TYPE, ProblemCode } from './problems';

export class ProblemFilter implements ExceptionFilter {
  /**
   * @param verify whether a problem that its operation is not described to answer is a failure (for tests)
   * @param mostBytes the limit of a body
   */
  constructor(
    private readonly log: Logger,
    private readonly verify: boolean,
    private readonly mostBytes: number,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { operation } = request.routeOptions.config;
    const meant = problemOf(thrown, this.mostBytes);
    const described =
      !this.verify || operation === undefined || notOfOperations.includes(meant.code) || codesOf(operation).includes(meant.code);
    const answered = described ? meant : internal();
    if (!described) this.log.error({ operation: operation.id, code: meant.code }, 'a problem is not described');
    if (answered.code === 'internal') this.log.error({ requestId: request.id, err: thrown }, 'a request failed');
    if (reply.sent) return;
    void reply
      .status(answered.status)
      .headers(answered.headers)
      .type(PROBLEM_MEDIA_TYPE)
      .send(Buffer.from(JSON.stringify(answered.body())));
  }
}

/** What is said before it comes to an operation. */
const notOfOperations: ReadonlyArray<ProblemCode> = ['not_found', 'method_not_allowed'];

const internal = (): Problem => problem('internal', 'The server failed, and has logged why. Try again later.');

/** The limit of a body unless a lower one is set, in bytes: what one append can take (A11). */
export const MOST_BYTES = 768 * 1024;

export const payloadTooLarge = (most: number): Problem =>
  problem('payload_too_large', `A body may have at most ${most} bytes; send less at once.`);

/** What is thrown, as a problem. Fastify's own errors carry a status below 500 where the client is at fault. */
const problemOf = (thrown: unknown, mostBytes: number): Problem => {
  if (thrown instanceof Problem) return thrown;
  switch (statusIn(thrown)) {
    case 400:
      return malformed([{ path: 'body', message: 'was cut off, or is not as long as Content-Length says' }]);
    case 404:
      return notFound();
    case 413:
      return payloadTooLarge(mostBytes);
    case 414:
      return problem('headers_too_large', 'The address is too long; shorten it.');
    case 415:
      return unsupportedMediaType();
    default:
      return internal();
  }
};

export const unsupportedMediaType = (): Problem =>
  problem(
    'unsupported_media_type',
    'Send a body as UTF-8 JSON, not compressed, with the header "Content-Type: application/json".',
  );

const statusIn = (thrown: unknown): number => {
  if (thrown instanceof HttpException) return thrown.getStatus();
  return thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number'
    ? thrown.statusCode
    : 500;
};
