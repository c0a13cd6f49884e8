/**
 * The thread of `wal.ts`: told of files, it moves their write-ahead logs into them. SQLite begins a log anew when it is
 * moved whole; while somebody writes without a pause it never is, so where it has become long the last of it is moved
 * while the writer holds still. Plain JavaScript, as a thread begins with a file that Node can read.
 */
const { once } = require('node:events');
const { existsSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
const { DatabaseSync } = require('@photostructure/sqlite');

/** In pages. SQLite does it by itself, within a commit, when it is much longer (`events-file.ts`, `checkpoints.ts`). */
const LONG = 12_000;

/** How many pages the log has; what was written meanwhile is not moved. Nothing where somebody else is at it. */
const move = (db) => {
  const { busy, log } = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
  return busy === 0 ? log : 0;
};

const moveLog = async (file) => {
  if (!existsSync(file)) return;
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    if (move(db) < LONG) return;
    parentPort.postMessage({ hold: file });
    await once(parentPort, 'message');
    move(db);
  } finally {
    db.close();
  }
};

const moveAll = async () => {
  for (;;) {
    const [files] = await once(parentPort, 'message');
    for (const file of files) {
      const failure = await moveLog(file).then(
        () => undefined,
        (error) => error.message,
      );
      parentPort.postMessage({ moved: file, failure });
    }
    parentPort.postMessage({ done: true });
  }
};

void moveAll();
