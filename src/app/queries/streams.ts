/** What is answered from the event store itself: the events of a collection, and whether they are whole (E5). */
import { isLeft, left, right } from 'fp-ts/Either';
import { collectionStream } from '../../domain/values/streams';
import { EventStore, StoredEvent, StoreError } from '../../event-store/event-store';
import { lineOf } from '../../event-store/history/lines';
import { verifyStream } from '../../event-store/history/verify';
import { createTurns } from '../../http/boundary';
import { inspector } from '../audit/inspect';
import { QueryMeta, QueryResult, Resource, StreamsQuery } from '../messages';
import { Access } from './access';
import { Ask } from './ask';
import { Queries } from './queries';

export type AnswerStreams = (
  query: StreamsQuery, meta: QueryMeta,
) => Promise<QueryResult<Resource | AsyncIterable<string>>>;

type Reader = Pick<EventStore, 'readStream'>;

/** How many events are verified before others have their turn: a few milliseconds. */
const VERIFIED_IN_ONE_TURN = 100;
/** About how large a chunk of lines is, in UTF-16 units. */
const CHUNK = 64 * 1024;

export const answerStreams = (store: Reader, ask: Ask, access: Access, { collections }: Pick<Queries, 'collections'>): AnswerStreams => {
  // However many histories are read, one of them goes on in one turn of the event loop.
  const turn = createTurns(1);
  return async (query, meta) => {
    const allowed = await ask(meta, () => {
      const role = access.requireRole(meta.caller, query.registry, 'viewer');
      if (isLeft(role)) return role;
      // Not by its events: they may have been taken out.
      return collections.everStood(query) ? role : left({ type: 'collection_not_found' });
    });
    if (isLeft(allowed)) return allowed;
    const { position } = allowed.right;
    const stream = collectionStream(query.registry, query.collection);
    try {
      const events = store.readStream(stream, { limit: await count(store, stream) });
      if (query.type === 'ReadEvents') return right({ value: linesOf(events, turn), position });
      const { kept } = query;
      const verified = await verifyStream(withTurns(events, turn), { inspector: inspector(), ...(kept === undefined ? {} : { kept }) });
      return right({ value: verified, position });
    } catch (error) {
      if (error instanceof StoreError) return left({ type: 'store_unavailable', reason: error.message });
      throw error;
    }
  };
};

/** How many events a stream has now: what is appended while they are read is not waited for. */
const count = async (store: Reader, stream: string): Promise<number> => {
  for await (const last of store.readStream(stream, { direction: 'backwards', limit: 1 })) return last.revision + 1;
  return 0;
};

const withTurns = async function* (events: AsyncIterable<StoredEvent>, turn: () => Promise<void>): AsyncIterable<StoredEvent> {
  let taken = 0;
  for await (const event of events) {
    yield event;
    taken += 1;
    if (taken % VERIFIED_IN_ONE_TURN === 0) await turn();
  }
};

const linesOf = async function* (events: AsyncIterable<StoredEvent>, turn: () => Promise<void>): AsyncIterable<string> {
  let chunk = '';
  await turn();
  for await (const event of events) {
    chunk += lineOf(event);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
    await turn();
  }
  if (chunk !== '') yield chunk;
};
