/** Verifies the whole log in one reading of it: every chain, what must hold of the events, and that none is missing. */
import { isRight } from 'fp-ts/Either';
import { Position, Revision, StoredEvent } from '../../event-store/event-store';
import { decodeMetadata, EMPTY, Head } from '../../event-store/history/history';
import { endFault, follow, Inspector, KeptHead, keptFault } from '../../event-store/history/verify';
import { inspector } from './inspect';

export type LogProblem = { readonly stream: string; readonly revision: Revision; readonly message: string };

export type LogVerification = {
  readonly ok: boolean;
  readonly events: number;
  readonly streams: number;
  /** In the order of the log; the first 1,000. */
  readonly problems: ReadonlyArray<LogProblem>;
  readonly found: number;
};

export type LogToVerify = {
  /** In the order of the log, from its first. */
  readonly events: AsyncIterable<StoredEvent>;
  /** Which streams are looked at; all unless given. */
  readonly isAsked?: (stream: string) => boolean;
  /** Heads that were kept elsewhere, by stream. */
  readonly kept?: ReadonlyMap<string, KeptHead>;
  /** Whether positions run from 1 without gaps, so that one is an event that was taken out. */
  readonly gapless: boolean;
};

const MOST_PROBLEMS = 1000;

/** Whether the rules look at more than one event of these streams: each gets an inspector of its own. */
const hasRules = (stream: string): boolean => stream.startsWith('collection-');

export const verifyLog = async ({ events, isAsked, kept, gapless }: LogToVerify): Promise<LogVerification> => {
  const heads = new Map<string, Head>();
  const inspectors = new Map<string, Inspector>();
  const ofOthers = inspector();
  const problems: Array<LogProblem> = [];
  let [count, found, position] = [0, 0, 0];

  const note = (stream: string, revision: Revision, messages: ReadonlyArray<string | undefined>): void => {
    for (const message of messages) {
      if (message === undefined) continue;
      found += 1;
      if (problems.length < MOST_PROBLEMS) problems.push({ stream, revision, message });
    }
  };
  const inspectorOf = (stream: string): Inspector => {
    if (!hasRules(stream)) return ofOthers;
    const own = inspectors.get(stream) ?? inspector();
    inspectors.set(stream, own);
    return own;
  };

  for await (const stored of events) {
    const { stream, revision } = stored;
    if (gapless && isAsked === undefined) note(stream, revision, [gapFault(position, stored.position)]);
    position = stored.position;
    if (isAsked?.(stream) === false) continue;
    count += 1;
    const { head, faults } = follow(heads.get(stream) ?? EMPTY, stored);
    heads.set(stream, head);
    note(stream, revision, [...faults, ...inspectorOf(stream).take(stored), keptFault(kept?.get(stream), head)]);
    if (isAsked === undefined) note(stream, revision, judgedByWhatWas(stored, heads));
  }
  for (const [stream, own] of inspectors) note(stream, heads.get(stream)?.revision ?? 0, own.end());
  for (const [stream, head] of kept ?? [])
    if (isAsked?.(stream) !== false) {
      const last = heads.get(stream);
      note(stream, Math.max(last?.revision ?? 0, 0), [
        last === undefined ? `the stream is gone: revision ${head.revision} of it was kept elsewhere` : endFault(head, last),
      ]);
    }
  return { ok: found === 0, events: count, streams: heads.size, problems, found };
};

const gapFault = (before: Position, position: Position): string | undefined =>
  position === before + 1
    ? undefined
    : `it stands at position ${position} of the log after ${before}: events between them were taken out or moved`;

/** An event cannot have been judged by what came after it (E2): the order of streams among each other. */
const judgedByWhatWas = (stored: StoredEvent, heads: ReadonlyMap<string, Head>): ReadonlyArray<string> => {
  if (!stored.metadata.includes('"judgedBy"')) return [];
  const metadata = decodeMetadata(stored);
  return Object.entries((isRight(metadata) && metadata.right.judgedBy) || {}).flatMap(([stream, revision]) =>
    revision > (heads.get(stream)?.revision ?? EMPTY.revision)
      ? [`it was judged by revision ${revision} of "${stream}", which stands after it in the log`]
      : [],
  );
};
