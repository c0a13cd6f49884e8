/** The event store that the settings name. */
import { mkdirSync } from 'node:fs';
import { categories } from '../domain/values/streams';
import { lockFolder } from '../event-store/embedded/folder-lock';
import { EventStore } from '../event-store/event-store';
import { openEmbeddedStore } from '../event-store/embedded/embedded-store';
import { LogMoving } from '../event-store/embedded/wal';
import { EventStoreDbMetrics, openEventStoreDb } from '../event-store/eventstoredb/eventstoredb-store';
import { Log } from '../event-store/log';
import { Config } from './config';

/**
 * @param moving who moves the write-ahead log of the embedded store (`EmbeddedOptions`)
 * @throws an Error of one line that says what is the matter, and with which setting
 */
export const openStore = (
  config: Pick<Config, 'store' | 'dataDir' | 'eventStoreDbUrl'>, log: Log, metrics?: EventStoreDbMetrics, moving?: LogMoving,
): EventStore => {
  // What artifacts are called and where they lie is nobody else's business on this machine.
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  if (config.store === 'embedded')
    return openEmbeddedStore({ folder: config.dataDir, log, ...(moving === undefined ? {} : { moving }) });
  // The read models are of one process too.
  const unlock = lockFolder(config.dataDir);
  try {
    const store = openEventStoreDb({
      url: config.eventStoreDbUrl ?? '',
      prefixes: categories.map((category) => `${category}-`),
      log,
      ...(metrics === undefined ? {} : { metrics }),
    });
    return { ...store, close: () => store.close().finally(unlock) };
  } catch (error) {
    unlock();
    throw error;
  }
};

/** Told the result, and the seconds that it took. */
export type StoreObserver = {
  readonly appended: (result: string, seconds: number) => void;
  /** Until the first event of a stream, or its end. */
  readonly read: (result: string, seconds: number) => void;
};

/** The store, with every append and every read of a stream measured. */
export const measured = (store: EventStore, observer: StoreObserver): EventStore => {
  const secondsSince = (begun: bigint): number => Number(process.hrtime.bigint() - begun) / 1e9;
  return {
    ...store,
    append: async (stream, expected, events) => {
      const begun = process.hrtime.bigint();
      const result = await store.append(stream, expected, events);
      observer.appended(result._tag === 'Right' ? 'stored' : result.left.type.toLowerCase(), secondsSince(begun));
      return result;
    },
    readStream: async function* (stream, options) {
      const begun = process.hrtime.bigint();
      let told = false;
      const tell = (result: string): void => {
        if (!told) observer.read(result, secondsSince(begun));
        told = true;
      };
      try {
        for await (const event of store.readStream(stream, options)) {
          tell('read');
          yield event;
        }
        tell('read');
      } catch (error) {
        tell('failed');
        throw error;
      }
    },
  };
};
