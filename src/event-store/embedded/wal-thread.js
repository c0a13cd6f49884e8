/**
 * The thread of `wal.ts`: told of files, it moves their write-ahead logs into them, for as long as each round finds more,
 * so that SQLite begins the log anew. Plain JavaScript, as a thread begins with a file that Node can read.
 */
const { parentPort } = require('node:worker_threads');
const { existsSync } = require('node:fs');
const { DatabaseSync } = require('@photostructure/sqlite');

/** Whoever writes without a pause may be faster for ever; SQLite does it by itself when a log has become long. */
const MOST_ROUNDS = 8;

const move = (file) => {
  if (!existsSync(file)) return;
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { busy, log, checkpointed } = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
      if (busy !== 0 || log === checkpointed) return;
    }
  } finally {
    db.close();
  }
};

parentPort.on('message', (files) => {
  const failures = [];
  for (const file of files)
    try {
      move(file);
    } catch (error) {
      failures.push(`${file}: ${error.message}`);
    }
  parentPort.postMessage(failures);
});
