/** What is answered about the past: to whom has a role in the registry, and of the whole organization to its admins. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { Caller, HistoryQuery, QueryRejection, Resource } from '../messages';
import { Positions } from '../positions';
import { Access } from './access';
import { partOf, Queries } from './queries';

type Answer = Either<QueryRejection, Resource | ReadonlyArray<Resource>>;

export const answerHistory = (
  { collections, history }: Pick<Queries, 'collections' | 'history'>, access: Access, positions: Positions,
) => {
  const placed = (items: ReadonlyArray<{ readonly position: number }>): ReadonlyArray<Resource> =>
    items.map((item) => ({ ...item, position: positions.show(item.position) }));

  const answerIn = (query: Exclude<HistoryQuery, { type: 'OrganizationHistory' }>): Answer => {
    switch (query.type) {
      case 'RegistryHistory':
        return right(placed(history.listChanges({ registry: query.registry }, query, partOf(query.page))));
      case 'RegistryDiff':
        return right(collections.diffOfRegistry(query.registry, query.from, query.to));
      case 'AliasHistory':
      case 'CollectionHistory':
      case 'CollectionDiff':
        // C1: a deleted collection's past is told while its registry is there.
        if (!collections.everStood(query)) return left({ type: 'collection_not_found' });
    }
    switch (query.type) {
      case 'AliasHistory':
        return right(placed(history.listAliasMoves(query.registry, query.collection, query.alias, partOf(query.page))));
      case 'CollectionHistory':
        return right(
          placed(history.listChanges({ registry: query.registry, collection: query.collection }, query, partOf(query.page))),
        );
      case 'CollectionDiff':
        return right(collections.diff(query, query.from, query.to));
    }
  };

  return (query: HistoryQuery, caller: Caller): Answer => {
    if (query.type === 'OrganizationHistory') {
      const admin = access.requireAdmin(caller);
      return isLeft(admin) ? admin : right(placed(history.listChanges({}, query, partOf(query.page))));
    }
    const role = access.requireRole(caller, query.registry, 'restricted_viewer');
    return isLeft(role) ? role : answerIn(query);
  };
};
