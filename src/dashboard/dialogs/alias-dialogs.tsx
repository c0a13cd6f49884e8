import { Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ReactNode, useEffect, useState } from 'react';
import { answered, api, done } from '../api/client';
import { hasCode } from '../api/problem';
import { aliasesOf, aliasHistoryOf, InCollection, registryOf } from '../api/queries';
import { closeDialog } from '../app/dialogs';
import { rollbackTarget } from '../parts/alias-past';
import { Icon } from '../parts/icon';
import { faultOfAlias } from '../parts/names';
import { unless } from '../parts/roles';
import { Person } from '../parts/texts';
import { When } from '../parts/time';
import { say } from '../parts/toasts';
import { Frame, Reason, withReason } from './frame';

const inAlias = '/registries/{registry}/collections/{collection}/aliases/{alias}' as const;

/** Who may change the alias, and who holds it; `seen` is what was shown when the dialog was opened, or asked again. */
const useAlias = (place: InCollection, alias: string, first?: string | null) => {
  const registry = useQuery(registryOf(place.registry));
  const aliases = useQuery(aliasesOf(place));
  const history = useQuery({ ...aliasHistoryOf(place, alias), enabled: alias !== '' });
  const [seen, setSeen] = useState(first === undefined ? undefined : { alias, holder: first });
  const held = aliases.data?.find((item) => item.alias === alias);
  const now = aliases.data === undefined ? undefined : (held?.version ?? null);
  const isSeen = seen?.alias === alias;
  useEffect(() => {
    if (now !== undefined && !isSeen) setSeen({ alias, holder: now });
  }, [alias, now, isSeen]);
  const isProtected = registry.data?.protectedAliases.includes(alias) === true || held?.protected === true;
  return {
    registry: registry.data,
    history: history.data,
    /** The version that the person saw as the holder first; null for none, undefined while it is asked. */
    holder: isSeen ? seen.holder : now,
    /** The present holder, when it is another one. */
    actual: isSeen && now !== undefined && now !== seen.holder ? now : undefined,
    isProtected,
    because: unless(registry.data?.role, isProtected ? 'admin' : 'member'),
  };
};

/** Whom a change expects to hold the alias: the one last shown to the person who asks for it. */
const expectedOf = (holder: string | null | undefined, shown: string | null | undefined): string | null =>
  shown === undefined ? (holder ?? null) : shown;

const Versions = ({ place, value, onChange, not }: { place: InCollection; value: string | null; onChange: (version: string | null) => void; not: string | null | undefined }) => {
  const [search, setSearch] = useState('');
  const versions = useQuery({
    queryKey: ['registry', place.registry, 'collection', place.collection, 'choice'],
    queryFn: () =>
      answered(
        api.GET('/registries/{registry}/collections/{collection}/versions', {
          params: { path: place, query: { limit: 200 } },
        }),
      ),
  });
  const items = versions.data?.items ?? [];
  const typed = /^v?(0|[1-9][0-9]{0,15})$/.exec(search.trim())?.[1];
  const known = items.map(({ version, aliases }) => ({
    value: version,
    label: aliases.length === 0 ? version : `${version}  ·  ${aliases.join(', ')}`,
    disabled: version === not,
  }));
  const typedVersion = typed === undefined ? undefined : `v${typed}`;
  const data =
    typedVersion === undefined || known.some((item) => item.value === typedVersion)
      ? known
      : [...known, { value: typedVersion, label: typedVersion, disabled: false }];
  const chosen = value !== null && !data.some((item) => item.value === value) ? [...data, { value, label: value, disabled: false }] : data;
  return (
    <Select
      label="To version"
      placeholder="Choose a version"
      searchable
      data-autofocus
      data={chosen}
      value={value}
      onChange={onChange}
      onSearchChange={setSearch}
      nothingFoundMessage="No such version"
      maxDropdownHeight={240}
    />
  );
};

const Step = ({ from, to }: { from: ReactNode; to: ReactNode }) => (
  <div className="row" style={{ gap: 12, fontSize: '0.95rem' }}>
    <span className="version">{from}</span>
    <Icon name="arrow-right" />
    <span className="version">{to}</span>
  </div>
);

/** A4: somebody else moved it. Shows who, where and why; the next try expects what is shown here. */
const Conflict = ({ place, alias, actual }: { place: InCollection; alias: string; actual: string | null }) => {
  const history = useQuery({ ...aliasHistoryOf(place, alias), staleTime: 0 });
  const move = history.data?.[0];
  return (
    <div className="note guard" role="alert">
      <Icon name="alert-triangle" size={18} />
      <div className="stack tight grow">
        <strong>{alias} was moved while this was open. Nothing was changed.</strong>
        {move !== undefined && (
          <span>
            <Person principal={move.by} /> {move.to === null ? <>took it off {move.from}</> : <>gave it to {move.to}</>} <When at={move.at} />
            {move.reason === null ? ', without a reason.' : ':'}
          </span>
        )}
        {move?.reason != null && <em className="wrap-anywhere">{move.reason}</em>}
        <span>It is held by {actual ?? 'none'} now. Going on takes it from there.</span>
      </div>
    </div>
  );
};

const actualIn = (error: unknown): string | null | undefined =>
  hasCode(error, 'alias_conflict') ? (error.problem.actual ?? null) : undefined;

type MoveProps = { place: InCollection; alias?: string; version?: string; seen?: string | null };

