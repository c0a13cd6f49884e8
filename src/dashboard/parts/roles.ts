import type { Role } from '../api/queries';

const ranks = ['restricted_viewer', 'viewer', 'member', 'admin'] as const satisfies ReadonlyArray<Role>;

export const allRoles: ReadonlyArray<Role> = ranks;

export const roleNames: Readonly<Record<Role, string>> = {
  restricted_viewer: 'Restricted viewer',
  viewer: 'Viewer',
  member: 'Member',
  admin: 'Admin',
};

export const has = (role: Role | undefined, needed: Role): boolean =>
  role !== undefined && ranks.indexOf(role) >= ranks.indexOf(needed);

/** Why something cannot be done with a role, or undefined when it can. */
export const unless = (role: Role | undefined, needed: Role): string | undefined => {
  if (role === undefined) return 'Your role here is not known yet.';
  if (has(role, needed)) return undefined;
  return `Needs the role ${roleNames[needed].toLowerCase()} in this registry; yours is ${roleNames[role].toLowerCase()}.`;
};
