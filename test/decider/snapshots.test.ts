/** Snapshots save reading, and nothing depends on one: none, an old, a broken or a foreign one, the answers are the same. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLeft } from 'fp-ts/Either';
import { openSnapshotFiles } from '../../src/app/snapshot-files';
import { collection } from '../../src/domain/collection';
import { CollectionState, linkedAs } from '../../src/domain/collection/state';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { EventStore, ReadOptions } from '../../src/event-store/event-store';
import { EMPTY, Head, record } from '../../src/event-store/history/history';
import { silent } from '../../src/event-store/log';
import { add, aSource } from '../support/collection-commands';
import { appended, aStream, collect } from '../support/events';
import { aContext, aNode } from '../support/nodes';
import { runTypeScript } from '../support/processes';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

const VERSIONS = 1_500;

let folder: TemporaryFolder;
let store: EventStore;
let reads: Array<ReadOptions | undefined>;
let stream: string;

const storeIn = (name: string): EventStore => {
  const opened = openEmbeddedStore({ folder: join(folder.path, name) });
  return {
    ...opened,
    readStream: (of, options) => {
      reads.push(options);
      return opened.readStream(of, options);
    },
  };
};

/** A collection of so many versions, in one stream; `digest` tells histories apart. */
const collected = async (to: EventStore, name: string, digest: string): Promise<void> => {
  const facts = [
    { type: 'CollectionCreated', data: { registry: 'model', name: 'zoo', type: 'model' } },
    ...Array.from({ length: VERSIONS }, (_, version) => ({
      type: 'VersionLinked', data: { version, source: aSource(version).name, digest, type: 'model' },
    })),
  ];
  let head: Head = EMPTY;
  for (let begin = 0; begin < facts.length; begin += 500) {
    const made = record(name, head, facts.slice(begin, begin + 500), aContext({ commandId: `00000000-0000-4000-8000-0000000${10_000 + begin}` }));
    await appended(to, name, head.revision < 0 ? 'no_stream' : head.revision, made.stored);
    ({ head } = made);
  }
};

const kept = (): string => join(folder.path, 'snapshots');

/** The state that a node that was just started has, and what it was read from. */
const loadedAnew = async (from = store): Promise<{ readonly state: CollectionState; readonly begins: ReadonlyArray<number> }> => {
  const snapshots = openSnapshotFiles(kept(), silent);
  reads = [];
  const loaded = await aNode(from, { snapshots }).states.load(stream);
  if (isLeft(loaded)) throw new Error(JSON.stringify(loaded.left));
  const begins = reads.map((options) => options?.from ?? 0);
  await snapshots.written();
  await snapshots.close();
  return { state: loaded.right.state, begins };
};

const whole = async (from = store): Promise<CollectionState> => {
  const loaded = await aNode(from).states.load(stream);
  if (isLeft(loaded)) throw new Error(JSON.stringify(loaded.left));
  return loaded.right.state;
};

const files = (): ReadonlyArray<string> => readdirSync(kept()).map((name) => join(kept(), name));
const theFile = (): string => {
  const [file, ...others] = files();
  if (file === undefined || others.length > 0) throw new Error(`${others.length + 1} files`);
  return file;
};

beforeEach(async () => {
  folder = temporaryFolder();
  reads = [];
  stream = aStream();
  store = storeIn('store');
  await collected(store, stream, 'sha256:one');
  await loadedAnew();
});

afterEach(async () => {
  await store.close();
  folder.remove();
});

const parts = (state: CollectionState): ReadonlyArray<unknown> => [...collection.snapshot.parts(state)];

it('a state that is not in the cache is read from its snapshot and from what came after', async () => {
  await aNode(store).run(stream, add('production', 7));
  const { state, begins } = await loadedAnew();
  expect(begins).toEqual([VERSIONS, VERSIONS + 1]);
  expect(parts(state)).toEqual(parts(await whole()));
  expect(state.type === 'Live' && state.aliases.get('production')).toBe(7);
  expect(state.type === 'Live' && linkedAs(state, aSource(700).name)).toBe(700);
});

it('a command decides by it, and what it appends follows the chain', async () => {
  const snapshots = openSnapshotFiles(kept(), silent);
  const node = aNode(store, { snapshots });
  expect(await node.run(stream, add('production', VERSIONS))).toMatchObject({ left: { rejection: { type: 'version_not_found' } } });
  expect(await node.run(stream, add('production', VERSIONS - 1))).toMatchObject({ _tag: 'Right' });
  expect(await aNode(store).run(stream, add('staging', 1))).toMatchObject({ _tag: 'Right' });
  await snapshots.close();
});

it('short streams have none, and long ones a new one only after a twentieth more', async () => {
  const before = readFileSync(theFile());
  const snapshots = openSnapshotFiles(kept(), silent);
  const node = aNode(store, { snapshots });
  for (let times = 0; times < 10; times++) await node.run(stream, add('production', times));
  await node.run(aStream(), add('production', 0));
  await snapshots.written();
  expect(readFileSync(theFile())).toEqual(before);
  await snapshots.close();
});

