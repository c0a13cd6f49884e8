/**
 * One subscription of the client, as what has arrived of it. The client tells "caught up" and checkpoints as they come,
 * ahead of the events that still wait to be read: each is held back here until those were taken.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AllStreamResolvedEvent, EventStoreDBClient, START, streamNameFilter } from '@eventstore/db-client';
import { Position, StoredEvent, StoreError } from '../event-store';
import { toStoredEvent } from './stored-event';

/** A batch ends early here. In UTF-16 units of data and metadata. */
const BATCH_SIZE = 1024 * 1024;
/** Events that wait in this process for their reader; the server is held back beyond. */
const BUFFERED = 128;

export type Lost = { readonly reason: 'error' | 'ended' | 'silent' | 'no head'; readonly error: unknown };

export type Arrivals = {
  /** What has arrived, at most `batchSize` events; whether the server said, right after them, that it had no more. */
  readonly take: () => Promise<{ readonly events: ReadonlyArray<StoredEvent>; readonly caughtUp: boolean }>;
  /** Everything up to here was taken, filtered events included. */
  readonly position: () => Position;
  /** How many events were taken. */
  readonly taken: () => number;
  /** Whether events wait to be taken. */
  readonly waiting: () => boolean;
  /** Whether the server has said, once, that it had no more: from then on it tells what is new. */
  readonly live: () => boolean;
  /** As if it said so now. */
  readonly sayCaughtUp: () => void;
  readonly lost: () => Lost | undefined;
  readonly lose: (lost: Lost) => void;
  /** Waits for something new of any kind. */
  readonly news: () => Promise<void>;
  readonly rouse: () => void;
  readonly leave: () => void;
};

export const arrivals = (
  client: EventStoreDBClient,
  prefixes: ReadonlyArray<string>,
  after: Position,
  batchSize: number,
): Arrivals => {
  let taken = 0;
  let position = after;
  let live = false;
  let lost: Lost | undefined;
  let rouse = (): void => undefined;
  /** What the server told, each after so many events. */
  const marks: Array<{ readonly at: number; readonly told: 'caught up' | Position }> = [];

  const mark = (told: 'caught up' | Position): void => {
    marks.push({ at: taken + subscription.readableLength, told });
    rouse();
  };
  const lose = (how: Lost): void => {
    lost ??= how;
    rouse();
  };
  const ended = (reason: string) => (): void =>
    lose({ reason: 'ended', error: new StoreError('Unavailable', `the subscription ${reason}`) });

  const subscription = client.subscribeToAll(
    {
      fromPosition: after === 0 ? START : { commit: BigInt(after), prepare: BigInt(after) },
      filter: streamNameFilter({
        prefixes: [...prefixes],
        // Must not throw: an error in here stalls the subscription without a word.
        checkpointReached: (_, { commit }) => mark(Number(commit)),
      }),
    },
    { highWaterMark: Math.min(BUFFERED, batchSize) },
  );
  subscription.on('error', (error) => lose({ reason: 'error', error }));
  subscription.on('end', ended('was ended by the server'));
  subscription.on('close', ended('was closed'));
  subscription.on('caughtUp', () => mark('caught up'));
  subscription.on('readable', () => rouse());

  /** Adds what is there to the batch, and tells its size: 0 if there is nothing. */
  const addTo = (batch: Array<StoredEvent>, room: number): number => {
    let size = 0;
    while (batch.length < batchSize && size < room) {
      const resolved = subscription.read() as AllStreamResolvedEvent | null;
      if (resolved === null) break;
      taken += 1;
      const event = toStoredEvent(resolved);
      size += 1 + (event === undefined ? 0 : event.data.length + event.metadata.length);
      if (event !== undefined) batch.push(event);
    }
    return size;
  };

  /** The client hands events over one by one: those of the same moment make one batch. */
  const takeEvents = async (): Promise<ReadonlyArray<StoredEvent>> => {
    const batch: Array<StoredEvent> = [];
    for (let room = BATCH_SIZE; ; await nextTurn()) {
      const size = addTo(batch, room);
      room -= size;
      if (size === 0 || room <= 0 || batch.length === batchSize) return batch;
    }
  };

  const passMarks = (): boolean => {
    let caughtUp = false;
    for (let next = marks[0]; next !== undefined && next.at <= taken; next = marks[0]) {
      marks.shift();
      if (next.told === 'caught up') caughtUp = true;
      else position = Math.max(position, next.told);
    }
    live ||= caughtUp;
    return caughtUp;
  };

  return {
    take: async () => {
      const events = await takeEvents();
      position = events.at(-1)?.position ?? position;
      return { events, caughtUp: passMarks() };
    },
    position: () => position,
    taken: () => taken,
    waiting: () => subscription.readableLength > 0,
    live: () => live,
    sayCaughtUp: () => mark('caught up'),
    lost: () => lost,
    lose,
    news: () =>
      new Promise((resolve) => {
        rouse = resolve;
      }),
    rouse: () => rouse(),
    leave: () => void subscription.unsubscribe().catch(() => undefined),
  };
};
