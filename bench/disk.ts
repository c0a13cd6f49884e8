/** What a version and a move of an alias take on the disk, in the log and in the read models, by what files grow by. */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { openEmbeddedStore } from '../src/event-store/embedded/embedded-store';
import { remove, sizeOf, temporaryFolder } from './folders';
import { CollectionShape, writeLog } from './log';
import { Figure } from './ratio';
import { makeReadModels } from './stores';
import { scaled, Subject } from './subject';

const COUNT = scaled(50_000);

type Sizes = { readonly log: number; readonly readModels: number };

const sizesOf = async (collections: ReadonlyArray<CollectionShape>): Promise<Sizes> => {
  const folder = temporaryFolder();
  writeLog(folder, { seed: 7, collections });
  const store = openEmbeddedStore({ folder });
  const file = join(folder, 'read-models.db');
  await makeReadModels(store, file);
  await store.close();
  // The driver leaves it to the next who opens the file to move the write-ahead log into it.
  const db = new DatabaseSync(file);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  const sizes = { log: sizeOf(join(folder, 'events.db')), readModels: sizeOf(file) };
  remove(folder);
  return sizes;
};

export const disk: Subject = {
  ids: ['DISK'],
  begin: async () => {
    const one = { name: 'one', versions: COUNT };
    const base = await sizesOf([one]);
    const linked = await sizesOf([one, { name: 'two', versions: COUNT }]);
    const moved = await sizesOf([{ ...one, moves: COUNT }]);
    const figure = (what: string, grown: Sizes, where: keyof Sizes): Figure => ({
      id: 'DISK', what, rounds: 1,
      over: { label: where === 'log' ? 'events.db' : 'read-models.db', unit: 'bytes', measure: async () => (grown[where] - base[where]) / COUNT },
    });
    return {
      figures: [
        figure('a version that is linked (two events), in the log', linked, 'log'),
        figure('a version that is linked (two events), in the read models', linked, 'readModels'),
        figure('a move of an alias, in the log', moved, 'log'),
        figure('a move of an alias, in the read models', moved, 'readModels'),
      ],
      end: async () => undefined,
    };
  },
};
