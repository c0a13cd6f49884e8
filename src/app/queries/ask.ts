/** The way of every query: not from read models that are behind (R1), and not before the position that it has to include. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { QueryMeta, QueryRejection, QueryResult } from '../messages';
import { Positions } from '../positions';
import { Reach } from '../reaching';

/** The read models, as far as a query cares. */
export type Freshness = {
  readonly position: () => number;
  /** Whether they have reached or compared themselves with the store's head within the last 5 s, and are not stopped. */
  readonly fresh: () => boolean;
};

export type Ask = <V>(meta: QueryMeta, run: () => Either<QueryRejection, V>) => Promise<QueryResult<V>>;

export const createAsk =
  (readModels: Freshness, positions: Positions, reach: Reach): Ask =>
  async (meta, run) => {
    if (meta.after !== undefined) {
      const reached = await reach('Moniker-After', meta.after);
      if (isLeft(reached)) return reached;
    }
    if (!readModels.fresh()) return left({ type: 'read_model_behind' });
    const value = run();
    return isLeft(value) ? value : right({ value: value.right, position: positions.show(readModels.position()) });
  };
