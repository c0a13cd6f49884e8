import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { openEmbeddedStore } from '../../../src/event-store/embedded/embedded-store';
import { EventStore, StoreError } from '../../../src/event-store/event-store';
import { silent } from '../../../src/event-store/log';
import { openReadModels, ReadModelOptions, ReadModels } from '../../../src/projections/catch-up/read-models';
import { ReadModel } from '../../../src/projections/read-model';
import { collectionStream, registryStream, requestStream } from '../../../src/domain/values/streams';
import { DomainLog, domainLog } from '../../support/domain-log';
import { anEvent } from '../../support/events';
import { notingModel } from '../../support/noting-model';
import { smallDisk } from '../../support/small-disk';
import { TemporaryFolder, temporaryFolder } from '../../support/temporary-folder';

const STREAM = registryStream('model');
const described = (description: string) => ({ type: 'RegistryDescribed', data: { description } });
const many = (count: number) => Array.from({ length: count }, (_, index) => described(`${index}`));

type Noted = { readonly position: number; readonly stream: string; readonly type: string; readonly version: number };
const noted = ({ db }: Pick<ReadModels, 'db'>, name = 'one'): ReadonlyArray<Noted> =>
  db.prepare(`SELECT position, stream, type, version FROM ${name}_events ORDER BY place`).all();
const positions = (models: ReadModels, name = 'one') => noted(models, name).map(({ position }) => position);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 2_000) throw new Error('it never came to be');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

