import { Button, Menu, Tabs } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { api, done } from '../../api/client';
import { hasCode } from '../../api/problem';
import { aliasesOf, Collection, collectionOf, collectionThen, InCollection, Registry, registryOf } from '../../api/queries';
import { openDialog } from '../../app/dialogs';
import { Action, IconAction, MenuAction } from '../../parts/action';
import { AddTag } from '../../parts/add-alias';
import { AliasChip, TagChip } from '../../parts/chips';
import { Icon } from '../../parts/icon';
import { noInstant } from '../../parts/instants';
import { unless } from '../../parts/roles';
import { Answered, Loading, ProblemNote, useTitle } from '../../parts/states';
import { PathToCopy, plural } from '../../parts/texts';
import { When } from '../../parts/time';
import { Versions } from './versions';

const Aliases = lazy(() => import('./aliases').then((module) => ({ default: module.Aliases })));
const Timeline = lazy(() => import('./timeline').then((module) => ({ default: module.TimelineTab })));
const Details = lazy(() => import('./details').then((module) => ({ default: module.Details })));
const Audit = lazy(() => import('./audit').then((module) => ({ default: module.AuditTab })));
const Deleted = lazy(() => import('./deleted').then((module) => ({ default: module.Deleted })));
const Compare = lazy(() => import('./compare').then((module) => ({ default: module.Compare })));

const route = getRouteApi('/registries/$registry/collections/$collection');

const CHIPS = 10;

const Tags = ({ place, collection, registry }: { place: InCollection; collection: Collection; registry: Registry }) => {
  const because = unless(registry.role, 'member');
  const patch = (body: { addTags?: Array<string>; removeTags?: Array<string> }) =>
    done(api.PATCH('/registries/{registry}/collections/{collection}', { params: { path: place }, body }));
  const remove = useMutation({ mutationFn: (tag: string) => patch({ removeTags: [tag] }) });
  return (
    <>
      {collection.tags.map((tag) => <TagChip key={tag} tag={tag} onRemove={() => remove.mutate(tag)} removeBecause={because} />)}
      <AddTag because={because} onAdd={(tag) => patch({ addTags: [tag] })} />
      {remove.isError && <ProblemNote error={remove.error} />}
    </>
  );
};

const TagsThen = ({ place, at }: { place: InCollection; at: string }) => {
  const then = useQuery(collectionThen(place, at));
  return <>{then.data?.tags.map((tag) => <TagChip key={tag} tag={tag} />)}</>;
};

const AliasChips = ({ place, at }: { place: InCollection; at: string | undefined }) => {
  const aliases = useQuery(aliasesOf(place, at));
  const [all, setAll] = useState(false);
  const items = [...(aliases.data ?? [])].sort((a, b) => Number(b.protected) - Number(a.protected) || Number(a.alias !== 'latest') - Number(b.alias !== 'latest'));
  const shown = all ? items : items.slice(0, CHIPS);
  return (
    <div className="row wrap" style={{ gap: 6 }} aria-label="Aliases" role="group">
      {shown.map((item) => <AliasChip key={item.alias} place={place} alias={item.alias} isProtected={item.protected} version={item.version} at={at} />)}
      {items.length > CHIPS && <Button variant="subtle" size="compact-xs" onClick={() => setAll(!all)}>{all ? 'Fewer' : `${items.length - CHIPS} more`}</Button>}
      {aliases.data?.length === 0 && <span className="dim small">No aliases{at === undefined ? ' yet' : ' then'}</span>}
    </div>
  );
};

