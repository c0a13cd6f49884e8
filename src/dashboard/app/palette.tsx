import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { KeyboardEvent, useEffect, useId, useState } from 'react';
import { answered, api } from '../api/client';
import { aliasesOf, allCollections, registries, registryOf, versionOf, whoAmI } from '../api/queries';
import { Icon, IconName } from '../parts/icon';
import { unless } from '../parts/roles';
import { openDialog } from './dialogs';
import { useFocusBack } from './focus';
import { useScheme } from './scheme';

type Option = {
  readonly group: 'Here' | 'Full name' | 'Versions and aliases' | 'Registries' | 'Collections' | 'Actions' | 'Places';
  readonly icon: IconName;
  readonly text: string;
  readonly more?: string | undefined;
  readonly because?: string | undefined;
  readonly do: () => void;
};

const AT_MOST = 40;
/** Of what is here, before anything is typed. */
const OFFERED = 14;
/** Collections whose aliases are offered for `name:`. */
const NAMED = 8;

const matches = (query: string, { text, more }: Option): boolean => {
  const hay = `${text} ${more ?? ''}`.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => hay.includes(word));
};

/** What can be found and done, for what is typed. */
const useOptions = (query: string): ReadonlyArray<Option> => {
  const navigate = useNavigate();
  const { registry: inRegistry, collection: inCollection, version } = useParams({ strict: false });
  const place = inRegistry === undefined || inCollection === undefined ? undefined : { registry: inRegistry, collection: inCollection };
  const scheme = useScheme();
  const me = useQuery(whoAmI).data;
  const shelves = useQuery(registries).data ?? [];
  const known = useQuery(allCollections()).data ?? [];
  const registry = useQuery({ ...registryOf(inRegistry ?? ''), enabled: inRegistry !== undefined }).data;
  const aliases = useQuery({ ...aliasesOf(place ?? { registry: '', collection: '' }), enabled: place !== undefined }).data ?? [];
  const typedVersion = /^v(0|[1-9][0-9]{0,15})$/.exec(query.trim())?.[0];
  const exact = useQuery({
    ...versionOf(place ?? { registry: '', collection: '' }, typedVersion ?? ''),
    enabled: place !== undefined && typedVersion !== undefined,
    retry: false,
  }).data;
  const isFullName = /^[^:]+\/[^:]+:./.test(query.trim());
  const resolved = useQuery({
    queryKey: ['resolve', query.trim()],
    queryFn: () => answered(api.GET('/resolve', { params: { query: { name: query.trim() } } })),
    enabled: isFullName,
    retry: false,
  }).data;

  const goto = (target: { registry: string; collection: string }, to: string) => () =>
    void navigate({ to: '/registries/$registry/collections/$collection/versions/$version', params: { registry: target.registry, collection: target.collection, version: to } });
  const roleFault = unless(registry?.role, 'member');
  const guarded = (alias: string) =>
    unless(registry?.role, registry?.protectedAliases.includes(alias) === true ? 'admin' : 'member');

  const here: ReadonlyArray<Option> = place === undefined ? [] : [
    { group: 'Here', icon: 'link', text: 'Link new version', because: roleFault, do: () => openDialog({ kind: 'link', place }) },
    { group: 'Here', icon: 'timeline', text: 'Timeline', do: () => void navigate({ to: '/registries/$registry/collections/$collection', params: place, search: { tab: 'timeline' } }) },
    ...(exact === undefined ? [] : [{ group: 'Here' as const, icon: 'package' as const, text: exact.version, more: exact.source.name, do: goto(place, exact.version) }]),
    ...aliases.flatMap((item): ReadonlyArray<Option> => [
      { group: 'Here', icon: item.protected ? 'lock' : 'tag', text: item.alias, more: item.version, do: goto(place, item.version) },
      ...(item.kind === 'default' ? [] : ([
        { group: 'Here', icon: 'arrow-right', text: `Move ${item.alias}`, more: `from ${item.version}${version === undefined || version === item.version ? '' : ` to ${version}`}`, because: guarded(item.alias), do: () => openDialog({ kind: 'move', place, alias: item.alias, ...(version === undefined || version === item.version ? {} : { version }) }) },
        { group: 'Here', icon: 'arrow-back-up', text: `Roll back ${item.alias}`, more: `from ${item.version}`, because: guarded(item.alias), do: () => openDialog({ kind: 'rollback', place, alias: item.alias }) },
      ] satisfies ReadonlyArray<Option>)),
    ]),
  ];

  // `zoo:production`, `zoo:v3`: of any collection, as full names have it.
  const named = /^(.*\S)?\s*:\s*(\S*)$/.exec(query);
  const ref = named?.[2] ?? '';
  const among = (item: { registry: string; name: string }) => {
    const guards = shelves.find(({ name }) => name === item.registry)?.protectedAliases ?? [];
    const refs = ['latest', ...guards].filter((alias) => alias.toLowerCase().startsWith(ref.toLowerCase()));
    return ref === '' || refs.includes(ref) ? refs : [...refs, ref];
  };
  const inNamed: ReadonlyArray<Option> = named === null ? [] : known
    .filter(({ name, registry: of }) => `${of}/${name}`.toLowerCase().includes((named[1] ?? '').toLowerCase()))
    .slice(0, NAMED)
    .flatMap((item) => among(item).map((alias): Option => ({ group: 'Versions and aliases', icon: 'tag', text: `${item.name}:${alias}`, more: item.registry, do: goto({ registry: item.registry, collection: item.name }, alias) })));

  const all: ReadonlyArray<Option> = [
    ...(resolved === undefined ? [] : [{ group: 'Full name' as const, icon: 'package' as const, text: resolved.fullName, more: resolved.source.name, do: goto(resolved, resolved.version) }]),
    ...here.filter((option) => matches(query, option)).slice(0, query.trim() === '' ? OFFERED : AT_MOST),
    ...inNamed,
    ...[
      ...shelves.map((item): Option => ({ group: 'Registries', icon: 'stack-2', text: item.name, more: item.description.split('\n')[0], do: () => void navigate({ to: '/registries/$registry', params: { registry: item.name } }) })),
      ...known.map((item): Option => ({ group: 'Collections', icon: 'package', text: item.name, more: `${item.registry} · ${item.type}${item.tags.length > 0 ? ` · ${item.tags.join(' ')}` : ''}`, do: () => void navigate({ to: '/registries/$registry/collections/$collection', params: { registry: item.registry, collection: item.name } }) })),
      { group: 'Actions', icon: 'link', text: 'Link a version …', do: () => openDialog({ kind: 'link', ...(inRegistry === undefined ? {} : { registry: inRegistry }) }) },
      { group: 'Actions', icon: 'plus', text: 'New registry', because: me?.organizationRole === 'viewer' ? 'Viewers of the organization create no registries.' : undefined, do: () => openDialog({ kind: 'new-registry' }) },
      ...(inRegistry === undefined ? [] : [{ group: 'Actions', icon: 'plus', text: `New collection in ${inRegistry}`, because: roleFault, do: () => openDialog({ kind: 'new-collection', registry: inRegistry }) } satisfies Option]),
      { group: 'Actions', icon: scheme.icon, text: 'Change the colour scheme', more: `now ${scheme.name}`, do: scheme.next },
      { group: 'Actions', icon: 'keyboard', text: 'Keys', do: () => openDialog({ kind: 'keys-help' }) },
      { group: 'Places', icon: 'home', text: 'Registries', do: () => void navigate({ to: '/' }) },
      { group: 'Places', icon: 'chart-dots-3', text: 'Artifacts', do: () => void navigate({ to: '/artifacts' }) },
      { group: 'Places', icon: 'shield-check', text: 'Audit', because: me?.organizationRole === 'admin' ? undefined : 'For admins of the organization.', do: () => void navigate({ to: '/audit' }) },
      { group: 'Places', icon: 'users', text: 'Organization', do: () => void navigate({ to: '/organization' }) },
    ].filter((option): option is Option => matches(query, option as Option)) as ReadonlyArray<Option>,
  ];
  return all.slice(0, AT_MOST);
};

