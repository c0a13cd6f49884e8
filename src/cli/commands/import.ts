/** `moniker import`: an export into an empty store: the same ids, data, metadata, chains and order, or nothing. */
import { createReadStream, statSync } from 'node:fs';
import { isLeft } from 'fp-ts/Either';
import { parseStream } from '../../domain/values/streams';
import { appendable } from '../../event-store/appendable';
import { holdsEvents } from '../../event-store/embedded/fill';
import { EMPTY, Head } from '../../event-store/history/history';
import { LinedEvent, parseLine } from '../../event-store/history/lines';
import { follow } from '../../event-store/history/verify';
import { CopiedLog, copyInto, fill, showCopied } from '../copying';
import { broken, ExitCode, exitCodes, failed, messageOf, Stop, wronglyAsked } from '../exit';
import { linesOf } from '../lines';
import { settings } from '../sources';
import { Terminal } from '../terminal';

export type ImportOptions = { readonly json?: boolean };

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

export const importEvents = async (terminal: Terminal, file: string, { json = false }: ImportOptions): Promise<ExitCode> => {
  const config = settings();
  const begun = Date.now();
  if (config.store === 'embedded' && holdsEvents(config.dataDir))
    throw failed(`The event store in ${config.dataDir} is not empty`);
  const heads = new Map<string, Head>();
  let events = 0;
  for await (const _ of eventsIn(file, heads, terminal, 'verifying')) events += 1;
  if (events === 0) throw broken(`${file} has no events`);
  const before = await fill(config, false, (target) => copyInto(target, eventsIn(file, new Map(), terminal, 'importing')));
  const imported: CopiedLog = { events, streams: heads.size, before, seconds: (Date.now() - begun) / 1000 };
  await terminal.line(json ? JSON.stringify(imported) : showCopied('imported', imported));
  return exitCodes.done;
};
