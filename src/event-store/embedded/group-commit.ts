/**
 * Appends that wait together share one transaction, and one flush. They are judged in the order they came, each seeing
 * those before it; a conflict writes nothing and undoes nothing of the others. None is answered or read before the flush,
 * and while one is under way, what comes is gathered for the next.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Either, isRight, left } from 'fp-ts/Either';
import { AppendFailure, Appended, Unavailable } from '../event-store';
import { Log } from '../log';
import { sizeOf } from '../appendable';
import { append, Append } from './append';
import { EventsFile, EVERYTHING, headOf } from './events-file';
import { atCommit, atFlush, beforeCommit } from './sqlite-errors';

/** What one transaction takes at most, so that it holds the event loop for milliseconds. */
const MAX_APPENDS = 256;
const MAX_BYTES = 4 * 1024 * 1024;
/** How many turns of the event loop are waited for more that shares the transaction. */
const MOST_TURNS = 16;

type Outcome = Either<AppendFailure, Appended>;
type Waiting = Append & { readonly settle: (outcome: Outcome) => void };

export type GroupCommit = {
  readonly append: (append: Append) => Promise<Outcome>;
  /**
   * Whether it is known where the streams end. Where a flush failed, what was committed before it may be kept or not, and
   * is not read; who took a stream for ended there would be wrong once that is made up for, which is tried here.
   */
  readonly isEndKnown: () => boolean;
  /** Commits and flushes all that wait, when what is under way is done. */
  readonly end: () => Promise<void>;
};

/**
 * @param committed called after each transaction that was committed and flushed
 * @param held asked before each transaction: what it has to wait for
 */
export const groupCommit = (
  file: EventsFile, log: Log, committed: () => void, held: () => Promise<void> | undefined = () => undefined,
): GroupCommit => {
  let waiting: Array<Waiting> = [];
  let working: Promise<void> | undefined;
  let isEndKnown = true;

  const readAll = (): void => {
    isEndKnown = true;
    file.end.position = EVERYTHING;
    committed();
  };

  const takeBatch = (): ReadonlyArray<Waiting> => {
    let bytes = 0;
    let count = 0;
    for (const { events } of waiting) {
      bytes += sizeOf(events);
      if (count === MAX_APPENDS || (count > 0 && bytes > MAX_BYTES)) break;
      count += 1;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  };

  const commitBatch = async (): Promise<void> => {
    const readable = file.end.position;
    const written = commitTogether(file, log, takeBatch());
    const isWritten = written.some(({ outcome }) => isRight(outcome));
    const judged = isWritten ? await flushed(file, log, written) : written;
    if (!isWritten) file.end.position = readable;
    else if (judged.some(({ outcome }) => isRight(outcome))) readAll();
    else isEndKnown = false;
    for (const { asked, outcome } of judged) asked.settle(outcome);
  };

  /** For as long as each turn of the event loop brings more, they are waited for. */
  const gathered = async (): Promise<void> => {
    for (let turns = 0, before = -1; waiting.length > before && turns < MOST_TURNS; turns++) {
      before = waiting.length;
      await nextTurn();
    }
  };

  const work = async (): Promise<void> => {
    await gathered();
    while (waiting.length > 0) {
      await held();
      await commitBatch();
      await gathered();
    }
    working = undefined;
  };

  return {
    append: (asked) =>
      new Promise((settle) => {
        waiting.push({ ...asked, settle });
        working ??= work();
      }),
    isEndKnown: () => {
      if (!isEndKnown && file.isMadeUp()) readAll();
      return isEndKnown;
    },
    end: async () => working,
  };
};

type Judged = { readonly asked: Waiting; readonly outcome: Outcome };

const commitTogether = (file: EventsFile, log: Log, batch: ReadonlyArray<Waiting>): ReadonlyArray<Judged> => {
  const failed = (failure: Unavailable): ReadonlyArray<Judged> => {
    rollBack(file, log);
    log.error({ outcome: failure.outcome, reason: failure.reason, appends: batch.length }, 'appending failed');
    return batch.map((asked) => ({ asked, outcome: left(failure) }));
  };
  let judged: ReadonlyArray<Judged>;
  try {
    file.statement.begin.run();
    file.end.position = headOf(file);
    judged = batch.map((asked) => ({ asked, outcome: append(file, asked) }));
  } catch (error) {
    return failed(beforeCommit(error));
  }
  try {
    file.statement.commit.run();
    return judged;
  } catch (error) {
    return failed(atCommit(error));
  }
};

/** What was appended is answered when it is on the disk; conflicts are so in any case. */
const flushed = async (file: EventsFile, log: Log, judged: ReadonlyArray<Judged>): Promise<ReadonlyArray<Judged>> => {
  try {
    await file.flush();
    return judged;
  } catch (error) {
    const failure = atFlush(error);
    log.error({ outcome: failure.outcome, reason: failure.reason, appends: judged.length }, 'flushing failed');
    return judged.map((each) => (isRight(each.outcome) ? { ...each, outcome: left(failure) } : each));
  }
};

/** Some errors have SQLite roll back by itself. */
const rollBack = ({ db }: EventsFile, log: Log): void => {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch (error) {
    log.error({ err: error }, 'rolling back failed');
  }
};
