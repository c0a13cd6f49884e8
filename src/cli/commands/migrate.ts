/** `moniker migrate`: an embedded store into an empty EventStoreDB, and back: the same log in another place. */
import { Config } from '../../app/config';
import { holdsEvents } from '../../event-store/embedded/fill';
import { openEmbeddedReader } from '../../event-store/embedded/embedded-store';
import { lockFolder } from '../../event-store/embedded/folder-lock';
import { StoredEvent } from '../../event-store/event-store';
import { EMPTY, Head } from '../../event-store/history/history';
import { follow } from '../../event-store/history/verify';
import { CopiedLog, copyInto, fill, readOn, showCopied } from '../copying';
import { broken, ExitCode, exitCodes, failed, wronglyAsked } from '../exit';
import { settings, Source, wholeLog, withSource } from '../sources';
import { Terminal } from '../terminal';

export type MigrateOptions = {
  /** A connection string; `true` for that of EVENTSTOREDB_URL. */
  readonly to?: string | true;
  readonly from?: string | true;
  readonly json?: boolean;
};

type Log = Pick<Source, 'head' | 'readAll'>;
type Heads = { readonly events: number; readonly of: ReadonlyMap<string, Head> };

/**
 * Where every stream ends; each event is held to its chain.
 * @throws Stop that names the event at fault
 */
const headsOf = async (events: AsyncIterable<StoredEvent>, where: string): Promise<Heads> => {
  const of = new Map<string, Head>();
  let count = 0;
  for await (const stored of events) {
    const { stream, revision } = stored;
    const { head, faults } = follow(of.get(stream) ?? EMPTY, stored);
    if (faults[0] !== undefined) throw broken(`${where}, event ${revision} of ${stream}: ${faults[0]}`);
    of.set(stream, head);
    count += 1;
  }
  return { events: count, of };
};

const compare = (source: Heads, target: Heads): void => {
  for (const [stream, { revision, chain }] of source.of) {
    const there = target.of.get(stream);
    if (there?.revision !== revision || there.chain !== chain)
      throw broken(`the copy of ${stream} ends at revision ${there?.revision ?? 'none'}, not as the source at ${revision}`);
  }
  if (target.events !== source.events) throw broken(`the copy has ${target.events} events, not ${source.events}`);
};

/** @param target the settings of the store to fill */
const migrateInto = async (target: Config, source: Log, terminal: Terminal): Promise<Omit<CopiedLog, 'seconds'>> => {
  const end = await source.head();
  const events = (what: string): AsyncIterable<StoredEvent> => wholeLog(source, terminal, what, end);
  const heads = await headsOf(events('verifying'), 'the source');
  if (heads.events === 0) throw failed('there are no events to migrate');
  const before = await fill(target, true, async (filled) => {
    const held = await copyInto(filled, events('copying'));
    compare(heads, await headsOf(wholeLog(filled.store, terminal, 'comparing'), 'the copy'));
    if ((await source.head()) !== end)
      throw failed('somebody writes to the source: stop its nodes and repeat the command, which goes on from here');
    return held;
  });
  return { events: heads.events, streams: heads.of.size, before };
};

/** Nothing writes to the embedded store meanwhile: the folder is this process's. */
const withLocked = async <A>({ dataDir }: Config, work: (source: Log) => Promise<A>): Promise<A> => {
  if (!holdsEvents(dataDir)) throw failed(`There are no events in ${dataDir}`);
  const unlock = lockFolder(dataDir);
  try {
    const reader = openEmbeddedReader({ folder: dataDir });
    return await work(reader).finally(reader.close);
  } finally {
    unlock();
  }
};

export const migrate = async (terminal: Terminal, { to, from, json = false }: MigrateOptions): Promise<ExitCode> => {
  const named = to ?? from;
  if (named === undefined || (to !== undefined && from !== undefined))
    throw wronglyAsked('name the EventStoreDB to copy into with --to, or the one to copy out of with --from');
  const begun = Date.now();
  const embedded = settings({ MONIKER_STORE: 'embedded' });
  const elsewhere = settings({ MONIKER_STORE: 'eventstoredb', ...(named === true ? {} : { EVENTSTOREDB_URL: named }) });
  const migrated = await (to === undefined
    ? withSource(elsewhere, (source) => migrateInto(embedded, readOn(source), terminal))
    : withLocked(embedded, (source) => migrateInto(elsewhere, source, terminal)));
  const told: CopiedLog = { ...migrated, seconds: (Date.now() - begun) / 1000 };
  await terminal.line(json ? JSON.stringify(told) : `${showCopied('migrated', told)}; every stream ends as in the source`);
  return exitCodes.done;
};
