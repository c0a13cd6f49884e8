/** Lists by pages. A cursor holds the key of the last item shown, and which list, under which filters, it belongs to. */
import { hash } from 'node:crypto';
import { Either, left, right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { described, exactly, listOf, orNull } from '../../domain/values/described';

const MOST_ITEMS = 500;
const USUAL_ITEMS = 50;
const LONGEST_CURSOR = 8192;

export type PageKey = ReadonlyArray<string | number>;

/** What a request for a page asks: at most `limit` items, after the key. */
export type Page<K = PageKey> = {
  readonly limit: number;
  readonly after: K | undefined;
  /** Which list, under which filters. */
  readonly list: string;
};

/** `1` to `500` in a query. */
const Limit = described<number, string>(
  'Limit',
  {
    type: 'integer', minimum: 1, maximum: MOST_ITEMS, default: USUAL_ITEMS,
    description: 'At most so many items. Where they are large a page has fewer, and yet a `nextCursor`.',
  },
  (value) =>
    typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) && Number(value) <= MOST_ITEMS
      ? right(Number(value))
      : left(`must be a number from 1 to ${MOST_ITEMS}`),
  String,
  (value): value is number => typeof value === 'number',
);

const FOREIGN = 'is not a cursor of this list under these filters: ask for its first page without one';

type Place = { readonly list: string; readonly key: unknown };

const parsePlace = (value: unknown): Either<string, Place> => {
  if (typeof value !== 'string' || value.length > LONGEST_CURSOR || !/^[\w-]+$/.test(value)) return left(FOREIGN);
  try {
    const place: unknown = JSON.parse(Buffer.from(value, 'base64url').toString());
    if (!Array.isArray(place) || typeof place[0] !== 'string') return left(FOREIGN);
    return right({ list: place[0], key: place.slice(1) });
  } catch {
    return left(FOREIGN);
  }
};

const cursorOf = (list: string, key: PageKey): string => Buffer.from(JSON.stringify([list, ...key])).toString('base64url');

const CursorPlace = described<Place, string>(
  'Cursor',
  { type: 'string', maxLength: LONGEST_CURSOR, description: '`nextCursor` of the page before.' },
  parsePlace,
  ({ list, key }) => cursorOf(list, key as PageKey),
  (value): value is Place => typeof value === 'object' && value !== null && 'list' in value,
);

/** The parameters that every list takes beside its filters. */
export const paging = { limit: Limit, cursor: CursorPlace };

/**
 * Which list is asked for, under which filters.
 * @param filters path and query as sent, without `limit` and `cursor`
 */
export const listFingerprint = (operation: string, filters: Readonly<Record<string, string>>): string =>
  hash('sha256', JSON.stringify([operation, Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))]), 'base64url').slice(0, 16);

/** The page asked for; Left if its cursor is of another list. */
export const decodePage = (
  key: t.Type<PageKey, unknown, unknown>,
  list: string,
  asked: { readonly limit?: number; readonly cursor?: Place },
): Either<string, Page> => {
  const page = { limit: asked.limit ?? USUAL_ITEMS, list };
  if (asked.cursor === undefined) return right({ ...page, after: undefined });
  const after = key.decode(asked.cursor.key);
  return asked.cursor.list === list && after._tag === 'Right' ? right({ ...page, after: after.right }) : left(FOREIGN);
};

/** A page of a list, in answers. */
export const pageOf = <A, O>(item: t.Type<A, O, unknown>) =>
  exactly({ items: listOf(item, { max: MOST_ITEMS }), nextCursor: orNull(Cursor) });

const Cursor = described<string>(
  'NextCursor',
  { type: 'string', maxLength: LONGEST_CURSOR },
  (value) => (typeof value === 'string' ? right(value) : left('must be a cursor')),
  (value) => value,
);

/**
 * The answer to a request for a page.
 * @param found at most `asked.limit` items, and whether there are more after them
 * @param keyOf the key that the list is ordered by, as its operation's `paging` has it
 */
export const page = <A, K extends PageKey>(
  found: { readonly items: ReadonlyArray<A>; readonly more: boolean },
  asked: Page<K>,
  keyOf: (item: A) => K,
): { readonly items: ReadonlyArray<A>; readonly nextCursor: string | null } => {
  const last = found.items.at(-1);
  return {
    items: found.items,
    nextCursor: found.more && last !== undefined ? cursorOf(asked.list, keyOf(last)) : null,
  };
};
