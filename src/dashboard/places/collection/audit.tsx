import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { collectionHistory, InCollection, justAfter, Registry } from '../../api/queries';
import { EventList } from '../../parts/event-list';
import { filterOf, HistoryFilters } from '../../parts/history-filters';
import { Loading, PlaceProblem } from '../../parts/states';
import { Integrity } from './integrity';

const route = getRouteApi('/registries/$registry/collections/$collection');

const types = [
  'AliasAdded', 'AliasMoved', 'AliasRemoved', 'AliasProtected', 'AliasUnprotected', 'CollectionCreated', 'CollectionDescribed',
  'CollectionTagged', 'CollectionUntagged', 'VersionLinked', 'VersionTagged', 'VersionUnlinked', 'VersionUntagged', 'UsageRecorded',
];

export const AuditTab = ({ place, registry, at }: { place: InCollection; registry: Registry; at: string | undefined }) => {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = filterOf(search);
  const history = useInfiniteQuery(collectionHistory(place, at === undefined || filter.to !== undefined ? filter : { ...filter, to: justAfter(at) }));
  return (
    <div className="stack">
      <Integrity place={place} registry={registry} />
      <section className="panel" aria-label="Every change">
        <HistoryFilters filter={filter} types={types} set={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })} />
        {history.data !== undefined ? (
          <EventList changes={history.data.pages.flatMap(({ items }) => items)} more={history.hasNextPage ? () => void history.fetchNextPage() : undefined} isLoading={history.isFetchingNextPage} />
        ) : history.isError ? (
          <PlaceProblem error={history.error} retry={() => void history.refetch()} />
        ) : (
          <Loading />
        )}
      </section>
    </div>
  );
};
