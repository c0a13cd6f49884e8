/**
 * The live stream: each committed change, in the order of the log, to all who follow and may see it.
 *
 * Who begins to follow is given the history from its position on, by pages, as fast as it reads. From where it has
 * caught up it gets what is distributed: there each change is read and encoded once for all, and a reader that does not
 * take what comes is cut off. Positions are those of the store's log, so one can go on at another node.
 */
import { Readable } from 'node:stream';
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { ChangeShown, HistoryQueries } from '../../projections/history/queries';
import { ReadModels } from '../../projections/catch-up/read-models';
import { Caller, FollowQuery, QueryMeta, QueryResult, QueryRejection, Resource } from '../messages';
import { Positions } from '../positions';
import { Reach } from '../reaching';
import { Access } from '../queries/access';
import { Ask } from '../queries/ask';
import { Sight, SightOf } from './sight';

export type FeedLimits = {
  /** How many may follow at once. */
  readonly streams: number;
  /** How many bytes may wait for a reader. */
  readonly buffered: number;
  /** After how many milliseconds without anything else a comment is sent. */
  readonly commentAfter: number;
  /** For how many milliseconds a reader of the past may read nothing. */
  readonly stalledAfter: number;
};

const USUAL: FeedLimits = { streams: 1_000, buffered: 1024 * 1024, commentAfter: 15_000, stalledAfter: 30_000 };

/** How it is written, as chunks of bytes. */
export type FeedEncoding = {
  /** @param position from where on changes follow */
  readonly beginning: (position: string) => Buffer;
  readonly change: (item: Resource) => Buffer;
  readonly comment: Buffer;
};

export type FeedOptions = {
  readonly readModels: Pick<ReadModels, 'position' | 'fresh' | 'onProgress'>;
  readonly history: Pick<HistoryQueries, 'listChanges'>;
  readonly positions: Positions;
  readonly reach: Reach;
  readonly ask: Ask;
  readonly access: Pick<Access, 'requireRole'>;
  readonly sightOf: SightOf;
  readonly encoding: FeedEncoding;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly limits?: Partial<FeedLimits>;
  readonly observer?: { readonly following: (streams: number) => void; readonly cutOff: () => void };
};

export type Feed = {
  /** The changes after a position, or from now on, for as long as both sides like and the right to see them lasts. */
  readonly follow: (query: FollowQuery, meta: QueryMeta) => Promise<QueryResult<AsyncIterable<Uint8Array>>>;
  /** Ends all streams, and waits until they have ended. */
  readonly close: () => Promise<void>;
};

/** How often rights are judged anew, and comments and readers looked after, in milliseconds. */
const LOOK_EVERY = 1_000;
/** For how long one that was ended may take to read the rest, in milliseconds. */
const LAST_WORDS = 1_000;
/** Of who reads the past: how many bytes are read ahead. */
const AHEAD = 64 * 1024;
/** Of what is distributed: after how many bytes the readers have their turn. */
const TURN = 256 * 1024;
/** How many changes are read at once: few at first, and fewer where they are large. */
const [FEWEST, MOST] = [4, 256];

type Follower = {
  readonly caller: Caller;
  readonly filter: FollowQuery;
  readonly out: Readable;
  /** All up to here was offered to it. */
  position: number;
  /** Whether it gets what is distributed, and does not read the past. */
  live: boolean;
  /** How many changes of the past it reads next. */
  rows: number;
  /** When it last took something, was last given something, and was ended. */
  tookAt: number;
  givenAt: number;
  endedAt: number | undefined;
};

