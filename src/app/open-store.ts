/** The event store that the settings name. */
import { mkdirSync } from 'node:fs';
import { categories } from '../domain/values/streams';
import { EventStore } from '../event-store/event-store';
import { openEmbeddedStore } from '../event-store/embedded/embedded-store';
import { EventStoreDbMetrics, openEventStoreDb } from '../event-store/eventstoredb/eventstoredb-store';
import { Log } from '../event-store/log';
import { Config } from './config';

/** @throws an Error of one line that says what is the matter, and with which setting */
export const openStore = (
  config: Pick<Config, 'store' | 'dataDir' | 'eventStoreDbUrl'>, log: Log, metrics?: EventStoreDbMetrics,
): EventStore => {
  mkdirSync(config.dataDir, { recursive: true });
  if (config.store === 'embedded') return openEmbeddedStore({ folder: config.dataDir, log });
  return openEventStoreDb({
    url: config.eventStoreDbUrl ?? '',
    prefixes: categories.map((category) => `${category}-`),
    log,
    ...(metrics === undefined ? {} : { metrics }),
  });
};

/** The store, with every append measured. @param observe told the result and the seconds it took */
export const measured = (store: EventStore, observe: (result: string, seconds: number) => void): EventStore => ({
  ...store,
  append: async (stream, expected, events) => {
    const begun = process.hrtime.bigint();
    const result = await store.append(stream, expected, events);
    const outcome = result._tag === 'Right' ? 'stored' : result.left.type.toLowerCase();
    observe(outcome, Number(process.hrtime.bigint() - begun) / 1e9);
    return result;
  },
});
