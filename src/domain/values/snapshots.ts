/** What parts of snapshots are read with. */
import * as t from 'io-ts';

/** Pieces of a list, so that no part of a snapshot is large, however long the list. */
export function* piecesOf<A>(values: Iterable<A>, size = 1_000): Generator<ReadonlyArray<A>> {
  let piece: Array<A> = [];
  for (const value of values) {
    if (piece.push(value) < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** One for each version: what stands there, or for one that is gone where to look on. */
export const Slots = t.readonlyArray(t.union([t.string, t.number]));
