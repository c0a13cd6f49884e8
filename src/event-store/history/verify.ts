/**
 * Holds stored events to the chain of their stream (E5), one after another: what is kept between two of them is where
 * the stream was, however long it is. The format, and what a chain can not show, is in `docs/verification.md`.
 */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { Json, JsonObject, Revision, StoredEvent } from '../event-store';
import { canonicalJson, chainOf } from './chain';
import { EMPTY, Head } from './history';

/** Something wrong at an event. */
export type Problem = { readonly revision: Revision; readonly message: string };

/** A head that was kept outside the store. */
export type KeptHead = Pick<Head, 'revision' | 'chain'>;

/** What else is asked of the events of a stream, in their order: the messages of what is wrong. */
export type Inspector = {
  readonly take: (stored: StoredEvent) => ReadonlyArray<string>;
  /** After the last event. */
  readonly end: () => ReadonlyArray<string>;
};

export type Verification = {
  readonly ok: boolean;
  readonly events: number;
  /** The chain of the newest event. */
  readonly head: string;
  /** In the order of the stream; the first 100. */
  readonly problems: ReadonlyArray<Problem>;
};

/** A text of an event, parsed. What was not written by this code is told apart from what is only odd. */
type Part = { readonly value: JsonObject; readonly canonical: string; readonly faults: ReadonlyArray<string> };

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Left where there is nothing to make a chain over. */
const readPart = (name: string, text: string): Either<string, Part> => {
  try {
    const value = JSON.parse(text) as Json;
    if (!isObject(value)) return left(`its ${name} is not a JSON object`);
    const canonical = canonicalJson(value);
    return right({ value, canonical, faults: canonical === text ? [] : [`its ${name} was not stored in this form`] });
  } catch {
    return left(`its ${name} cannot be read as JSON`);
  }
};

const placeFault = (head: Head, { revision }: StoredEvent): string | undefined => {
  const missing = revision - head.revision - 1;
  if (missing === 0) return undefined;
  if (!(missing > 0)) return `it comes after revision ${head.revision}: the order was changed`;
  return missing === 1 ? 'the event before it is missing' : `the ${missing} events before it are missing`;
};

/**
 * The next event of a stream.
 * @param head after the event before; EMPTY at the beginning
 * @returns the head after it, to go on with, and what is wrong with it
 */
export const follow = (head: Head, stored: StoredEvent): { readonly head: Head; readonly faults: ReadonlyArray<string> } => {
  const { stream, revision, position, id, type } = stored;
  const place = placeFault(head, stored);
  const [data, metadata] = [readPart('data', stored.data), readPart('metadata', stored.metadata)];
  const next = { ...head, revision: Math.max(revision, head.revision), position };
  const faults = [...(place === undefined ? [] : [place]), ...[data, metadata].flatMap((part) => (isLeft(part) ? [part.left] : part.right.faults))];
  if (position <= head.position) faults.push('it stands in the log before the event that it follows');
  if (isLeft(metadata)) return { head: next, faults };
  const { chain, ...rest } = metadata.right.value;
  if (typeof chain !== 'string') return { head: next, faults: [...faults, 'it has no chain'] };
  const at = typeof rest['at'] === 'string' ? rest['at'] : '';
  if (at < head.at) faults.push(`its instant ${at} lies before that of the event before it (E3)`);
  if (!isLeft(data) && place === undefined) {
    const link = { stream, revision, id, type, data: data.right.canonical, metadata: canonicalJson(rest) };
    if (chainOf(head.chain, link) !== chain)
      faults.push('its chain does not follow from it and the event before it: one of them was changed (E5)');
  }
  return { head: { ...next, chain, at }, faults };
};

/** What is wrong with an event that stands where a head was kept. */
export const keptFault = (kept: KeptHead | undefined, { revision, chain }: KeptHead): string | undefined =>
  kept?.revision === revision && kept.chain !== chain ? 'it is not the event whose chain was kept elsewhere' : undefined;

/** What is wrong with a stream that ends before a head that was kept. */
export const endFault = (kept: KeptHead | undefined, { revision }: KeptHead): string | undefined =>
  kept !== undefined && kept.revision > revision
    ? `the stream ends here, before revision ${kept.revision} whose chain was kept elsewhere: its end was cut off`
    : undefined;

const MOST_PROBLEMS = 100;

/** Verifies a stream, of which it is known that there is one, from its first event on. */
export const verifyStream = async (
  events: AsyncIterable<StoredEvent>,
  { kept, inspector }: { readonly kept?: KeptHead; readonly inspector?: Inspector } = {},
): Promise<Verification> => {
  let head = EMPTY;
  let count = 0;
  let found = 0;
  const problems: Array<Problem> = [];
  const note = (revision: Revision, messages: ReadonlyArray<string | undefined>): void => {
    for (const message of messages) {
      if (message === undefined) continue;
      found += 1;
      if (problems.length < MOST_PROBLEMS) problems.push({ revision, message });
    }
  };
  for await (const stored of events) {
    const followed = follow(head, stored);
    head = followed.head;
    count += 1;
    note(stored.revision, [...followed.faults, ...(inspector?.take(stored) ?? []), keptFault(kept, head)]);
  }
  if (count === 0) note(0, ['the stream is gone: all its events were taken out']);
  note(Math.max(head.revision, 0), [...(inspector?.end() ?? []), endFault(kept, head)]);
  if (found > problems.length)
    problems.push({ revision: Math.max(head.revision, 0), message: `and ${found - problems.length} more` });
  return { ok: found === 0, events: count, head: head.chain, problems };
};
