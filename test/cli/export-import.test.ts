import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { importEvents } from '../../src/cli/commands/import';
import { Stop } from '../../src/cli/exit';
import { createTerminal } from '../../src/cli/terminal';
import { collectionStream } from '../../src/domain/values/streams';
import { MAX_APPEND_BYTES } from '../../src/event-store/appendable';
import { openEmbeddedReader, openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { cli, ended, startCli } from '../support/cli';
import { collect } from '../support/events';
import { makeHistory, SHELF } from '../support/history';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

let folder: TemporaryFolder;
let data: string;
let file: string;
beforeAll(async () => {
  folder = temporaryFolder();
  data = join(folder.path, 'data');
  file = join(folder.path, 'export.ndjson');
  await makeHistory(data, { moves: { zoo: 1500, 'a "net"': 20 } });
  expect(await cli(['export', '--output', file], { MONIKER_DATA_DIR: data })).toMatchObject({ code: 0, stderr: '' });
}, 60_000);
afterAll(() => folder.remove());

const places = new Set<string>();
const emptyPlace = (): string => {
  const place = join(folder.path, `place-${places.size}`);
  places.add(place);
  return place;
};
const importing = (from: string, to: string) => cli(['import', from], { MONIKER_DATA_DIR: to });

const logOf = async (of: string) => {
  const reader = openEmbeddedReader({ folder: of });
  const events = await collect(reader.readAll({ after: 0 }));
  await reader.close();
  return events;
};

test('E5: an export, imported and exported again, is the same bytes; ids, texts, chains and order are the same', async () => {
  const place = emptyPlace();
  const imported = await cli(['import', file, '--json'], { MONIKER_DATA_DIR: place });
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(place).sort()).toEqual(['events.db', 'lock']);
  const events = await logOf(data);
  expect(JSON.parse(imported.stdout)).toMatchObject({ events: events.length, streams: 3 });
  expect(await logOf(place)).toEqual(events);
  const again = await cli(['export'], { MONIKER_DATA_DIR: place });
  expect(again.stdout).toBe(readFileSync(file, 'utf8'));
  expect(again.stderr).toMatch(/^exported 1,5\d\d events, [\d,]+ bytes\n$/);
  expect(await cli(['verify', '--no-read-models'], { MONIKER_DATA_DIR: place })).toMatchObject({ code: 0 });
}, 60_000);

test('the export of one collection is what the API answers for its events', async () => {
  const { stdout } = await cli(['export', `${SHELF}/a "net"`], { MONIKER_DATA_DIR: data });
  const stream = JSON.stringify({ stream: collectionStream(SHELF, 'a "net"') }).slice(0, -1);
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith(stream));
  expect(stdout).toBe(`${lines.join('\n')}\n`);
}, 30_000);

test('import refuses a store that holds events, and one that a server has open; it changes nothing', async () => {
  const place = emptyPlace();
  await makeHistory(place, { moves: { other: 1 } });
  const before = await logOf(place);
  expect(await importing(file, place)).toEqual({
    code: 3, stdout: '', stderr: `moniker: The event store in ${place} is not empty\n`,
  });
  expect(await logOf(place)).toEqual(before);
  const taken = emptyPlace();
  const store = openEmbeddedStore({ folder: taken });
  expect(await importing(file, taken)).toEqual({
    code: 3, stdout: '', stderr: `moniker: The event store in ${taken} is in use by another process\n`,
  });
  await store.close();
  expect(await importing(file, taken)).toMatchObject({ code: 0 });
}, 60_000);

/** How an import in this process ends. */
const refusal = async (from: string, to: string): Promise<unknown> => {
  process.env['MONIKER_DATA_DIR'] = to;
  try {
    return await importEvents(createTerminal(new AbortController().signal), from, {});
  } catch (error) {
    return error instanceof Stop ? [error.exitCode, error.message] : error;
  } finally {
    delete process.env['MONIKER_DATA_DIR'];
  }
};

