import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { InCollection, Registry, verificationOf } from '../../api/queries';
import { Icon } from '../../parts/icon';
import { has, unless } from '../../parts/roles';
import { ProblemNote } from '../../parts/states';
import { Copy, plural } from '../../parts/texts';

/** Whether the record is whole: every event names the hash of the one before it. */
export const Integrity = ({ place, registry }: { place: InCollection; registry: Registry }) => {
  const mayVerify = has(registry.role, 'viewer');
  const verification = useQuery({ ...verificationOf(place), enabled: mayVerify, staleTime: 60_000 });
  const events = `/api/v1/registries/${encodeURIComponent(place.registry)}/collections/${encodeURIComponent(place.collection)}/events`;
  if (!mayVerify) return <div className="note"><Icon name="lock" /> Verification and export: {unless(registry.role, 'viewer')}</div>;
  const found = verification.data;
  return (
    <section className="panel pad row between wrap" aria-label="Is the record whole?">
      <div className="row top grow" style={{ gap: 12 }}>
        <span style={{ color: found?.ok === false ? 'var(--bad)' : 'var(--good)' }}><Icon name={found?.ok === false ? 'alert-triangle' : 'shield-check'} size={24} /></span>
        <div className="stack grow" style={{ gap: 4 }}>
          <strong role="status">
            {verification.isError ? 'Not verified' : found === undefined ? 'Verifying every event …' : found.ok ? `The record is whole: ${plural(found.events, 'event')} verified` : `The record is broken: ${plural(found.problems.length, 'problem')}`}
          </strong>
          {found !== undefined && (
            <>
              <div className="row small dim" style={{ gap: 4 }}><span>Head</span><code className="mono ellipsis" title={found.head}>{found.head}</code><Copy text={found.head} what="the head" /></div>
              <span className="tiny dim">Keep the head elsewhere: a record that was cut off or rewritten as a whole is found against it alone.</span>
              {found.problems.slice(0, 20).map(({ revision, message }) => <div key={`${revision} ${message}`} className="small" style={{ color: 'var(--bad)' }}>Revision {revision}: {message}</div>)}
            </>
          )}
          {verification.isError && <ProblemNote error={verification.error} />}
        </div>
      </div>
      <div className="row">
        <Button leftSection={<Icon name="refresh" />} loading={verification.isFetching} onClick={() => void verification.refetch()}>Verify again</Button>
        <Button component="a" href={events} download={`${place.collection}.ndjson`} leftSection={<Icon name="download" />}>Export</Button>
      </div>
    </section>
  );
};
