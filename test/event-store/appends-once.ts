/** A process of its own that appends once to EventStoreDB, reads it back, closes, and has to end by itself: URL. */
import { openEventStoreDb } from '../../src/event-store/eventstoredb/eventstoredb-store';
import { silent } from '../../src/event-store/log';
import { appended, aStream, collect, someEvents } from '../support/events';

const run = async (): Promise<void> => {
  const store = openEventStoreDb({ url: process.argv[2] ?? '', prefixes: ['collection-'], log: silent });
  const stream = aStream();
  await appended(store, stream, 'no_stream', someEvents(2));
  const leaving = new AbortController();
  for await (const { caughtUp } of store.subscribe({ after: 0, signal: leaving.signal })) if (caughtUp) break;
  const events = await collect(store.readStream(stream));
  await store.close();
  process.stdout.write(`${events.length}\n`);
};

void run();