describe('a broken file is refused, with the number of the line, and nothing is made', () => {
  const text = (): string => readFileSync(file, 'utf8');
  const withLine = (number: number, change: (line: string) => string): string =>
    text().split('\n').map((line, index) => (index === number - 1 ? change(line) : line)).join('\n');

  test.each<readonly [what: string, broken: () => string | Uint8Array, message: string]>([
    ['no JSON', () => withLine(7, (line) => line.slice(0, 40)), 'line 7: is not JSON'],
    ['an empty line', () => withLine(7, (line) => `\n${line}`), 'line 7: is empty'],
    ['bytes that are not UTF-8', () => {
      const [first = '', ...rest] = text().split('\n');
      return Buffer.concat([Buffer.from(`${first}\n`), Buffer.from([0xc3, 0x28, 10]), Buffer.from(rest.join('\n'))]);
    }, 'line 2: is not UTF-8'],
    ['a byte order mark', () => `\u{feff}${text()}`, 'line 1: is not JSON'],
    ['no object', () => withLine(3, () => '[]'), 'line 3: is not the object of an event'],
    ['a member left out', () => withLine(4, (line) => line.replace(/"id":"[^"]+",/, '')), 'line 4: "id" is missing'],
    ['a member of another type', () => withLine(4, (line) => line.replace(/"revision":\d+/, '"revision":"1"')),
      'line 4: "revision" is not as in an event'],
    ['an unknown member', () => withLine(4, (line) => line.replace('{', '{"extra":1,')), 'line 4: "extra" is not known here'],
    ['changed data', () => withLine(11, (line) => line.replace('"production"', '"productioN"')), 'line 11: event 8 of'],
    ['changed metadata', () => withLine(12, (line) => line.replace('user:ann', 'user:bob')), 'line 12: event 9 of'],
    ['a changed chain', () => withLine(12, (line) => line.replace(/"chain":"./, '"chain":"x')), 'line 12: event 9 of'],
    ['a changed id', () => withLine(12, (line) => line.replace(/"id":"(.)/, (_, first) => `"id":"${first === '0' ? '1' : '0'}`)), 'line 12: event 9 of'],
    ['a line left out', () => text().split('\n').filter((_, index) => index !== 9).join('\n'), 'line 10: event 8 of'],
    ['lines the other way round', () => {
      const lines = text().split('\n');
      return [...lines.slice(0, 9), lines[10], lines[9], ...lines.slice(11)].join('\n');
    }, 'line 10: event 8 of'],
    ['a line twice', () => withLine(10, (line) => `${line}\n${line}`), 'line 11: event 7 of'],
    ['an end in the middle of a line', () => text().slice(0, -30), 'is not JSON'],
    ['a stream of others', () => withLine(1, (line) => line.replace('"registry-', '"other-')), 'is not a stream of Moniker'],
    ['a number that overflows', () => withLine(6, (line) => line.replace(/"to":0/, '"to":1e999')), 'line 6: has a number'],
    ['more than an append takes', () => withLine(6, (line) => line.replace('"cause"', `"${'x'.repeat(MAX_APPEND_BYTES)}":1,"cause"`)),
      'bytes are more than the 1048576 of one append'],
    ['nothing', () => '', 'has no events'],
  ])('%s', async (_what, broken, message) => {
    const place = emptyPlace();
    const bad = `${place}.ndjson`;
    writeFileSync(bad, broken());
    expect(await refusal(bad, place)).toEqual([1, expect.stringContaining(message)]);
    expect(existsSync(join(place, 'events.db'))).toBe(false);
  });

  test('a line without an end', async () => {
    const place = emptyPlace();
    const bad = `${place}.ndjson`;
    writeFileSync(bad, Buffer.alloc(9 * 1024 * 1024, 'x'));
    expect(await refusal(bad, place)).toEqual([1, `${bad}, line 1: is longer than that of any event`]);
  });

  test('a file that is not there is asked for wrongly', async () => {
    expect(await importing('/nowhere.ndjson', emptyPlace())).toMatchObject({ code: 2, stderr: expect.stringMatching(/ENOENT.*nowhere/) });
  });
});

test('what is written to is there whole or not at all: Ctrl-C ends with 130 and leaves nothing', async () => {
  const place = emptyPlace();
  const child = startCli(['import', file], { MONIKER_DATA_DIR: place });
  const beside = join(place, 'events.filling');
  for (let waited = 0; waited < 1000 && !existsSync(beside); waited++) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill('SIGINT');
  const { code, stderr } = await ended(child);
  // It may have been done already; then it is there whole.
  expect([0, 130]).toContain(code);
  if (code === 130) {
    expect(stderr).toBe('');
    expect(readdirSync(place)).toEqual(['lock']);
  } else expect(await logOf(place)).toHaveLength((await logOf(data)).length);
}, 60_000);

test('a reader that leaves ends it quietly', async () => {
  const child = startCli(['export'], { MONIKER_DATA_DIR: data });
  child.stdout.once('data', () => child.stdout.destroy());
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  expect([code, said]).toEqual([141, '']);
}, 30_000);

test('an export is not written over a file that is there', async () => {
  const before = readFileSync(file, 'utf8');
  expect(await cli(['export', '-o', file], { MONIKER_DATA_DIR: data })).toEqual({
    code: 2, stdout: '', stderr: `moniker: ${file} is there already, and is not overwritten\n`,
  });
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('export, heads and verify read beside a process that appends', async () => {
  const place = emptyPlace();
  await makeHistory(place, { moves: { busy: 5 } });
  const store = openEmbeddedStore({ folder: place });
  const ended = await Promise.all(
    [['export'], ['heads'], ['verify', '--no-read-models']].map((args) => cli(args, { MONIKER_DATA_DIR: place })),
  );
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  await store.close();
}, 60_000);
