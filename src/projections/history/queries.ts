/** Questions about what was changed, when, by whom and why. */
import { instantOf, millisecondsOf } from '../../domain/values/instants';
import { collectionStream, registryStream } from '../../domain/values/streams';
import { showVersion } from '../../domain/values/versions';
import { Database } from '../read-model';
import { Part, prepare, shownOf, Statement } from '../sql';

const DAY = 86_400_000;

/** By what the changes are found: each has an index in which they are ordered by position, but for `named`. */
const drivers = {
  correlation: 'substr(h.correlation, 1, 8) = substr(:correlation, 1, 8)',
  alias: 'h.alias = :alias AND h.alias IS NOT NULL AND h.collection = :collection',
  named: 'h.alias = :alias AND h.alias IS NOT NULL',
  collection: 'h.collection = :collection',
  registry: 'h.registry = :registry',
  by: 'h.by = :by',
  type: 'h.type = :type',
  all: 'TRUE',
} as const;
type Driver = keyof typeof drivers;
const indexes = {
  correlation: 'INDEXED BY history_of_correlation',
  alias: 'INDEXED BY history_of_alias',
  named: 'INDEXED BY history_of_alias',
  collection: 'INDEXED BY history_of_collection',
  registry: 'INDEXED BY history_of_registry',
  by: 'INDEXED BY history_by',
  type: 'INDEXED BY history_of_type',
  all: 'NOT INDEXED',
} as const satisfies Record<Driver, string>;

const WITHIN = 'h.position > :above AND h.position < :below';

const found = (driver: Driver, order: 'ASC' | 'DESC'): string => `SELECT h.type, s.stream, h.revision, h.position, h.at,
    h.by, h.command, h.command_id AS causation, h.correlation, h.reason, s.registry_name AS registry, s.collection_name AS collection, h.data
  FROM history h ${indexes[driver]} CROSS JOIN history_streams s ON s.id = h.stream
  WHERE ${drivers[driver]} AND ${WITHIN} AND h.at >= :from AND h.at < :to
    AND (:registry IS NULL OR h.registry = :registry) AND (:collection IS NULL OR h.collection = :collection)
    AND (:by IS NULL OR h.by = :by) AND (:type IS NULL OR h.type = :type) AND (:alias IS NULL OR h.alias = :alias)
    AND (:correlation IS NULL OR h.correlation = :correlation)
  ORDER BY h.position ${order} LIMIT :limit`;

/** Answers a row where there are more than so many. */
const moreThan = (driver: Driver): string => `SELECT h.position FROM history h ${indexes[driver]}
  WHERE ${drivers[driver]} AND ${WITHIN} LIMIT 1 OFFSET :many`;

export const selects = {
  stream: 'SELECT id FROM history_streams WHERE stream = ?',
  /** The first and the last position of all days of which there is something: `at` may run back from stream to stream. */
  span: `WITH RECURSIVE days (day) AS (
      SELECT (SELECT h.day FROM history h WHERE h.day >= :first ORDER BY h.day LIMIT 1)
      UNION ALL
      SELECT (SELECT h.day FROM history h WHERE h.day > days.day ORDER BY h.day LIMIT 1) FROM days WHERE days.day < :last
    )
    SELECT min((SELECT min(h.position) FROM history h WHERE h.day = days.day)) AS first,
      max((SELECT max(h.position) FROM history h WHERE h.day = days.day)) AS last
    FROM days WHERE days.day <= :last`,
  aliasMoves: `SELECT h.position, h.revision, h.at, h.by, h.command, h.command_id AS causation, h.correlation, h.reason, h.data
    FROM history h INDEXED BY history_of_alias
    WHERE ${drivers.alias} AND h.position < :below AND h.type IN ('AliasAdded', 'AliasMoved', 'AliasRemoved')
    ORDER BY h.position DESC LIMIT :limit`,
  correlationUp: found('correlation', 'ASC'),
  correlationDown: found('correlation', 'DESC'),
  aliasUp: found('alias', 'ASC'),
  aliasDown: found('alias', 'DESC'),
  namedUp: found('named', 'ASC'),
  namedDown: found('named', 'DESC'),
  collectionUp: found('collection', 'ASC'),
  collectionDown: found('collection', 'DESC'),
  registryUp: found('registry', 'ASC'),
  registryDown: found('registry', 'DESC'),
  byUp: found('by', 'ASC'),
  byDown: found('by', 'DESC'),
  typeUp: found('type', 'ASC'),
  typeDown: found('type', 'DESC'),
  allUp: found('all', 'ASC'),
  allDown: found('all', 'DESC'),
  manyOfCollection: moreThan('collection'),
  manyOfRegistry: moreThan('registry'),
  manyNamed: moreThan('named'),
  manyBy: moreThan('by'),
  manyOfType: moreThan('type'),
} as const;

