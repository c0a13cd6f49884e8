/** Copies into an embedded store whose disk fails for a while. */
import { left } from 'fp-ts/Either';
import { copyInto, PlacedEvent } from '../../src/cli/copying';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { EventStore, StoredEvent } from '../../src/event-store/event-store';
import { aStream, collect, someEvents } from '../support/events';
import { temporaryFolder } from '../support/temporary-folder';

const full = left({ type: 'Unavailable' as const, outcome: 'none' as const, reason: 'disk is full' });

const placed = async function* (stream: string, count: number): AsyncIterable<PlacedEvent> {
  const events = someEvents(count);
  for (const [revision, event] of events.entries()) yield { ...event, stream, revision };
};

const shown = (events: ReadonlyArray<StoredEvent>) => events.map(({ stream, revision, id }) => ({ stream, revision, id }));

let folder: ReturnType<typeof temporaryFolder>;
let store: EventStore;
/** Appends that fail from now on. */
let failing = 0;

beforeEach(() => {
  folder = temporaryFolder();
  const opened = openEmbeddedStore({ folder: folder.path });
  store = { ...opened, append: async (...all) => (failing-- > 0 ? full : opened.append(...all)) };
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const begin = (): Promise<void> => Promise.resolve();

test('what conflicts with an append that has failed is sent again after it, and all is there', async () => {
  const stream = aStream();
  const all: Array<PlacedEvent> = [];
  for await (const event of placed(stream, 1_200)) all.push(event);
  failing = 1;
  await copyInto({ name: 'the copy', store, begin }, (async function* () { yield* all; })());
  expect(shown(await collect(store.readAll({ after: 0 })))).toEqual(all.map(({ revision, id }) => ({ stream, revision, id })));
});

test('where it goes on failing the reason is told, and not what came of it', async () => {
  failing = Number.MAX_SAFE_INTEGER;
  const copying = copyInto({ name: 'the copy', store, begin }, placed(aStream(), 1_200));
  await expect(copying).rejects.toThrow(/event 0 of .*: disk is full/);
}, 60_000);
