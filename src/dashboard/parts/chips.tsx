import { Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { onChange } from '../api/live';
import type { InCollection } from '../api/queries';
import { aliasIn } from './changes';
import { Icon } from './icon';

const FLASH = 2_500;

/** True for a moment after the alias was moved, by whomever. */
const useJustMoved = ({ registry, collection }: InCollection, alias: string): boolean => {
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onChange((change) => {
      const isThis = change.registry === registry && change.collection === collection && change.type.startsWith('Alias');
      if (!isThis || aliasIn(change) !== alias) return;
      setMoved(true);
      timer = setTimeout(() => setMoved(false), FLASH);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [registry, collection, alias]);
  return moved;
};

type AliasChipProps = {
  place: InCollection;
  alias: string;
  isProtected: boolean;
  version?: string | undefined;
  /** The instant that its version is shown as of. */
  at?: string | undefined;
  onRemove?: (() => void) | undefined;
  removeBecause?: string | undefined;
};

export const AliasChip = ({ place, alias, isProtected, version, at, onRemove, removeBecause }: AliasChipProps) => {
  const moved = useJustMoved(place, alias);
  const kind = isProtected ? 'protected' : alias === 'latest' ? 'default' : 'custom';
  const text = <span className="ellipsis isolate" title={isProtected ? `${alias} (protected)` : alias}>{alias}</span>;
  return (
    <span className={`chip ${kind}${moved ? ' moved' : ''}`}>
      {isProtected && <Icon name="lock" size={12} />}
      {version === undefined ? (
        text
      ) : (
        <Link
          to="/registries/$registry/collections/$collection/versions/$version"
          params={{ ...place, version }}
          search={at === undefined ? {} : { at }}
          className="row"
          style={{ gap: 5 }}
        >
          {text}
          <span className="mono">{version}</span>
        </Link>
      )}
      {isProtected && <span className="hidden">protected</span>}
      {onRemove !== undefined && (
        <Tooltip label={removeBecause ?? `Take ${alias} away`}>
          <button
            type="button"
            aria-label={`Take ${alias} away`}
            aria-disabled={removeBecause !== undefined}
            {...(removeBecause === undefined ? { onClick: onRemove } : { 'aria-description': removeBecause })}
          >
            <Icon name="x" size={12} />
          </button>
        </Tooltip>
      )}
    </span>
  );
};

type TagChipProps = { tag: string; onRemove?: (() => void) | undefined; removeBecause?: string | undefined };

export const TagChip = ({ tag, onRemove, removeBecause }: TagChipProps) => (
  <span className="chip tag">
    <span className="ellipsis isolate" title={tag}>{tag}</span>
    {onRemove !== undefined && (
      <Tooltip label={removeBecause ?? `Take the tag ${tag} off`}>
        <button
          type="button"
          aria-label={`Take the tag ${tag} off`}
          aria-disabled={removeBecause !== undefined}
          {...(removeBecause === undefined ? { onClick: onRemove } : { 'aria-description': removeBecause })}
        >
          <Icon name="x" size={12} />
        </button>
      </Tooltip>
    )}
  </span>
);
