/**
 * A part of a store that others use too: streams of its own, under the names that Moniker gives them. A node sees
 * nothing of the other parts, so that many suites can share one EventStoreDB, one after the other or at once.
 */
import { EventStore, StoredEvent } from '../../src/event-store/event-store';

/**
 * Stands between a node and its store (`ServerOptions.store`). The category stays first, as the store's filter wants
 * it: `collection-model/net` is stored as `collection-PART!model/net`.
 */
export const partOfStore =
  (part: string) =>
  (store: EventStore): EventStore => {
    const stored = (stream: string): string => stream.replace('-', `-${part}!`);
    const named = (event: StoredEvent): StoredEvent => ({ ...event, stream: event.stream.replace(`-${part}!`, '-') });
    const isOurs = ({ stream }: StoredEvent): boolean => stream.slice(stream.indexOf('-')).startsWith(`-${part}!`);
    return {
      ...store,
      append: (stream, expected, events) => store.append(stored(stream), expected, events),
      readStream: async function* (stream, options) {
        for await (const event of store.readStream(stored(stream), options)) yield named(event);
      },
      readAll: async function* (options) {
        for await (const event of store.readAll(options)) if (isOurs(event)) yield named(event);
      },
      subscribe: async function* (options) {
        for await (const batch of store.subscribe(options))
          yield { ...batch, events: batch.events.filter(isOurs).map(named) };
      },
    };
  };
