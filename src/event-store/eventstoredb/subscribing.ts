/**
 * Subscriptions to the log, filtered by the server. The client tells "caught up" and checkpoints as they arrive, ahead
 * of the events that still wait to be read: each is held back until those were delivered. A subscription that went
 * silent says nothing at all, so it is compared with the head of the log.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AllStreamResolvedEvent, AllStreamSubscription, START, streamNameFilter } from '@eventstore/db-client';
import { EventStore, Position, StoredEvent, StoreError } from '../event-store';
import { Connection } from './connection';
import { EventStoreDbMetrics, Timeouts } from './options';
import { Reading } from './reading';
import { toStoredEvent } from './stored-event';

const BATCH = 500;
/** A batch ends early here. In UTF-16 units of data and metadata. */
const BATCH_SIZE = 1024 * 1024;
/** Events that wait in this process for their reader; the server is held back beyond. */
const BUFFERED = 128;
/** How often a batch without events tells how far the search through the events of others has come. */
const PROGRESS_MS = 1000;
/** So many comparisons in a row find no progress towards the head, or no head. */
const SILENCES = 2;

type Lost = { readonly reason: 'error' | 'ended' | 'silent' | 'no head'; readonly error: unknown };

export const subscribing = (
  connection: Connection,
  prefixes: ReadonlyArray<string>,
  { head, end, asStoreError, client: connectedClient }: Pick<Reading, 'head' | 'end' | 'asStoreError' | 'client'>,
  { watch: watchMs }: Timeouts,
  metrics: EventStoreDbMetrics,
): EventStore['subscribe'] =>
  async function* ({ after, signal, batchSize = BATCH }) {
    if (signal.aborted) return;
    const last = await end();
    // The server takes any position, and from one beyond its log it would skip what is written until then.
    if (after > last) throw new StoreError('Unavailable', `the log ends at position ${last}, before position ${after}`);
    const client = await connectedClient();

    let delivered = 0;
    let position = after;
    let live = false;
    let lost: Lost | undefined;
    let wake = (): void => undefined;
    /** What the server told, each after so many events. */
    const marks: Array<{ readonly at: number; readonly told: 'caught up' | Position }> = [];

    const mark = (told: 'caught up' | Position): void => {
      marks.push({ at: delivered + subscription.readableLength, told });
      wake();
    };
    const lose = (reason: Lost['reason'], error: unknown): void => {
      lost ??= { reason, error };
      wake();
    };

    const subscription: AllStreamSubscription = client.subscribeToAll(
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
    subscription.on('error', (error) => lose('error', error));
    subscription.on('end', () => lose('ended', new StoreError('Unavailable', 'the server ended the subscription')));
    subscription.on('close', () => lose('ended', new StoreError('Unavailable', 'the subscription was closed')));
    subscription.on('caughtUp', () => mark('caught up'));
    subscription.on('readable', () => wake());
    const stop = (): void => wake();
    signal.addEventListener('abort', stop);

    /** Puts into the batch what has arrived, and tells its size: 0 if nothing has. */
    const take = (batch: Array<StoredEvent>, room: number): number => {
      let size = 0;
      while (batch.length < batchSize && size < room) {
        const resolved = subscription.read() as AllStreamResolvedEvent | null;
        if (resolved === null) break;
        delivered += 1;
        const event = toStoredEvent(resolved);
        size += 1 + (event === undefined ? 0 : event.data.length + event.metadata.length);
        if (event !== undefined) batch.push(event);
      }
      return size;
    };

    /** The client hands events over one by one: those of the same moment make one batch. */
    const takeBatch = async (): Promise<ReadonlyArray<StoredEvent>> => {
      const batch: Array<StoredEvent> = [];
      for (let room = BATCH_SIZE; ; await nextTurn()) {
        const size = take(batch, room);
        room -= size;
        if (size === 0 || room <= 0 || batch.length === batchSize) return batch;
      }
    };

    /** Takes the marks up to here; whether one of them says that the server had no more. */
    const passMarks = (): boolean => {
      let caughtUp = false;
      for (let next = marks[0]; next !== undefined && next.at <= delivered; next = marks[0]) {
        marks.shift();
        if (next.told === 'caught up') caughtUp = true;
        else position = Math.max(position, next.told);
      }
      return caughtUp;
    };

    let silences = 0;
    let comparing = false;
    let before = { delivered, position };
    const compare = async (): Promise<void> => {
      if (comparing) return;
      comparing = true;
      try {
        const newest = await head();
        const still =
          before.delivered === delivered && before.position === position && subscription.readableLength === 0;
        before = { delivered, position };
        silences = still && newest > position ? silences + 1 : 0;
        if (silences >= SILENCES) lose('silent', new StoreError('Unavailable', 'the subscription went silent'));
        // Servers before 23.10 do not say that a subscription has caught up.
        if (!live && newest <= position && subscription.readableLength === 0) mark('caught up');
      } catch (error) {
        silences += 1;
        if (silences >= SILENCES) lose('no head', error);
      } finally {
        comparing = false;
      }
    };
    const watch = setInterval(() => void compare(), watchMs);

    let told = { position: after, at: Date.now() };
    try {
      while (!signal.aborted && !connection.isClosed()) {
        const events = await takeBatch();
        position = events.at(-1)?.position ?? position;
        const caughtUp = passMarks();
        live ||= caughtUp;
        const progress = position > told.position && Date.now() - told.at > PROGRESS_MS;
        if (events.length > 0 || caughtUp || progress) {
          told = { position, at: Date.now() };
          yield { events, position, caughtUp: live && subscription.readableLength === 0 };
        } else if (lost !== undefined) {
          throw lost.error;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } catch (error) {
      if (connection.isClosed()) return;
      metrics.subscriptionLost(lost?.reason ?? 'error');
      throw error instanceof StoreError ? error : await asStoreError(connection.failed(client, error));
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', stop);
      subscription.unsubscribe().catch(() => undefined);
    }
  };
