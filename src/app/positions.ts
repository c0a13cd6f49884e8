/** Positions as clients see them: opaque, and of one store's log only. */
import { Either, left, right } from 'fp-ts/Either';

export type Positions = {
  readonly show: (position: number) => string;
  /** Left says what is wrong. */
  readonly parse: (shown: string) => Either<string, number>;
};

/** @param identity of the store whose log the positions are places in */
export const createPositions = (identity: string): Positions => ({
  show: (position) => `${identity}-${position}`,
  parse: (shown) => {
    const [store, digits, ...more] = shown.split('-');
    if (digits === undefined || more.length > 0 || !/^(0|[1-9][0-9]{0,15})$/.test(digits))
      return left('must be a position as an answer gave it');
    return store === identity && Number.isSafeInteger(Number(digits))
      ? right(Number(digits))
      : left('is a position of another event store: positions do not outlive a move of the store; leave it out');
  },
});
