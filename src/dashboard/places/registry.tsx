import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { createColumnHelper, flexRender, getCoreRowModel, getSortedRowModel, SortingState, useReactTable } from '@tanstack/react-table';
import { useCallback, useMemo, useState } from 'react';
import { collectionOf, CollectionInList, collectionsOf, HeldAlias, Registry, registryOf } from '../api/queries';
import { openDialog } from '../app/dialogs';
import { Action } from '../parts/action';
import { AliasChip, TagChip } from '../parts/chips';
import { Icon } from '../parts/icon';
import { roleNames, unless } from '../parts/roles';
import { SearchField } from '../parts/search-field';
import { Answered, Empty, useTitle } from '../parts/states';
import { Code, PathToCopy, plural, VersionLink } from '../parts/texts';
import { When } from '../parts/time';

const route = getRouteApi('/registries/$registry');

/** How far below the screen a row counts as seen. */
const SOON = '300px';

/** Which rows have been on the screen: their aliases are asked for one by one, since lists do not tell them. */
const useSeen = () => {
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [observer] = useState(
    () =>
      new IntersectionObserver(
        (entries) => {
          const names = entries.flatMap(({ isIntersecting, target }) =>
            isIntersecting && target instanceof HTMLElement && target.dataset.name !== undefined ? [target.dataset.name] : [],
          );
          if (names.length > 0) setSeen((old) => new Set([...old, ...names]));
        },
        { rootMargin: `0px 0px ${SOON} 0px` },
      ),
  );
  const watch = useCallback((row: HTMLTableRowElement | null) => {
    if (row !== null) observer.observe(row);
  }, [observer]);
  return { seen, watch };
};

type Row = CollectionInList & { aliases: ReadonlyArray<HeldAlias> | undefined };

const column = createColumnHelper<Row>();

const holder = (row: Row, alias: string) => row.aliases?.find((item) => item.alias === alias);

const columnsFor = (registry: Registry) => [
  column.accessor('name', {
    header: 'Name',
    cell: ({ row: { original } }) => (
      <Link className="link strong wrap-anywhere isolate" to="/registries/$registry/collections/$collection" params={{ registry: original.registry, collection: original.name }}>
        {original.name}
      </Link>
    ),
  }),
  column.accessor('type', { header: 'Type' }),
  column.accessor((row) => row.tags.join(' '), {
    id: 'tags',
    header: 'Tags',
    enableSorting: false,
    cell: ({ row: { original } }) => (
      <div className="chips">
        {original.tags.slice(0, 3).map((tag) => <TagChip key={tag} tag={tag} />)}
        {original.tags.length > 3 && <span className="tiny dim">+{original.tags.length - 3}</span>}
      </div>
    ),
  }),
  ...['latest', ...registry.protectedAliases.slice(0, 5)].map((alias) =>
    column.accessor((row) => Number(holder(row, alias)?.version.slice(1) ?? -1), {
      id: `alias ${alias}`,
      header: () => <span className="row" style={{ gap: 4 }}>{alias !== 'latest' && <Icon name="lock" size={12} />}<span className="isolate">{alias}</span></span>,
      cell: ({ row: { original } }) => {
        const held = holder(original, alias);
        if (original.aliases === undefined) return <span className="dim">…</span>;
        return held === undefined ? <span className="dim">–</span> : <VersionLink place={{ registry: original.registry, collection: original.name }} version={held.version} />;
      },
    }),
  ),
  column.accessor('versions', { header: 'Versions', meta: 'number' }),
  column.accessor('updatedAt', { header: 'Updated', cell: (cell) => <span className="dim"><When at={cell.getValue()} /></span> }),
];

const sortOf = (sort: string | undefined): SortingState =>
  sort === undefined ? [{ id: 'name', desc: false }] : [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }];

