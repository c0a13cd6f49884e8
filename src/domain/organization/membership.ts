/** Questions to the organization's state: whose key this is, and what its principal belongs to. */
import { OrganizationRole } from '../values/principals';
import { OrganizationState } from './state';

export type Membership = {
  readonly principal: string;
  readonly organizationRole: OrganizationRole;
  readonly teams: ReadonlyArray<string>;
};

/** What a principal is; undefined for one that does not exist or is disabled. */
export const membershipOf = (state: OrganizationState, principal: string): Membership | undefined => {
  const account = state.accounts.get(principal);
  if (account === undefined || account.disabled) return undefined;
  const teams = [...state.teams].flatMap(([team, members]) => (members.has(principal) ? [team] : [])).sort();
  return { principal, organizationRole: account.role, teams };
};

/** Whether the key of this hash is valid at an instant (RFC 3339 UTC), and its principal not disabled. */
export const keyIsValid = (state: OrganizationState, hash: string, now: string): boolean => {
  const key = state.keys.get(state.idsByHash.get(hash) ?? '');
  return (
    key !== undefined &&
    (key.expiresAt === null || key.expiresAt > now) &&
    membershipOf(state, key.principal) !== undefined
  );
};

/** Who owns the projects of an entity: a team, a user, or nobody there. */
export const ownerKind = (state: OrganizationState, entity: string): 'team' | 'user' | undefined =>
  state.teams.has(entity) ? 'team' : state.accounts.has(`user:${entity}`) ? 'user' : undefined;
