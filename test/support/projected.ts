/** An embedded store, the log that fills it, and all read models of it, in a folder of their own. */
import { join } from 'node:path';
import { createQueries } from '../../src/app/queries/queries';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { silent } from '../../src/event-store/log';
import { openReadModels, ReadModels } from '../../src/projections/catch-up/read-models';
import { readModels } from '../../src/projections/models';
import { domainLog } from './domain-log';
import { temporaryFolder } from './temporary-folder';

export const openProjected = () => {
  const folder = temporaryFolder();
  const store = openEmbeddedStore({ folder: join(folder.path, 'store') });
  const open = (file: string): ReadModels =>
    openReadModels({ file: join(folder.path, file), models: readModels, store, log: silent });
  const models = open('models.db');
  return {
    store,
    log: domainLog(store),
    models,
    queries: createQueries(models),
    /** Waits until all that was appended is in the read models. */
    seen: async (): Promise<void> => {
      if (!(await models.waitFor(await store.head(), 10_000)))
        throw new Error(`not caught up: ${JSON.stringify(models.status())}`);
    },
    /** Read models of the same store in another file, made anew. */
    rebuilt: async (): Promise<ReadModels> => {
      const others = open('rebuilt.db');
      await others.waitFor(await store.head(), 10_000);
      return others;
    },
    close: async (): Promise<void> => {
      await models.close();
      await store.close();
      folder.remove();
    },
  };
};

export type Projected = ReturnType<typeof openProjected>;

/** Everything that the read models hold, by table, in an order of its own. */
export const contents = ({ db }: Pick<ReadModels, 'db'>): Readonly<Record<string, ReadonlyArray<string>>> =>
  Object.fromEntries(
    readModels
      .flatMap(({ tables }) => tables)
      .map((table) => [
        table,
        (db.prepare(`SELECT * FROM ${table}`).all() as ReadonlyArray<object>).map((row) => JSON.stringify(row)).sort(),
      ]),
  );
