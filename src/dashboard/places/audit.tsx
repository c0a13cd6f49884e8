import { Select, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { auditFeed, registries, registryDiff } from '../api/queries';
import { DiffView } from '../parts/diff-view';
import { EventList } from '../parts/event-list';
import { filterOf, HistoryFilters } from '../parts/history-filters';
import { noInstant } from '../parts/instants';
import { Answered, Loading, PlaceProblem, useTitle } from '../parts/states';
import { fromLocalInput, toLocalInput } from '../parts/time';

const route = getRouteApi('/audit');

const types = [
  'AcceptedTypesAdded', 'AliasAdded', 'AliasMoved', 'AliasProtected', 'AliasRemoved', 'AliasUnprotected', 'ArtifactLogged', 'ArtifactVersionDeleted',
  'CollectionCreated', 'CollectionDeleted', 'DefaultRoleChanged', 'KeyCreated', 'KeyRevoked', 'OrganizationRoleChanged', 'PrincipalDisabled', 'PrincipalEnabled',
  'RegistryCreated', 'RegistryDeleted', 'RoleGranted', 'RoleRevoked', 'ServiceAccountCreated', 'TeamCreated', 'TeamMemberAdded', 'TeamMemberRemoved', 'UserCreated',
  'VersionLinked', 'VersionTagged', 'VersionUnlinked', 'VisibilityChanged',
];

const Difference = ({ registry, since, until }: { registry: string; since: string; until: string }) => {
  const diff = useQuery(registryDiff(registry, since, until));
  return <div style={{ padding: '4px 20px 16px' }}><Answered query={diff} rows={3}>{(found) => <DiffView registry={registry} diff={found} where />}</Answered></div>;
};

const Between = () => {
  const { registry, since, until } = route.useSearch();
  const navigate = route.useNavigate();
  const shelves = useQuery(registries).data ?? [];
  const set = (change: { registry?: string | undefined; since?: string | undefined; until?: string | undefined }) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const instant = (name: 'since' | 'until', label: string, value: string | undefined) => (
    <label className="row small" style={{ gap: 6 }}><span className="dim" aria-hidden="true">{label}</span><TextInput key={`${name} ${value ?? ''}`} type="datetime-local" step={1} size="xs" w={204} aria-label={label} defaultValue={value === undefined ? '' : toLocalInput(value)} onBlur={(event) => set({ [name]: fromLocalInput(event.currentTarget.value) })} /></label>
  );
  const from = since !== undefined && until !== undefined && since > until ? until : since;
  const to = since !== undefined && until !== undefined && since > until ? since : until;
  return (
    <section className="panel" aria-label="Between two instants">
      <div className="panel-head" style={{ flexWrap: 'wrap' }}>
        <div><h2 className="section-title">A registry between two instants</h2><div className="dim small">What is held and linked at the one and not at the other</div></div>
        <div className="row wrap">
          <Select size="xs" w={180} aria-label="Registry" placeholder="Registry" searchable data={shelves.map(({ name }) => name)} value={registry ?? null} onChange={(value) => set({ registry: value ?? undefined })} />
          {instant('since', 'From', since)}
          {instant('until', 'To', until)}
        </div>
      </div>
      {registry !== undefined && from !== undefined && to !== undefined ? <Difference registry={registry} since={from} until={to} /> : <div className="dim small" style={{ padding: '14px 20px' }}>Choose a registry and two instants.</div>}
    </section>
  );
};

export const Audit = () => {
  useTitle('Audit');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = filterOf(search);
  const feed = useInfiniteQuery(auditFeed(filter));
  const fault = noInstant({ ...filter, ...(search.since === undefined ? {} : { at: search.since }), ...(search.until === undefined ? {} : { until: search.until }) }, () => void navigate({ search: {} }));
  if (fault !== undefined) return fault;
  return (
    <>
      <div className="head">
        <h1>Audit</h1>
        <p className="dim" style={{ margin: 0 }}>Every change in the organization, newest first. Nothing here can be edited, by anyone.</p>
      </div>
      <div className="stack">
        <Between />
        <section className="panel" aria-label="Every change">
          <HistoryFilters filter={filter} types={types} set={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })} />
          {feed.data !== undefined ? (
            <EventList changes={feed.data.pages.flatMap(({ items }) => items)} where more={feed.hasNextPage ? () => void feed.fetchNextPage() : undefined} isLoading={feed.isFetchingNextPage} />
          ) : feed.isError ? (
            <div style={{ padding: 16 }}><PlaceProblem error={feed.error} retry={() => void feed.refetch()} /></div>
          ) : (
            <Loading />
          )}
        </section>
      </div>
    </>
  );
};