export const createFeed = (options: FeedOptions): Feed => {
  const { readModels, history, positions, reach, ask, access, sightOf, encoding, now, observer } = options;
  const limits = { ...USUAL, ...options.limits };
  const followers = new Set<Follower>();
  const live = new Set<Follower>();
  /** Those who are to read a page of the past next: one of them in each turn of the event loop. */
  const readers = new Set<Follower>();
  /** What each key may see, until the next change of anybody's rights. */
  const sights = new Map<string, Sight | undefined>();
  /** Read, and not yet distributed. */
  let pending: ReadonlyArray<ChangeShown> = [];
  /** All up to here was distributed. */
  let distributed = 0;
  let rows = FEWEST;
  let isScheduled = false;
  let isReadingScheduled = false;
  let isClosed = false;

  const placed = (change: ChangeShown): Resource => ({ ...change, position: positions.show(change.position) });

  const leave = (follower: Follower): void => {
    live.delete(follower);
    readers.delete(follower);
    if (followers.delete(follower)) observer?.following(followers.size);
  };

  const end = (follower: Follower): void => {
    if (follower.endedAt !== undefined) return;
    live.delete(follower);
    follower.endedAt = performance.now();
    follower.out.push(null);
  };

  const cutOff = (follower: Follower): void => {
    observer?.cutOff();
    live.delete(follower);
    follower.out.destroy();
  };

  const give = (follower: Follower, chunk: Buffer): void => {
    follower.givenAt = performance.now();
    follower.out.push(chunk);
    if (follower.live && follower.out.readableLength > limits.buffered) cutOff(follower);
  };

  const sightFor = ({ keyHash, ...caller }: Caller): Sight | undefined => {
    if (!sights.has(keyHash)) sights.set(keyHash, sightOf({ keyHash, ...caller }));
    return sights.get(keyHash);
  };

  /** Ends those whose right to follow is lost. */
  const review = (): void => {
    for (const follower of followers) {
      const { caller, filter } = follower;
      const sight = sightFor(caller);
      const isOver = caller.sessionEnds !== undefined && caller.sessionEnds <= now();
      if (isOver || sight === undefined || (filter.registry !== undefined && !sight.registry(filter.registry))) end(follower);
    }
  };

  const schedule = (): void => {
    if (isScheduled || live.size === 0) return;
    isScheduled = true;
    setImmediate(distribute);
  };

  const distribute = (): void => {
    isScheduled = false;
    if (isClosed || live.size === 0 || !readModels.fresh()) return;
    let isAll = false;
    if (pending.length === 0) {
      pending = [...history.listChanges({}, { order: 'asc' }, { after: distributed, limit: rows })];
      isAll = pending.length < rows;
    }
    let [bytes, taken, rightsChanged] = [0, 0, false];
    for (const change of pending) {
      if (bytes > TURN) break;
      if (mayChangeRights(change)) {
        sights.clear();
        rightsChanged = true;
      }
      bytes += tell(change);
      distributed = change.position;
      taken += 1;
    }
    pending = pending.slice(taken);
    rows = nextRows(rows, bytes);
    if (rightsChanged) review();
    if (pending.length > 0 || !isAll) schedule();
  };

  /** Gives a change to all who wait for it; answers how many bytes it has. */
  const tell = (change: ChangeShown): number => {
    let chunk: Buffer | undefined;
    for (const follower of live) {
      if (change.position <= follower.position || !isAskedFor(follower.filter, change)) continue;
      if (sightFor(follower.caller)?.change(change) !== true) continue;
      chunk ??= encoding.change(placed(change));
      give(follower, chunk);
    }
    return chunk?.length ?? 0;
  };

  const scheduleReading = (): void => {
    if (isReadingScheduled || readers.size === 0) return;
    isReadingScheduled = true;
    setImmediate(readOne);
  };

  const readOne = (): void => {
    isReadingScheduled = false;
    const [follower] = readers;
    if (follower !== undefined) {
      readers.delete(follower);
      readOn(follower);
    }
    scheduleReading();
  };

  /** Gives the next page of the past, and lets one that has it all wait for what is distributed. */
  const readOn = (follower: Follower): void => {
    const { caller, filter, out } = follower;
    if (follower.live || follower.endedAt !== undefined || out.destroyed || !readModels.fresh()) return;
    const sight = sightOf(caller);
    if (sight === undefined) return end(follower);
    const page = [...history.listChanges(scopeOf(filter), aliasOf(filter), { after: follower.position, limit: follower.rows })];
    const isAll = page.length < follower.rows;
    let bytes = 0;
    for (const change of page) {
      follower.position = change.position;
      if (!isAskedFor(filter, change) || !sight.change(change)) continue;
      const chunk = encoding.change(placed(change));
      bytes += chunk.length;
      give(follower, chunk);
    }
    follower.rows = nextRows(follower.rows, bytes);
    if (isAll) join(follower);
    else if (bytes === 0) readers.add(follower);
  };

  const join = (follower: Follower): void => {
    follower.position = Math.max(follower.position, readModels.position());
    follower.live = true;
    if (live.size === 0) {
      distributed = follower.position;
      pending = [];
      sights.clear();
    }
    live.add(follower);
  };

  const begin = (caller: Caller, filter: FollowQuery, position: number): Readable => {
    const at = performance.now();
    const out = new Readable({
      highWaterMark: AHEAD,
      read: () => {
        follower.tookAt = performance.now();
        if (!follower.live) readers.add(follower);
        scheduleReading();
      },
    });
    const follower: Follower = {
      caller, filter, out, position, live: false, rows: FEWEST, tookAt: at, givenAt: at, endedAt: undefined,
    };
    out.once('close', () => leave(follower));
    followers.add(follower);
    observer?.following(followers.size);
    give(follower, encoding.beginning(positions.show(position)));
    return out;
  };

  const look = (): void => {
    const at = performance.now();
    sights.clear();
    const isBehind = !readModels.fresh() || (live.size > 0 && readModels.position() < distributed);
    for (const follower of followers) {
      const { out, endedAt } = follower;
      if (endedAt !== undefined) {
        if (at - endedAt > LAST_WORDS) out.destroy();
      } else if (isBehind) end(follower);
      else if (!follower.live && out.readableLength > 0 && at - follower.tookAt > limits.stalledAfter) cutOff(follower);
      else if (at - follower.givenAt >= limits.commentAfter) give(follower, encoding.comment);
    }
    review();
  };

  const looking = setInterval(look, LOOK_EVERY);
  looking.unref();
  const stopListening = readModels.onProgress(schedule);

  return {
    follow: async (query, meta) => {
      const after = query.after === undefined ? right(undefined) : await reach(query.after.path, query.after.position);
      if (isLeft(after)) return after;
      const begun = await ask(meta, (): Either<QueryRejection, { readonly value: Readable; readonly position: string }> => {
        if (query.registry !== undefined) {
          const role = access.requireRole(meta.caller, query.registry, 'restricted_viewer');
          if (isLeft(role)) return role;
        }
        if (isClosed || followers.size >= limits.streams) return left({ type: 'overloaded' });
        // A key that another node has only just made.
        if (sightOf(meta.caller) === undefined) return left({ type: 'read_model_behind' });
        const position = after.right ?? readModels.position();
        return right({ value: begin(meta.caller, query, position), position: positions.show(position) });
      });
      return isLeft(begun) ? begun : right(begun.right.value);
    },
    close: async () => {
      isClosed = true;
      stopListening();
      clearInterval(looking);
      const closed = [...followers].map(({ out }) => new Promise((resolve) => out.once('close', resolve)));
      for (const follower of followers) end(follower);
      const late = setTimeout(() => {
        for (const { out } of followers) out.destroy();
      }, LAST_WORDS);
      await Promise.all(closed);
      clearTimeout(late);
    },
  };
};

