import { Button, Menu } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Navigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { api, done } from '../api/client';
import { hasCode } from '../api/problem';
import { aliasesOf, Change, collectionOf, InCollection, lineageOf, LinkedVersion, Registry, registryOf, timelineOf, versionOf } from '../api/queries';
import { openDialog } from '../app/dialogs';
import { Action, IconAction, MenuAction } from '../parts/action';
import { AddAlias, AddTag } from '../parts/add-alias';
import { Feed, versionIn } from '../parts/changes';
import { AliasChip, TagChip } from '../parts/chips';
import { Icon } from '../parts/icon';
import { noInstant } from '../parts/instants';
import { MetadataTree } from '../parts/metadata';
import { unless } from '../parts/roles';
import { Snippets } from '../parts/snippets';
import { Answered, Empty, Loading, ProblemNote, useTitle } from '../parts/states';
import { Copy, numeral, PathToCopy, Person, sizeOf } from '../parts/texts';
import { exactly, When } from '../parts/time';

const LineageGraph = lazy(() => import('../parts/lineage-graph').then((module) => ({ default: module.LineageGraph })));

const route = getRouteApi('/registries/$registry/collections/$collection/versions/$version');

const Source = ({ source }: { source: LinkedVersion['source'] }) => (
  <>
    <Link className="link mono wrap-anywhere" to="/artifacts/$entity/$project/$artifact" params={source}>{source.name}</Link>
    {!source.available && <span className="chip bad" style={{ marginLeft: 6 }}>source was deleted</span>}
  </>
);

const Facts = ({ version }: { version: LinkedVersion }) => {
  const { source } = version;
  return (
    <section className="panel pad stack" aria-label="Facts">
      <h2>About</h2>
      <dl className="facts">
        <dt>Source</dt><dd><Source source={source} /></dd>
        <dt>Type</dt><dd>{version.type}</dd>
        <dt>Digest</dt><dd className="row" style={{ gap: 4 }}><code className="mono ellipsis" title={source.digest}>{source.digest}</code><Copy text={source.digest} what="the digest" /></dd>
        <dt>Where</dt>
        <dd>{source.uri === null ? <span className="dim">Not shown: it needs the role viewer here, and a source that is still there.</span> : <span className="row" style={{ gap: 4 }}><code className="mono ellipsis" title={source.uri}>{source.uri}</code><Copy text={source.uri} what="the uri" /></span>}</dd>
        <dt>Size</dt><dd>{source.sizeBytes === null ? <span className="dim">not said</span> : <span title={`${source.sizeBytes} bytes`}>{sizeOf(source.sizeBytes)}</span>}</dd>
        <dt>Made by run</dt><dd className="mono wrap-anywhere">{source.run ?? <span className="dim">not said</span>}</dd>
        {version.run !== null && version.run !== source.run && <><dt>Linked in run</dt><dd className="mono wrap-anywhere">{version.run}</dd></>}
        <dt>Linked</dt><dd><When at={version.linkedAt} /> by <Person principal={version.linkedBy} avatar={false} /></dd>
      </dl>
    </section>
  );
};

const Lineage = ({ place, version }: { place: InCollection; version: string }) => {
  const lineage = useQuery(lineageOf(place, version));
  // A drawing that one has to push about tells less than a list.
  const isNarrow = useMediaQuery('(max-width: 760px)') === true;
  return (
    <section className="panel" aria-label="Lineage">
      <div className="panel-head"><div><h2 className="section-title">Lineage</h2><div className="dim small">What made it, and what used it</div></div></div>
      <Answered query={lineage} rows={4}>
        {(found) => {
          const nameOf = (id: string) => found.nodes.find((node) => node.id === id)?.name ?? id;
          const used = found.edges.filter(({ kind }) => kind === 'used');
          return (
            <>
              {!isNarrow && <Suspense fallback={<Loading rows={4} />}><LineageGraph lineage={found} /></Suspense>}
              <details open={isNarrow} style={{ padding: '10px 20px', borderTop: '1px solid var(--line)' }}>
                <summary className="small">{isNarrow ? 'As a list' : 'The same as a list'}{used.length > 0 ? `, with ${used.length} uses` : ''}</summary>
                <ul className="small">
                  {found.edges.map(({ from, to, kind, at }) => <li key={`${from} ${to} ${kind}`} className="wrap-anywhere"><span className="mono">{nameOf(from)}</span> {kind} <span className="mono">{nameOf(to)}</span> <span className="dim"><When at={at} /></span></li>)}
                </ul>
              </details>
            </>
          );
        }}
      </Answered>
    </section>
  );
};