const Collections = ({ registry, items }: { registry: Registry; items: ReadonlyArray<CollectionInList> }) => {
  const { q, type, tag, sort } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<Record<'q' | 'type' | 'tag' | 'sort', string | undefined>>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });

  const shown = useMemo(
    () => items.filter((item) => (type === undefined || item.type === type) && (tag === undefined || item.tags.includes(tag)) && (q === undefined || item.name.toLowerCase().includes(q.toLowerCase()))),
    [items, q, type, tag],
  );
  const { seen, watch } = useSeen();
  // Who sorts by an alias needs to know it of all.
  const wanted = sort?.includes('alias ') === true ? shown : shown.filter(({ name }) => seen.has(name));
  const details = useQueries({
    queries: wanted.map((item) => collectionOf({ registry: item.registry, collection: item.name })),
    combine: (results) => new Map(results.flatMap(({ data }) => (data === undefined ? [] : [[data.name, data.aliases] as const]))),
  });
  const data = useMemo(() => shown.map((item) => ({ ...item, aliases: details.get(item.name) })), [shown, details]);
  const columns = useMemo(() => columnsFor(registry), [registry]);
  const sorting = useMemo(() => sortOf(sort), [sort]);
  const table = useReactTable({
    data,
    columns,
    state: { sorting },
    autoResetAll: false,
    onSortingChange: (update) => {
      const [first] = typeof update === 'function' ? update(sorting) : update;
      set({ sort: first === undefined ? undefined : `${first.desc ? '-' : ''}${first.id}` });
    },
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const types = [...new Set(items.map((item) => item.type))].sort();
  const tags = [...new Set(items.flatMap((item) => item.tags))].sort();

  return (
    <section className="panel" aria-label="Collections">
      <div className="toolbar">
        <SearchField aria-label="Filter by name" placeholder="Filter by name" size="xs" w={200} leftSection={<Icon name="filter" size={14} />} value={q ?? ''} onSearch={(text) => set({ q: text === '' ? undefined : text })} />
        <Select aria-label="Type" placeholder="Any type" size="xs" w={140} clearable data={types} value={type ?? null} onChange={(value) => set({ type: value ?? undefined })} />
        <Select aria-label="Tag" placeholder="Any tag" size="xs" w={140} clearable searchable data={tags} value={tag ?? null} onChange={(value) => set({ tag: value ?? undefined })} />
        <span className="dim small nums" style={{ marginLeft: 'auto' }} role="status">{shown.length === items.length ? plural(items.length, 'collection') : `${shown.length} of ${items.length}`}</span>
      </div>
      {shown.length === 0 ? (
        <Empty icon="filter" title="No collection matches these filters" />
      ) : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label="Collections table">
          <table className="table">
            <thead>
              {table.getHeaderGroups().map((group) => (
                <tr key={group.id}>
                  {group.headers.map((header) => {
                    const sorted = header.column.getIsSorted();
                    return (
                      <th key={header.id} className={header.column.columnDef.meta === 'number' ? 'number' : undefined} aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}>
                        {header.column.getCanSort() ? (
                          <button type="button" className="sort" onClick={header.column.getToggleSortingHandler()}>
                            <span>{flexRender(header.column.columnDef.header, header.getContext())}</span>
                            {sorted === 'asc' ? '↑' : sorted === 'desc' ? '↓' : ''}
                          </button>
                        ) : flexRender(header.column.columnDef.header, header.getContext())}
                      </th>
                    );
                  })}
                </tr>
              ))}
            </thead>
            <tbody>
              {table.getRowModel().rows.map((row) => (
                <tr key={row.id} ref={watch} data-name={row.original.name}>
                  {row.getVisibleCells().map((cell) => (
                    <td key={cell.id} className={cell.column.columnDef.meta === 'number' ? 'number' : undefined}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
};

const linkCode = (registry: Registry) => `import requests

requests.post(
    "${window.location.origin}/api/v1/links",
    headers={"Authorization": f"Bearer {KEY}"},
    json={
        "source": "team/project/artifact:latest",
        "targetPath": "${registry.targetPath.replace(/\/$/, '')}/my-collection",
        "aliases": ["staging"],
    },
).raise_for_status()`;

export const RegistryPlace = () => {
  const { registry: name } = route.useParams();
  useTitle(name);
  const registry = useQuery(registryOf(name));
  const collections = useQuery(collectionsOf(name));
  return (
    <Answered query={registry} isPlace>
      {(shelf) => {
        const because = unless(shelf.role, 'member');
        return (
          <>
            <div className="head">
              <div className="row between wrap">
                <h1 className="row isolate">{shelf.name}{shelf.visibility === 'restricted' && <span className="chip tag"><Icon name="lock" size={12} />Restricted</span>}</h1>
                <div className="row">
                  <Action leftSection={<Icon name="plus" />} because={because} onClick={() => openDialog({ kind: 'new-collection', registry: name })}>New collection</Action>
                  <Action variant="filled" leftSection={<Icon name="link" />} because={because} onClick={() => openDialog({ kind: 'link', registry: name })}>Link a version</Action>
                  <Tooltip label="Settings">
                    <ActionIcon size={36} variant="default" aria-label="Settings of this registry" renderRoot={(props) => <Link {...props} to="/registries/$registry/settings" params={{ registry: name }} />}><Icon name="settings" /></ActionIcon>
                  </Tooltip>
                </div>
              </div>
              {shelf.description !== '' && <p className="dim wrap-anywhere" style={{ margin: 0, maxWidth: '76ch' }}>{shelf.description}</p>}
              <div className="row wrap" style={{ gap: 14 }}>
                <PathToCopy path={shelf.targetPath} />
                <span className="small dim">{shelf.acceptedTypes === 'any' ? 'Any type' : `Type ${shelf.acceptedTypes.join(', ')}`}</span>
                <span className="small dim">You are {roleNames[shelf.role].toLowerCase()}</span>
                {shelf.protectedAliases.map((alias) => <AliasChip key={alias} place={{ registry: name, collection: '' }} alias={alias} isProtected />)}
              </div>
            </div>
            <Answered query={collections}>
              {(items) =>
                items.length === 0 ? (
                  <div className="panel">
                    <Empty icon="package" title="No collection yet">
                      <p>A collection is made with the first version that is linked into it.</p>
                      <Code label="How to link a first version" code={linkCode(shelf)} />
                    </Empty>
                  </div>
                ) : (
                  <Collections registry={shelf} items={items} />
                )
              }
            </Answered>
          </>
        );
      }}
    </Answered>
  );
};
