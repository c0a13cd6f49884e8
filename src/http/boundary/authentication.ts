/** Who asks. */
import { CanActivate, ExecutionContext } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { Caller } from './operation';
import { problem, Problem } from './problems';
import { isGivenTwice } from './given-twice';
import { notOwnPage, senderOf } from './sender';
import { Rate, tokenBuckets } from './token-bucket';

/** What a request brings to say who asks: a key, or the token of a session's cookie. */
export type Credentials =
  | { readonly type: 'Key'; readonly key: string }
  | { readonly type: 'Session'; readonly token: string };

/** Undefined for a key that is unknown, expired or revoked, or whose principal is disabled, and for its sessions. */
export type Authenticate = (credentials: Credentials) => Promise<Caller | undefined>;

/** The provider of an `Authenticate`. */
export const AUTHENTICATE = Symbol('Authenticate');

/** The problem of a key that was refused to a network: 401, and after too many of them 429. */
export type RefuseKey = (network: string, detail?: string) => Problem;

/** The provider of a `RefuseKey`. */
export const REFUSE_KEY = Symbol('RefuseKey');

const LONGEST_KEY = 512;
const HOW = 'Send the header "Authorization: Bearer KEY" with a key of POST /api/v1/keys.';
const CHALLENGE = { 'www-authenticate': 'Bearer realm="moniker"' };

/**
 * Left says what is wrong. The header counts before the cookie.
 * @param session the token of a session, if the request brings one
 */
export const credentialsIn = (authorization: string | undefined, session?: string): Either<string, Credentials> => {
  if (authorization === undefined)
    return session === undefined ? left(`This needs a key. ${HOW}`) : right({ type: 'Session', token: session });
  const [, key] = /^bearer +([\x21-\x7e]+) *$/i.exec(authorization.slice(0, LONGEST_KEY + 64)) ?? [];
  return key === undefined || key.length > LONGEST_KEY
    ? left(`The Authorization header holds no key. ${HOW}`)
    : right({ type: 'Key', key });
};

const unauthenticated = (detail: string): Problem => problem('unauthenticated', detail, {}, CHALLENGE);

const tooMany = (wait: number, why: string): Problem =>
  problem('too_many_requests', `${why}; try again in ${wait} s.`, {}, { 'retry-after': String(wait) });

/** @param failures failed authentications of one network */
export const createRefuseKey = (failures: Rate): RefuseKey => {
  const failed = tokenBuckets(failures);
  return (network, detail = 'The key is unknown, expired or revoked. Use another.') => {
    const wait = failed(network);
    return wait === 0
      ? unauthenticated(detail)
      : tooMany(wait, 'Too many keys were refused to this address');
  };
};

/**
 * Refuses who is not known (401), and after too many refusals to one address says so instead (429). A good key is
 * taken from any address at any time: keys are too long to be guessed, and behind a proxy all share one address. What
 * comes with a session changes something only where a page of this server sent it (403).
 */
export class AuthenticationGuard implements CanActivate {
  private readonly asked: (principal: string) => number;

  /** @param requests all requests of one principal; unlimited unless given */
  constructor(
    private readonly authenticate: Authenticate,
    private readonly refuseKey: RefuseKey,
    requests: Rate | undefined,
  ) {
    this.asked = requests === undefined ? () => 0 : tokenBuckets(requests);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { operation } = request.routeOptions.config;
    if (operation === undefined || operation.kind === 'open') return true;
    const sender = senderOf(request);
    const { authorization } = request.headers;
    if (isGivenTwice(request.raw, 'authorization'))
      throw this.refuseKey(sender.network, `The Authorization header is given twice. ${HOW}`);
    const credentials = credentialsIn(authorization, sender.session);
    if (isLeft(credentials))
      throw authorization === undefined
        ? unauthenticated(credentials.left)
        : this.refuseKey(sender.network, credentials.left);
    const bySession = credentials.right.type === 'Session';
    const caller = await this.authenticate(credentials.right);
    if (caller === undefined)
      throw bySession ? unauthenticated('The session is over, or its key is. Sign in again.') : this.refuseKey(sender.network);
    if (bySession && operation.kind === 'command' && !sender.isOwnPage) throw notOwnPage();
    request.caller = caller;
    const wait = this.asked(caller.principal);
    if (wait > 0) throw tooMany(wait, `${caller.principal} asks too often`);
    return true;
  }
}
