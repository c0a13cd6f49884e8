import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { HistoryFilter } from '../api/queries';
import { fromLocalInput, toLocalInput } from './time';

type Change = { [K in keyof HistoryFilter]: string | undefined };

/** What one can ask a history for; the address carries it. */
export const HistoryFilters = ({ filter, types, set }: { filter: HistoryFilter; types: ReadonlyArray<string>; set: (change: Change) => void }) => {
  const [by, setBy] = useState(filter.by ?? '');
  const [alias, setAlias] = useState(filter.alias ?? '');
  const isPrincipal = by === '' || /^(user|service):.+$/.test(by);
  const apply = () => isPrincipal && set({ by: by.trim() || undefined, alias: alias.trim() || undefined });
  const instant = (name: 'from' | 'to', label: string) => (
    <label className="row small" style={{ gap: 6 }}><span className="dim" aria-hidden="true">{name === 'from' ? 'From' : 'To'}</span><TextInput key={`${name} ${filter[name] ?? ''}`} type="datetime-local" size="xs" w={180} aria-label={label} title={label} defaultValue={filter[name] === undefined ? '' : toLocalInput(filter[name])} onBlur={(event) => set({ [name]: fromLocalInput(event.currentTarget.value) })} /></label>
  );
  return (
    <form
      className="toolbar"
      aria-label="Filters"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <Select size="xs" w={170} aria-label="Type of change" placeholder="Any change" clearable searchable data={[...types]} value={filter.type ?? null} onChange={(value) => set({ type: value ?? undefined })} />
      <TextInput size="xs" w={140} aria-label="By, as user:ann" placeholder="user:ann" value={by} error={!isPrincipal} onBlur={apply} onChange={(event) => setBy(event.currentTarget.value)} />
      <TextInput size="xs" w={120} aria-label="Alias" placeholder="Alias" value={alias} onBlur={apply} onChange={(event) => setAlias(event.currentTarget.value)} />
      {instant('from', 'From, inclusive')}
      {instant('to', 'To, exclusive')}
      <button type="submit" className="hidden">Filter</button>
      {Object.values(filter).some((value) => value !== undefined) && (
        <Button size="xs" variant="subtle" color="gray"
          onClick={() => {
            setBy('');
            setAlias('');
            set({ by: undefined, alias: undefined, type: undefined, from: undefined, to: undefined });
          }}
        >
          Clear filters
        </Button>
      )}
    </form>
  );
};

/** The filters that an address carries, and nothing else of it. */
export const filterOf = ({ by, type, alias, from, to }: HistoryFilter): HistoryFilter => ({
  ...(by === undefined ? {} : { by }),
  ...(type === undefined ? {} : { type }),
  ...(alias === undefined ? {} : { alias }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});