const MANY = 5_000;

/** Where to look: everywhere, in a registry, or in a collection. */
export type Scope = { readonly registry?: string; readonly collection?: string };

export type HistoryFilter = {
  readonly order: 'asc' | 'desc';
  readonly by?: string;
  readonly eventType?: string;
  readonly alias?: string;
  readonly correlation?: string;
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
};

/** A change of `api.md`, with its position as a number. */
export type ChangeShown = {
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly at: string;
  readonly by: string;
  readonly command: string;
  /** The command's id. */
  readonly causation: string;
  readonly correlation: string;
  readonly reason: string | null;
  readonly registry?: string;
  readonly collection?: string;
  /** As stored: versions are numbers. */
  readonly data: unknown;
};

/** A change of an alias, as `api.md` has it in the alias's history, with its position as a number. */
export type AliasMoveShown = {
  readonly alias: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly cause: string;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
  readonly command: string;
  readonly causation: string;
  readonly correlation: string;
  readonly revision: number;
  readonly position: number;
};

type Sought = {
  readonly registry: number | null; readonly collection: number | null; readonly by: string | undefined;
  readonly type: string | undefined; readonly alias: string | undefined; readonly correlation: string | undefined;
};
type Row = Omit<ChangeShown, 'at' | 'registry' | 'collection' | 'data'> & {
  readonly at: number; readonly registry: string | null; readonly collection: string | null; readonly data: string;
};
type MoveRow = Pick<Row, 'position' | 'revision' | 'at' | 'by' | 'command' | 'causation' | 'correlation' | 'reason' | 'data'>;
type Move = { readonly from?: number; readonly to?: number; readonly cause: string };

const shown = ({ at, registry, collection, data, ...row }: Row): ChangeShown => ({
  ...row,
  at: instantOf(at),
  ...(registry === null ? {} : { registry }),
  ...(collection === null ? {} : { collection }),
  data: JSON.parse(data) as unknown,
});

const showOrNull = (version: number | undefined): string | null => (version === undefined ? null : showVersion(version));