export const MoveDialog = ({ place, alias: given, version: aim, seen }: MoveProps) => {
  const [alias, setAlias] = useState(given ?? '');
  const [version, setVersion] = useState<string | null>(aim ?? null);
  const [reason, setReason] = useState('');
  const { registry, holder, actual: changed, isProtected, because } = useAlias(place, alias.trim(), seen);
  const name = alias.trim();
  const fault = faultOfAlias(name, registry?.protectedAliases ?? []);
  const move = useMutation({
    mutationFn: ({ to, expected }: { to: string; expected: string | null }) =>
      done(api.PUT(inAlias, { params: { path: { ...place, alias: name } }, body: { version: to, expected, ...withReason(reason) } })),
    onSuccess: ({ version: to, previous, changed: isNew }) => {
      say(isNew ? <><strong>{name}</strong> moved {previous === null ? '' : `from ${previous} `}to {to}.</> : <>{to} held {name} already.</>);
      closeDialog();
    },
  });
  const actual = changed === undefined ? actualIn(move.error) : changed;
  const isGiving = holder === null;
  return (
    <Frame
      title={given === undefined ? `Give an alias to ${aim ?? 'a version'}` : `${isGiving ? 'Give' : 'Move'} ${given}`}
      submit={actual !== undefined ? 'Move it all the same' : isGiving ? 'Give' : 'Move'}
      pending={move.isPending}
      because={because ?? fault ?? (name === '' ? 'Name an alias first.' : version === null ? 'Choose a version first.' : (actual === undefined ? holder : actual) === version ? `${version} holds it already.` : holder === undefined ? 'Asking who holds it now.' : undefined)}
      error={hasCode(move.error, 'alias_conflict') ? undefined : move.error}
      onSubmit={() => version !== null && move.mutate({ to: version, expected: expectedOf(holder, actual) })}
    >
      {given === undefined && (
        <TextInput label="Alias" value={alias} error={fault} data-autofocus onChange={(event) => setAlias(event.currentTarget.value)} />
      )}
      {isProtected && (
        <div className="note guard"><Icon name="lock" /> {name} is protected: what points to it follows this move.</div>
      )}
      {actual !== undefined && <Conflict place={place} alias={name} actual={actual} />}
      <Step from={holder === undefined ? '…' : (expectedOf(holder, actual) ?? 'none')} to={version ?? '?'} />
      <Versions place={place} value={version} onChange={setVersion} not={expectedOf(holder, actual)} />
      <Reason value={reason} onChange={setReason} />
    </Frame>
  );
};

export const RollBackDialog = ({ place, alias }: { place: InCollection; alias: string }) => {
  const [reason, setReason] = useState('');
  const { holder, actual: changed, history, because } = useAlias(place, alias);
  const present = expectedOf(holder, changed);
  const target = history === undefined || holder === undefined ? undefined : rollbackTarget(history, present);
  const given = history?.find(({ to }) => to === target);
  const rollBack = useMutation({
    mutationFn: (expected: string | null) =>
      done(
        api.POST(`${inAlias}/rollback`, { params: { path: { ...place, alias } }, body: { expected, ...withReason(reason) } }),
      ),
    onSuccess: ({ version, previous }) => {
      say(<><strong>{alias}</strong> rolled back{previous === null ? '' : ` from ${previous}`} to {version}.</>, 'arrow-back-up');
      closeDialog();
    },
  });
  const actual = changed === undefined ? actualIn(rollBack.error) : changed;
  return (
    <Frame
      title={`Roll back ${alias}`}
      submit={actual === undefined ? (target === undefined ? 'Roll back' : `Roll back to ${target}`) : 'Roll back all the same'}
      pending={rollBack.isPending}
      because={because ?? (history === undefined ? 'Asking what it held before.' : target === undefined ? `${alias} has no former holder to go back to.` : undefined)}
      error={hasCode(rollBack.error, 'alias_conflict') ? undefined : rollBack.error}
      onSubmit={() => rollBack.mutate(expectedOf(holder, actual))}
    >
      {actual !== undefined && <Conflict place={place} alias={alias} actual={actual} />}
      <Step from={expectedOf(holder, actual) ?? 'none'} to={target ?? '?'} />
      {given !== undefined && (
        <div className="small dim">
          {target} was given {alias} by <Person principal={given.by} avatar={false} /> <When at={given.at} />
          {given.reason === null ? '.' : <>: <em className="wrap-anywhere">{given.reason}</em></>}
        </div>
      )}
      <Reason value={reason} onChange={setReason} hint="What burns? It is kept with the event." example="Errors since 14:05" />
    </Frame>
  );
};

export const RemoveDialog = ({ place, alias }: { place: InCollection; alias: string }) => {
  const [reason, setReason] = useState('');
  const { holder, actual: changed, isProtected, because } = useAlias(place, alias);
  const remove = useMutation({
    mutationFn: (expected: string) =>
      done(api.DELETE(inAlias, { params: { path: { ...place, alias }, query: { expected, ...withReason(reason) } } })),
    onSuccess: ({ previous }) => {
      say(<>Took <strong>{alias}</strong> off {previous}.</>);
      closeDialog();
    },
  });
  const actual = changed === undefined ? actualIn(remove.error) : changed;
  const present = expectedOf(holder, actual);
  return (
    <Frame
      title={`Take ${alias} away`}
      submit={actual === undefined ? 'Take away' : 'Take away all the same'}
      danger
      pending={remove.isPending}
      because={because ?? (present === null ? `${alias} is held by none.` : undefined)}
      error={hasCode(remove.error, 'alias_conflict') ? undefined : remove.error}
      onSubmit={() => present !== null && remove.mutate(present)}
    >
      {actual !== undefined && <Conflict place={place} alias={alias} actual={actual} />}
      <div>
        {present ?? 'No version'} holds <strong className="wrap-anywhere">{alias}</strong>. Afterwards nothing does, and
        whoever asks for it is told so.{isProtected && ' It is protected.'} Its history stays.
      </div>
      <Reason value={reason} onChange={setReason} example="The pilot is over" />
    </Frame>
  );
};