const changed = (change: (text: string) => string) => (file: string): void => writeFileSync(file, change(readFileSync(file, 'utf8')));

/** As somebody would do it who knows how they are made. */
const withDigest = (lines: ReadonlyArray<string>): string => {
  const text = lines.map((line) => `${line}\n`).join('');
  return `${text}${JSON.stringify({ sha256: createHash('sha256').update(text).digest('hex') })}\n`;
};
const rewritten = (change: (lines: ReadonlyArray<string>) => ReadonlyArray<string>) =>
  changed((text) => withDigest(change(text.split('\n').slice(0, -2))));

it.each<[string, (file: string) => void]>([
  ['cut off', changed((text) => text.slice(0, text.length / 2))],
  ['without its last line', changed((text) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1))],
  ['empty', changed(() => '')],
  ['with zeros at its end', changed((text) => text.slice(0, -3_000) + '\0'.repeat(3_000))],
  ['with another source in it', changed((text) => text.replace('artifact-', 'artefact-').replace(':v1"', ':v2"'))],
  ['of another form', rewritten(([first = '', ...rest]) => [first.replace('"number":1', '"number":0'), ...rest])],
  ['of a newer format', rewritten(([first = '', ...rest]) => [first.replace('"snapshot":1', '"snapshot":2'), ...rest])],
  ['with a part that is none', rewritten((lines) => [...lines, '{"sources":[true]}'])],
  ['of another stream', rewritten(([first = '', ...rest]) => [first.replace('"stream":"', '"stream":"x'), ...rest])],
  ['of an event with another chain', rewritten(([first = '', ...rest]) => [first.replace(/"chain":"../, '"chain":"zz'), ...rest])],
  ['of a revision that is not there', rewritten(([first = '', ...rest]) => [first.replace(/"revision":\d+/, '"revision":99999'), ...rest])],
])('one that is %s is not read, and another takes its place', async (_, damage) => {
  const good = readFileSync(theFile(), 'utf8');
  damage(theFile());
  expect(readFileSync(theFile(), 'utf8')).not.toBe(good);
  const { state, begins } = await loadedAnew();
  expect(begins.at(-1)).toBe(0);
  expect(parts(state)).toEqual(parts(await whole()));
  expect((await loadedAnew()).begins).toEqual([VERSIONS, VERSIONS + 1]);
});

it('one of another history under the same name is not read: that of a store that was put back, or of another', async () => {
  const other = storeIn('other');
  await collected(other, stream, 'sha256:two');
  const { begins } = await loadedAnew(other);
  expect(begins).toEqual([VERSIONS, 0]);
  await other.close();
});

it('one that was made from a copy of the log is read, with the position that its end has here', async () => {
  const copy = storeIn('copy');
  await collected(copy, aStream(), 'sha256:two');
  const events = await collect(store.readStream(stream));
  for (let begin = 0; begin < events.length; begin += 500)
    await appended(copy, stream, begin === 0 ? 'no_stream' : begin - 1, events.slice(begin, begin + 500));
  const snapshots = openSnapshotFiles(kept(), silent);
  reads = [];
  const loaded = await aNode(copy, { snapshots }).states.load(stream);
  expect(reads.map((options) => options?.from)).toEqual([VERSIONS, VERSIONS + 1]);
  expect(loaded).toMatchObject({ right: { head: { revision: VERSIONS, position: await copy.head() } } });
  await snapshots.close();
  await copy.close();
});

it('what a node was writing when it ended is gone with its next start', async () => {
  copyFileSync(theFile(), `${theFile()}.writing`);
  expect((await loadedAnew()).begins).toEqual([VERSIONS, VERSIONS + 1]);
  expect(files()).toHaveLength(1);
});

it('a folder that is gone costs nothing but the snapshots', async () => {
  const snapshots = openSnapshotFiles(kept(), silent);
  rmSync(kept(), { recursive: true });
  const node = aNode(store, { snapshots });
  expect(await node.run(stream, add('production', 7))).toMatchObject({ _tag: 'Right' });
  await snapshots.written();
  expect(existsSync(kept())).toBe(false);
  await snapshots.close();
});

it('kill -9 while they are written leaves whole ones', async () => {
  const child = runTypeScript('decider/snapshots-until-killed.ts', kept(), stream);
  await child.line();
  await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 100));
  await child.kill();
  const snapshots = openSnapshotFiles(kept(), silent);
  let numbers: Array<unknown> = [];
  const found = await snapshots.read(stream, () => ((numbers = []), true), (part) => numbers.push(part) > 0);
  await snapshots.close();
  expect(found).toBe(true);
  expect(new Set(numbers).size).toBe(1);
  expect(numbers).toHaveLength(50);
});
