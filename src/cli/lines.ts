/** Lines of a file that may be large and may be anything. */
import { Buffer } from 'node:buffer';
import { broken } from './exit';

/** In bytes; an event of the largest append is shorter. */
const LONGEST = 8 * 1024 * 1024;

export type NumberedLine = {
  readonly text: string;
  /** From 1. */
  readonly number: number;
};

/**
 * The lines without their ends; an unfinished last one is a line too.
 * @throws Stop where a line is not UTF-8, or longer than any could be
 */
export const linesOf = async function* (chunks: AsyncIterable<Uint8Array>): AsyncIterable<NumberedLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let number = 0;
  let parts: Array<Uint8Array> = [];
  let size = 0;
  const take = (last: Uint8Array): NumberedLine => {
    number += 1;
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    size = 0;
    try {
      return { number, text: decoder.decode(bytes) };
    } catch {
      throw broken(`line ${number}: is not UTF-8`);
    }
  };
  for await (const chunk of chunks) {
    let begin = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
      yield take(chunk.subarray(begin, end));
      begin = end + 1;
    }
    if (begin === chunk.length) continue;
    parts.push(chunk.subarray(begin));
    size += chunk.length - begin;
    if (size > LONGEST) throw broken(`line ${number + 1}: is longer than that of any event`);
  }
  if (size > 0) yield take(new Uint8Array());
};
