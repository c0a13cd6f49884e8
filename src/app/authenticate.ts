/** Whose key came with a request, or whose session. */
import { isLeft } from 'fp-ts/Either';
import { keyIsValid, membershipOf } from '../domain/organization/membership';
import { instantOf } from '../domain/values/instants';
import { ORGANIZATION_STREAM } from '../domain/values/streams';
import type { Authenticate } from '../http/boundary';
import { BeginSession, SESSION_LASTS } from '../http/session/controller';
import { Aggregates } from './commands/aggregates';
import { hashOfKey } from './commands/organization';
import { Caller } from './messages';
import { Sessions } from './session';

type Known = Omit<Caller, 'keyHash'>;

/** Whose key has this hash; undefined for one that is unknown, expired or revoked, or of a disabled principal. */
export type CallerByKeyHash = (keyHash: string) => Promise<Caller | undefined>;

/**
 * By the read models; a key that they do not know may be so new that another node made it, which only the stream's head
 * can tell (R1). Every key, known or not, costs its hash and one look-up by it.
 * @param fromReadModels whose key has this hash, at an instant
 * @param exclusive whether this node alone makes keys, so that its read models know all
 */
export const createCallerByKeyHash =
  (
    fromReadModels: (hash: string, now: string) => Known | undefined,
    { organization }: Aggregates,
    exclusive: boolean,
    now: () => number,
  ): CallerByKeyHash =>
  async (keyHash) => {
    const at = instantOf(now());
    const known = fromReadModels(keyHash, at);
    if (known !== undefined) return { ...known, keyHash };
    if (exclusive) return undefined;
    const loaded = await organization.load(ORGANIZATION_STREAM);
    if (isLeft(loaded) || !keyIsValid(loaded.right.state, keyHash, at)) return undefined;
    const { state } = loaded.right;
    const principal = state.keys.get(state.idsByHash.get(keyHash) ?? '')?.principal;
    const member = principal === undefined ? undefined : membershipOf(state, principal);
    return member === undefined ? undefined : { ...member, keyHash };
  };

/** A session is worth what its key is worth, for as long as it lasts. */
export const createAuthenticate =
  (callerByKeyHash: CallerByKeyHash, sessions: Sessions, now: () => number): Authenticate =>
  async (credentials) => {
    if (credentials.type === 'Key') return callerByKeyHash(hashOfKey(credentials.key));
    const session = sessions.open(credentials.token);
    if (session === undefined || session.ends <= now()) return undefined;
    const caller = await callerByKeyHash(session.keyHash);
    return caller === undefined ? undefined : { ...caller, sessionEnds: session.ends };
  };

export const createBeginSession =
  (callerByKeyHash: CallerByKeyHash, sessions: Sessions, now: () => number): BeginSession =>
  async (key) => {
    const caller = await callerByKeyHash(hashOfKey(key));
    return caller && sessions.seal({ keyHash: caller.keyHash, ends: now() + SESSION_LASTS * 1000 });
  };
