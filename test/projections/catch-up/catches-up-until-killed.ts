/**
 * A process of its own that catches up with an embedded store, in small steps, until it is killed: told at each that
 * this was all, or (`hurry`) that there is more.
 */
import { join } from 'node:path';
import { openEmbeddedReader } from '../../../src/event-store/embedded/embedded-store';
import { EventStore, SubscriptionBatch } from '../../../src/event-store/event-store';
import { silent } from '../../../src/event-store/log';
import { openReadModels } from '../../../src/projections/catch-up/read-models';
import { notingModel } from '../../support/noting-model';

const [, , storeFolder = '', folder = '', batchSize = '10', hurry] = process.argv;
const reader = openEmbeddedReader({ folder: storeFolder });

const store: EventStore = {
  ...reader,
  append: () => Promise.reject(new Error('reads only')),
  exclusive: false,
  subscribe: async function* ({ after, signal }): AsyncIterable<SubscriptionBatch> {
    let position = after;
    while (!signal.aborted) {
      const events = [];
      for await (const event of reader.readAll({ after: position })) if (events.push(event) >= Number(batchSize)) break;
      position = events.at(-1)?.position ?? position;
      yield { events, position, caughtUp: hurry === undefined };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
};

const models = openReadModels({ file: join(folder, 'models.db'), models: [notingModel('one'), notingModel('two')], store, log: silent });
models.onProgress((position) => process.stdout.write(`${position}\n`));
