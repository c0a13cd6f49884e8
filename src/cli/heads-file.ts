/** Heads of streams kept in a file: a line `CHAIN REVISION STREAM` each, or the JSON of `moniker heads --json`. */
import { createReadStream } from 'node:fs';
import { KeptHead } from '../event-store/history/verify';
import { messageOf, wronglyAsked } from './exit';
import { linesOf } from './lines';

export type StreamHead = KeptHead & { readonly stream: string };

export const showHead = ({ stream, revision, chain }: StreamHead, json: boolean): string =>
  json ? JSON.stringify({ stream, revision, chain }) : `${chain} ${revision} ${stream}`;

const PLAIN = /^([0-9a-f]{64}) (0|[1-9]\d{0,15}) (\S+)$/;

const parseHead = (line: string): StreamHead | undefined => {
  const plain = PLAIN.exec(line);
  if (plain !== null) return { chain: plain[1] ?? '', revision: Number(plain[2]), stream: plain[3] ?? '' };
  try {
    const { stream, revision, chain } = JSON.parse(line) as Partial<Record<keyof StreamHead, unknown>>;
    const shown = `${String(chain)} ${String(revision)} ${String(stream)}`;
    return line.startsWith('{') && typeof revision === 'number' && PLAIN.test(shown) ? parseHead(shown) : undefined;
  } catch {
    return undefined;
  }
};

/** @throws Stop that names the line at fault */
export const readHeads = async (file: string): Promise<ReadonlyMap<string, KeptHead>> => {
  const heads = new Map<string, KeptHead>();
  try {
    for await (const { text, number } of linesOf(createReadStream(file))) {
      const head = parseHead(text);
      if (head === undefined)
        throw wronglyAsked(`${file}, line ${number}: is not "CHAIN REVISION STREAM", as moniker heads writes it`);
      if (heads.has(head.stream)) throw wronglyAsked(`${file}, line ${number}: has the stream ${head.stream} again`);
      heads.set(head.stream, head);
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error ? wronglyAsked(messageOf(error)) : error;
  }
  if (heads.size === 0) throw wronglyAsked(`${file} has no heads`);
  return heads;
};