describe('the catch-up loop', () => {
  let folder: TemporaryFolder;
  let store: EventStore;
  let log: DomainLog;
  const opened: Array<ReadModels> = [];

  beforeEach(() => {
    folder = temporaryFolder();
    store = openEmbeddedStore({ folder: join(folder.path, 'store') });
    log = domainLog(store);
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    await store.close();
    folder.remove();
  });

  const file = () => join(folder.path, 'models.db');
  const open = (models: ReadonlyArray<ReadModel>, more: Partial<ReadModelOptions> = {}): ReadModels => {
    const each = openReadModels({ file: file(), models, store, log: silent, ...more });
    opened.push(each);
    return each;
  };

  it('takes in what is there and then what comes, each event once, and tells those who wait', async () => {
    await log.append(STREAM, many(3));
    const models = open([notingModel('one'), notingModel('two')]);
    expect(await models.waitFor(3, 5_000)).toBe(true);
    const told: Array<number> = [];
    const untell = models.onProgress((position) => told.push(position));
    const last = await log.append(STREAM, many(2));
    expect(await models.waitFor(last, 5_000)).toBe(true);
    untell();
    expect(positions(models)).toEqual(upTo(5));
    expect(positions(models, 'two')).toEqual(upTo(5));
    expect(told).toEqual([5]);
    expect(models.status()).toEqual({ position: 5, caughtUp: true });
    expect(models.fresh()).toBe(true);
    expect(await models.waitFor(6, 20)).toBe(false);
  });

  it('goes on where it was after a restart', async () => {
    await log.append(STREAM, many(3));
    const first = open([notingModel('one')]);
    await first.waitFor(3, 5_000);
    await first.close();
    await log.append(STREAM, many(3));
    const second = open([notingModel('one')]);
    expect(await second.waitFor(6, 5_000)).toBe(true);
    expect(positions(second)).toEqual(upTo(6));
  });

  it('makes a model anew whose version differs, and leaves the others alone', async () => {
    await log.append(STREAM, many(4));
    const first = open([notingModel('one', 1), notingModel('two', 1)]);
    await first.waitFor(4, 5_000);
    await first.close();
    const second = open([notingModel('one', 2), notingModel('two', 1)]);
    expect(await second.waitFor(4, 5_000)).toBe(true);
    await log.append(STREAM, many(1));
    await second.waitFor(5, 5_000);
    expect(noted(second).map(({ version }) => version)).toEqual([2, 2, 2, 2, 2]);
    expect(positions(second, 'two')).toEqual(upTo(5));
  });

  it('makes all anew over another store, and over the same one set back to an older copy', async () => {
    await log.append(STREAM, many(2));
    const first = open([notingModel('one')]);
    await first.waitFor(2, 5_000);
    await first.close();
    await store.close();
    copyFileSync(join(folder.path, 'store', 'events.db'), join(folder.path, 'older.db'));

    store = openEmbeddedStore({ folder: join(folder.path, 'other') });
    log = domainLog(store);
    await log.append(registryStream('other'), many(5));
    const second = open([notingModel('one')]);
    await second.waitFor(5, 5_000);
    expect(noted(second).map(({ stream }) => stream)).toEqual(Array(5).fill('registry-other'));
    await second.close();
    await store.close();

    copyFileSync(join(folder.path, 'older.db'), join(folder.path, 'other', 'events.db'));
    store = openEmbeddedStore({ folder: join(folder.path, 'other') });
    const third = open([notingModel('one')]);
    await until(() => third.status().caughtUp);
    expect(noted(third).map(({ stream }) => stream)).toEqual(Array(2).fill(STREAM));
    await third.close();
  });

  it('finds out a log that was set back and has grown again on another way', async () => {
    await log.append(STREAM, many(2));
    await store.close();
    const events = join(folder.path, 'store', 'events.db');
    copyFileSync(events, join(folder.path, 'older.db'));
    const reopened = () => {
      store = openEmbeddedStore({ folder: join(folder.path, 'store') });
      log = domainLog(store);
    };
    reopened();
    await log.append(registryStream('lost'), many(2));
    const first = open([notingModel('one')]);
    await first.waitFor(4, 5_000);
    await first.close();
    await store.close();
    copyFileSync(join(folder.path, 'older.db'), events);
    reopened();
    await log.append(registryStream('other'), many(3));
    const second = open([notingModel('one')]);
    await until(() => second.status().caughtUp);
    expect(noted(second).map(({ stream }) => stream)).toEqual([
      STREAM, STREAM, 'registry-other', 'registry-other', 'registry-other',
    ]);
  });

  it('writes nothing while its log is held, tells of what it wrote, and goes on', async () => {
    let release = (): void => undefined;
    let held: Promise<void> | undefined;
    let written = 0;
    const models = open([notingModel('one')], { moving: { held: () => held, written: () => void written++ } });
    await log.append(STREAM, many(1));
    await models.waitFor(1, 5_000);
    expect(written).toBeGreaterThan(0);
    held = new Promise((resolve) => (release = resolve));
    await log.append(STREAM, many(1));
    expect(await models.waitFor(2, 200)).toBe(false);
    expect(positions(models)).toEqual([1]);
    held = undefined;
    release();
    expect(await models.waitFor(2, 5_000)).toBe(true);
  });

  it('R1: is behind when its log is held for longer than 5 s while there is something to take in', async () => {
    let [now, release, held] = [1_000_000, (): void => undefined, undefined as Promise<void> | undefined];
    let asked = 0;
    const moving = { held: () => (asked++, held), written: () => undefined };
    const models = open([notingModel('one')], { now: () => now, elapsed: () => now, moving });
    await log.append(STREAM, many(1));
    await models.waitFor(1, 5_000);
    held = new Promise((resolve) => (release = resolve));
    const before = asked;
    await log.append(STREAM, many(1));
    await until(() => asked > before);
    expect(models.fresh()).toBe(true);
    now += 6_000;
    expect(models.fresh()).toBe(false);
    held = undefined;
    release();
    expect(await models.waitFor(2, 5_000)).toBe(true);
    expect(models.fresh()).toBe(true);
  });

  it('tells its listeners when all that there was is gone, before anything is taken in again', async () => {
    await log.append(STREAM, many(2));
    const other = openEmbeddedStore({ folder: join(folder.path, 'other') });
    await domainLog(other).append(registryStream('other'), many(1));
    let lost = (_: Error): void => undefined;
    let current = store;
    const moved: EventStore = {
      ...store,
      identity: () => current.identity(),
      head: () => current.head(),
      readStream: (...asked) => current.readStream(...asked),
      subscribe: async function* (options) {
        const failed = new Promise<never>((_, reject) => (lost = reject));
        const batches = current.subscribe(options)[Symbol.asyncIterator]();
        for (;;) {
          const next = await Promise.race([batches.next(), failed]);
          if (next.done === true) return;
          yield next.value;
        }
      },
    };
    const models = open([notingModel('one')], { store: moved });
    await models.waitFor(2, 5_000);
    await until(() => models.status().caughtUp);
    const told: Array<readonly [position: number, rows: number]> = [];
    models.onProgress((position) => told.push([position, noted(models).length]));
    current = other;
    lost(new StoreError('Unavailable', 'the store is away'));
    await until(() => told.length > 0);
    await until(() => told.length > 1);
    expect(told.slice(0, 2)).toEqual([[0, 0], [1, 1]]);
    await models.close();
    await other.close();
  });

  it('E4: stops at an event that cannot be decoded, says which and why, and has all before it', async () => {
    await log.append(STREAM, many(2));
    await log.append(STREAM, [{ type: 'RegistryRenamed', data: {} }, described('after')]);
    const told: Array<unknown> = [];
    const note = (fields: unknown) => void told.push(fields);
    const models = open([notingModel('one')], { log: { info: note, warn: note, error: note } });
    await until(() => models.status().stopped !== undefined);
    const stopped = { stream: STREAM, revision: 2, reason: 'the type "RegistryRenamed" is not known in this stream' };
    expect(models.status()).toMatchObject({ position: 2, stopped });
    expect(told).toEqual([stopped]);
    expect(positions(models)).toEqual([1, 2]);
    expect(models.fresh()).toBe(false);
    expect(await models.waitFor(3, 5_000)).toBe(false);
  });

  it.each(['order-1', 'registry-a/b', 'organization-other', 'collection-model', 'registry-%zz', 'artifact-a/b/c/d'])(
    'E4: stops at a stream that is not of Moniker: %s',
    async (stream) => {
      await log.append(stream, [described('x')]);
      const models = open([notingModel('one')]);
      await until(() => models.status().stopped !== undefined);
      expect(models.status().stopped).toEqual({ stream, revision: 0, reason: 'the stream is not one of Moniker' });
    },
  );

  it('passes over the streams of requests', async () => {
    await store.append(requestStream('abc'), 'no_stream', [anEvent()]);
    await log.append(STREAM, many(1));
    await store.append(requestStream('def'), 'no_stream', [anEvent()]);
    const models = open([notingModel('one')]);
    expect(await models.waitFor(3, 5_000)).toBe(true);
    expect(positions(models)).toEqual([2]);
  });

  it('stops at an event that a model refuses, and keeps nothing of its transaction', async () => {
    const refusing: ReadModel = {
      ...notingModel('two'),
      project: (db) => {
        const note = notingModel('two').project(db);
        return (event) => {
          note(event);
          if (event.position === 3) throw new Error('no third');
        };
      },
    };
    await log.append(STREAM, many(4));
    const models = open([notingModel('one'), refusing]);
    await until(() => models.status().stopped !== undefined);
    expect(models.status().stopped).toEqual({ stream: STREAM, revision: 2, reason: 'no third' });
    expect(positions(models)).toEqual([]);
    expect(positions(models, 'two')).toEqual([]);
  });

  it('R1: resumes when the store comes back, and is behind when it was away for 5 s', async () => {
    await log.append(STREAM, many(2));
    let away = false;
    let now = Date.parse('2026-02-01T00:00:00.000Z');
    let interruptions = 0;
    const lost = () => {
      if (away) throw new StoreError('Unavailable', 'the store is away');
    };
    const flaky: EventStore = {
      ...store,
      exclusive: false,
      head: async () => {
        lost();
        return store.head();
      },
      subscribe: async function* (options) {
        lost();
        for await (const batch of store.subscribe(options)) {
          lost();
          yield batch;
        }
      },
    };
    const observer = { taken: () => undefined, interrupted: () => void interruptions++ };
    const models = open([notingModel('one')], { store: flaky, now: () => now, elapsed: () => now, observer });
    await models.waitFor(2, 5_000);
    const complete = now;
    await until(() => models.fresh());
    away = true;
    await log.append(STREAM, many(1));
    await until(() => interruptions > 1);
    now += 5_000;
    expect(models.fresh()).toBe(true);
    now += 1;
    expect(models.fresh()).toBe(false);
    expect(models.status()).toEqual({
      position: 2, caughtUp: true, interrupted: 'the store is away', behindSince: complete,
    });
    away = false;
    expect(await models.waitFor(3, 8_000)).toBe(true);
    await until(() => models.fresh());
    expect(models.status()).toEqual({ position: 3, caughtUp: true });
  });

  it('R1: stays fresh without events, for it compares itself with the head of a store that it shares', async () => {
    let now = 1_000_000;
    await log.append(STREAM, many(1));
    const models = open([notingModel('one')], { store: { ...store, exclusive: false }, now: () => now, elapsed: () => now });
    await models.waitFor(1, 5_000);
    now += 6_000;
    expect(models.fresh()).toBe(false);
    await until(() => models.fresh());
  });

  it('R1: a shared store that has delivered all it had makes nothing fresh before its head was heard of', async () => {
    let isAway = true;
    const shared: EventStore = {
      ...store, exclusive: false, head: () => (isAway ? Promise.reject(new StoreError('Unavailable', 'the test has it so')) : store.head()),
    };
    await log.append(STREAM, many(1));
    const models = open([notingModel('one')], { store: shared });
    await until(() => models.status().caughtUp);
    expect(models.fresh()).toBe(false);
    isAway = false;
    await until(() => models.fresh());
  });

  it('R1: is not fresh for longer because the clock is set back', async () => {
    let elapsed = 50_000;
    let now = 1_000_000_000;
    let isAway = false;
    const shared: EventStore = {
      ...store, exclusive: false, head: () => (isAway ? Promise.reject(new StoreError('Unavailable', 'the test has it so')) : store.head()),
    };
    await log.append(STREAM, many(1));
    const models = open([notingModel('one')], { store: shared, now: () => now, elapsed: () => elapsed });
    await until(() => models.fresh());
    isAway = true;
    now -= 600_000;
    elapsed += 6_000;
    expect(models.fresh()).toBe(false);
    expect(models.status().behindSince).toBe(now - 6_000);
    expect(models.lag().seconds).toBe(6);
  });

  it('R1: of a store that nobody else appends to, the end is known without comparing', async () => {
    let now = 1_000_000;
    await log.append(STREAM, many(1));
    const models = open([notingModel('one')], { now: () => now, elapsed: () => now, store: { ...store, head: () => Promise.resolve(1) } });
    await models.waitFor(1, 5_000);
    now += 3_600_000;
    expect(models.fresh()).toBe(true);
  });

  it('is told by a second process on the same file, and writes no row twice', async () => {
    await log.append(STREAM, many(1));
    const first = open([notingModel('one')]);
    await first.waitFor(1, 5_000);
    const second = open([notingModel('one')]);
    await until(() => second.status().caughtUp);
    await log.append(STREAM, many(1));
    await until(() => first.position() === 2 || second.position() === 2);
    await until(() => first.status().stopped !== undefined || second.status().stopped !== undefined);
    expect(positions(first)).toEqual([1, 2]);
  });

  it('names the file when it cannot be opened', () => {
    const missing = join(folder.path, 'nowhere', 'models.db');
    expect(() => openReadModels({ file: missing, models: [], store, log: silent })).toThrow(missing);
  });

  it('keeps its write-ahead log small under constant reads, which would grow to twice that without checkpoints', async () => {
    const models = open(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => notingModel(name)));
    let most = 0;
    const outside = new DatabaseSync(file(), { readOnly: true });
    for (let round = 0; round < 700; round++) {
      await models.waitFor(await log.append(STREAM, many(1)), 5_000);
      noted(models, 'a');
      outside.prepare('SELECT max(position) FROM h_events').get();
      most = Math.max(most, statSync(`${file()}-wal`).size);
    }
    outside.close();
    expect(positions(models, 'h')).toHaveLength(700);
    expect(most).toBeLessThan(20 * 1024 * 1024);
  });

  const disk = smallDisk(6);
  afterAll(() => disk?.remove());
  if (disk !== undefined)
    it('on a full disk it keeps what it has and answers reads, and goes on when there is space again', async () => {
      const models = open([notingModel('one')], { file: join(disk.path, 'models.db') });
      await models.waitFor(await log.append(STREAM, many(100)), 5_000);
      disk.fill();
      let position = 0;
      for (let rounds = 0; models.status().interrupted === undefined; rounds++) {
        if (rounds > 200) throw new Error('the disk never was full');
        position = await log.append(STREAM, many(200));
        await models.waitFor(position, 50);
      }
      expect(models.status().interrupted).toMatch(/full/);
      expect(positions(models)).toEqual(upTo(models.position()));
      disk.makeSpace();
      expect(await models.waitFor(position, 10_000)).toBe(true);
      expect(positions(models)).toEqual(upTo(position));
      expect(models.fresh()).toBe(true);
    });

  const indexes = ({ db }: ReadModels) =>
    db.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE '%_by_type' ORDER BY name").all();
  const setting = ({ db }: ReadModels, name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() as object)[0] as unknown;
  const mark = () => `${file()}.unfinished`;
  const fill = async (events: number): Promise<void> => {
    for (let appended = 0; appended < events; appended += 100)
      await log.append(collectionStream('model', 'zoo'), Array.from({ length: 100 }, () => ({
        type: 'CollectionDescribed', data: { description: '' },
      })));
  };

  describe('a long log, from its beginning', () => {
    it('is taken in without flushes and without the indexes of queries, which are there when it is caught up', async () => {
      await fill(3_000);
      const models = open([notingModel('one'), notingModel('two')]);
      const seen: Array<unknown> = [];
      models.onProgress((position) =>
        seen.push([position, indexes(models).length, setting(models, 'synchronous'), existsSync(mark()), models.fresh()]),
      );
      expect(indexes(models)).toHaveLength(2);
      await until(() => models.status().caughtUp);
      expect(seen).toEqual([
        [1_000, 0, 0, true, false], [2_000, 0, 0, true, false], [3_000, 0, 0, true, false],
      ]);
      expect(indexes(models)).toEqual([{ name: 'one_by_type' }, { name: 'two_by_type' }]);
      expect([setting(models, 'journal_mode'), setting(models, 'synchronous'), existsSync(mark())]).toEqual(['wal', 1, false]);
      expect(positions(models)).toEqual(upTo(3_000));
      const last = await log.append(STREAM, many(1));
      expect(await models.waitFor(last, 5_000)).toBe(true);
      expect(models.fresh()).toBe(true);
    });

    it('is taken in whole, whatever is appended meanwhile', async () => {
      await fill(2_000);
      const models = open([notingModel('one')]);
      await models.waitFor(2_000, 5_000);
      const last = await log.append(STREAM, many(3));
      expect(await models.waitFor(last, 5_000)).toBe(true);
      await until(() => models.status().caughtUp);
      expect(indexes(models)).toHaveLength(1);
      expect(positions(models)).toEqual(upTo(2_003));
    });

    it('closed before its end, it is taken in anew', async () => {
      await fill(3_000);
      const first = open([notingModel('one')]);
      await first.waitFor(1_000, 5_000);
      await first.close();
      expect(existsSync(mark())).toBe(true);
      const second = open([notingModel('one')]);
      expect(second.position()).toBe(0);
      await until(() => second.status().caughtUp);
      expect(positions(second)).toEqual(upTo(3_000));
    });

    it('what a crash has left of the file is not opened', async () => {
      await fill(100);
      writeFileSync(file(), 'half a page');
      writeFileSync(mark(), '');
      const models = open([notingModel('one')]);
      await until(() => models.status().caughtUp);
      expect(positions(models)).toEqual(upTo(100));
      expect(existsSync(mark())).toBe(false);
    });

    it('another process that reads the file is no hindrance', async () => {
      await fill(3_000);
      const before = open([notingModel('one')]);
      await until(() => before.status().caughtUp);
      await before.close();
      const reader = new DatabaseSync(file(), { readOnly: true });
      reader.exec('BEGIN');
      expect(reader.prepare('SELECT count(*) AS rows FROM one_events').get()).toEqual({ rows: 3_000 });
      const models = open([notingModel('one', 2)]);
      await models.waitFor(3_000, 5_000);
      reader.exec('COMMIT');
      reader.close();
      await until(() => models.status().caughtUp);
      expect(positions(models)).toEqual(upTo(3_000));
      expect(setting(models, 'journal_mode')).toBe('wal');
    });
  });

  /** Kills it again and again, each time somewhat further on, until it has come to the end. @returns how often */
  const killedOnItsWay = async (total: number, ...more: ReadonlyArray<string>): Promise<number> => {
    let kills = 0;
    for (let reached = 0; reached < total; ) {
      const child = spawn(
        process.execPath,
        ['-r', './test/support/typescript.js', join(__dirname, 'catches-up-until-killed.ts'),
          join(folder.path, 'store'), folder.path, '10', ...more],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const wanted = Math.min(total, reached + 200 + Math.floor(Math.random() * 200));
      const exited = once(child, 'exit');
      for await (const chunk of child.stdout) {
        reached = Number(String(chunk).trim().split('\n').at(-1));
        if (reached >= wanted && child.kill('SIGKILL')) kills += 1;
      }
      await exited;
    }
    return kills;
  };

  it.each([
    ['killed at any moment, it resumes with each event taken in exactly once', []],
    ['killed in its hurry, it takes in all anew, each event exactly once', ['hurry']],
  ])('%s', async (_, more) => {
    const total = 1_500;
    await fill(total);
    expect(await killedOnItsWay(total, ...more)).toBeGreaterThan(2);
    expect(existsSync(mark())).toBe(more.length > 0);
    const models = open([notingModel('one'), notingModel('two')]);
    await until(() => models.status().caughtUp);
    expect(positions(models)).toEqual(upTo(total));
    expect(positions(models, 'two')).toEqual(upTo(total));
  });
});