export const Palette = ({ onClose }: { onClose: () => void }) => {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const options = useOptions(query);
  useFocusBack();
  const id = useId();
  const chosen = Math.min(active, Math.max(options.length - 1, 0));

  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, chosen]);

  const perform = (option: Option | undefined) => {
    if (option === undefined || option.because !== undefined) return;
    onClose();
    option.do();
  };

  const press = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && options.length > 0) {
      event.preventDefault();
      setActive((chosen + by + options.length) % options.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      perform(options[chosen]);
    }
  };

  return (
    <Modal opened onClose={onClose} withCloseButton={false} padding={0} size={600} yOffset="12vh" centered={false} title="Find and do" classNames={{ header: 'hidden' }}>
      <input
        className="palette-input"
        data-autofocus
        placeholder="Find a registry, collection, version, alias or action"
        aria-label="Find a registry, collection, version, alias or action"
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={options.length === 0 ? undefined : `${id}-${chosen}`}
        autoComplete="off"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={press}
      />
      <div className="palette-list" role="listbox" id={id} aria-label="Results">
        {options.length === 0 && <div className="palette-option dim" role="option" aria-selected="false" aria-disabled="true">Nothing of this name</div>}
        {options.map((option, index) => (
          <div key={`${option.group} ${option.icon} ${option.text} ${option.more ?? ''}`} style={{ display: 'contents' }}>
            {options[index - 1]?.group !== option.group && <div className="palette-group" role="presentation">{option.group}</div>}
            <div
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              aria-disabled={option.because !== undefined}
              className="palette-option"
              onMouseMove={() => setActive(index)}
              onClick={() => perform(option)}
            >
              <span className="dim"><Icon name={option.icon} /></span>
              <span className="ellipsis isolate" style={{ flexShrink: 0, maxWidth: '60%' }}>{option.text}</span>
              <span className="ellipsis dim small isolate grow">{option.because ?? option.more}</span>
            </div>
          </div>
        ))}
      </div>
    </Modal>
  );
};
