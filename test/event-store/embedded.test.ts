import fs, { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { isLeft, isRight } from 'fp-ts/Either';
import { openEmbeddedReader, openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { EventsFile, openToAppend, statements } from '../../src/event-store/embedded/events-file';
import { groupCommit } from '../../src/event-store/embedded/group-commit';
import { reading } from '../../src/event-store/embedded/reading';
import { EventStore, StoreError } from '../../src/event-store/event-store';
import { silent } from '../../src/event-store/log';
import { anEvent, appended, aStream, collect, someEvents } from '../support/events';
import { runTypeScript, TypeScriptProcess } from '../support/processes';
import { smallDisk } from '../support/small-disk';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';
import { eventStoreContract, follow } from './contract';

eventStoreContract('the embedded store', async () => {
  const folder = temporaryFolder();
  return { connect: async () => openEmbeddedStore({ folder: folder.path }), leave: async () => folder.remove() };
});

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const unavailable = (outcome: 'none' | 'unknown') => ({
  _tag: 'Left',
  left: { type: 'Unavailable', outcome, reason: expect.any(String) },
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('positions', () => {
  test('run from 1 without gaps, through conflicts, repetitions and refusals', async () => {
    const store = openEmbeddedStore({ folder: folder.path });
    expect(await store.head()).toBe(0);
    const stream = aStream();
    const events = someEvents(2);
    await Promise.all([
      store.append(stream, 'no_stream', events),
      store.append(stream, 'no_stream', someEvents(1)),
      store.append(stream, 'no_stream', events),
      store.append(stream, 1, someEvents(3)),
      store.append(stream, 9, someEvents(3)),
      store.append(aStream(), 'no_stream', []),
      store.append(aStream(), 'no_stream', someEvents(1)),
    ]);
    const positions = (await collect(store.readAll({ after: 0 }))).map(({ position }) => position);
    expect(positions).toEqual([1, 2, 3, 4, 5, 6]);
    await store.close();
  });
});

describe('appends that wait together', () => {
  test('share a transaction, each sees those before it, and a conflict undoes nothing of the others', async () => {
    const store = openEmbeddedStore({ folder: folder.path });
    const [one, other] = [aStream(), aStream()];
    const outcomes = await Promise.all([
      store.append(one, 'no_stream', someEvents(2)),
      store.append(other, 3, someEvents(1)),
      store.append(one, 1, someEvents(1)),
      store.append(one, 1, someEvents(1)),
      store.append(one, 2, someEvents(1)),
    ]);
    expect(outcomes.map(({ _tag }) => _tag)).toEqual(['Right', 'Left', 'Right', 'Left', 'Right']);
    expect(await collect(store.readStream(one))).toHaveLength(4);
    await store.close();
  });

  test('are committed when the store is closed', async () => {
    const store = openEmbeddedStore({ folder: folder.path });
    const stream = aStream();
    const waiting = store.append(stream, 'no_stream', someEvents(1));
    await store.close();
    expect(await waiting).toMatchObject({ _tag: 'Right' });
    const again = openEmbeddedStore({ folder: folder.path });
    expect(await collect(again.readStream(stream))).toHaveLength(1);
    await again.close();
  });

  test('of 64 MiB, in many transactions, between which others have their turn', async () => {
    const store = openEmbeddedStore({ folder: folder.path });
    const text = 'x'.repeat(1_000_000);
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, () => store.append(aStream(), 'no_stream', [anEvent({ text })])),
    );
    clearInterval(counting);
    expect(outcomes.every(isRight)).toBe(true);
    expect(turns).toBeGreaterThan(4);
    await store.close();
  });
});

describe('one process for a folder', () => {
  const holding = /^The event store in .*moniker-test-.* is in use by another process$/;

  test('a second one is told so in one line, and the first is left alone', async () => {
    const store = openEmbeddedStore({ folder: folder.path });
    expect(() => openEmbeddedStore({ folder: folder.path })).toThrow(holding);
    expect(() => openEmbeddedStore({ folder: folder.path })).toThrow(holding);
    await appended(store, aStream(), 'no_stream', someEvents(1));
    await store.close();
    await openEmbeddedStore({ folder: folder.path }).close();
  });

  test('the folder of a process that was killed is free at once, and a process that lives holds it', async () => {
    const stream = aStream();
    const child = appendingChild(folder.path, stream);
    await child.line();
    expect(() => openEmbeddedStore({ folder: folder.path })).toThrow(holding);
    await child.kill();
    await openEmbeddedStore({ folder: folder.path }).close();
  });

  test('the folder is made when it is not there; where that cannot be, one line names it', async () => {
    const path = join(folder.path, 'a', 'b');
    await openEmbeddedStore({ folder: path }).close();
    expect(existsSync(join(path, 'events.db'))).toBe(true);
    expect(() => openEmbeddedStore({ folder: join(path, 'events.db', 'c') })).toThrow(
      /^Cannot open the event store in .*events\.db\/c: [^\n]+$/,
    );
  });

  test('a file of a newer version, or of something else, is refused and left as it is', async () => {
    await openEmbeddedStore({ folder: folder.path }).close();
    const newer = new DatabaseSync(join(folder.path, 'events.db'));
    newer.exec('PRAGMA user_version = 2');
    newer.close();
    expect(() => openEmbeddedStore({ folder: folder.path })).toThrow(/newer version \(format 2, known here: 1\)$/);
  });
});

describe('reading beside the process that appends', () => {
  test('sees what was committed, stops nobody, and needs no lock', async () => {
    const store = openEmbeddedStore({ folder: folder.path });
    const stream = aStream();
    await appended(store, stream, 'no_stream', someEvents(3));
    const reader = openEmbeddedReader({ folder: folder.path });
    const stored = await collect(store.readStream(stream));
    expect(await collect(reader.readStream(stream))).toEqual(stored);
    expect(await collect(reader.readAll({ after: 0 }))).toEqual(stored);
    expect(await reader.identity()).toBe(await store.identity());
    const outcome = await appended(store, stream, 2, someEvents(1));
    expect(await reader.head()).toBe(outcome.position);
    await reader.close();
    await store.close();
  });

  test('goes on where the process is gone, and its folder can be read only', async () => {
    const store = openEmbeddedStore({ folder: folder.path });
    await appended(store, aStream(), 'no_stream', someEvents(3));
    await store.close();
    const reader = openEmbeddedReader({ folder: folder.path });
    expect(await reader.head()).toBe(3);
    await reader.close();
    await reader.close();
    await expect(reader.head()).rejects.toBeInstanceOf(StoreError);
  });

  test('of a folder without a store is refused in one line, and makes none', () => {
    expect(() => openEmbeddedReader({ folder: folder.path })).toThrow(/^Cannot open the event store in [^\n]+ none$/);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe('identity', () => {
  test('differs between folders', async () => {
    const other = openEmbeddedStore({ folder: join(folder.path, 'other') });
    const store = openEmbeddedStore({ folder: folder.path });
    expect(await store.identity()).not.toBe(await other.identity());
    await Promise.all([store.close(), other.close()]);
  });
});

describe('statements', () => {
  test('none scans a table: the cost of none grows with the log', () => {
    const { db } = openToAppend(folder.path);
    const plans = Object.entries(statements)
      .filter(([, sql]) => sql.startsWith('SELECT'))
      .map(([name, sql]) => {
        const parameters = [...sql.matchAll(/\?/g)].map(() => 1);
        const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as ReadonlyArray<{ detail: string }>;
        return [name, steps.map(({ detail }) => detail).join('; ')] as const;
      });
    db.close();
    expect(plans.length).toBeGreaterThan(5);
    for (const [name, plan] of plans)
      expect([name, plan]).toEqual([name, expect.not.stringMatching(/SCAN|TEMP B-TREE/)]);
  });
});

/** Pages of the file that may still be written. */
const limitPages = ({ db }: EventsFile, pages: number): void => db.exec(`PRAGMA max_page_count = ${pages}`);

describe('a disk that is full or fails', () => {
  const big = () => anEvent({ text: 'x'.repeat(200_000) });

  const untilFull = async (append: EventStore['append']): Promise<{ acknowledged: ReadonlyArray<string> }> => {
    const acknowledged: Array<string> = [];
    for (let count = 0; count < 200; count += 1) {
      const event = big();
      const outcome = await append(aStream(), 'no_stream', [event]);
      if (isLeft(outcome)) {
        expect(outcome).toEqual(unavailable('none'));
        return { acknowledged };
      }
      acknowledged.push(event.id);
    }
    throw new Error('never full');
  };

  test('nothing of the transaction is written, reads go on, and appends work again when there is space', async () => {
    const file = openToAppend(folder.path);
    const commits = groupCommit(file, silent, () => undefined);
    const append: EventStore['append'] = (stream, expected, events) => commits.append({ stream, expected, events });
    const read = reading(file);
    limitPages(file, 500);
    const { acknowledged } = await untilFull(append);
    const together = await Promise.all([
      append(aStream(), 'no_stream', [big()]),
      append(aStream(), 5, someEvents(1)),
      append(aStream(), 'no_stream', [big()]),
    ]);
    expect(together).toEqual([unavailable('none'), unavailable('none'), unavailable('none')]);
    expect((await collect(read.readAll({ after: 0 }))).map(({ id }) => id)).toEqual(acknowledged);
    limitPages(file, 100_000);
    const after = await append(aStream(), 'no_stream', someEvents(1));
    expect(after).toMatchObject({ right: { position: acknowledged.length + 1 } });
    file.db.close();
  });

  const disk = smallDisk(8);
  afterAll(() => disk?.remove());
  if (disk !== undefined) {
    test('so it is on a real file system without a free byte', async () => {
      const store = openEmbeddedStore({ folder: disk.path });
      const kept = someEvents(2);
      const stream = aStream();
      await appended(store, stream, 'no_stream', kept);
      disk.fill();
      const { acknowledged } = await untilFull(store.append);
      expect(await store.append(stream, 1, [big()])).toEqual(unavailable('none'));
      expect(await store.append(stream, 1, [big()])).toEqual(unavailable('none'));
      expect(await collect(store.readStream(stream))).toHaveLength(2);
      const head = await store.head();
      expect(head).toBe(2 + acknowledged.length);
      const seen = follow(store, { after: head }, (events) => events.length === 1);
      disk.makeSpace();
      await appended(store, stream, 1, someEvents(1));
      expect((await seen).events).toHaveLength(1);
      await store.close();
      const again = openEmbeddedStore({ folder: disk.path });
      expect(await again.head()).toBe(head + 1);
      await again.close();
    });
  }

  /** As the driver reports a result code of SQLite. */
  const sqliteError = (errcode: number): Error => Object.assign(new Error('disk I/O error'), { errcode });

  test.each<[string, 'begin' | 'addEvent' | 'commit', number, 'none' | 'unknown']>([
    ['a failed write before COMMIT', 'addEvent', 778, 'none'],
    ['a lock that somebody else holds', 'begin', 5, 'none'],
    ['a file that became read-only', 'addEvent', 8, 'none'],
    ['no space for the frame that commits', 'commit', 13, 'none'],
    ['a failed flush of the beginning of the log', 'commit', 1034, 'unknown'],
    ['a failed write at COMMIT', 'commit', 778, 'unknown'],
  ])('the outcome of %s', async (_, at, errcode, outcome) => {
    const real = openToAppend(folder.path);
    let failing = true;
    const failingStatement = Object.create(real.statement[at], {
      run: {
        value: (...parameters: ReadonlyArray<unknown>) => {
          if (failing) throw sqliteError(errcode);
          return real.statement[at].run(...parameters);
        },
      },
    }) as EventsFile['statement'][typeof at];
    const statement = { ...real.statement, [at]: failingStatement };
    let committed = 0;
    const commits = groupCommit({ ...real, statement }, silent, () => (committed += 1));
    const asked = { stream: aStream(), expected: 'no_stream', events: someEvents(1) } as const;
    const other = { stream: aStream(), expected: 7, events: someEvents(1) } as const;
    expect(await Promise.all([commits.append(asked), commits.append(other)])).toEqual([
      unavailable(outcome),
      unavailable(outcome),
    ]);
    expect(committed).toBe(0);
    failing = false;
    expect(await commits.append(asked)).toMatchObject({ right: { revision: 0, position: 1 } });
    expect(committed).toBe(1);
    real.db.close();
  });

  test('reads that fail say so', async () => {
    const file = openToAppend(folder.path);
    file.db.close();
    await expect(collect(reading(file).readAll({ after: 0 }))).rejects.toMatchObject({ kind: 'Unavailable' });
  });
});

describe('a flush', () => {
  const asked = (stream = aStream()) => ({ stream, expected: 'no_stream', events: someEvents(1) }) as const;

  test('comes before the answer and before anything is read; what comes meanwhile shares the next one', async () => {
    const file = openToAppend(folder.path);
    const flushes: Array<() => void> = [];
    const slow = { ...file, flush: () => new Promise<void>((done) => flushes.push(done)) };
    let committed = 0;
    const commits = groupCommit(slow, silent, () => (committed += 1));
    const read = reading(slow);
    const seen = async () => (await collect(read.readAll({ after: 0 }))).length;
    const stream = aStream();
    const answered: Array<string> = [];
    const append = (name: string, to = aStream()) => commits.append(asked(to)).then(() => answered.push(name));
    const under = async (flush: number): Promise<void> => {
      while (flushes.length < flush) await turn();
      for (let n = 0; n < 5; n++) await turn();
    };

    const first = append('first', stream);
    await under(1);
    const rest = [append('second'), append('third')];
    await under(1);
    expect([answered, committed, flushes.length, await seen(), await read.head(), await read.end()]).toEqual([[], 0, 1, 0, 0, 0]);
    expect(await collect(read.readStream(stream))).toEqual([]);
    expect(await collect(read.readStream(stream, { direction: 'backwards' }))).toEqual([]);
    flushes[0]?.();
    await first;
    await under(2);
    expect([answered, committed, flushes.length, await seen(), await read.head()]).toEqual([['first'], 1, 2, 1, 1]);
    expect(await collect(read.readStream(stream))).toHaveLength(1);
    flushes[1]?.();
    await Promise.all(rest);
    expect([answered, committed, flushes.length, await seen(), await read.head()]).toEqual([
      ['first', 'second', 'third'], 2, 2, 3, 3,
    ]);
    file.close();
  });

  test('and its transaction wait while the log is held', async () => {
    const file = openToAppend(folder.path);
    let release = (): void => undefined;
    let held: Promise<void> | undefined = new Promise((resolve) => (release = resolve));
    const commits = groupCommit(file, silent, () => undefined, () => held);
    let answered = false;
    const appending = commits.append(asked()).then(() => (answered = true));
    for (let n = 0; n < 10; n++) await turn();
    expect([answered, await reading(file).head()]).toEqual([false, 0]);
    held = undefined;
    release();
    await appending;
    expect(await reading(file).head()).toBe(1);
    file.close();
  });

  test('is not made for conflicts alone', async () => {
    const file = openToAppend(folder.path);
    const commits = groupCommit({ ...file, flush: () => Promise.reject(new Error('flushed')) }, silent, () => undefined);
    expect(await commits.append({ stream: aStream(), expected: 4, events: someEvents(1) })).toMatchObject({ left: { type: 'Conflict' } });
    file.close();
  });

  describe('that fails', () => {
    const failing = () =>
      jest.spyOn(fs, 'fdatasync').mockImplementationOnce((_, done) => done(Object.assign(new Error('EIO: i/o error'), { errno: -5 })));
    afterEach(() => jest.restoreAllMocks());

    test('is made up for by moving all into the file, and then what was appended is answered', async () => {
      const store = openEmbeddedStore({ folder: folder.path });
      const spy = failing();
      expect(await store.append(aStream(), 'no_stream', someEvents(1))).toMatchObject({ right: { position: 1 } });
      expect(spy).toHaveBeenCalledTimes(1);
      expect(await store.head()).toBe(1);
      expect(await store.append(aStream(), 'no_stream', someEvents(1))).toMatchObject({ right: { position: 2 } });
      expect(spy).toHaveBeenCalledTimes(2);
      await store.close();
    });

    test('leaves the outcome unknown where that cannot be, and is not trusted again before it can', async () => {
      const store = openEmbeddedStore({ folder: folder.path });
      await appended(store, aStream(), 'no_stream', someEvents(1));
      const hindrance = new DatabaseSync(join(folder.path, 'events.db'));
      hindrance.exec('BEGIN; SELECT count(*) FROM events');
      const spy = failing();
      const [stream, events] = [aStream(), someEvents(1)];
      expect(await store.append(stream, 'no_stream', events)).toEqual(unavailable('unknown'));
      expect(await store.append(aStream(), 'no_stream', someEvents(1))).toEqual(unavailable('unknown'));
      expect(await store.append(aStream(), 4, someEvents(1))).toMatchObject({ left: { type: 'Conflict' } });
      expect([await store.head(), await collect(store.readAll({ after: 0 }))]).toEqual([1, [expect.objectContaining({ position: 1 })]]);
      expect(spy).toHaveBeenCalledTimes(1);
      hindrance.exec('COMMIT');
      hindrance.close();
      expect(await store.append(stream, 'no_stream', events)).toMatchObject({ right: { revision: 0, position: 2 } });
      expect(spy).toHaveBeenCalledTimes(1);
      expect([await store.head(), await collect(store.readStream(stream))]).toEqual([3, [expect.objectContaining({ id: events[0]?.id })]]);
      expect(await store.append(aStream(), 'no_stream', someEvents(1))).toMatchObject({ right: { position: 4 } });
      expect(spy).toHaveBeenCalledTimes(2);
      await store.close();
    });

    test('leaves no stream to be read as if it ended before what may be kept; reading makes up for it as soon as that can be', async () => {
      const store = openEmbeddedStore({ folder: folder.path });
      const stream = aStream();
      await appended(store, stream, 'no_stream', someEvents(1));
      const seen = follow(store, { after: 1 }, (events) => events.length === 1);
      const hindrance = new DatabaseSync(join(folder.path, 'events.db'));
      hindrance.exec('BEGIN; SELECT count(*) FROM events');
      failing();
      const [event] = someEvents(1);
      expect(await store.append(stream, 0, event === undefined ? [] : [event])).toEqual(unavailable('unknown'));
      // Who decided on revision 0 would find the stream further, or tell what is not so.
      await expect(collect(store.readStream(stream))).rejects.toMatchObject({ kind: 'Unavailable' });
      await expect(collect(store.readStream(stream, { direction: 'backwards' }))).rejects.toMatchObject({ kind: 'Unavailable' });
      expect(await store.append(stream, 0, someEvents(1))).toMatchObject({ left: { type: 'Conflict' } });
      hindrance.exec('COMMIT');
      hindrance.close();
      expect((await collect(store.readStream(stream))).map(({ revision, id }) => [revision, id])).toEqual([
        [0, expect.any(String)], [1, event?.id],
      ]);
      expect((await seen).events).toMatchObject([{ id: event?.id }]);
      expect(await store.append(stream, 1, someEvents(1))).toMatchObject({ right: { revision: 2, position: 3 } });
      await store.close();
    });
  });
});

const appendingChild = (path: string, stream: string): TypeScriptProcess =>
  runTypeScript('event-store/appends-until-killed.ts', path, stream);

describe('large events', () => {
  test('are read in pages that the memory holds, none missing', async () => {
    const store = openEmbeddedStore({ folder: folder.path });
    const stream = aStream();
    const text = 'x'.repeat(900_000);
    for (let revision = -1; revision < 29; revision += 1)
      await appended(store, stream, revision < 0 ? 'no_stream' : revision, [anEvent({ text, revision })]);
    const forwards = (await collect(store.readStream(stream))).map(({ revision }) => revision);
    expect(forwards).toEqual(Array.from({ length: 30 }, (_, revision) => revision));
    const backwards = (await collect(store.readStream(stream, { direction: 'backwards' }))).map(
      (event) => event.revision,
    );
    expect(backwards).toEqual([...forwards].reverse());
    expect((await collect(store.readAll({ after: 0 }))).map(({ revision }) => revision)).toEqual(forwards);
    const { events, batches } = await follow(store, { after: 0 }, (seen) => seen.length === 30);
    expect(events.map(({ revision }) => revision)).toEqual(forwards);
    expect(Math.max(...batches.map((batch) => batch.events.length))).toBeLessThan(12);
    await store.close();
  });
});

describe('kill -9', () => {
  test('loses nothing that was acknowledged, and leaves nothing half-done', async () => {
    const stream = aStream();
    const child = appendingChild(folder.path, stream);
    await child.line();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await child.kill();
    const lines = child.output().split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThan(3);
    const store = openEmbeddedStore({ folder: folder.path });
    const stored = await collect(store.readStream(stream));
    expect(stored.slice(0, lines.length).map(({ revision, position }) => `${revision} ${position}`)).toEqual(lines);
    expect(stored.map(({ position }) => position)).toEqual(stored.map((_, index) => index + 1));
    expect(await store.head()).toBe(stored.length);
    await store.close();
  });
});
