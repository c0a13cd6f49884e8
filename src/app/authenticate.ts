/** Whose key came with a request. */
import { isLeft } from 'fp-ts/Either';
import { keyIsValid, membershipOf } from '../domain/organization/membership';
import { instantOf } from '../domain/values/instants';
import { ORGANIZATION_STREAM } from '../domain/values/streams';
import type { Authenticate } from '../http/boundary';
import { Aggregates } from './commands/aggregates';
import { hashOfKey } from './commands/organization';
import { Caller } from './messages';

type Known = Omit<Caller, 'keyHash'>;

/**
 * By the read models; a key that they do not know may be so new that another node made it, which only the stream's head
 * can tell (R1). Every key, known or not, costs its hash and one look-up by it.
 * @param fromReadModels whose key has this hash, at an instant
 * @param exclusive whether this node alone makes keys, so that its read models know all
 */
export const createAuthenticate =
  (
    fromReadModels: (hash: string, now: string) => Known | undefined,
    { organization }: Aggregates,
    exclusive: boolean,
    now: () => number,
  ): Authenticate =>
  async ({ key }) => {
    const keyHash = hashOfKey(key);
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