const isOf = (version: string) => (change: Change) => ['version', 'from', 'to'].some((member) => versionIn(change, member) === version);

const History = ({ place, version, at }: { place: InCollection; version: string; at: string | undefined }) => {
  const { data } = useQuery(timelineOf(place));
  const [all, setAll] = useState(false);
  const mine = useMemo(() => (data?.changes ?? []).filter((change) => (at === undefined || change.at <= at) && isOf(version)(change)).reverse(), [data, version, at]);
  return (
    <section className="panel pad" aria-label="History of this version">
      <h2>History of this version</h2>
      {data === undefined ? <Loading rows={3} /> : <Feed changes={all ? mine : mine.slice(0, 8)} />}
      {mine.length > 8 && <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)}>{all ? 'Fewer' : `All ${mine.length}`}</Button>}
      {data?.begins !== undefined && <p className="small dim">Of the changes until {exactly(data.begins)} not all are listed here: there are too many. The audit of the collection lists all of them.</p>}
    </section>
  );
};

const Metrics = ({ metrics }: { metrics: LinkedVersion['source']['metrics'] }) => {
  const entries = Object.entries(metrics);
  return (
    <section className="panel" aria-label="Metrics">
      <div className="panel-head"><h2 className="section-title">Metrics</h2></div>
      {entries.length === 0 ? (
        <div className="dim" style={{ padding: '14px 20px' }}>No metrics were logged.</div>
      ) : (
        <div className="table-scroll" style={{ maxHeight: 380, overflowY: 'auto' }} tabIndex={0} role="region" aria-label="Metrics table">
          <table className="table">
            <tbody>{entries.map(([name, value]) => <tr key={name}><td className="wrap-anywhere isolate">{name}</td><td className="number strong" title={String(value)}>{numeral(value)}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
};

type PageProps = { place: InCollection; registry: Registry; version: LinkedVersion; at: string | undefined };

const Page = ({ place, registry, version, at }: PageProps) => {
  const navigate = route.useNavigate();
  const past = at === undefined ? undefined : 'This is the past. Go back to now to change something.';
  const because = past ?? unless(registry.role, 'member');
  const held = useQuery(aliasesOf(place, at)).data ?? [];
  const isProtected = (alias: string) => held.find((item) => item.alias === alias)?.protected === true || registry.protectedAliases.includes(alias);
  const tagBecause = past ?? unless(registry.role, version.protected ? 'admin' : 'member');
  const tagPath = '/registries/{registry}/collections/{collection}/versions/{version}/tags/{tag}' as const;
  const untag = useMutation({ mutationFn: (tag: string) => done(api.DELETE(tagPath, { params: { path: { ...place, version: version.version, tag } } })) });
  const adminBecause = past ?? unless(registry.role, 'admin');
  return (
    <>
      <div className="head">
        <div className="row between wrap top">
          <h1 className="row wrap isolate">{place.collection} <span className="version" style={{ fontSize: '1.1rem' }}>{version.version}</span>{version.protected && <span className="chip protected"><Icon name="lock" size={12} />Protected</span>}</h1>
          <div className="row">
            <Menu>
              <Menu.Target><Action variant="filled" leftSection={<Icon name="arrow-right" />} because={registry.protectedAliases.length === 0 ? because : undefined}>Promote</Action></Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>Give to {version.version}</Menu.Label>
                {registry.protectedAliases.map((alias) => {
                  const holder = held.find((item) => item.alias === alias)?.version;
                  return (
                    <MenuAction key={alias} icon="lock" because={adminBecause ?? (holder === version.version ? 'It is here already.' : undefined)} onClick={() => openDialog({ kind: 'move', place, alias, version: version.version })}>
                      {alias} <span className="dim tiny">{holder === undefined ? 'held by none' : `now ${holder}`}</span>
                    </MenuAction>
                  );
                })}
                <MenuAction icon="tag" because={because} onClick={() => openDialog({ kind: 'move', place, version: version.version })}>Another alias …</MenuAction>
              </Menu.Dropdown>
            </Menu>
            <Menu>
              <Menu.Target><IconAction icon="dots" label="More" size={36} variant="default" /></Menu.Target>
              <Menu.Dropdown>
                <MenuAction icon="git-compare" onClick={() => void navigate({ to: '/registries/$registry/collections/$collection', params: place, search: { compare: [...new Set([...held.filter((item) => item.version !== version.version).map((item) => item.version).slice(0, 1), version.version])].join(',') } })}>Compare with another holder</MenuAction>
                <Menu.Divider />
                <MenuAction icon="link-off" color="red" because={past ?? unless(registry.role, version.protected ? 'admin' : 'member')} onClick={() => openDialog({ kind: 'unlink', place, version: version.version })}>Unlink …</MenuAction>
              </Menu.Dropdown>
            </Menu>
          </div>
        </div>
        <PathToCopy path={version.fullName} what="the full name" />
        <div className="row wrap" style={{ gap: 6 }} role="group" aria-label="Aliases">
          <span className="small dim" style={{ width: 52 }}>Aliases</span>
          {version.aliases.map((alias) => (
            <AliasChip key={alias} place={place} alias={alias} isProtected={isProtected(alias)} onRemove={alias === 'latest' ? undefined : () => openDialog({ kind: 'remove', place, alias })} removeBecause={past ?? unless(registry.role, isProtected(alias) ? 'admin' : 'member')} />
          ))}
          {at === undefined && <AddAlias place={place} version={version.version} registry={registry} />}
          {version.aliases.length === 0 && at !== undefined && <span className="dim small">none then</span>}
        </div>
        <div className="row wrap" style={{ gap: 6 }} role="group" aria-label="Tags">
          <span className="small dim" style={{ width: 52 }}>Tags</span>
          {version.tags.map((tag) => <TagChip key={tag} tag={tag} onRemove={() => untag.mutate(tag)} removeBecause={tagBecause} />)}
          {at === undefined && <AddTag because={tagBecause} onAdd={(tag) => done(api.PUT(tagPath, { params: { path: { ...place, version: version.version, tag } } }))} />}
        </div>
        {untag.isError && <ProblemNote error={untag.error} />}
      </div>
      {at !== undefined && (
        <div className="note past" role="status" style={{ marginBottom: 16 }}>
          <Icon name="clock" size={18} />
          <div className="grow">This version <strong>as of <When at={at} exact /></strong> (<When at={at} />).</div>
          <Button size="compact-sm" onClick={() => void navigate({ search: {} })}>Back to now</Button>
        </div>
      )}
      <div className="with-side">
        <div className="stack">
          {at === undefined && <Lineage place={place} version={version.version} />}
          <section className="panel" aria-label="Metadata">
            <div className="panel-head"><h2 className="section-title">Metadata</h2></div>
            <div style={{ padding: '14px 20px' }}><MetadataTree metadata={version.source.metadata} /></div>
          </section>
          <section className="panel" aria-label="Use it">
            <div className="panel-head"><h2 className="section-title">Use it</h2></div>
            <div style={{ padding: '16px 20px' }}><Snippets fullName={version.fullName} /></div>
          </section>
        </div>
        <div className="stack">
          <Facts version={version} />
          <Metrics metrics={version.source.metrics} />
          <History place={place} version={version.version} at={at} />
        </div>
      </div>
    </>
  );
};

export const VersionPlace = () => {
  const { version: ref, ...place } = route.useParams();
  const { at } = route.useSearch();
  const navigate = route.useNavigate();
  useTitle(`${place.collection}:${ref}`, place.registry);
  const registry = useQuery(registryOf(place.registry));
  const version = useQuery(versionOf(place, ref, at));
  const collection = useQuery(collectionOf(place));
  const fault = noInstant({ ...(at === undefined ? {} : { at }) }, () => void navigate({ search: {} }));
  if (fault !== undefined) return fault;
  if (at !== undefined && hasCode(version.error, 'version_not_found', 'alias_not_found', 'collection_not_found')) {
    return (
      <div className="panel" role="alert">
        <Empty icon="clock" isPlace title={`${ref} was not linked then`} action={<Button onClick={() => void navigate({ search: {} })}>Back to now</Button>}><p>At {exactly(at)}.</p></Empty>
      </div>
    );
  }
  return (
    <Answered query={registry} isPlace>
      {(shelf) => (
        <Answered query={version} isPlace>
          {(found) =>
            found.version !== ref && at === undefined && collection.data !== undefined ? (
              <Navigate to="/registries/$registry/collections/$collection/versions/$version" params={{ ...place, version: found.version }} replace />
            ) : (
              <Page place={place} registry={shelf} version={found} at={at} />
            )
          }
        </Answered>
      )}
    </Answered>
  );
};
