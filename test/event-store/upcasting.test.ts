/** E5: the chain is over events as they were stored, before any upcasting, and goes on over those of old shapes. */
import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import { EventToStore, StoredEvent } from '../../src/event-store/event-store';
import { decode, EMPTY, Head, headAt, record } from '../../src/event-store/history/history';
import { lineOf, parseLine } from '../../src/event-store/history/lines';
import { upcast, Upcaster } from '../../src/event-store/history/upcasters';
import { verifyStream } from '../../src/event-store/history/verify';
import { chainsOf, storedChains } from '../support/independent-chain';

const STREAM = 'collection-model/zoo';
/** Twice another shape: first another name of the event, then a member that became two. */
const upcasters: ReadonlyArray<Upcaster> = [
  (_stream, { type, data }) => (type === 'AliasSet' ? { type: 'AliasGiven', data } : undefined),
  (_stream, { type, data }) =>
    type === 'AliasGiven' && typeof data === 'object' && data !== null && 'holder' in data
      ? { type, data: { alias: data['alias'] ?? '', to: data['holder'] ?? 0 } }
      : undefined,
];
const decodePresent = decode({ AliasGiven: t.strict({ alias: t.string, to: t.number }) }, (stream, event) => upcast(stream, event, upcasters));

const provenance = { commandId: 'c', command: 'Give', by: 'user:ann', at: '2026-01-31T09:00:00.000Z', correlationId: 'c' };
let position = 0;
const placed = (events: ReadonlyArray<EventToStore>, head: Head): ReadonlyArray<StoredEvent> =>
  events.map((event, index) => ({ ...event, stream: STREAM, revision: head.revision + 1 + index, position: ++position }));

const of = async function* (events: ReadonlyArray<StoredEvent>): AsyncIterable<StoredEvent> {
  yield* events;
};

test('old events decode in their present shape; what is stored, and its chain, stay as they were, and go on', async () => {
  const old = record(STREAM, EMPTY, [
    { type: 'AliasSet', data: { alias: 'a', holder: 1 } }, { type: 'AliasGiven', data: { alias: 'b', holder: 2 } },
  ], provenance);
  const before = placed(old.stored, EMPTY);
  const decoded = before.map((stored) => {
    const each = decodePresent(stored);
    if (isLeft(each)) throw new Error(each.left.reason);
    return each.right;
  });
  expect(decoded.map(({ event }) => event)).toEqual([
    { type: 'AliasGiven', data: { alias: 'a', to: 1 } }, { type: 'AliasGiven', data: { alias: 'b', to: 2 } },
  ]);
  const end = decoded.at(-1);
  const head = end === undefined ? EMPTY : headAt(end);
  expect(head.chain).toBe(old.head.chain);
  const after = placed(record(STREAM, head, [{ type: 'AliasGiven', data: { alias: 'c', to: 3 } }], provenance).stored, head);
  const all = [...before, ...after];
  expect(await verifyStream(of(all))).toMatchObject({ ok: true, events: 3, problems: [] });
  expect(storedChains(all)).toEqual(chainsOf(all));
  // An export has them as they were stored.
  expect(all.map((stored) => parseLine(lineOf(stored).trim()))).toEqual(
    all.map(({ id, type, data, metadata }) => ({ _tag: 'Right', right: expect.objectContaining({ id, type, data, metadata }) })),
  );
});

test('an old event that was brought up to date in the store itself is found', async () => {
  const { stored } = record(STREAM, EMPTY, [{ type: 'AliasSet', data: { alias: 'a', holder: 1 } }], provenance);
  const [event] = placed(stored, EMPTY);
  const verified = await verifyStream(of(event === undefined ? [] : [{ ...event, type: 'AliasGiven', data: '{"alias":"a","to":1}' }]));
  expect(verified.problems).toEqual([{ revision: 0, message: expect.stringContaining('(E5)') }]);
});