export const CollectionPlace = () => {
  const place = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? 'versions';
  useTitle(place.collection, place.registry);
  const registry = useQuery(registryOf(place.registry));
  const collection = useQuery(collectionOf(place));
  const fault = noInstant(search, () => void navigate({ search: (old) => ({ ...old, at: undefined, until: undefined, from: undefined, to: undefined }) }));
  if (fault !== undefined) return fault;
  const past = search.at;
  const isPast = past !== undefined && search.until === undefined;
  return (
    <Answered query={registry} isPlace>
      {(shelf) => collection.data === undefined && hasCode(collection.error, 'collection_not_found') ? (
        <Suspense fallback={<Loading />}><Deleted place={place} registry={shelf} error={collection.error} retry={() => void collection.refetch()} /></Suspense>
      ) : (
        <Answered query={collection} isPlace>
          {(item) => {
            const because = unless(shelf.role, 'member');
            return (
              <>
                <div className="head">
                  <div className="row between wrap top">
                    <h1 className="isolate">{item.name}</h1>
                    <div className="row">
                      <Action variant="filled" leftSection={<Icon name="link" />} because={because} onClick={() => openDialog({ kind: 'link', place })}>Link new version</Action>
                      <Menu>
                        <Menu.Target><IconAction icon="dots" label="More" size={36} variant="default" /></Menu.Target>
                        <Menu.Dropdown>
                          <MenuAction icon="tag" because={because} onClick={() => openDialog({ kind: 'move', place })}>Give an alias …</MenuAction>
                          <Menu.Item leftSection={<Icon name="settings" />} renderRoot={(props) => <Link {...props} to="/registries/$registry/settings" params={{ registry: place.registry }} />}>Settings of the registry</Menu.Item>
                          <Menu.Divider />
                          <MenuAction icon="trash" color="red" because={unless(shelf.role, item.aliases.some((alias) => alias.protected) ? 'admin' : 'member')} onClick={() => openDialog({ kind: 'delete-collection', place })}>Delete the collection …</MenuAction>
                        </Menu.Dropdown>
                      </Menu>
                    </div>
                  </div>
                  <div className="row wrap" style={{ gap: 12 }}>
                    <PathToCopy path={item.targetPath} />
                    <span className="small dim">{item.type}</span>
                    {!isPast && <span className="small dim nums">{plural(item.versions, 'version')}</span>}
                    {!isPast && <span className="small dim">updated <When at={item.updatedAt} /></span>}
                  </div>
                  <AliasChips place={place} at={isPast ? past : undefined} />
                  <div className="row wrap" style={{ gap: 6 }} role="group" aria-label="Tags">{isPast ? <TagsThen place={place} at={past} /> : <Tags place={place} collection={item} registry={shelf} />}</div>
                </div>
                {isPast && (
                  <div className="note past" role="status" style={{ marginBottom: 16 }}>
                    <Icon name="clock" size={18} />
                    <div className="grow">This collection <strong>as of <When at={past} exact /></strong> (<When at={past} />). Send this address to show it to somebody.</div>
                    <Button size="compact-sm" onClick={() => void navigate({ search: (old) => ({ ...old, at: undefined, until: undefined }) })}>Back to now</Button>
                  </div>
                )}
                {search.compare !== undefined ? (
                  <Suspense fallback={<Loading />}><Compare place={place} versions={[...new Set(search.compare.split(','))].slice(0, 8)} onChange={(versions) => void navigate({ search: (old) => ({ ...old, compare: versions.join(',') }), replace: true })} onClose={() => void navigate({ search: (old) => ({ ...old, compare: undefined }) })} /></Suspense>
                ) : (
                  <Tabs value={tab} keepMounted={false} onChange={(value) => void navigate({ search: (old) => ({ ...old, tab: value === 'aliases' || value === 'timeline' || value === 'details' || value === 'audit' ? value : undefined }) })}>
                    <Tabs.List mb="md">
                      <Tabs.Tab value="versions">Versions</Tabs.Tab>
                      <Tabs.Tab value="aliases">Aliases</Tabs.Tab>
                      <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
                      <Tabs.Tab value="details">Details</Tabs.Tab>
                      <Tabs.Tab value="audit">Audit</Tabs.Tab>
                    </Tabs.List>
                    <Suspense fallback={<Loading />}>
                      <Tabs.Panel value="versions"><Versions place={place} registry={shelf} collection={item} at={isPast ? past : undefined} /></Tabs.Panel>
                      <Tabs.Panel value="aliases"><Aliases place={place} registry={shelf} at={isPast ? past : undefined} /></Tabs.Panel>
                      <Tabs.Panel value="timeline"><Timeline place={place} registry={shelf} /></Tabs.Panel>
                      <Tabs.Panel value="details"><Details place={place} registry={shelf} collection={item} at={isPast ? past : undefined} /></Tabs.Panel>
                      <Tabs.Panel value="audit"><Audit place={place} registry={shelf} at={isPast ? past : undefined} /></Tabs.Panel>
                    </Suspense>
                  </Tabs>
                )}
              </>
            );
          }}
        </Answered>
      )}
    </Answered>
  );
};
