/** Between the port's events and the client's. */
import { EventData, jsonEvent, JSONType, ResolvedEvent, AllStreamResolvedEvent } from '@eventstore/db-client';
import canonicalize from 'canonicalize';
import { EventToStore, Position, StoredEvent, StoreError } from '../event-store';

/** Both texts were checked to be those of objects: what JSON.stringify throws on never gets to the client. */
export const toEventData = ({ id, type, data, metadata }: EventToStore): EventData =>
  jsonEvent({ id, type, data: JSON.parse(data) as JSONType, metadata: JSON.parse(metadata) as JSONType });

export const toPosition = (commit: bigint): Position => {
  const position = Number(commit);
  if (!Number.isSafeInteger(position)) throw new StoreError('Fault', `position ${commit} is beyond 2^53`);
  return position;
};

/**
 * Undefined for a link whose event is gone. What nobody could have written through this store comes as the text it
 * is, for whoever decodes it to refuse with its stream and revision.
 */
export const toStoredEvent = ({
  event,
  commitPosition,
}: ResolvedEvent | AllStreamResolvedEvent): StoredEvent | undefined => {
  if (event === undefined) return undefined;
  const commit = event.position?.commit ?? commitPosition;
  if (commit === undefined) throw new StoreError('Fault', 'the server tells no positions: it is older than 22.6');
  return {
    stream: event.streamId,
    revision: Number(event.revision),
    position: toPosition(commit),
    id: event.id,
    type: event.type,
    data: event.isJson && typeof event.data !== 'string' ? textOf(event.data) : rawText(event.data),
    metadata: textOf(event.metadata),
  };
};

const rawText = (data: unknown): string => (data instanceof Uint8Array ? Buffer.from(data).toString() : String(data));

const textOf = (value: unknown): string => {
  if (value === undefined || value instanceof Uint8Array) return value === undefined ? '' : rawText(value);
  try {
    return canonicalize(value) ?? '';
  } catch {
    return JSON.stringify(value);
  }
};
