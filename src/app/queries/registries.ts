/** What is answered about registries. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { Caller, QueryRejection, RegistriesQuery, Resource } from '../messages';
import { Access } from './access';
import { partOf, Queries } from './queries';

export const answerRegistries =
  ({ organization, registries }: Pick<Queries, 'organization' | 'registries'>, access: Access) =>
  (query: RegistriesQuery, caller: Caller): Either<QueryRejection, Resource | ReadonlyArray<Resource>> => {
    switch (query.type) {
      case 'GetRegistry': {
        const member = organization.callerOf(caller.principal);
        const found = member && registries.getRegistry(member, query.registry, organization.organizationName());
        return found === undefined ? left({ type: 'registry_not_found' }) : right(found);
      }
      case 'ListRegistries': {
        const member = organization.callerOf(caller.principal);
        const { name = '', page } = query;
        return right(
          member === undefined
            ? []
            : registries.listRegistries(member, name, organization.organizationName(), partOf(page)),
        );
      }
      case 'ListMembers': {
        const role = access.requireRole(caller, query.registry, 'restricted_viewer');
        return isLeft(role) ? role : right(registries.listMembers(query.registry, partOf(query.page)));
      }
    }
  };
