import { Button, Popover, TextInput, Tooltip, ActionIcon } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { FormEvent, KeyboardEvent, useId, useState } from 'react';
import { api, done } from '../api/client';
import { hasCode } from '../api/problem';
import { aliasesOf, HeldAlias, InCollection, membersOf, Registry } from '../api/queries';
import { openDialog } from '../app/dialogs';
import { Icon } from './icon';
import { faultOfAlias } from './names';
import { has, unless } from './roles';
import { ProblemNote } from './states';
import { say } from './toasts';

type AddAliasProps = { place: InCollection; version: string; registry: Registry };

const WhoCan = ({ registry }: { registry: string }) => {
  const members = useQuery(membersOf(registry));
  const admins = (members.data ?? []).filter(({ role }) => role === 'admin').map(({ principal }) => principal);
  return (
    <span>
      {' '}Only admins of this registry give it{admins.length > 0 ? `: ${admins.slice(0, 5).join(', ')}, ` : ': '}
      and the organization’s admins.
    </span>
  );
};

/** + beside a version's aliases: type a name, Enter. */
export const AddAlias = ({ place, version, registry }: AddAliasProps) => {
  const [opened, setOpened] = useState(false);
  const because = unless(registry.role, 'member');
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={320} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={because ?? 'Add an alias'}>
          <ActionIcon
            variant="default"
            size={24}
            aria-label="Add an alias"
            {...(because === undefined
              ? { onClick: () => setOpened(!opened) }
              : { 'aria-disabled': true, 'data-disabled': true, 'aria-description': because })}
          >
            <Icon name="plus" size={14} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label={`Add an alias to ${version}`}>
        <Form place={place} version={version} registry={registry} close={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
};

const Form = ({ place, version, registry, close }: AddAliasProps & { close: () => void }) => {
  const aliases = useQuery(aliasesOf(place));
  const [text, setText] = useState('');
  const [active, setActive] = useState(-1);
  const listId = useId();
  const alias = text.trim();
  const held = aliases.data?.find((item) => item.alias === alias);
  const isProtected = registry.protectedAliases.includes(alias);
  const isLocked = isProtected && !has(registry.role, 'admin');
  const fault = faultOfAlias(alias, registry.protectedAliases);

  const give = useMutation({
    mutationFn: () =>
      done(
        api.PUT('/registries/{registry}/collections/{collection}/aliases/{alias}', {
          params: { path: { ...place, alias } },
          body: { version, expected: null },
        }),
      ),
    onSuccess: () => {
      say(<>Gave <strong>{alias}</strong> to {version}.</>);
      close();
    },
    onError: (error) => {
      // Somebody else was quicker: the dialog for moving shows who, and asks.
      if (hasCode(error, 'alias_conflict')) {
        close();
        openDialog({ kind: 'move', place, alias, version, seen: null });
      }
    },
  });

  const names = new Map<string, HeldAlias | undefined>(registry.protectedAliases.map((name) => [name, undefined]));
  for (const item of aliases.data ?? []) if (item.alias !== 'latest') names.set(item.alias, item);
  const suggestions = [...names]
    .filter(([name, item]) => name.toLowerCase().includes(alias.toLowerCase()) && item?.version !== version)
    .slice(0, 7);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (alias === '' || fault !== undefined || isLocked || aliases.data === undefined) return;
    if (held === undefined) return give.mutate();
    if (held.version === version) return close();
    close();
    openDialog({ kind: 'move', place, alias, version });
  };

  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && suggestions.length > 0) {
      event.preventDefault();
      setActive((active + by + suggestions.length) % suggestions.length);
      return;
    }
    const chosen = suggestions[active];
    if (event.key === 'Enter' && chosen !== undefined && chosen[0] !== alias) {
      event.preventDefault();
      setText(chosen[0]);
      setActive(-1);
    }
  };

  return (
    <form onSubmit={submit} className="stack tight">
      <TextInput
        label={`Alias for ${version}`}
        placeholder="production"
        data-autofocus
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(-1);
        }}
        onKeyDown={step}
        error={fault}
        role="combobox"
        aria-expanded={suggestions.length > 0}
        aria-controls={listId}
        aria-activedescendant={active < 0 ? undefined : `${listId}-${active}`}
      />
      <ul id={listId} role="listbox" aria-label="Aliases of this registry" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {suggestions.map(([name, item], index) => (
          <li
            key={name}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            className="palette-option small"
            style={{ padding: '5px 8px' }}
            onClick={() => setText(name)}
          >
            {registry.protectedAliases.includes(name) ? <Icon name="lock" size={13} /> : <Icon name="tag" size={13} />}
            <span className="grow ellipsis isolate">{name}</span>
            <span className="dim tiny">{item === undefined ? 'held by none' : `on ${item.version}`}</span>
          </li>
        ))}
      </ul>
      {isLocked && (
        <div className="note guard"><Icon name="lock" /><div>{alias} is protected.<WhoCan registry={place.registry} /></div></div>
      )}
      {held !== undefined && held.version !== version && !isLocked && (
        <div className="note small">Held by {held.version} now. The next step asks before it is moved.</div>
      )}
      {give.isError && !hasCode(give.error, 'alias_conflict') && <ProblemNote error={give.error} />}
      <div className="row between">
        <span className="tiny dim"><kbd>Enter</kbd> to give</span>
        <Button type="submit" variant="filled" size="compact-sm" loading={give.isPending} disabled={alias === '' || fault !== undefined || isLocked}>
          {held === undefined || held.version === version ? 'Give' : 'Move here …'}
        </Button>
      </div>
    </form>
  );
};

/** + beside tags. */
export const AddTag = ({ because, onAdd }: { because?: string | undefined; onAdd: (tag: string) => Promise<unknown> }) => {
  const [opened, setOpened] = useState(false);
  const [tag, setTag] = useState('');
  const add = useMutation({
    mutationFn: () => onAdd(tag.trim()),
    onSuccess: () => {
      setTag('');
      setOpened(false);
    },
  });
  const fault = /^([-\w]([-\w ]*[-\w])?)?$/.test(tag.trim()) ? undefined : 'Letters, digits, - _ and inner spaces.';
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={260} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={because ?? 'Add a tag'}>
          <ActionIcon
            variant="default"
            size={24}
            aria-label="Add a tag"
            {...(because === undefined
              ? { onClick: () => setOpened(!opened) }
              : { 'aria-disabled': true, 'data-disabled': true, 'aria-description': because })}
          >
            <Icon name="plus" size={14} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label="Add a tag">
        <form
          className="stack tight"
          onSubmit={(event) => {
            event.preventDefault();
            if (tag.trim() !== '' && fault === undefined) add.mutate();
          }}
        >
          <TextInput label="Tag" data-autofocus autoComplete="off" value={tag} error={fault} onChange={(event) => setTag(event.currentTarget.value)} />
          {add.isError && <ProblemNote error={add.error} />}
          <Button type="submit" variant="filled" size="compact-sm" loading={add.isPending}>Add</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
};
