/** The hash chain (E5) made a second time, from `domain.md` alone: plain JSON, sorted, hashed. */
import { createHash } from 'node:crypto';
import { StoredEvent } from '../../src/event-store/event-store';

/** RFC 8785 for JSON without numbers that need care: members by UTF-16 unit, no white space. */
const sorted = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${sorted(member)}`).join(',')}}`;
};

export type ChainedEvent = Pick<StoredEvent, 'stream' | 'revision' | 'id' | 'type' | 'data' | 'metadata'>;

/** The chain of each event, from what is stored but for `chain` itself. */
export const chainsOf = (events: ReadonlyArray<ChainedEvent>): ReadonlyArray<string> => {
  let previous = '0'.repeat(64);
  return events.map(({ stream, revision, id, type, data, metadata }) => {
    const { chain: _, ...rest } = JSON.parse(metadata) as Record<string, unknown>;
    const text = sorted({ stream, revision, id, type, data: JSON.parse(data) as unknown, metadata: rest });
    previous = createHash('sha256').update(`${previous}\n${text}`, 'utf8').digest('hex');
    return previous;
  });
};

/** The chain as the events themselves say. */
export const storedChains = (events: ReadonlyArray<ChainedEvent>): ReadonlyArray<unknown> =>
  events.map(({ metadata }) => (JSON.parse(metadata) as { chain: unknown }).chain);
