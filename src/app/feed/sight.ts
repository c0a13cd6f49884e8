/** What of the history somebody may see, judged by the read models as they are now (R1). */
import { instantOf } from '../../domain/values/instants';
import { parseStream } from '../../domain/values/streams';
import { ChangeShown } from '../../projections/history/queries';
import { Caller } from '../messages';
import { Access } from '../queries/access';
import { registriesSeenBy } from '../queries/artifacts';
import { Queries } from '../queries/queries';

export type Sight = {
  readonly registry: (name: string) => boolean;
  readonly change: (change: ChangeShown) => boolean;
};

/** What may be seen with the caller's key; undefined where it opens nothing any more. Looked up once for each place. */
export type SightOf = (caller: Caller) => Sight | undefined;

type Asked = Pick<Queries, 'organization' | 'registries'>;

/** Changes in a registry go to who has a role there, those of sources as S6 says, the organization's to its admins. */
export const createSight =
  (queries: Asked, access: Pick<Access, 'readsSources'>, now: () => number): SightOf =>
  (caller) => {
    const member = queries.organization.callerByKeyHash(caller.keyHash, instantOf(now()));
    if (member === undefined) return undefined;
    const registry = registriesSeenBy(queries, caller);
    const entities = new Map<string, boolean>();
    const entity = (name: string): boolean => {
      const reads = entities.get(name) ?? access.readsSources(caller, name);
      entities.set(name, reads);
      return reads;
    };
    return {
      registry,
      change: (change) => {
        if (member.organizationRole === 'admin') return true;
        if (change.registry !== undefined) return registry(change.registry);
        const { category, names } = parseStream(change.stream) ?? {};
        return category === 'artifact' && entity(names?.[0] ?? '');
      },
    };
  };