/** @param many of which changes there are not more than so many, those are looked through one by one */
export const historyQueries = (db: Database, many = MANY) => {
  const select = prepare(db, selects);
  const lists: Readonly<Record<Driver, { readonly asc: Statement; readonly desc: Statement }>> = {
    correlation: { asc: select.correlationUp, desc: select.correlationDown },
    alias: { asc: select.aliasUp, desc: select.aliasDown },
    named: { asc: select.namedUp, desc: select.namedDown },
    collection: { asc: select.collectionUp, desc: select.collectionDown },
    registry: { asc: select.registryUp, desc: select.registryDown },
    by: { asc: select.byUp, desc: select.byDown },
    type: { asc: select.typeUp, desc: select.typeDown },
    all: { asc: select.allUp, desc: select.allDown },
  };

  const streamId = (stream: string): number => (select.stream.get(stream) as { id: number } | undefined)?.id ?? -1;

  type Span = { readonly first: number; readonly last: number };

  /** Between which positions the changes from an instant (inclusive) to another (exclusive) lie; undefined for none. */
  const spanOf = ({ from, to }: HistoryFilter): Span | undefined => {
    if (from === undefined && to === undefined) return { first: 0, last: Number.MAX_SAFE_INTEGER };
    const first = from === undefined ? 0 : Math.floor(millisecondsOf(from) / DAY);
    const last = to === undefined ? Number.MAX_SAFE_INTEGER : Math.floor((millisecondsOf(to) - 1) / DAY);
    const span = select.span.get({ first, last }) as { first: number | null; last: number | null };
    return span.first === null || span.last === null ? undefined : { first: span.first, last: span.last };
  };

  /** The narrowest of what is asked for: where it is, if that is not much, or else by what is known of few changes. */
  const driverFor = (
    { registry, collection, by, type, alias, correlation }: Sought, within: { readonly above: number; readonly below: number },
  ): Driver => {
    const few = (statement: Statement, key: Readonly<Record<string, string | number>>): boolean =>
      statement.get({ ...key, ...within, many }) === undefined;
    if (correlation !== undefined) return 'correlation';
    if (collection !== null && alias !== undefined) return 'alias';
    const scope = collection !== null ? 'collection' : registry !== null ? 'registry' : 'all';
    if (by === undefined && type === undefined && alias === undefined) return scope;
    if (collection !== null && few(select.manyOfCollection, { collection })) return scope;
    if (collection === null && registry !== null && few(select.manyOfRegistry, { registry })) return scope;
    if (alias !== undefined && few(select.manyNamed, { alias })) return 'named';
    if (by !== undefined && few(select.manyBy, { by })) return 'by';
    if (type !== undefined && few(select.manyOfType, { type })) return 'type';
    if (scope !== 'all') return scope;
    return by !== undefined ? 'by' : type !== undefined ? 'type' : 'all';
  };

  return {
    /**
     * The changes of a collection with its usage, of a registry with its collections, or all, by position.
     * @param part after a position, in the order asked for
     */
    listChanges: (scope: Scope, filter: HistoryFilter, { after, limit }: Part<number>): Iterable<ChangeShown> => {
      const { order, by, eventType, alias, correlation, from, to } = filter;
      const span = spanOf(filter);
      if (span === undefined) return [];
      const registry = scope.registry === undefined ? null : streamId(registryStream(scope.registry));
      const collection =
        scope.registry === undefined || scope.collection === undefined
          ? null
          : streamId(collectionStream(scope.registry, scope.collection));
      const within = {
        above: Math.max(span.first - 1, order === 'asc' ? (after ?? -1) : -1),
        below: Math.min(span.last + 1, order === 'desc' ? (after ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER),
      };
      const driver = driverFor({ registry, collection, by, type: eventType, alias, correlation }, within);
      const asked = {
        ...within,
        from: from === undefined ? Number.MIN_SAFE_INTEGER : millisecondsOf(from),
        to: to === undefined ? Number.MAX_SAFE_INTEGER : millisecondsOf(to),
        registry,
        collection,
        by: by ?? null,
        type: eventType ?? null,
        alias: alias ?? null,
        correlation: correlation ?? null,
        limit,
      };
      return shownOf(lists[driver][order], asked, shown);
    },

    /** Every change of an alias of a collection, newest first; none for one that was never given. */
    listAliasMoves: (
      registry: string, collection: string, alias: string, { after = Number.MAX_SAFE_INTEGER, limit }: Part<number>,
    ): ReadonlyArray<AliasMoveShown> => {
      const of = streamId(collectionStream(registry, collection));
      const rows = select.aliasMoves.all({ collection: of, alias, below: after, limit }) as ReadonlyArray<MoveRow>;
      return rows.map(({ at, data, ...row }) => {
        const { from, to, cause } = JSON.parse(data) as Move;
        return { ...row, alias, from: showOrNull(from), to: showOrNull(to), cause, at: instantOf(at) };
      });
    },
  };
};

export type HistoryQueries = ReturnType<typeof historyQueries>;
