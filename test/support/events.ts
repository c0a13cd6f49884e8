import { randomUUID } from 'node:crypto';
import canonicalize from 'canonicalize';
import { isRight } from 'fp-ts/Either';
import { Appended, EventStore, EventToStore, ExpectedRevision } from '../../src/event-store/event-store';

export const anEvent = (data: unknown = {}, metadata: unknown = {}, id: string = randomUUID()): EventToStore => ({
  id,
  type: 'AliasAdded',
  data: canonicalize(data) ?? '',
  metadata: canonicalize(metadata) ?? '',
});

export const someEvents = (count: number): ReadonlyArray<EventToStore> =>
  Array.from({ length: count }, (_, index) => anEvent({ index }));

export const aStream = (): string => `collection-model/${randomUUID()}`;

export const collect = async <A>(items: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const collected: Array<A> = [];
  for await (const item of items) collected.push(item);
  return collected;
};

/** @throws what stopped the append, as JSON */
export const appended = async (
  store: EventStore,
  stream: string,
  expected: ExpectedRevision,
  events: ReadonlyArray<EventToStore>,
): Promise<Appended> => {
  const outcome = await store.append(stream, expected, events);
  if (isRight(outcome)) return outcome.right;
  throw new Error(JSON.stringify(outcome.left));
};
