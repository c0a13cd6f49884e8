/** What stops a command. Only a rejection is the domain's own word; it is wrapped so that none is taken for another. */
import { Either, left } from 'fp-ts/Either';
import { StoreError } from '../event-store/event-store';
import { CorruptHistory } from '../event-store/history/history';

export type Rejected<R> = { readonly type: 'Rejected'; readonly rejection: R };
/** Other nodes were faster, again and again. Nothing was written. */
export type Contention = { readonly type: 'Contention' };
/** Too many commands wait already. Nothing was written. */
export type Overloaded = { readonly type: 'Overloaded' };
export type StoreUnavailable = {
  readonly type: 'StoreUnavailable';
  /** `unknown`: the change may have been recorded all the same. */
  readonly outcome: 'none' | 'unknown';
  readonly reason: string;
};
export type Failure<R> = Rejected<R> | Contention | Overloaded | StoreUnavailable | CorruptHistory;

export const rejected = <R>(rejection: R): Rejected<R> => ({ type: 'Rejected', rejection });

/** What a read of the store comes to that threw this, before anything was written. @throws what is not the store's */
export const unreadable = (error: unknown): Either<StoreUnavailable, never> => {
  if (!(error instanceof StoreError)) throw error;
  return left({ type: 'StoreUnavailable', outcome: 'none', reason: error.message });
};
