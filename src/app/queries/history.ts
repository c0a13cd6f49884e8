/** What is answered about the past: to whom has a role in the registry, and of the whole organization to its admins. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { Caller, HistoryQuery, Listed, PageOf, QueryRejection, Resource } from '../messages';
import { Positions } from '../positions';
import { Access } from './access';
import { listed, mapped, Queries } from './queries';

type Part = { readonly limit: number; readonly after?: number };
const NONE: Part = { limit: 0 };

type Answer = Either<QueryRejection, Resource | Listed>;

export const answerHistory = (
  { collections, history }: Pick<Queries, 'collections' | 'history'>, access: Access, positions: Positions,
) => {
  const placed = (
    page: PageOf<readonly [position: string]>, items: Iterable<{ readonly position: number }>,
  ): Listed =>
    listed(page, mapped(items, (item) => ({ ...item, position: positions.show(item.position) })));

  /** One item more than asked for, which says that there is a next page. */
  const partOf = (page: PageOf<readonly [position: string]>): Either<QueryRejection, Part> => {
    const part = { limit: page.limit + 1 };
    if (page.after === undefined) return right(part);
    const after = positions.parse(page.after[0]);
    return isLeft(after)
      ? left({ type: 'malformed_request', path: 'cursor', message: after.left })
      : right({ ...part, after: after.right });
  };

  const answerIn = (query: Exclude<HistoryQuery, { type: 'OrganizationHistory' }>, part: Part): Answer => {
    switch (query.type) {
      case 'RegistryHistory':
        return right(placed(query.page, history.listChanges({ registry: query.registry }, query, part)));
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
        return right(placed(query.page, history.listAliasMoves(query.registry, query.collection, query.alias, part)));
      case 'CollectionHistory':
        return right(
          placed(query.page, history.listChanges({ registry: query.registry, collection: query.collection }, query, part)),
        );
      case 'CollectionDiff':
        return right(collections.diff(query, query.from, query.to));
    }
  };

  return (query: HistoryQuery, caller: Caller): Answer => {
    const part = 'page' in query ? partOf(query.page) : right(NONE);
    if (isLeft(part)) return part;
    if (query.type === 'OrganizationHistory') {
      const admin = access.requireAdmin(caller);
      return isLeft(admin) ? admin : right(placed(query.page, history.listChanges({}, query, part.right)));
    }
    const role = access.requireRole(caller, query.registry, 'restricted_viewer');
    return isLeft(role) ? role : answerIn(query, part.right);
  };
};
