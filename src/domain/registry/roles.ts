/** Who may do what in a registry. */
import { OrganizationRole, Principal, RegistryRole, registryRoles } from '../values/principals';
import { RegistryState } from './state';

/** A principal as the organization knows it. */
export type Member = {
  readonly principal: Principal;
  readonly organizationRole: OrganizationRole;
  readonly teams: ReadonlyArray<string>;
};

/** The role that counts: the highest of all that the principal has; undefined where the registry does not exist for it. */
export const roleIn = (state: RegistryState, member: Member): RegistryRole | undefined => {
  if (state.type !== 'Live') return undefined;
  if (member.organizationRole === 'admin') return 'admin';
  const grants = [member.principal, ...member.teams.map((team) => `team:${team}`)].map((name) => state.roles.get(name));
  const all = state.visibility === 'organization' ? [...grants, state.defaultRole] : grants;
  return [...registryRoles].reverse().find((role) => all.includes(role));
};
