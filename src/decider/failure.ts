/** What stops a command. Only a rejection is the domain's own word; it is wrapped so that none is taken for another. */
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
