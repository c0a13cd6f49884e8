/**
 * The boundary between HTTP and everything else. What a resource needs of it: describe operations (`operation.ts` shows
 * how), handle them with `@Handles`, answer with `answer`, `page` or a `problem`.
 */
export { AUTHENTICATE, type Authenticate, REFUSE_KEY, type RefuseKey } from './authentication';
export { Handles } from './handles';
export { page, type Page, pageOf } from './lists';
export { answer, type Caller, type DecodedRequest, type Operation, operation, type ReplyTo } from './operation';
export { malformed, Problem, problem } from './problems';
export { notOwnPage, type Sender, SESSION_COOKIE } from './sender';
export { MOST_BYTES } from './problem-filter';
export { createHttpApp, type HttpOptions } from './server';
export { createTurns } from './turns';
