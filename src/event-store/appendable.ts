/** What either store takes: the limits of EventStoreDB, and what would not come back as it was given. */
import { Either, left, right } from 'fp-ts/Either';
import { EventToStore, ExpectedRevision, Fault } from './event-store';

/** EventStoreDB's `MaxAppendSize`, in bytes. */
export const MAX_APPEND_BYTES = 1024 * 1024;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** No control characters, no unpaired surrogates, and not one of the store's own (`$…`). */
const isName = (name: string): boolean => /^[^$\p{Cc}\p{Cs}][^\p{Cc}\p{Cs}]*$/u.test(name);

/** The size of events as EventStoreDB counts it: data and metadata in UTF-8, the type in UTF-16. */
export const sizeOf = (events: ReadonlyArray<EventToStore>): number =>
  events.reduce(
    (size, event) =>
      size +
      Buffer.byteLength(event.data) +
      Buffer.byteLength(event.metadata) +
      Buffer.byteLength(event.type, 'utf16le'),
    0,
  );

/** Refuses an append that no store would take, with the reason. */
export const appendable = (
  stream: string,
  expected: ExpectedRevision,
  events: ReadonlyArray<EventToStore>,
): Either<Fault, ReadonlyArray<EventToStore>> => {
  const refused = (reason: string): Either<Fault, never> =>
    left({ type: 'Fault', reason: `append to ${JSON.stringify(stream.slice(0, 200))}: ${reason}` });
  if (!isName(stream)) return refused('the name of the stream is empty, reserved or has characters that are not text');
  if (expected !== 'no_stream' && !(Number.isSafeInteger(expected) && expected >= 0))
    return refused(`${expected} is not a revision`);
  if (events.length === 0) return refused('no events');
  for (const { id, type, data, metadata } of events) {
    if (!UUID.test(id)) return refused(`the id ${JSON.stringify(id)} is not a UUID in lower case`);
    if (!isName(type)) return refused(`the type ${JSON.stringify(type)} is empty, reserved or not text`);
    if (!isObjectText(data) || !isObjectText(metadata)) return refused('data or metadata is not the text of an object');
  }
  const size = sizeOf(events);
  return size > MAX_APPEND_BYTES
    ? refused(`${size} bytes are more than the ${MAX_APPEND_BYTES} of one append`)
    : right(events);
};

const isObjectText = (text: string): boolean => text.startsWith('{') && text.isWellFormed() && isJson(text);

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
