/** Where the offline commands read: the event store that the settings name. */
import { isLeft } from 'fp-ts/Either';
import { Config, loadConfig } from '../app/config';
import { categories } from '../domain/values/streams';
import { EventReader } from '../event-store/embedded/reading';
import { openEmbeddedReader } from '../event-store/embedded/embedded-store';
import { Position, StoredEvent } from '../event-store/event-store';
import { silent } from '../event-store/log';
import { failed, messageOf, wronglyAsked } from './exit';
import { Terminal } from './terminal';

export type Source = EventReader & {
  /** Whether positions run from 1 without gaps. */
  readonly gapless: boolean;
  /** What is wrong with the files of the store itself; nothing where there are none to look at. */
  readonly damage: () => ReadonlyArray<string>;
};

/**
 * The settings. Only a server needs the key of the admin.
 * @param instead of what the environment has
 */
export const settings = (instead: Readonly<Record<string, string>> = {}): Config => {
  const { MONIKER_ADMIN_KEY: _, ...env } = process.env;
  const config = loadConfig({ ...env, MONIKER_ADMIN_KEY: 'not-needed'.padEnd(32, '-'), ...instead });
  if (isLeft(config)) throw wronglyAsked(config.left.join('; '));
  return config.right;
};

/** @throws StoreError where a copy into it has not finished */
const eventStoreDb = async (url: string): Promise<Source> => {
  const { openEventStoreDb } = await import('../event-store/eventstoredb/eventstoredb-store');
  const { requireWhole } = await import('../event-store/eventstoredb/identity');
  const store = openEventStoreDb({ url, prefixes: categories.map((category) => `${category}-`), log: silent });
  try {
    await requireWhole(store);
    return { ...store, gapless: false, damage: () => [] };
  } catch (error) {
    await store.close();
    throw error;
  }
};

const openSource = async ({ store, dataDir, eventStoreDbUrl }: Config): Promise<Source> => {
  try {
    return store === 'embedded'
      ? { ...openEmbeddedReader({ folder: dataDir }), gapless: true }
      : await eventStoreDb(eventStoreDbUrl ?? '');
  } catch (error) {
    throw failed(messageOf(error));
  }
};

/** Does something with the store, and closes it. */
export const withSource = async <A>(config: Config, work: (source: Source) => Promise<A>): Promise<A> => {
  const source = await openSource(config);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
};

/**
 * What the log holds now, in its order, with progress; ends early, with an error, when the command is stopped.
 * @param upTo where it held no more than up to here, that
 */
export const wholeLog = async function* (
  source: Pick<Source, 'head' | 'readAll'>, terminal: Terminal, what: string, upTo?: Position,
): AsyncIterable<StoredEvent> {
  const head = upTo ?? (await source.head());
  const progress = terminal.progress(what);
  let count = 0;
  try {
    for await (const stored of source.readAll({ after: 0 })) {
      terminal.signal.throwIfAborted();
      if (stored.position > head) return;
      count += 1;
      progress.tick(stored.position / head, count);
      yield stored;
    }
  } finally {
    progress.end();
  }
};

