/**
 * Subscriptions to the log, filtered by the server. The client resumes none, and one that went silent says nothing at
 * all: it is compared with the head of the log, and every way in which it may end is an end here.
 */
import { EventStore, Position, StoreError, SubscriptionBatch } from '../event-store';
import { Arrivals, arrivals } from './arrivals';
import { Connection } from './connection';
import { EventStoreDbMetrics, Timeouts } from './options';
import { Reading } from './reading';

const BATCH = 500;
/** How often a batch without events tells how far the search through the events of others has come. */
const PROGRESS_MS = 1000;
/** So many comparisons in a row find no progress towards the head, or no head. */
const SILENCES = 2;

export const subscribing = (
  connection: Connection,
  prefixes: ReadonlyArray<string>,
  read: Pick<Reading, 'head' | 'end' | 'asStoreError' | 'client'>,
  { watch: watchMs }: Timeouts,
  metrics: EventStoreDbMetrics,
): EventStore['subscribe'] => {
  /** Delivers batches from the place on, and moves it. The server lets go of a reader that is slow for a moment. */
  const follow = async function* (
    place: { position: Position },
    signal: AbortSignal,
    batchSize: number,
  ): AsyncGenerator<SubscriptionBatch, 'over' | 'too slow'> {
    const last = await read.end();
    // The server takes any position, and from one beyond its log it would skip what is written until then.
    if (place.position > last)
      throw new StoreError('Unavailable', `the log ends at position ${last}, before position ${place.position}`);
    const client = await read.client();
    const arriving = arrivals(client, prefixes, place.position, batchSize);
    const watch = setInterval(watching(arriving, read.head), watchMs);
    signal.addEventListener('abort', arriving.rouse);
    let told = Date.now();
    try {
      while (!signal.aborted && !connection.isClosed()) {
        const { events, caughtUp } = await arriving.take();
        const position = arriving.position();
        if (events.length > 0 || caughtUp || (position > place.position && Date.now() - told > PROGRESS_MS)) {
          told = Date.now();
          place.position = position;
          yield { events, position, caughtUp: arriving.live() && !arriving.waiting() };
          continue;
        }
        const lost = arriving.lost();
        if (lost !== undefined) throw lost.error;
        await arriving.news();
      }
      return 'over';
    } catch (error) {
      if (connection.isClosed()) return 'over';
      const failure = error instanceof StoreError ? undefined : connection.failed(client, error);
      metrics.subscriptionLost(failure?.kind ?? arriving.lost()?.reason ?? 'error');
      if (failure?.kind === 'too-slow') return 'too slow';
      throw failure === undefined ? error : await read.asStoreError(failure);
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', arriving.rouse);
      arriving.leave();
    }
  };

  return async function* ({ after, signal, batchSize = BATCH }) {
    if (signal.aborted) return;
    const place = { position: after };
    while ((yield* follow(place, signal, batchSize)) === 'too slow');
  };
};

/** What compares a subscription with the head, and ends it where it fell silent, or there is no head to be had. */
const watching = (arriving: Arrivals, head: EventStore['head']): (() => void) => {
  let silences = 0;
  let comparing = false;
  let before = { taken: 0, position: arriving.position() };

  const compare = async (): Promise<void> => {
    try {
      const newest = await head();
      const now = { taken: arriving.taken(), position: arriving.position() };
      const behind = newest > now.position && !arriving.waiting();
      silences = behind && now.taken === before.taken && now.position === before.position ? silences + 1 : 0;
      before = now;
      if (silences >= SILENCES)
        arriving.lose({ reason: 'silent', error: new StoreError('Unavailable', 'the subscription went silent') });
      // Servers before 23.10 do not say that they have no more.
      if (!arriving.live() && newest <= now.position && !arriving.waiting()) arriving.sayCaughtUp();
    } catch (error) {
      silences += 1;
      if (silences >= SILENCES) arriving.lose({ reason: 'no head', error });
    }
  };

  return () => {
    if (comparing) return;
    comparing = true;
    void compare().finally(() => {
      comparing = false;
    });
  };
};
