/** `moniker export`: every event, in the order of the log, a line of JSON each. */
import { existsSync } from 'node:fs';
import { FileHandle, open, rename, rm } from 'node:fs/promises';
import { StoredEvent } from '../../event-store/event-store';
import { lineOf } from '../../event-store/history/lines';
import { collectionPath, connectTo } from '../api';
import { ExitCode, exitCodes, failed, messageOf, wronglyAsked } from '../exit';
import { organizationIn, requireOrganization } from '../organization';
import { isInScope, parseScope, Scope, showScope } from '../scope';
import { settings, wholeLog, withSource } from '../sources';
import { shownNumber, Terminal } from '../terminal';

export type ExportOptions = { readonly output?: string; readonly server?: string; readonly json?: boolean };

type Write = (chunk: string | Uint8Array) => Promise<void>;
type Exported = { readonly events: number; readonly bytes: number };

const CHUNK = 64 * 1024;

/** Lines some at a time, counted. */
const writeEvents = async (events: AsyncIterable<StoredEvent>, write: Write): Promise<Exported> => {
  let [count, bytes, chunk] = [0, 0, ''];
  const flush = async (): Promise<void> => {
    bytes += Buffer.byteLength(chunk);
    await write(chunk);
    chunk = '';
  };
  for await (const stored of events) {
    chunk += lineOf(stored);
    count += 1;
    if (chunk.length >= CHUNK) await flush();
  }
  await flush();
  return { events: count, bytes };
};

const inScope = async function* (events: AsyncIterable<StoredEvent>, scope: Scope | undefined): AsyncIterable<StoredEvent> {
  const isAsked = scope === undefined ? () => true : isInScope(scope);
  for await (const stored of events) if (isAsked(stored.stream)) yield stored;
};

const fromServer = async (server: string, scope: Scope | undefined, write: Write, terminal: Terminal): Promise<Exported> => {
  if (scope?.collection === undefined)
    throw wronglyAsked('a server exports collections only: name REGISTRY/COLLECTION, or leave --server out');
  const api = connectTo(server, terminal.signal);
  await requireOrganization(scope, api.organization);
  const progress = terminal.progress('exporting');
  let [count, bytes] = [0, 0];
  try {
    for await (const chunk of await api.stream(`${collectionPath(scope.registry, scope.collection)}/events`)) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count += 1;
      bytes += chunk.length;
      progress.tick(undefined, count);
      await write(chunk);
    }
  } finally {
    progress.end();
  }
  return { events: count, bytes };
};

/** A file that is there whole or not at all. */
const toFile = async (file: string, work: (write: Write) => Promise<Exported>): Promise<Exported> => {
  if (existsSync(file)) throw wronglyAsked(`${file} is there already, and is not overwritten`);
  const part = `${file}.part`;
  let handle: FileHandle | undefined;
  try {
    const opened = await open(part, 'w');
    handle = opened;
    const exported = await work(async (chunk) => opened.writeFile(chunk));
    await opened.sync();
    await opened.close();
    await rename(part, file);
    return exported;
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error instanceof Error && 'code' in error && 'syscall' in error ? failed(messageOf(error)) : error;
  }
};

export const exportEvents = async (
  terminal: Terminal, named: string | undefined, { output, server, json = false }: ExportOptions,
): Promise<ExitCode> => {
  const scope = named === undefined ? undefined : parseScope(named);
  const work = async (write: Write): Promise<Exported> => {
    const written = await (server === undefined
      ? withSource(settings(), async (source) => {
          await requireOrganization(scope, () => organizationIn(source));
          return writeEvents(inScope(wholeLog(source, terminal, 'exporting'), scope), write);
        })
      : fromServer(server, scope, write, terminal));
    if (written.events === 0 && scope !== undefined) throw failed(`there are no events of ${showScope(scope)}`);
    return written;
  };
  const exported = await (output === undefined ? work(terminal.write) : toFile(output, work));
  const { events, bytes } = exported;
  const told = json ? JSON.stringify(exported) : `exported ${shownNumber(events)} events, ${shownNumber(bytes)} bytes`;
  if (output === undefined) terminal.say(told);
  else await terminal.line(told);
  return exitCodes.done;
};
