/**
 * Appends that wait together share one transaction, and so one fsync. They are judged in the order they came, each
 * seeing those before it; a conflict writes nothing and undoes nothing of the others. None is answered before COMMIT.
 */
import { Either, isRight, left } from 'fp-ts/Either';
import { AppendFailure, Appended, Unavailable } from '../event-store';
import { Log } from '../log';
import { sizeOf } from '../appendable';
import { append, Append } from './append';
import { EventsFile } from './events-file';
import { atCommit, beforeCommit } from './sqlite-errors';

/** What one transaction takes at most, so that a flush holds the event loop for milliseconds. */
const MAX_APPENDS = 256;
/** How many turns of the event loop are waited for more that shares the flush. */
const MOST_TURNS = 16;
const MAX_BYTES = 4 * 1024 * 1024;

type Outcome = Either<AppendFailure, Appended>;
type Waiting = Append & { readonly settle: (outcome: Outcome) => void };

export type GroupCommit = {
  readonly append: (append: Append) => Promise<Outcome>;
  /** Commits all that wait. */
  readonly flush: () => void;
};

/** @param committed called after each transaction that was committed */
export const groupCommit = (file: EventsFile, log: Log, committed: () => void): GroupCommit => {
  let waiting: Array<Waiting> = [];

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

  const commitBatch = (): void => {
    const judged = commitTogether(file, log, takeBatch());
    if (judged.some(({ outcome }) => isRight(outcome))) committed();
    for (const { asked, outcome } of judged) asked.settle(outcome);
  };

  const commit = (): void => {
    if (waiting.length > 0) commitBatch();
    if (waiting.length > 0) setImmediate(commit);
  };

  /** For as long as each turn of the event loop brings more, they are waited for. */
  const gather = (before: number, turns: number): void => {
    if (waiting.length > before && turns < MOST_TURNS) setImmediate(gather, waiting.length, turns + 1);
    else commit();
  };

  return {
    append: (asked) =>
      new Promise((settle) => {
        waiting.push({ ...asked, settle });
        if (waiting.length === 1) setImmediate(gather, 0, 0);
      }),
    flush: () => {
      while (waiting.length > 0) commitBatch();
    },
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

/** Some errors have SQLite roll back by itself. */
const rollBack = ({ db }: EventsFile, log: Log): void => {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch (error) {
    log.error({ err: error }, 'rolling back failed');
  }
};
