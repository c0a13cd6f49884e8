/** Who asks. */
import { CanActivate, ExecutionContext } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { Either, isRight, left, right } from 'fp-ts/Either';
import { Caller } from './operation';
import { problem } from './problems';
import { Rate, tokenBuckets } from './token-bucket';

/** What a request brings to say who asks. A session's cookie will be another member of this union. */
export type Credentials = { readonly type: 'Key'; readonly key: string };

/** Undefined for a key that is unknown, expired or revoked, or whose principal is disabled. */
export type Authenticate = (credentials: Credentials) => Promise<Caller | undefined>;

/** The provider of an `Authenticate`. */
export const AUTHENTICATE = Symbol('Authenticate');

const LONGEST_KEY = 512;
const LONGEST_ADDRESS = 64;
const HOW = 'Send the header "Authorization: Bearer KEY" with a key of POST /api/v1/keys.';

/** Left says what is wrong with the header. */
export const credentialsIn = (authorization: string | undefined): Either<string, Credentials> => {
  if (authorization === undefined) return left(`This needs a key. ${HOW}`);
  const [, key] = /^bearer +([\x21-\x7e]+) *$/i.exec(authorization.slice(0, LONGEST_KEY + 64)) ?? [];
  return key === undefined || key.length > LONGEST_KEY
    ? left(`The Authorization header holds no key. ${HOW}`)
    : right({ type: 'Key', key });
};

/** How often may be asked. */
export type Limits = {
  /** Failed authentications of one address. */
  readonly failures: Rate;
  /** All requests of one principal; unlimited unless given. */
  readonly requests: Rate | undefined;
};

/**
 * Refuses who is not known (401), and after too many refusals to one address says so instead (429). A good key is
 * taken from any address at any time: keys are too long to be guessed, and behind a proxy all share one address.
 */
export class AuthenticationGuard implements CanActivate {
  private readonly failed: (address: string) => number;
  private readonly asked: (principal: string) => number;

  constructor(
    private readonly authenticate: Authenticate,
    { failures, requests }: Limits,
  ) {
    this.failed = tokenBuckets(failures);
    this.asked = requests === undefined ? () => 0 : tokenBuckets(requests);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { operation } = request.routeOptions.config;
    if (operation === undefined || operation.kind === 'open') return true;
    const credentials = credentialsIn(request.headers.authorization);
    const caller = isRight(credentials) ? await this.authenticate(credentials.right) : undefined;
    if (caller === undefined) {
      if (request.headers.authorization !== undefined)
        refuseAfter(this.failed(networkOf(request.ip.slice(0, LONGEST_ADDRESS))), 'Too many keys were refused to this address');
      const detail = isRight(credentials) ? 'The key is unknown, expired or revoked. Use another.' : credentials.left;
      throw problem('unauthenticated', detail, {}, { 'www-authenticate': 'Bearer realm="moniker"' });
    }
    request.caller = caller;
    refuseAfter(this.asked(caller.principal), `${caller.principal} asks too often`);
    return true;
  }
}

const refuseAfter = (wait: number, why: string): void => {
  if (wait === 0) return;
  const headers = { 'retry-after': String(wait) };
  throw problem('too_many_requests', `${why}; try again in ${wait} s.`, {}, headers);
};

/** An IPv4 address, or the /64 that an IPv6 address is of: that is what one machine can choose from. */
const networkOf = (address: string): string => {
  if (!address.includes(':') || address.includes('.')) return address;
  const [before = '', after] = address.split('::');
  const groups = before.split(':').filter((group) => group !== '');
  const rest = (after ?? '').split(':').filter((group) => group !== '');
  const zeros = Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  return [...groups, ...(after === undefined ? [] : zeros), ...rest].slice(0, 4).join(':');
};
