/** Fills an EventStoreDB with a copy of another log: no node begins on it before the copy is whole. */
import { EventStore } from '../event-store';
import { EventStoreDbOptions, openEventStoreDb } from './eventstoredb-store';
import { filling, IDENTITY_STREAM } from './identity';

/**
 * @param work is given the store, whose `readAll` shows what anybody has written but the server itself; and what it calls
 *   before it appends. Where it fails or is killed, what it has appended stays, to be gone on from
 * @throws StoreError, and what `work` throws
 */
export const fillEventStoreDb = async <A>(
  options: Omit<EventStoreDbOptions, 'prefixes'>,
  work: (store: EventStore, begin: () => Promise<void>) => Promise<A>,
): Promise<A> => {
  const store = openEventStoreDb({ ...options, prefixes: [''] });
  const isCopied = (stream: string): boolean => !stream.startsWith('$') && stream !== IDENTITY_STREAM;
  let named: () => Promise<void> = async () => undefined;
  const begin = async (): Promise<void> => {
    ({ named } = await filling(store));
  };
  const readAll: EventStore['readAll'] = async function* (options) {
    for await (const event of store.readAll(options)) if (isCopied(event.stream)) yield event;
  };
  try {
    const result = await work({ ...store, readAll }, begin);
    await named();
    return result;
  } finally {
    await store.close();
  }
};
