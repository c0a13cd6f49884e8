/** What is answered about source artifacts: to the members of their team, and to admins (S6). */
import { Either, left, right } from 'fp-ts/Either';
import { Sees } from '../../projections/artifacts/queries';
import { ArtifactsQuery, Caller, Listed, QueryRejection, Resource } from '../messages';
import { Access } from './access';
import { listed, partOf, Queries } from './queries';

type Asked = Pick<Queries, 'organization' | 'registries' | 'artifacts'>;

/** Which registries a caller sees, each looked up once. */
export const registriesSeenBy = ({ organization, registries }: Omit<Asked, 'artifacts'>, caller: Caller): Sees => {
  const member = organization.callerOf(caller.principal);
  const seen = new Map<string, boolean>();
  return (registry) => {
    const known = seen.get(registry);
    if (known !== undefined) return known;
    const sees = member !== undefined && registries.roleIn(member, registry) !== undefined;
    seen.set(registry, sees);
    return sees;
  };
};

export const answerArtifacts =
  (queries: Asked, access: Access) =>
  (query: ArtifactsQuery, caller: Caller): Either<QueryRejection, Resource | Listed> => {
    const { organization, artifacts } = queries;
    const readable = (artifact: string): boolean =>
      access.readsSources(caller, artifact.slice(0, artifact.indexOf('/'))) && artifacts.artifactExists(artifact);
    switch (query.type) {
      case 'ListEntities': {
        const member = organization.callerOf(caller.principal);
        return right(listed(query.page, member === undefined ? [] : organization.listEntities(member, partOf(query.page))));
      }
      case 'ListProjects':
        return access.readsSources(caller, query.entity)
          ? right(listed(query.page, artifacts.listProjects(query.entity, partOf(query.page))))
          : left({ type: 'entity_not_found' });
      case 'ListArtifacts':
        return access.readsSources(caller, query.entity)
          ? right(listed(query.page, artifacts.listArtifacts(query.entity, query.project, partOf(query.page))))
          : left({ type: 'entity_not_found' });
      case 'ListSourceVersions':
        return readable(query.artifact)
          ? right(
              listed(
                query.page,
                artifacts.listSourceVersions(query.artifact, registriesSeenBy(queries, caller), partOf(query.page)),
              ),
            )
          : left({ type: 'artifact_not_found' });
      case 'GetSourceVersion': {
        if (!readable(query.artifact)) return left({ type: 'artifact_not_found' });
        const found = artifacts.getSourceVersion(query.artifact, query.ref, registriesSeenBy(queries, caller));
        return found === undefined ? left({ type: 'artifact_version_not_found' }) : right(found);
      }
    }
  };
