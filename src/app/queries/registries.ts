/** What is answered about registries. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { Caller, Listed, QueryRejection, RegistriesQuery, Resource } from '../messages';
import { Access } from './access';
import { listed, partOf, Queries } from './queries';

export const answerRegistries =
  ({ organization, registries }: Pick<Queries, 'organization' | 'registries'>, access: Access) =>
  (query: RegistriesQuery, caller: Caller): Either<QueryRejection, Resource | Listed> => {
    switch (query.type) {
      case 'GetRegistry': {
        const member = organization.callerOf(caller.principal);
        const found = member && registries.getRegistry(member, query.registry, organization.organizationName());
        return found === undefined ? left({ type: 'registry_not_found' }) : right(found);
      }
      case 'ListRegistries': {
        const member = organization.callerOf(caller.principal);
        const { name = '', page } = query;
        const found =
          member === undefined
            ? []
            : registries.listRegistries(member, name, organization.organizationName(), partOf(page));
        return right(listed(page, found));
      }
      case 'ListMembers': {
        const role = access.requireRole(caller, query.registry, 'restricted_viewer');
        return isLeft(role) ? role : right(listed(query.page, registries.listMembers(query.registry, partOf(query.page))));
      }
    }
  };
