import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { aliasesOf, aliasHistoryOf, AliasMove, HeldAlias, InCollection, Registry } from '../../api/queries';
import { openDialog } from '../../app/dialogs';
import { Action } from '../../parts/action';
import { rollbackTarget } from '../../parts/alias-past';
import { AliasChip } from '../../parts/chips';
import { Icon } from '../../parts/icon';
import { unless } from '../../parts/roles';
import { Answered, Empty, Loading } from '../../parts/states';
import { Person, VersionLink } from '../../parts/texts';
import { When } from '../../parts/time';

const causes: Readonly<Record<string, string>> = { rollback: 'rolled back', link: 'with a link', unlink: 'version unlinked', collection_deleted: 'collection deleted' };

const Move = ({ place, move }: { place: InCollection; move: AliasMove }) => (
  <li>
    <span className="dim"><Icon name={move.cause === 'rollback' ? 'arrow-back-up' : move.to === null ? 'x' : 'arrow-right'} size={15} /></span>
    <span>
      {move.from === null ? <span className="dim">none</span> : <VersionLink place={place} version={move.from} />} → {move.to === null ? <span className="dim">none</span> : <VersionLink place={place} version={move.to} />}
      {causes[move.cause] !== undefined && <span className="dim small"> {causes[move.cause]}</span>}
    </span>
    <Person principal={move.by} />
    <span className="wrap-anywhere why">{move.reason ?? <span className="dim">–</span>}</span>
    <span className="dim tiny"><When at={move.at} /></span>
  </li>
);

const AliasRow = ({ place, registry, item, at }: { place: InCollection; registry: Registry; item: HeldAlias; at: string | undefined }) => {
  const [open, setOpen] = useState(false);
  const history = useQuery(aliasHistoryOf(place, item.alias));
  const moves = history.data?.filter((move) => at === undefined || move.at <= at);
  const target = moves === undefined ? undefined : rollbackTarget(moves, item.version);
  const reason = moves?.[0]?.reason;
  const past = at === undefined ? undefined : 'This is the past. Go back to now to change something.';
  const reserved = item.kind === 'default' ? 'latest follows the newest link by itself; nobody moves it by hand.' : undefined;
  const because = reserved ?? past ?? unless(registry.role, item.protected ? 'admin' : 'member');
  return (
    <>
      <tr>
        <td><AliasChip place={place} alias={item.alias} isProtected={item.protected} /></td>
        <td><VersionLink place={place} version={item.version} at={at} /></td>
        <td className="dim"><When at={item.since} /></td>
        <td><Person principal={item.by} /></td>
        <td className="wrap-anywhere" style={{ maxWidth: 320, minWidth: 140 }}>{reason == null ? <span className="dim">–</span> : <div className="clamp" title={reason}>{reason}</div>}</td>
        <td>
          <div className="alias-actions">
            <Action size="compact-sm" because={because} aria-label={`Move ${item.alias}`} onClick={() => openDialog({ kind: 'move', place, alias: item.alias })}>Move</Action>
            <Action size="compact-sm" aria-label={target === undefined ? `Roll back ${item.alias}` : `Roll back to ${target}: ${item.alias}`} because={because ?? (moves !== undefined && target === undefined ? 'It has no former holder to go back to.' : undefined)} onClick={() => openDialog({ kind: 'rollback', place, alias: item.alias })}>
              {target === undefined ? 'Roll back' : `Roll back to ${target}`}
            </Action>
            <Action size="compact-sm" variant="subtle" color="gray" aria-label={`Remove ${item.alias}`} because={because} onClick={() => openDialog({ kind: 'remove', place, alias: item.alias })}>Remove</Action>
            <Button size="compact-sm" variant="subtle" color="gray" aria-expanded={open} aria-label={`History of ${item.alias}: ${moves?.length ?? ''}`} leftSection={<Icon name="history" size={14} />} onClick={() => setOpen(!open)}>{moves?.length ?? ''}</Button>
          </div>
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={6} style={{ background: 'var(--sunken)' }}>
            {moves === undefined ? <Loading rows={2} /> : <ul className="moves" aria-label={`History of ${item.alias}`}>{moves.slice(0, 200).map((move) => <Move key={move.revision} place={place} move={move} />)}</ul>}
          </td>
        </tr>
      )}
    </>
  );
};

export const Aliases = ({ place, registry, at }: { place: InCollection; registry: Registry; at: string | undefined }) => {
  const aliases = useQuery(aliasesOf(place, at));
  return (
    <section className="panel" aria-label="Aliases">
      <div className="panel-head">
        <div>
          <h2 className="section-title">Aliases</h2>
          <div className="dim small">Each names one version at a time. Every move is kept, with who and why.</div>
        </div>
        <Action leftSection={<Icon name="plus" />} because={at === undefined ? unless(registry.role, 'member') : 'This is the past.'} onClick={() => openDialog({ kind: 'move', place })}>Give an alias</Action>
      </div>
      <Answered query={aliases}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="tag" title={at === undefined ? 'No aliases yet' : 'There were no aliases then'}><p>latest comes with the first link. Others, such as staging and production, are given by hand.</p></Empty>
          ) : (
            <div className="table-scroll" tabIndex={0} role="region" aria-label="Aliases table">
              <table className="table">
                <thead><tr><th>Alias</th><th>Holder</th><th>Since</th><th>By</th><th>Why</th><th><span className="hidden">Actions</span></th></tr></thead>
                <tbody>
                  {[...items].sort((a, b) => Number(b.protected) - Number(a.protected)).map((item) => <AliasRow key={item.alias} place={place} registry={registry} item={item} at={at} />)}
                </tbody>
              </table>
            </div>
          )
        }
      </Answered>
    </section>
  );
};
