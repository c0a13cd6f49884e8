/** Positions that clients bring along: whether they are of this log, and whether this node has come so far. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { ReadModels } from '../projections/catch-up/read-models';
import { EventStore, Position } from '../event-store/event-store';
import { QueryRejection } from './messages';
import { Positions } from './positions';

/** How long a position that this node has not reached is waited for, and after how much of it the store is asked, in ms. */
const PATIENCE = 5_000;
const SOON = 250;

/**
 * Waits until the read models include a position.
 * @param path of the parameter or header that brought it
 * @returns a place to read on from, at which this node is
 */
export type Reach = (path: string, shown: string) => Promise<Either<QueryRejection, Position>>;

export const createReach = (
  readModels: Pick<ReadModels, 'position' | 'waitFor'>, positions: Positions,
  store: Pick<EventStore, 'head' | 'end' | 'exclusive'>,
): Reach => {
  const comeTo = async (position: Position): Promise<'reached' | 'behind' | 'beyond'> => {
    if (await readModels.waitFor(position, SOON)) return 'reached';
    const inTime = readModels.waitFor(position, PATIENCE - SOON);
    let isBeyond = false;
    const shortcut = async (): Promise<boolean> => {
      isBeyond = position > (await store.end());
      // A leader that has just been elected may not see yet what the one before it has acknowledged.
      if (isBeyond) return store.exclusive ? false : inTime;
      // No read model ever comes to what stands at the end of the log and is none of Moniker's.
      return readModels.waitFor(Math.min(position, await store.head()), PATIENCE - SOON);
    };
    if (await Promise.race([inTime, shortcut().catch(() => inTime)])) return 'reached';
    return isBeyond ? 'beyond' : 'behind';
  };

  return async (path, shown) => {
    const parsed = positions.parse(shown);
    if (isLeft(parsed)) return left({ type: 'malformed_request', path, message: parsed.left });
    switch (await comeTo(parsed.right)) {
      case 'reached':
        return right(Math.min(parsed.right, readModels.position()));
      case 'behind':
        return left({ type: 'read_model_behind' });
      case 'beyond':
        return left({ type: 'malformed_request', path, message: 'lies beyond the end of the log, which was set back to an older copy; leave it out' });
    }
  };
};
