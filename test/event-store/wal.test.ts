/** Write-ahead logs are moved into their files by a thread of its own, while they are written to. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { pathIn } from '../../src/event-store/embedded/events-file';
import { startWalThread } from '../../src/event-store/embedded/wal';
import { silent } from '../../src/event-store/log';
import { anEvent, appended, aStream } from '../support/events';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const until = async (holds: () => boolean): Promise<void> => {
  for (const begun = Date.now(); !holds(); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() - begun > 20_000) throw new Error('it never came to hold');
};

const sizeOf = (path: string): number => statSync(path).size;
const MEGABYTE = 1024 * 1024;

/** How often the log was begun anew (https://sqlite.org/fileformat2.html#walformat). */
const sequenceOf = (file: string): number => readFileSync(`${file}-wal`).readUInt32BE(12);

test('what is appended comes into the file while the store is open, and the log begins anew', async () => {
  const file = pathIn(folder.path);
  const wal = startWalThread([file], silent);
  const store = openEmbeddedStore({ folder: folder.path, moving: wal.of(file) });
  const append = (size: number) => appended(store, aStream(), 'no_stream', [anEvent({ text: 'x'.repeat(size) })]);
  for (let round = 1; round <= 3; round++) {
    // Twenty events of a tenth of a megabyte, each a commit of its own.
    for (let n = 0; n < 20; n++) await append(100_000);
    await until(() => sizeOf(file) > round * 1.9 * MEGABYTE);
    const sequence = sequenceOf(file);
    while (sequenceOf(file) === sequence) {
      await append(1);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  await wal.close();
  await store.close();
});

test('without anybody who is told, SQLite does it by itself, within a commit', async () => {
  const store = openEmbeddedStore({ folder: folder.path });
  for (let n = 0; n < 60; n++) await appended(store, aStream(), 'no_stream', [anEvent({ text: 'x'.repeat(100_000) })]);
  expect(sizeOf(pathIn(folder.path))).toBeGreaterThan(3 * MEGABYTE);
  await store.close();
});

test('a file that cannot be moved is said once, and keeps no other from it; one that is not there is none', async () => {
  const broken = join(folder.path, 'broken.db');
  writeFileSync(broken, 'no database '.repeat(1_000));
  const said: Array<unknown> = [];
  const wal = startWalThread([join(folder.path, 'absent.db'), broken, pathIn(folder.path)], { ...silent, warn: (what) => void said.push(what) });
  const store = openEmbeddedStore({ folder: folder.path, moving: wal.of(pathIn(folder.path)) });
  for (let round = 1; round <= 2; round++) {
    await appended(store, aStream(), 'no_stream', [anEvent({ text: 'x'.repeat(300_000) })]);
    await until(() => sizeOf(pathIn(folder.path)) > round * 300_000);
  }
  await wal.close();
  expect(said).toEqual([{ reason: expect.stringContaining('broken.db') }]);
  await store.close();
});

/** A file that is written as fast as can be, a megabyte a turn, and what is known of it. */
const busyFile = () => {
  const file = join(folder.path, 'busy.db');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0');
  db.exec('CREATE TABLE one (id INTEGER PRIMARY KEY, text TEXT)');
  const insert = db.prepare('INSERT INTO one VALUES (1, ?) ON CONFLICT DO UPDATE SET text = excluded.text');
  const wal = startWalThread([file], silent);
  const moving = wal.of(file);
  let written = 0;
  const write = (): void => {
    insert.run(String(written % 10).repeat(MEGABYTE));
    written += 1;
    moving.written();
  };
  return {
    db, file, wal, moving, write,
    written: () => written,
    last: () => String((written - 1) % 10).repeat(MEGABYTE),
    /** Writes until it has to wait, and says for what. */
    untilHeld: async (): Promise<{ readonly over: Promise<void> }> => {
      for (let turns = 0; turns < 1_000; turns++) {
        const over = moving.held();
        if (over !== undefined) return { over };
        write();
        await new Promise((resolve) => setImmediate(resolve));
      }
      throw new Error('it never had to wait');
    },
  };
};

test('while somebody writes without a pause, the last of a long log is moved while they hold still', async () => {
  const { db, file, wal, untilHeld, write, written, last } = busyFile();
  for (let holds = 0; holds < 3; holds++) await (await untilHeld()).over;
  write();
  const kept = db.prepare('SELECT text FROM one').get() as { text: string };
  const logged = sizeOf(`${file}-wal`);
  await wal.close();
  db.close();
  expect(kept.text === last()).toBe(true);
  expect(logged).toBeLessThan(0.7 * written() * MEGABYTE);
});

test('once it is closed nobody is held, and what is written then waits for nothing', async () => {
  const { db, wal, moving, untilHeld, write } = busyFile();
  const { over } = await untilHeld();
  await wal.close();
  await over;
  for (let turns = 0; turns < 100; turns++) {
    expect(moving.held()).toBeUndefined();
    write();
  }
  // Longer than it would take to begin again.
  await new Promise((resolve) => setTimeout(resolve, 400));
  await wal.close();
  db.close();
});
