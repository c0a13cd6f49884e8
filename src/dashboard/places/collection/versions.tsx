import { Button, Checkbox, Menu, Popover, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { createColumnHelper, getCoreRowModel, getSortedRowModel, Row, useReactTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Fragment, ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { answered, api } from '../../api/client';
import { aliasesOf, Collection, InCollection, LinkedVersion, Order, Registry, versionOf, versionsOf } from '../../api/queries';
import { openDialog } from '../../app/dialogs';
import { IconAction, MenuAction } from '../../parts/action';
import { AliasChip, TagChip } from '../../parts/chips';
import { Icon } from '../../parts/icon';
import { faultOfTag, numberOf } from '../../parts/names';
import { unless } from '../../parts/roles';
import { Empty, Loading, PlaceProblem } from '../../parts/states';
import { Code, numeral, Person, plural, VersionLink } from '../../parts/texts';
import { When } from '../../parts/time';

const route = getRouteApi('/registries/$registry/collections/$collection');

const COMPARED = 8;
const METRICS = 3;
const METRICS_WHERE_NARROWER = 1;
const ROW = 46;
/** How wide the column of aliases is at least, in pixels, and how much of it a chip takes beside its letters. */
const ALIASES = 214;
const NARROW = 140;
const CHIP = 24;
const LOCK = 17;
const LETTER = 6.3;
/** The columns of texts at least, and those of numbers, in pixels. */
const TAGS = 100;
const SOURCE = 132;
const METRIC = 92;
const LINKED = 104;
const ACTIONS = 88;
const GAP = 12;
/** Rows from the end at which the next page is asked for. */
const AHEAD = 30;

type VersionRow = {
  readonly version: string;
  readonly aliases: ReadonlyArray<{ readonly alias: string; readonly isProtected: boolean }>;
  readonly tags: ReadonlyArray<string>;
  readonly source: string;
  readonly available: boolean;
  readonly metrics: Readonly<Record<string, number>>;
  readonly linkedAt: string | undefined;
  readonly linkedBy: string | undefined;
  readonly isProtected: boolean;
};

const column = createColumnHelper<VersionRow>();
const columns = [
  column.accessor((row) => numberOf(row.version), { id: 'version' }),
  column.accessor('source', {}),
  column.accessor((row) => row.linkedAt ?? '', { id: 'linked' }),
];
const metricColumn = (name: string) =>
  column.accessor((row) => row.metrics[name], { id: `metric ${name}`, sortUndefined: 'last' });

const rowOf = (version: LinkedVersion, guarded: ReadonlySet<string>): VersionRow => ({
  version: version.version,
  aliases: version.aliases.map((alias) => ({ alias, isProtected: guarded.has(alias) })),
  tags: version.tags,
  source: version.source.name,
  available: version.source.available,
  metrics: version.source.metrics,
  linkedAt: version.linkedAt,
  linkedBy: version.linkedBy,
  isProtected: version.protected,
});

type RowAlias = VersionRow['aliases'][number];

/** Protected aliases first, `latest` last, and as many as can be read in the column; at least one. */
const fitting = (aliases: ReadonlyArray<RowAlias>, width: number): ReadonlyArray<RowAlias> => {
  const rank = ({ alias, isProtected }: RowAlias) => (isProtected ? 0 : alias === 'latest' ? 2 : 1);
  const ordered = [...aliases].sort((a, b) => rank(a) - rank(b));
  let left = width;
  const shown = ordered.filter(({ alias, isProtected }) => {
    left -= [...alias].length * LETTER + CHIP + (isProtected ? LOCK : 0);
    return left >= 0;
  });
  return shown.length === 0 ? ordered.slice(0, 1) : shown;
};

/** A name that may break where its words end. */
const Breakable = ({ name }: { name: string }) => (
  <span className="metric isolate" title={name}>{name.split(/(?<=[._/-])/).map((part, index) => <Fragment key={index}>{index > 0 && <wbr />}{part}</Fragment>)}</span>
);

const namesIn = (text: string | undefined): ReadonlyArray<string> | undefined =>
  text === undefined ? undefined : text === 'none' ? [] : text.split(',').map(decodeURIComponent);

/** What was linked and unlinked since an instant, up to now. */
const useSince = (place: InCollection, at: string | undefined) =>
  useQuery({
    queryKey: ['registry', place.registry, 'collection', place.collection, 'since', at],
    queryFn: () =>
      answered(
        api.GET('/registries/{registry}/collections/{collection}/diff', {
          params: { path: place, query: { from: at ?? '', to: new Date().toISOString() } },
        }),
      ),
    enabled: at !== undefined,
  });

const linkCode = (collection: Collection) => `curl -X POST "${window.location.origin}/api/v1/links" \\
  -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
  -d '{"source": "team/project/artifact:latest", "targetPath": "${collection.targetPath}", "aliases": ["staging"]}'`;

type VersionsProps = { place: InCollection; registry: Registry; collection: Collection; at: string | undefined };

export const Versions = ({ place, registry, collection, at }: VersionsProps) => {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isNarrow = useMediaQuery('(max-width: 760px)') === true;
  const isWide = useMediaQuery('(min-width: 1400px)') === true;
  const [chosen, setChosen] = useState<ReadonlyArray<string>>([]);
  const sort = search.sort ?? '-version';
  const sortBy = sort.replace(/^-/, '');
  const isDescending = sort.startsWith('-');
  const order: Order = sortBy === 'version' && !isDescending ? 'asc' : 'desc';
  const isPast = at !== undefined;
  const filter = {
    ...(search.tag === undefined || isPast ? {} : { tag: search.tag }),
    ...(search.alias === undefined || isPast ? {} : { alias: search.alias }),
    ...(search.source === undefined || isPast ? {} : { source: search.source }),
  };
  const isFiltered = Object.keys(filter).length > 0;

  const versions = useInfiniteQuery(versionsOf(place, order, filter));
  const since = useSince(place, at);
  const pastAliases = useQuery({ ...aliasesOf(place, at), enabled: isPast });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = versions;
  const linked = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const rows = useMemo((): ReadonlyArray<VersionRow> => {
    const guarded = new Set(registry.protectedAliases);
    const now = linked.map((version) => rowOf(version, guarded));
    if (!isPast) return now;
    if (since.data === undefined) return [];
    const later = new Set(since.data.linked.map(({ version }) => version));
    const held = (version: string) =>
      (pastAliases.data ?? []).filter((item) => item.version === version).map((item) => ({ alias: item.alias, isProtected: item.protected }));
    // What lies behind the pages that are here would stand where versions of the pages to come belong.
    const edge = hasNextPage ? linked.at(-1) : undefined;
    const isHere = (version: string) => edge === undefined || (order === 'asc' ? numberOf(version) < numberOf(edge.version) : numberOf(version) > numberOf(edge.version));
    const gone = since.data.unlinked.filter(({ version }) => isHere(version)).map(({ version, source }): VersionRow => ({
      version, source, aliases: [], tags: [], available: true, metrics: {}, linkedAt: undefined, linkedBy: undefined, isProtected: false,
    }));
    return [...now.filter(({ version }) => !later.has(version)), ...gone]
      .map((row) => ({ ...row, tags: [], aliases: held(row.version), isProtected: false }))
      .sort((a, b) => (order === 'asc' ? 1 : -1) * (numberOf(a.version) - numberOf(b.version)));
  }, [linked, hasNextPage, registry.protectedAliases, isPast, since.data, pastAliases.data, order]);

  const metricNames = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { metrics } of rows.slice(0, 300)) for (const name of Object.keys(metrics)) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  }, [rows]);
  const shownMetrics = namesIn(search.metrics) ?? metricNames.slice(0, isWide ? METRICS : METRICS_WHERE_NARROWER);
  const metricsKey = shownMetrics.join('\n');

  const tableColumns = useMemo(() => [...columns, ...(metricsKey === '' ? [] : metricsKey.split('\n')).map(metricColumn)], [metricsKey]);
  const tableData = useMemo(() => [...rows], [rows]);
  const sorting = useMemo(
    () => (tableColumns.some(({ id }) => id === sortBy) || sortBy === 'source' ? [{ id: sortBy, desc: isDescending }] : []),
    [tableColumns, sortBy, isDescending],
  );
  const table = useReactTable({
    data: tableData,
    columns: tableColumns,
    getRowId: (row) => row.version,
    state: { sorting },
    autoResetAll: false,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const model = table.getRowModel().rows;

  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: model.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    scrollMargin: 38,
    initialRect: { width: 800, height: 700 },
  });
  const items = virtual.getVirtualItems();
  // What is shown of the past is as of then in all it tells: tags, too, and versions that are unlinked since.
  const then = useQueries({
    queries: isPast ? items.flatMap(({ index }) => (model[index] === undefined ? [] : [versionOf(place, model[index].original.version, at)])) : [],
  });
  // Measured by the rows that are left: of the past, whole pages may hold nothing but what was linked later.
  const needsMore = (!isPast || since.data !== undefined) && (sortBy !== 'version' || (items.at(-1)?.index ?? 0) >= rows.length - AHEAD);
  useEffect(() => {
    if (needsMore && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [needsMore, hasNextPage, isFetchingNextPage, fetchNextPage, data]);

  const found = plural(rows.length, 'version');
  const count = !isFiltered && !isPast ? plural(collection.versions, 'version') : !hasNextPage ? found : rows.length === 0 ? 'Looking …' : `at least ${found}`;

  const setSearch = (change: Record<string, string | undefined>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const because = unless(registry.role, 'member') ?? (isPast ? 'This is the past. Go back to now to change something.' : undefined);
  const tagged = rows.some(({ tags }) => tags.length > 0);
  const template = isNarrow
    ? '28px 74px minmax(0, 1fr) 32px'
    : `24px 60px minmax(${ALIASES}px, 2fr) minmax(${tagged ? TAGS : 44}px, ${tagged ? 1 : 0.2}fr) minmax(${SOURCE}px, 1.2fr) ${shownMetrics.map(() => `${METRIC}px`).join(' ')} ${LINKED}px ${ACTIONS}px`;
  const least = isNarrow ? undefined : 24 + 60 + ALIASES + TAGS + SOURCE + shownMetrics.length * (METRIC + GAP) + LINKED + ACTIONS + 6 * GAP + 34;
  const cells = isNarrow ? 4 : 7 + shownMetrics.length;

  const head = (id: string, label: ReactNode, numeric = false) => {
    const isSorted = sortBy === id;
    return (
      <div role="columnheader" aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : 'none'} key={id} style={numeric ? { textAlign: 'right' } : undefined}>
        <button type="button" className="sort" style={{ maxWidth: '100%' }} onClick={() => setSearch({ sort: isSorted ? `${isDescending ? '' : '-'}${id}` : `-${id}` })}>
          {typeof label === 'string' ? <span className="ellipsis isolate">{label}</span> : label}{isSorted ? (isDescending ? '↓' : '↑') : ''}
        </button>
      </div>
    );
  };

  const choose = (version: string) =>
    setChosen((old) => (old.includes(version) ? old.filter((item) => item !== version) : [...old, version].slice(-COMPARED)));

  if (versions.isError && data === undefined) return <PlaceProblem error={versions.error} retry={() => void versions.refetch()} />;
  if (isPast && since.isError) return <PlaceProblem error={since.error} retry={() => void since.refetch()} />;
  if (data === undefined || (isPast && since.data === undefined)) return <div className="panel"><Loading rows={8} /></div>;
  if (rows.length === 0 && !isFiltered && !isPast) {
    return (
      <div className="panel">
        <Empty icon="package" title="No version linked yet">
          <p>Link one with the button above, or from where it was trained:</p>
          <Code label="How to link a version" code={linkCode(collection)} />
        </Empty>
      </div>
    );
  }

  const rowFor = (row: Row<VersionRow>, start: number) => {
    const asOf = then.find(({ data: found }) => found?.version === row.original.version)?.data;
    const item = asOf === undefined ? row.original : rowOf(asOf, new Set(row.original.aliases.filter(({ isProtected }) => isProtected).map(({ alias }) => alias)));
    const isChosen = chosen.includes(item.version);
    const shownAliases = fitting(item.aliases, isNarrow ? NARROW : ALIASES);
    const [, where = '', artifact = item.source] = /^(.*)\/([^/]+)$/.exec(item.source) ?? [];
    return (
      <div key={row.id} role="row" aria-rowindex={row.index + 2} className="grid-row" style={{ gridTemplateColumns: template, transform: `translateY(${start - 38}px)` }}>
        <div role="cell">
          <Checkbox size="xs" aria-label={`Choose ${item.version} to compare`} checked={isChosen} disabled={!isChosen && chosen.length >= COMPARED} onChange={() => choose(item.version)} />
        </div>
        <div role="cell"><VersionLink place={place} version={item.version} at={at} /></div>
        <div role="cell" className="chips">
          {shownAliases.map(({ alias, isProtected }) => <AliasChip key={alias} place={place} alias={alias} isProtected={isProtected} />)}
          {item.aliases.length > shownAliases.length && <span className="tiny dim" title={item.aliases.map(({ alias }) => alias).join(', ')}>+{item.aliases.length - shownAliases.length}</span>}
        </div>
        {!isNarrow && (
          <>
            <div role="cell" className="chips">
              {item.tags.slice(0, 2).map((tag) => <TagChip key={tag} tag={tag} />)}
              {item.tags.length > 2 && <span className="tiny dim" title={item.tags.join(', ')}>+{item.tags.length - 2}</span>}
            </div>
            <div role="cell" className="ellipsis" title={item.source} style={{ lineHeight: 1.3 }}>
              <span className="mono isolate">{artifact}</span>{!item.available && <span className="chip bad" style={{ height: 17, marginLeft: 6 }}>lost</span>}
              <br /><span className="tiny dim isolate">{where}</span>
            </div>
            {shownMetrics.map((name) => (
              <div role="cell" key={name} className="nums ellipsis" style={{ textAlign: 'right' }}>{item.metrics[name] === undefined ? <span className="dim">–</span> : numeral(item.metrics[name])}</div>
            ))}
            <div role="cell" className="ellipsis dim" style={{ lineHeight: 1.3 }}>{item.linkedAt === undefined ? '…' : <><When at={item.linkedAt} /><br /><span className="tiny"><Person principal={item.linkedBy ?? ''} avatar={false} /></span></>}</div>
          </>
        )}
        <div role="cell" className="row" style={{ gap: 4, justifyContent: 'flex-end' }}>
          {!isNarrow && <Button
            size="compact-xs" variant="subtle" color="gray" aria-label={`View details of ${item.version}`}
            renderRoot={(props) => <Link {...props} to="/registries/$registry/collections/$collection/versions/$version" params={{ ...place, version: item.version }} search={at === undefined ? {} : { at }} />}
          >
            Details
          </Button>}
          <Menu>
            <Menu.Target><IconAction icon="dots" label={`More for ${item.version}`} size="sm" /></Menu.Target>
            <Menu.Dropdown>
              <MenuAction icon="tag" because={because} onClick={() => openDialog({ kind: 'move', place, version: item.version })}>Give an alias …</MenuAction>
              {registry.protectedAliases.slice(0, 4).map((alias) => (
                <MenuAction key={alias} icon="lock" because={unless(registry.role, 'admin') ?? because} onClick={() => openDialog({ kind: 'move', place, alias, version: item.version })}>Move {alias} here …</MenuAction>
              ))}
              <MenuAction icon="link-off" color="red" because={because ?? (item.isProtected ? unless(registry.role, 'admin') : undefined)} onClick={() => openDialog({ kind: 'unlink', place, version: item.version })}>Unlink …</MenuAction>
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
    );
  };

  return (
    <section className="panel" aria-label="Versions">
      <div className="toolbar">
        {!isPast && <Filters search={search} set={setSearch} />}
        <Popover position="bottom-start" shadow="md" withArrow>
          <Popover.Target><Button size="xs" className="wide-only" leftSection={<Icon name="columns-3" size={14} />} disabled={metricNames.length === 0}>Metrics</Button></Popover.Target>
          <Popover.Dropdown mah={320} style={{ overflowY: 'auto' }} aria-label="Metric columns">
            <div className="stack tight">
              {metricNames.slice(0, 100).map((name) => (
                <Checkbox key={name} size="xs" label={<span className="wrap-anywhere">{name}</span>} checked={shownMetrics.includes(name)}
                  onChange={() => {
                    const next = shownMetrics.includes(name) ? shownMetrics.filter((item) => item !== name) : [...shownMetrics, name];
                    setSearch({ metrics: next.length === 0 ? 'none' : next.map(encodeURIComponent).join(',') });
                  }}
                />
              ))}
            </div>
          </Popover.Dropdown>
        </Popover>
        <span className="row" style={{ marginLeft: 'auto' }}>
          {chosen.length > 0 && <Button size="xs" variant="subtle" color="gray" onClick={() => setChosen([])}>Clear</Button>}
          <Button size="xs" variant={chosen.length > 1 ? 'filled' : 'default'} leftSection={<Icon name="git-compare" size={14} />} disabled={chosen.length < 2}
            onClick={() => void navigate({ search: (old) => ({ ...old, compare: [...chosen].sort((a, b) => numberOf(a) - numberOf(b)).join(',') }) })}>
            Compare{chosen.length > 0 ? ` ${chosen.length}` : ''}
          </Button>
          <span className="dim small nums" role="status">{count}</span>
        </span>
      </div>
      {rows.length === 0 && hasNextPage ? (
        <Loading rows={8} label="Looking for versions" />
      ) : rows.length === 0 ? (
        <Empty icon="filter" title={isPast ? 'No version was linked then' : 'No version matches these filters'} />
      ) : (
        <div ref={scroller} style={{ overflow: 'auto', maxHeight: 'max(420px, calc(100vh - 200px))' }} tabIndex={0} role="region" aria-label="Versions, scrollable">
          <div className="grid-table" style={{ minWidth: least }} role="table" aria-label="Versions" aria-rowcount={hasNextPage ? -1 : rows.length + 1} aria-colcount={cells}>
            <div role="rowgroup">
              <div role="row" className="grid-row header" style={{ gridTemplateColumns: template }}>
                <div role="columnheader"><span className="hidden">Compare</span></div>
                {head('version', 'Version')}
                <div role="columnheader">Aliases</div>
                {!isNarrow && (
                  <>
                    <div role="columnheader">Tags</div>
                    {head('source', 'Source')}
                    {shownMetrics.map((name) => head(`metric ${name}`, <Breakable name={name} />, true))}
                    {head('linked', 'Linked')}
                  </>
                )}
                <div role="columnheader"><span className="hidden">Actions</span></div>
              </div>
            </div>
            <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
              {items.map(({ index, start }) => {
                const row = model[index];
                return row === undefined ? null : rowFor(row, start);
              })}
            </div>
          </div>
          {isFetchingNextPage && <Loading rows={2} label="Loading more versions" />}
        </div>
      )}
    </section>
  );
};

const Filters = ({ search, set }: { search: { tag?: string; alias?: string; source?: string }; set: (change: Record<string, string | undefined>) => void }) => {
  const [tag, setTag] = useState(search.tag ?? '');
  const [alias, setAlias] = useState(search.alias ?? '');
  const [source, setSource] = useState(search.source ?? '');
  const isSource = source === '' || /^[^/]+\/[^/]+\/[^:]+:.+$/.test(source);
  const apply = () => {
    if (faultOfTag(tag.trim()) === undefined && isSource) set({ tag: tag.trim() || undefined, alias: alias.trim() || undefined, source: source.trim() || undefined });
  };
  const isSet = search.tag !== undefined || search.alias !== undefined || search.source !== undefined;
  return (
    <form
      className="row wrap"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <TextInput size="xs" w={120} aria-label="Filter by tag" placeholder="Tag" value={tag} error={faultOfTag(tag.trim()) !== undefined} onBlur={apply} onChange={(event) => setTag(event.currentTarget.value)} />
      <TextInput size="xs" w={120} className="wide-only" aria-label="Filter by alias" placeholder="Alias" value={alias} onBlur={apply} onChange={(event) => setAlias(event.currentTarget.value)} />
      <TextInput size="xs" w={210} className="wide-only" aria-label="Filter by source, as team/project/artifact:v1" placeholder="Source team/project/name:v1" value={source} error={!isSource} onBlur={apply} onChange={(event) => setSource(event.currentTarget.value)} />
      <button type="submit" className="hidden">Filter</button>
      {isSet && (
        <Button size="xs" variant="subtle" color="gray"
          onClick={() => {
            setTag('');
            setAlias('');
            setSource('');
            set({ tag: undefined, alias: undefined, source: undefined });
          }}
        >
          Clear filters
        </Button>
      )}
    </form>
  );
};
