/** What is answered about collections, their versions and aliases: to whom has a role in the registry. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { instantOf, millisecondsOf } from '../../domain/values/instants';
import { atLeast, RegistryRole } from '../../domain/values/principals';
import { showVersion } from '../../domain/values/versions';
import { Caller, CollectionsQuery, InCollection, Listed, QueryRejection, Resource } from '../messages';
import { Access } from './access';
import { LARGE, listed, mapped, partOf, Queries } from './queries';
import { ShowVersion } from './versions';

/** How many versions are compared unless they are named. */
const COMPARED = 20;
const MOST_RUNS = 1_000;

/** In JSON, with what parts them: `null` and a number. */
const NO_NUMBER = 5;
const LONGEST_NUMBER = 25;

type Asked = Pick<Queries, 'organization' | 'registries' | 'artifacts' | 'collections' | 'usage'>;
type Answer = Either<QueryRejection, Resource | Listed>;

const collectionNotFound: Either<QueryRejection, never> = left({ type: 'collection_not_found' });
const tooManyMetrics: Either<QueryRejection, never> = left({
  type: 'malformed_request', path: 'versions', message: 'must name fewer versions: together these have too many metrics for an answer',
});

export const answerCollections = (queries: Asked, access: Access, show: ShowVersion, now: () => number) => {
  const { organization, registries, artifacts, collections, usage } = queries;

  /** The number of the version that a source is linked as; -1 where it is not. */
  const linkedFrom = ({ registry, collection }: InCollection, source: string | undefined): { readonly version?: number } =>
    source === undefined ? {} : { version: artifacts.linkedAs(source, registry, collection) ?? -1 };

  /** Of one metric after the other, a value for each version, or null; undefined where that would be large. */
  const metricsOf = (sources: ReadonlyArray<string>): Resource | undefined => {
    const metrics = new Map<string, Array<number | null>>();
    let size = 0;
    for (const [index, source] of sources.entries()) {
      const measured = JSON.parse(artifacts.sourceOf(source)?.metrics ?? '{}') as Record<string, number>;
      for (const [name, value] of Object.entries(measured)) {
        const values = metrics.get(name) ?? sources.map(() => null);
        if (!metrics.has(name)) size += Buffer.byteLength(JSON.stringify(name)) + NO_NUMBER * sources.length;
        size += LONGEST_NUMBER - NO_NUMBER;
        if (size > LARGE) return undefined;
        values[index] = value;
        metrics.set(name, values);
      }
    }
    return Object.fromEntries(metrics);
  };

  const lineageOf = (place: InCollection, version: number): Answer => {
    const found = collections.getVersion(place, { type: 'Version', version });
    if (isLeft(found)) return found;
    const { source, run, linkedAt } = found.right;
    const logged = artifacts.loggingOf(source);
    const used = usage.runsOf(place.registry, place.collection, version, MOST_RUNS);
    const self = { id: `version:${showVersion(version)}`, kind: 'version', name: found.right.fullName };
    const origin = { id: `source:${source}`, kind: 'source', name: source };
    const runs = new Set([logged?.run, run, ...used.map((each) => each.run)].filter((each) => each != null));
    const edge = (from: string, to: string, kind: 'produced' | 'linked' | 'used', at: string) => ({ from, to, kind, at });
    return right({
      nodes: [origin, self, ...[...runs].map((name) => ({ id: `run:${name}`, kind: 'run', name }))],
      edges: [
        ...(logged?.run == null ? [] : [edge(`run:${logged.run}`, origin.id, 'produced', logged.at)]),
        edge(origin.id, self.id, 'linked', linkedAt),
        ...(run === null ? [] : [edge(`run:${run}`, self.id, 'linked', linkedAt)]),
        ...used.map((each) => edge(self.id, `run:${each.run}`, 'used', each.at)),
      ],
    });
  };

  /** Of the registries that the caller sees, those in which it has at least this role. */
  const registriesOf = ({ principal }: Caller, needed: RegistryRole): ReadonlyArray<string> => {
    const member = organization.callerOf(principal);
    if (member === undefined) return [];
    return [...registries.visibleRegistries(member)].flatMap(([name, role]) => (atLeast(role, needed) ? [name] : []));
  };

  /**
   * C4: the past of a name comes with it, also to one who has made a registry of a name that was deleted. That makes it
   * the admin of what it made, not of what was linked under the name before: there it sees no uri, as everybody saw none.
   */
  const roleAsOf = (caller: Caller, registry: string, role: RegistryRole, at: string): RegistryRole => {
    const member = organization.callerOf(caller.principal);
    if (member === undefined || member.organizationRole === 'admin') return role;
    const found = registries.getRegistry(member, registry, organization.organizationName());
    return found !== undefined && millisecondsOf(at) < millisecondsOf(found.createdAt) ? 'restricted_viewer' : role;
  };

  const answerIn = (query: Exclude<CollectionsQuery, { type: 'ListAllCollections' }>, role: RegistryRole): Answer => {
    switch (query.type) {
      case 'ListCollections':
        return right(
          listed(
            query.page,
            collections.listCollections(query.registry, query, partOf(query.page), organization.organizationName()),
          ),
        );
      case 'GetCollection': {
        const found = collections.getCollection(query, organization.organizationName());
        return found === undefined ? collectionNotFound : right(found);
      }
      case 'GetAliases': {
        const items = collections.getAliases(query, query.at);
        return items === undefined ? collectionNotFound : right({ items });
      }
      case 'ListVersions': {
        const found = collections.listVersions(query, { ...query, ...linkedFrom(query, query.source) }, partOf(query.page));
        return found === undefined ? collectionNotFound : right(listed(query.page, mapped(found, (version) => show(version, role))));
      }
      case 'GetVersion': {
        const found = collections.getVersion(query, query.ref, query.at);
        return isLeft(found) ? found : right(show(found.right, role));
      }
      case 'Resolve': {
        if (query.organization !== undefined && query.organization !== organization.organizationName())
          return left({ type: 'registry_not_found' });
        const found = collections.getVersion(query, query.ref, query.at);
        return isLeft(found) ? found : right({ ...show(found.right, role), resolvedAt: query.at ?? instantOf(now()) });
      }
      case 'CompareMetrics': {
        const found = collections.sourcesOf(query, query.versions, COMPARED);
        if (isLeft(found)) return found;
        const metrics = metricsOf(found.right.map(({ source }) => source));
        if (metrics === undefined) return tooManyMetrics;
        return right({ versions: found.right.map(({ version }) => showVersion(version)), metrics });
      }
      case 'GetLineage':
        return lineageOf(query, query.version);
    }
  };

  return (query: CollectionsQuery, caller: Caller): Answer => {
    if (query.type === 'ListAllCollections') {
      const seen = registriesOf(caller, query.role ?? 'restricted_viewer');
      const { limit, after } = query.page;
      const part = { limit: limit + 1, ...(after === undefined ? {} : { after }) };
      return right(listed(query.page, collections.listAllCollections(seen, query, part, organization.organizationName())));
    }
    const role = access.requireRole(caller, query.registry, 'restricted_viewer');
    if (isLeft(role)) return role;
    const at = 'at' in query ? query.at : undefined;
    return answerIn(query, at === undefined ? role.right : roleAsOf(caller, query.registry, role.right, at));
  };
};
