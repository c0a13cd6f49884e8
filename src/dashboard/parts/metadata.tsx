import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { Icon } from './icon';

type Json = unknown;

const isBranch = (value: Json): value is object => typeof value === 'object' && value !== null && Object.keys(value).length > 0;

const includes = (name: string, value: Json, query: string): boolean =>
  name.toLowerCase().includes(query) ||
  (isBranch(value) ? Object.entries(value).some(([member, item]) => includes(member, item, query)) : String(JSON.stringify(value)).toLowerCase().includes(query));

const Marked = ({ text, query }: { text: string; query: string }) => {
  const at = query === '' ? -1 : text.toLowerCase().indexOf(query);
  if (at < 0) return <span className="isolate">{text}</span>;
  return <span className="isolate">{text.slice(0, at)}<mark>{text.slice(at, at + query.length)}</mark>{text.slice(at + query.length)}</span>;
};

/** Leaves shown of one branch at most. */
const AT_MOST = 300;

const Branch = ({ value, query }: { value: object; query: string }) => {
  const entries = Object.entries(value).filter(([name, item]) => query === '' || includes(name, item, query));
  return (
    <ul>
      {entries.slice(0, AT_MOST).map(([name, item]) => (
        <li key={name}>
          {isBranch(item) ? (
            <details open={query !== '' || entries.length < 20}>
              <summary><Marked text={name} query={query} /> <span className="dim tiny">{Array.isArray(item) ? `[${item.length}]` : `{${Object.keys(item).length}}`}</span></summary>
              <Branch value={item} query={name.toLowerCase().includes(query) ? '' : query} />
            </details>
          ) : (
            <><span className="dim"><Marked text={name} query={query} />: </span><Marked text={JSON.stringify(item) ?? ''} query={query} /></>
          )}
        </li>
      ))}
      {entries.length > AT_MOST && <li className="dim">{entries.length - AT_MOST} more; search to find them</li>}
    </ul>
  );
};

export const MetadataTree = ({ metadata }: { metadata: Readonly<Record<string, unknown>> }) => {
  const [query, setQuery] = useState('');
  const text = query.trim().toLowerCase();
  if (Object.keys(metadata).length === 0) return <span className="dim">No metadata was logged.</span>;
  const isFound = text === '' || includes('', metadata, text);
  return (
    <div className="stack tight">
      <TextInput size="xs" aria-label="Search the metadata" placeholder="Search the metadata" leftSection={<Icon name="search" size={14} />} value={query} onChange={(event) => setQuery(event.currentTarget.value)} maw={320} />
      <div className="tree">{isFound ? <Branch value={metadata} query={text} /> : <span className="dim">Nothing like that in it.</span>}</div>
    </div>
  );
};
