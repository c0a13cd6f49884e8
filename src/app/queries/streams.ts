/** What is answered from the event store itself: the events of a collection, and whether they are whole (E5). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isLeft, left, right } from 'fp-ts/Either';
import { collectionStream } from '../../domain/values/streams';
import { EventStore, Revision, StoredEvent, StoreError } from '../../event-store/event-store';
import { lineOf } from '../../event-store/history/lines';
import { verifyStream } from '../../event-store/history/verify';
import { inspector } from '../audit/inspect';
import { QueryMeta, QueryResult, Resource, StreamsQuery } from '../messages';
import { Access } from './access';
import { Ask } from './ask';

export type AnswerStreams = (
  query: StreamsQuery, meta: QueryMeta,
) => Promise<QueryResult<Resource | AsyncIterable<string>>>;

type Reader = Pick<EventStore, 'readStream'>;

/** How many events are verified before others have their turn: a few milliseconds. */
const TURN = 100;
/** About how large a chunk of lines is, in UTF-16 units. */
const CHUNK = 64 * 1024;

export const answerStreams =
  (store: Reader, ask: Ask, access: Access): AnswerStreams =>
  async (query, meta) => {
    const allowed = await ask(meta, () => access.requireRole(meta.caller, query.registry, 'viewer'));
    if (isLeft(allowed)) return allowed;
    const { position } = allowed.right;
    const stream = collectionStream(query.registry, query.collection);
    try {
      const last = await lastRevision(store, stream);
      if (last === undefined) return left({ type: 'collection_not_found' });
      const events = store.readStream(stream, { limit: last + 1 });
      if (query.type === 'ReadEvents') return right({ value: linesOf(events), position });
      const { kept } = query;
      const verified = await verifyStream(withTurns(events), { inspector: inspector(), ...(kept === undefined ? {} : { kept }) });
      return right({ value: verified, position });
    } catch (error) {
      if (error instanceof StoreError) return left({ type: 'store_unavailable', reason: error.message });
      throw error;
    }
  };

/** Where the stream of a collection that exists, or has existed, ends; undefined for any other. */
const lastRevision = async (store: Reader, stream: string): Promise<Revision | undefined> => {
  for await (const last of store.readStream(stream, { direction: 'backwards', limit: 1 }))
    return (await wasCreated(store, stream)) ? last.revision : undefined;
  return undefined;
};

/** The name's protections may stand in the stream before there is a collection, or without one ever (A10). */
const wasCreated = async (store: Reader, stream: string): Promise<boolean> => {
  for await (const { type } of store.readStream(stream)) if (type === 'CollectionCreated') return true;
  return false;
};

const withTurns = async function* (events: AsyncIterable<StoredEvent>): AsyncIterable<StoredEvent> {
  let taken = 0;
  for await (const event of events) {
    yield event;
    taken += 1;
    if (taken % TURN === 0) await nextTurn();
  }
};

const linesOf = async function* (events: AsyncIterable<StoredEvent>): AsyncIterable<string> {
  let chunk = '';
  for await (const event of events) {
    chunk += lineOf(event);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
};
