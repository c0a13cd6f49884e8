/** `moniker import`: an export into an empty store: the same ids, data, metadata, chains and order, or nothing. */
import { createReadStream, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isLeft, isRight } from 'fp-ts/Either';
import { Config } from '../../app/config';
import { openStore } from '../../app/open-store';
import { parseStream } from '../../domain/values/streams';
import { appendable, sizeOf } from '../../event-store/appendable';
import { fillEmbeddedStore, holdsEvents } from '../../event-store/embedded/fill';
import { EventStore, expecting } from '../../event-store/event-store';
import { EMPTY, Head } from '../../event-store/history/history';
import { LinedEvent, parseLine } from '../../event-store/history/lines';
import { follow } from '../../event-store/history/verify';
import { silent } from '../../event-store/log';
import { broken, ExitCode, exitCodes, failed, messageOf, Stop, wronglyAsked } from '../exit';
import { linesOf } from '../lines';
import { settings } from '../sources';
import { shownNumber, Terminal } from '../terminal';

export type ImportOptions = { readonly json?: boolean };

type Imported = { readonly events: number; readonly streams: number; readonly seconds: number };

/** Of one append, in events and bytes; appends of an embedded store may wait together, so many. */
const MOST_EVENTS = 500;
const MOST_BYTES = 512 * 1024;
const TOGETHER = 64;
const ATTEMPTS = 5;

const isMonikers = (stream: string): boolean => {
  try {
    return parseStream(stream) !== undefined;
  } catch {
    return false;
  }
};

/**
 * The events of the file, each held to the chain of its stream.
 * @throws Stop that names the line at fault
 */
const eventsIn = async function* (file: string, heads: Map<string, Head>, terminal: Terminal, what: string): AsyncIterable<LinedEvent> {
  const progress = terminal.progress(what);
  try {
    const { size } = statSync(file);
    const bytes = createReadStream(file);
    for await (const { text, number } of linesOf(bytes)) {
      terminal.signal.throwIfAborted();
      const wrong = (message: string): Stop => broken(`${file}, line ${number}: ${message}`);
      const event = parseLine(text);
      if (isLeft(event)) throw wrong(event.left);
      const { stream, revision } = event.right;
      if (!isMonikers(stream)) throw wrong(`"${stream}" is not a stream of Moniker`);
      const taken = appendable(stream, 'no_stream', [event.right]);
      if (isLeft(taken)) throw wrong(taken.left.reason);
      const { head, faults } = follow(heads.get(stream) ?? EMPTY, { ...event.right, position: number });
      if (faults[0] !== undefined) throw wrong(`event ${revision} of ${stream}: ${faults[0]}`);
      heads.set(stream, head);
      progress.tick(bytes.bytesRead / size, number);
      yield event.right;
    }
  } catch (error) {
    if (error instanceof Stop && error.message.startsWith('line ')) throw broken(`${file}, ${error.message}`);
    throw error instanceof Error && 'syscall' in error ? wronglyAsked(messageOf(error)) : error;
  } finally {
    progress.end();
  }
};

/** The events in appends: of one stream, one after another in the file. */
const inAppends = async function* (events: AsyncIterable<LinedEvent>): AsyncIterable<ReadonlyArray<LinedEvent>> {
  let together: Array<LinedEvent> = [];
  let bytes = 0;
  for await (const event of events) {
    const size = sizeOf([event]);
    const full = together.length === MOST_EVENTS || bytes + size > MOST_BYTES;
    if (together.length > 0 && (full || together[0]?.stream !== event.stream)) {
      yield together;
      [together, bytes] = [[], 0];
    }
    together.push(event);
    bytes += size;
  }
  if (together.length > 0) yield together;
};

const append = async (store: EventStore, events: ReadonlyArray<LinedEvent>): Promise<void> => {
  const { stream = '', revision = 0 } = events[0] ?? {};
  for (let attempt = 1; ; attempt++) {
    const outcome = await store.append(stream, expecting(revision - 1), events);
    if (isRight(outcome)) return;
    const reason = outcome.left.type === 'Conflict' ? 'somebody else writes to the store' : outcome.left.reason;
    if (outcome.left.type !== 'Unavailable' || attempt === ATTEMPTS) throw failed(`event ${revision} of ${stream}: ${reason}`);
    await delay(1000);
  }
};

/** In the order of the file: an embedded store takes appends in the order in which they were made. */
const appendAll = async (store: EventStore, events: AsyncIterable<LinedEvent>): Promise<void> => {
  let waiting: Array<Promise<void>> = [];
  for await (const together of inAppends(events)) {
    waiting.push(append(store, together));
    if (store.exclusive && waiting.length < TOGETHER) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
};

const intoEventStoreDb = async (config: Config, work: (store: EventStore) => Promise<void>): Promise<void> => {
  const store = openStore(config, silent);
  try {
    if ((await store.head()) > 0) throw failed('the event store is not empty');
    await work(store);
  } finally {
    await store.close();
  }
};

const fill = async (config: Config, work: (store: EventStore) => Promise<void>): Promise<void> => {
  try {
    await (config.store === 'embedded'
      ? fillEmbeddedStore({ folder: config.dataDir, log: silent }, work)
      : intoEventStoreDb(config, work));
  } catch (error) {
    throw error instanceof Stop ? error : failed(messageOf(error));
  }
};

export const importEvents = async (terminal: Terminal, file: string, { json = false }: ImportOptions): Promise<ExitCode> => {
  const config = settings();
  const begun = Date.now();
  if (config.store === 'embedded' && holdsEvents(config.dataDir))
    throw failed(`The event store in ${config.dataDir} is not empty`);
  const heads = new Map<string, Head>();
  let events = 0;
  for await (const _ of eventsIn(file, heads, terminal, 'verifying')) events += 1;
  if (events === 0) throw broken(`${file} has no events`);
  await fill(config, (store) => appendAll(store, eventsIn(file, new Map(), terminal, 'importing')));
  const imported: Imported = { events, streams: heads.size, seconds: (Date.now() - begun) / 1000 };
  await terminal.line(
    json
      ? JSON.stringify(imported)
      : `imported ${shownNumber(events)} events of ${shownNumber(imported.streams)} streams in ${imported.seconds.toFixed(1)} s`,
  );
  return exitCodes.done;
};
