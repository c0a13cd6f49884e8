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

test('while somebody writes without a pause, the last of a long log is moved while they hold still', async () => {
  const file = join(folder.path, 'busy.db');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0');
  db.exec('CREATE TABLE one (id INTEGER PRIMARY KEY, text TEXT)');
  const write = db.prepare('INSERT INTO one VALUES (1, ?) ON CONFLICT DO UPDATE SET text = excluded.text');
  const wal = startWalThread([file], silent);
  const moving = wal.of(file);
  let held = 0;
  let last = '';
  let written = 0;
  while (held < 3 && written < 2_000) {
    const hold = moving.held();
    if (hold !== undefined) {
      held += 1;
      await hold;
    }
    last = String(written % 10);
    write.run(last.repeat(MEGABYTE));
    moving.written();
    written += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const kept = db.prepare('SELECT text FROM one').get() as { text: string };
  const logged = sizeOf(`${file}-wal`);
  await wal.close();
  db.close();
  expect(held).toBe(3);
  expect(kept.text === last.repeat(MEGABYTE)).toBe(true);
  expect(logged).toBeLessThan(0.7 * written * MEGABYTE);
});

test('nobody is kept waiting for a thread that is gone', async () => {
  const wal = startWalThread([pathIn(folder.path)], silent);
  const store = openEmbeddedStore({ folder: folder.path, moving: wal.of(pathIn(folder.path)) });
  await appended(store, aStream(), 'no_stream', [anEvent()]);
  await wal.close();
  await appended(store, aStream(), 'no_stream', [anEvent()]);
  await wal.close();
  await store.close();
});
