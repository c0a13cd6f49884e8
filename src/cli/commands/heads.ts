/** `moniker heads`: the head of every stream, to be kept where who holds the store does not reach it. */
import { isLeft } from 'fp-ts/Either';
import { decodeMetadata } from '../../event-store/history/history';
import { StoredEvent } from '../../event-store/event-store';
import { byCodePoint } from '../../domain/values/names';
import { connectTo } from '../api';
import { broken, ExitCode, exitCodes } from '../exit';
import { showHead, StreamHead } from '../heads-file';
import { settings, wholeLog, withSource } from '../sources';
import { Terminal } from '../terminal';
import { verifiedCollections } from '../verified-collections';

export type HeadsOptions = { readonly server?: string; readonly json?: boolean };

const fromStore = (terminal: Terminal): Promise<ReadonlyArray<StreamHead>> =>
  withSource(settings(), async (source) => {
    const last = new Map<string, StoredEvent>();
    for await (const stored of wholeLog(source, terminal, 'reading')) last.set(stored.stream, stored);
    return [...last.values()].map((stored) => {
      const metadata = decodeMetadata(stored);
      if (isLeft(metadata))
        throw broken(`event ${stored.revision} of ${stored.stream}: ${metadata.left.reason}; run moniker verify`);
      return { stream: stored.stream, revision: stored.revision, chain: metadata.right.chain };
    });
  });

/** Of the collections that the key may verify. */
const fromServer = async (server: string, terminal: Terminal): Promise<ReadonlyArray<StreamHead>> => {
  const heads: Array<StreamHead> = [];
  for await (const { stream, verified } of verifiedCollections(connectTo(server, terminal.signal), {}, terminal)) {
    if (verified['ok'] !== true) throw broken(`${stream} is not whole; run moniker verify`);
    heads.push({ stream, revision: Number(verified['events']) - 1, chain: String(verified['head']) });
  }
  return heads;
};

export const heads = async (terminal: Terminal, options: HeadsOptions): Promise<ExitCode> => {
  const found = await (options.server === undefined ? fromStore(terminal) : fromServer(options.server, terminal));
  for (const head of [...found].sort((a, b) => byCodePoint(a.stream, b.stream)))
    await terminal.line(showHead(head, options.json === true));
  return exitCodes.done;
};
