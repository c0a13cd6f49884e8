import { categories } from '../../src/domain/values/streams';
import { openEventStoreDb } from '../../src/event-store/eventstoredb/eventstoredb-store';
import { silent } from '../../src/event-store/log';
import { startStandIn, StandInOptions } from '../support/eventstoredb-stand-in';
import { temporaryFolder } from '../support/temporary-folder';
import { eventStoreContract } from './contract';

const prefixes = categories.map((category) => `${category}-`);
const url = process.env.EVENTSTOREDB_URL;

const overStandIn = (options: Omit<StandInOptions, 'folder'>) => async () => {
  const folder = temporaryFolder();
  const standIn = await startStandIn({ folder: folder.path, ...options });
  return {
    connect: async () => openEventStoreDb({ url: standIn.url, prefixes, log: silent }),
    leave: async () => {
      await standIn.stop();
      folder.remove();
    },
  };
};

if (url === undefined) {
  eventStoreContract('EventStoreDB, its stand-in', overStandIn({}));
  eventStoreContract(
    'EventStoreDB before 21.10, which takes one append to a call',
    overStandIn({ batchAppend: false }),
  );
} else
  eventStoreContract('EventStoreDB', async () => ({
    connect: async () => openEventStoreDb({ url, prefixes, log: silent }),
    leave: async () => undefined,
  }));
