/**
 * Snapshots as files in the node's data folder, one for a stream, that can be thrown away at any time. A file is a line
 * that says what it is of, a line for each part, and the SHA-256 of all of that: one that was not written to its end, or
 * changed since, is found by it and not read. They are written and read beside the requests, a part at a time.
 */
import { createHash, Hash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import { SnapshotOf, Snapshots } from '../decider/snapshots';
import { Log } from '../event-store/log';

/** Of the files themselves. */
const FORMAT = 1;
/** How many wait to be written; what finds no place is offered again later. */
const MOST_WAITING = 16;
const WRITING = '.writing';
const NEWLINE = 0x0a;

const Beginning = t.strict({
  snapshot: t.literal(FORMAT),
  stream: t.string,
  number: t.number,
  head: t.strict({ revision: t.number, position: t.number, chain: t.string, at: t.string }),
});

export type SnapshotFiles = Snapshots & {
  /** Resolves when all that was put there is written. */
  readonly written: () => Promise<void>;
  /** Ends after the part that is being written; what is not whole then is dropped. */
  readonly close: () => Promise<void>;
};

const lastLine = (hash: Hash): string => `${JSON.stringify({ sha256: hash.digest('hex') })}\n`;

/** With their ends. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 128 * 1024 }) as AsyncIterable<Buffer>) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
      yield bytes.subarray(0, end + 1);
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  }
  if (rest.length > 0) yield rest;
}

const parsed = (line: Buffer): unknown => {
  try {
    return JSON.parse(line.toString()) as unknown;
  } catch {
    return undefined;
  }
};

/** @param folder made when it is not there; nothing else is in it */
export const openSnapshotFiles = (folder: string, log: Log): SnapshotFiles => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = new Set(readdirSync(folder));
  for (const name of names) if (name.endsWith(WRITING)) rmSync(join(folder, name), { recursive: true, force: true });
  const waiting = new Map<string, { readonly of: SnapshotOf; readonly parts: Iterable<unknown> }>();
  let closed = false;
  let writing: Promise<void> | undefined;

  const nameOf = (stream: string): string => createHash('sha256').update(stream).digest('hex');

  const write = async (of: SnapshotOf, parts: Iterable<unknown>): Promise<void> => {
    const name = nameOf(of.stream);
    const unfinished = join(folder, name + WRITING);
    const hash = createHash('sha256');
    const file = await open(unfinished, 'w', 0o600);
    try {
      const writeLine = async (value: unknown): Promise<void> => {
        const line = `${JSON.stringify(value)}\n`;
        hash.update(line);
        await file.write(line);
      };
      await writeLine({ snapshot: FORMAT, ...of } satisfies t.TypeOf<typeof Beginning>);
      for (const part of parts) {
        if (closed) return;
        await writeLine(part);
      }
      await file.write(lastLine(hash));
    } finally {
      await file.close();
    }
    await rename(unfinished, join(folder, name));
    names.add(name);
  };

  const writeAll = async (): Promise<void> => {
    for (const [stream, { of, parts }] of waiting) {
      if (closed) break;
      waiting.delete(stream);
      try {
        await write(of, parts);
      } catch (error) {
        log.warn({ err: error, stream }, 'a snapshot was not written; the node does without it');
      }
    }
    writing = undefined;
  };

  /** Whether the file is of the stream and whole. Lines are told on as they come, before the last shows that all are. */
  const readFile = async (path: string, begin: (of: SnapshotOf) => boolean, take: (part: unknown) => boolean): Promise<boolean> => {
    const hash = createHash('sha256');
    let number = 0;
    let before: Buffer | undefined;
    for await (const line of linesOf(path)) {
      if (before !== undefined) {
        hash.update(before);
        const value = parsed(before);
        if (number++ === 0) {
          const beginning = Beginning.decode(value);
          if (isLeft(beginning) || !begin(beginning.right)) return false;
        } else if (!take(value)) return false;
      }
      before = line;
    }
    return before?.toString() === lastLine(hash);
  };

  return {
    read: async (stream, begin, take) => {
      const name = nameOf(stream);
      if (!names.has(name)) return false;
      const whole = await readFile(join(folder, name), begin, take).catch(() => false);
      if (!whole) {
        names.delete(name);
        log.info({ stream }, 'a snapshot is not of use, and is dropped');
        await rm(join(folder, name), { force: true }).catch(() => undefined);
      }
      return whole;
    },
    keep: (of, parts) => {
      if (closed || (waiting.size >= MOST_WAITING && !waiting.has(of.stream))) return;
      waiting.set(of.stream, { of, parts });
      writing ??= new Promise<void>((begun) => setImmediate(begun)).then(writeAll);
    },
    written: async () => {
      while (writing !== undefined) await writing;
    },
    close: async () => {
      closed = true;
      waiting.clear();
      await writing;
    },
  };
};
