/** What is answered about the organization: to its admins, but for its name and what is one's own. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { LastUses } from '../last-uses';
import { Caller, Listed, OrganizationQuery, QueryRejection, Resource } from '../messages';
import { Access } from './access';
import { listed, partOf, Queries } from './queries';

export const answerOrganization =
  ({ organization }: Pick<Queries, 'organization'>, access: Access, uses: LastUses) =>
  (query: OrganizationQuery, caller: Caller): Either<QueryRejection, Resource | Listed> => {
    const admin = access.requireAdmin(caller);
    switch (query.type) {
      case 'GetOrganization':
        return right({ name: organization.organizationName() });
      case 'WhoAmI': {
        const { principal, organizationRole, teams } = organization.callerOf(caller.principal) ?? caller;
        return right({ principal, organizationRole, teams });
      }
      case 'ListKeys': {
        const keys = isLeft(admin)
          ? organization.listKeysOf(caller.principal, partOf(query.page))
          : organization.listKeys(partOf(query.page));
        const shown = keys.map(({ hash, ...key }) =>
          query.withLastUse === true ? { ...key, lastUsedAt: uses.of(hash) } : key,
        );
        return right(listed(query.page, shown));
      }
      case 'ListTeams':
        return isLeft(admin) ? left(admin.left) : right(listed(query.page, organization.listTeams(partOf(query.page))));
      case 'ListUsers':
        return isLeft(admin) ? left(admin.left) : right(listed(query.page, organization.listAccounts('user', partOf(query.page))));
      case 'ListServiceAccounts':
        return isLeft(admin) ? left(admin.left) : right(listed(query.page, organization.listAccounts('service', partOf(query.page))));
    }
  };
