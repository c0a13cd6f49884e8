/** Who may see what, judged by the read models (R1). Rights are as now, whatever instant a query asks about (T1). */
import { Either, left, right } from 'fp-ts/Either';
import { atLeast, RegistryRole } from '../../domain/values/principals';
import { Membership } from '../../projections/organization/queries';
import { Caller, QueryRejection } from '../messages';
import { Queries } from './queries';

/**
 * Callers are taken as the read models know them, who may be newer than the request's where the query had to wait; one
 * that was disabled meanwhile has no rights left.
 */
export type Access = {
  /** The caller's role in a registry, if it is at least the one needed. */
  readonly requireRole: (caller: Caller, registry: string, needed: RegistryRole) => Either<QueryRejection, RegistryRole>;
  /** An admin of the organization. */
  readonly requireAdmin: (caller: Caller) => Either<QueryRejection, Membership>;
  /** S6: whether the sources of an entity may be read. */
  readonly readsSources: (caller: Caller, entity: string) => boolean;
};

export const createAccess = (
  { organization, registries, remember }: Pick<Queries, 'organization' | 'registries' | 'remember'>,
): Access => {
  const roleIn = remember(
    (principal: string, registry: string) => `${principal} ${registry}`,
    (principal, registry) => {
      const member = organization.callerOf(principal);
      return member === undefined ? undefined : registries.roleIn(member, registry);
    },
  );
  return {
    requireRole: ({ principal }, registry, needed) => {
      const role = roleIn(principal, registry);
      if (role === undefined) return left({ type: 'registry_not_found' });
      return atLeast(role, needed) ? right(role) : left({ type: 'forbidden', role: `${needed} of the registry` });
    },

    requireAdmin: ({ principal }) => {
      const member = organization.callerOf(principal);
      return member?.organizationRole === 'admin'
        ? right(member)
        : left({ type: 'forbidden', role: 'admin of the organization' });
    },

    readsSources: ({ principal }, entity) => {
      const [kind, member] = [organization.entityKind(entity), organization.callerOf(principal)];
      if (kind === undefined || member === undefined) return false;
      return (
        member.organizationRole === 'admin' ||
        (kind === 'team' ? member.teams.includes(entity) : principal === `user:${entity}`)
      );
    },
  };
};
