import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Change } from '../api/queries';
import { ChangeLine } from './changes';
import { Icon } from './icon';
import { Empty } from './states';
import { exactly } from './time';

const Item = ({ change, where }: { change: Change; where: boolean }) => {
  const [open, setOpen] = useState(false);
  return (
    <li style={{ flexDirection: 'column', gap: 0 }}>
      <div className="row top" style={{ width: '100%' }}>
        <ChangeLine change={change} where={where} />
        <Button variant="subtle" color="gray" size="compact-xs" aria-expanded={open} aria-label="The event as it is stored" onClick={() => setOpen(!open)}><Icon name="list-details" size={14} /></Button>
      </div>
      {open && (
        <dl className="facts" style={{ padding: '10px 0 4px 25px' }}>
          <dt>Event</dt><dd className="mono">{change.type}</dd>
          <dt>At</dt><dd>{exactly(change.at)}</dd>
          {change.reason !== null && <><dt>Why</dt><dd>{change.reason}</dd></>}
          <dt>By</dt><dd className="mono">{change.by}</dd>
          <dt>Stream</dt><dd className="mono">{change.stream} · revision {change.revision}</dd>
          <dt>Command</dt><dd className="mono">{change.command} · {change.correlation}</dd>
          <dt>Data</dt><dd className="mono">{JSON.stringify(change.data)}</dd>
        </dl>
      )}
    </li>
  );
};

type EventListProps = { changes: ReadonlyArray<Change>; where?: boolean; more?: (() => void) | undefined; isLoading: boolean };

export const EventList = ({ changes, where = false, more, isLoading }: EventListProps) =>
  changes.length === 0 ? (
    <Empty icon="history" title="No change matches" />
  ) : (
    <div style={{ padding: '4px 20px 12px' }}>
      <ul className="feed" aria-label="Changes">{changes.map((change) => <Item key={`${change.stream}:${change.revision}`} change={change} where={where} />)}</ul>
      {more !== undefined && <Button fullWidth variant="subtle" loading={isLoading} onClick={more}>Older changes</Button>}
    </div>
  );
