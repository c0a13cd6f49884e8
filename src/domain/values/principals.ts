/** Who acts, and to whom a role is granted. */
import { Either, left, right } from 'fp-ts/Either';
import { Described, described, oneOf } from './described';
import { PlainName } from './names';

export const organizationRoles = ['viewer', 'member', 'admin'] as const;
export type OrganizationRole = (typeof organizationRoles)[number];
export const OrganizationRole = oneOf('OrganizationRole', organizationRoles);

/** From the least to the most. */
export const registryRoles = ['restricted_viewer', 'viewer', 'member', 'admin'] as const;
export type RegistryRole = (typeof registryRoles)[number];
export const RegistryRole = oneOf('RegistryRole', registryRoles);

/** Whether a role is at least another. */
export const atLeast = (role: RegistryRole, needed: RegistryRole): boolean =>
  registryRoles.indexOf(role) >= registryRoles.indexOf(needed);

/** `user:ann` or `service:ci`. */
export type Principal = string;

const parseWith =
  (kinds: ReadonlyArray<string>) =>
  (value: unknown): Either<string, string> => {
    const shown = kinds.map((kind) => `"${kind}:NAME"`).join(' or ');
    if (typeof value !== 'string' || value.length > 200) return left(`must be ${shown}`);
    const { kind, name } = splitPrincipal(value);
    return kinds.includes(kind) && PlainName.is(name) ? right(value) : left(`must be ${shown}`);
  };

export const Principal: Described<string> = described(
  'Principal',
  { type: 'string', pattern: '^(user|service):', maxLength: 136, examples: ['user:ann'] },
  parseWith(['user', 'service']),
  (value) => value,
);

/** Whom a role can be granted: a principal, or a team. */
export const Grantee: Described<string> = described(
  'Grantee',
  { type: 'string', pattern: '^(user|service|team):', maxLength: 136, examples: ['team:vision'] },
  parseWith(['user', 'service', 'team']),
  (value) => value,
);

/** The kind and the name of a principal or grantee; no kind where there is no colon. */
export const splitPrincipal = (principal: string): { readonly kind: string; readonly name: string } => {
  const colon = principal.indexOf(':');
  return { kind: principal.slice(0, Math.max(colon, 0)), name: principal.slice(colon + 1) };
};
