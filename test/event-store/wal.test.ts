/** Write-ahead logs are moved into their files by a thread of its own, while they are written to. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('what is appended comes into the file while the store is open, and the log begins anew', async () => {
  const file = pathIn(folder.path);
  const wal = startWalThread([file], silent);
  const store = openEmbeddedStore({ folder: folder.path, written: wal.written });
  const text = 'x'.repeat(100_000);
  for (let round = 1; round <= 10; round++) {
    // Twenty events of a tenth of a megabyte, each a commit of its own.
    for (let n = 0; n < 20; n++) await appended(store, aStream(), 'no_stream', [anEvent({ text })]);
    await until(() => sizeOf(file) > round * 1.9 * MEGABYTE);
  }
  // Without that it would be as long as all that was written: more than 30 MB.
  expect(sizeOf(`${file}-wal`)).toBeLessThan(16 * MEGABYTE);
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
  const store = openEmbeddedStore({ folder: folder.path, written: wal.written });
  for (let round = 1; round <= 2; round++) {
    await appended(store, aStream(), 'no_stream', [anEvent({ text: 'x'.repeat(300_000) })]);
    await until(() => sizeOf(pathIn(folder.path)) > round * 300_000);
  }
  await wal.close();
  expect(said).toEqual([{ reason: expect.stringContaining('broken.db') }]);
  await store.close();
});