/** More where they were small, fewer where they were large. */
const nextRows = (rows: number, bytes: number): number =>
  Math.min(MOST, Math.max(FEWEST, bytes > TURN ? Math.floor(rows / 4) : rows * 2));

/** Whose roles, members, teams or keys it may have changed, nobody asks: all are looked up again. */
const mayChangeRights = ({ stream }: ChangeShown): boolean =>
  stream.startsWith('organization-') || stream.startsWith('registry-');

/** Where the changes asked for are found in order: only there is a page of them read in bounded time. */
const scopeOf = ({ registry, collection }: FollowQuery) => ({
  ...(registry === undefined ? {} : { registry }),
  ...(registry === undefined || collection === undefined ? {} : { collection }),
});

const aliasOf = ({ registry, collection, alias }: FollowQuery) => ({
  order: 'asc' as const,
  ...(registry === undefined || collection === undefined || alias === undefined ? {} : { alias }),
});

const isAskedFor = (filter: FollowQuery, { type, registry, collection, data }: ChangeShown): boolean =>
  (filter.registry === undefined || filter.registry === registry) &&
  (filter.collection === undefined || filter.collection === collection) &&
  (filter.eventType === undefined || filter.eventType === type) &&
  (filter.alias === undefined ||
    (typeof data === 'object' && data !== null && 'alias' in data && data.alias === filter.alias));
