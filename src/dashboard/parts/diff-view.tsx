import { Link } from '@tanstack/react-router';
import type { Diff } from '../api/queries';
import { Icon } from './icon';
import { VersionLink } from './texts';

const Holder = ({ registry, collection, version }: { registry: string; collection: string; version: string | null }) =>
  version === null ? <span className="dim">none</span> : <VersionLink place={{ registry, collection }} version={version} />;

/** What differs between two instants; `where` names the collections. */
export const DiffView = ({ registry, diff, where = false }: { registry: string; diff: Diff; where?: boolean }) => {
  const of = (collection: string) =>
    where ? <Link className="link wrap-anywhere" to="/registries/$registry/collections/$collection" params={{ registry, collection }}>{collection}</Link> : null;
  if (diff.aliases.length + diff.linked.length + diff.unlinked.length === 0) return <span className="dim">Nothing: both instants show the same.</span>;
  return (
    <ul className="feed diff" aria-label="Differences">
      {diff.aliases.map(({ collection, alias, from, to }) => (
        <li key={`alias ${collection} ${alias}`}>
          <span className="dim"><Icon name={to === null ? 'x' : from === null ? 'plus' : 'arrow-right'} size={15} /></span>
          <div className="grow">{of(collection)} <strong className="wrap-anywhere isolate">{alias}</strong> <Holder registry={registry} collection={collection} version={from} /> → <Holder registry={registry} collection={collection} version={to} /></div>
        </li>
      ))}
      {diff.linked.map(({ collection, version, source }) => (
        <li key={`linked ${collection} ${version}`}>
          <span style={{ color: 'var(--good)' }}><Icon name="link" size={15} /></span>
          <div className="grow">{of(collection)} <Holder registry={registry} collection={collection} version={version} /> linked <span className="mono dim wrap-anywhere">{source}</span></div>
        </li>
      ))}
      {diff.unlinked.map(({ collection, version, source }) => (
        <li key={`unlinked ${collection} ${version}`}>
          <span style={{ color: 'var(--bad)' }}><Icon name="link-off" size={15} /></span>
          <div className="grow">{of(collection)} <span className="version">{version}</span> unlinked <span className="mono dim wrap-anywhere">{source}</span></div>
        </li>
      ))}
    </ul>
  );
};
