/** What the SQL of all read models has in common. */
import { Database } from './read-model';

export type Statement = ReturnType<Database['prepare']>;
export type Prepared<S> = { readonly [name in keyof S]: Statement };

/** Prepares statements by name. They stay good when the tables are dropped and made again. */
export const prepare = <S extends Readonly<Record<string, string>>>(db: Database, statements: S): Prepared<S> =>
  Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)])) as Prepared<S>;

type Statements = Readonly<Record<string, string>>;

/** The statements of a model's projection and of its queries, whose names may meet. */
export const statementsOf = (changes: Statements, selects: Statements): Statements => ({
  ...selects,
  ...Object.fromEntries(Object.entries(changes).map(([name, sql]) => [`${name} (change)`, sql])),
});

/** `CREATE INDEX` statements as one, to stand in a schema. */
export const all = (indexes: Readonly<Record<string, string>>): string =>
  Object.values(indexes).map((sql) => `${sql};\n`).join('');

/** Longer than any name, of the last code point. */
const LAST = '\u{10FFFF}'.repeat(128);

/** The end of the range of names that begin with a prefix: `name >= prefix AND name <= endOf(prefix)`. */
export const endOf = (prefix: string): string => prefix + LAST;

/**
 * What rows show, one after the other, each read when it is asked for: whoever has enough leaves the rest in the file.
 * Until it has ended or is left, the statement must not be used for anything else.
 */
export function* shownOf<R, A>(
  statement: Statement, asked: Readonly<Record<string, string | number | null>>, shown: (row: R) => A,
): Iterable<A> {
  for (const row of statement.iterate(asked)) yield shown(row as R);
}

/** A part of a list: what comes after a key, in the list's order, at most `limit` items. */
export type Part<K> = { readonly after?: K; readonly limit: number };
