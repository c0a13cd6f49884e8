/** Whose key came with a request, or whose session. */
import { isLeft } from 'fp-ts/Either';
import { keyIsValid, membershipOf } from '../domain/organization/membership';
import { instantOf } from '../domain/values/instants';
import { ORGANIZATION_STREAM } from '../domain/values/streams';
import type { Authenticate } from '../http/boundary';
import { problemOf } from '../http/replies';
import { BeginSession, SESSION_LASTS } from '../http/session/controller';
import { Aggregates } from './commands/aggregates';
import { hashOfKey } from './commands/organization';
import { LastUses } from './last-uses';
import { Caller } from './messages';
import { Sessions } from './session';

type Known = Omit<Caller, 'keyHash'>;

/** Whose key has this hash; undefined for one that is unknown, expired or revoked, or of a disabled principal. */
export type CallerByKeyHash = (keyHash: string) => Promise<Caller | undefined>;

/**
 * By the read models; a key that they do not know may be so new that another node made it, or they may just be made
 * anew, which only the stream's head can tell (R1). Every key, known or not, costs its hash and one look-up by it.
 * @param fromReadModels whose key has this hash, at an instant
 * @param complete whether the read models know every key: they are up to date, and no other node makes any
 * @throws a problem where only the event store could tell, and does not answer
 */
export const createCallerByKeyHash =
  (
    fromReadModels: (hash: string, now: string) => Known | undefined,
    { organization }: Aggregates,
    complete: () => boolean,
    now: () => number,
  ): CallerByKeyHash =>
  async (keyHash) => {
    const at = instantOf(now());
    const known = fromReadModels(keyHash, at);
    if (known !== undefined) return { ...known, keyHash };
    if (complete()) return undefined;
    const loaded = await organization.load(ORGANIZATION_STREAM);
    if (isLeft(loaded)) throw problemOf(loaded.left);
    if (!keyIsValid(loaded.right.state, keyHash, at)) return undefined;
    const { state } = loaded.right;
    const principal = state.keys.get(state.idsByHash.get(keyHash) ?? '')?.principal;
    const member = principal === undefined ? undefined : membershipOf(state, principal);
    return member === undefined ? undefined : { ...member, keyHash };
  };

/** A session is worth what its key is worth, for as long as it lasts. */
export const createAuthenticate =
  (callerByKeyHash: CallerByKeyHash, sessions: Sessions, uses: LastUses, now: () => number): Authenticate => {
  const callerNoted: CallerByKeyHash = async (keyHash) => {
    const caller = await callerByKeyHash(keyHash);
    if (caller !== undefined) uses.note(keyHash, instantOf(now()));
    return caller;
  };
  return async (credentials) => {
    if (credentials.type === 'Key') return callerNoted(hashOfKey(credentials.key));
    const session = sessions.open(credentials.token);
    if (session === undefined || session.ends <= now()) return undefined;
    const caller = await callerNoted(session.keyHash);
    return caller === undefined ? undefined : { ...caller, sessionEnds: session.ends };
  };
};

export const createBeginSession =
  (callerByKeyHash: CallerByKeyHash, sessions: Sessions, now: () => number): BeginSession =>
  async (key) => {
    const caller = await callerByKeyHash(hashOfKey(key));
    return caller && sessions.seal({ keyHash: caller.keyHash, ends: now() + SESSION_LASTS * 1000 });
  };
