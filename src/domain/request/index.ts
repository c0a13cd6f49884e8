/** A request with an idempotency key: begun before its command, completed with the first success (`api.md`, Idempotency). */
import { Either, left, right } from 'fp-ts/Either';
import { requestEvents, RequestEvent } from './events';

export type RequestCommand =
  /** `over`: the try that is taken to have died, and is taken over. */
  | { readonly type: 'BeginRequest'; readonly fingerprint: string; readonly commandId: string; readonly over?: number }
  | { readonly type: 'CompleteRequest'; readonly nth: number; readonly status: number; readonly body: Record<string, unknown> }
  | { readonly type: 'RefuseRequest'; readonly nth: number };

export type RequestRejection = { readonly type: 'idempotency_key_reused' };

/** `nth`: of the tries, that which was begun last; no other one has a say. */
type Known = { readonly fingerprint: string; readonly commandId: string; readonly nth: number };
export type RequestState =
  | { readonly type: 'None' }
  | ({ readonly type: 'Begun' } & Known)
  | ({ readonly type: 'Refused' } & Known)
  | ({ readonly type: 'Completed'; readonly status: number; readonly body: Record<string, unknown> } & Known);

const evolve = (state: RequestState, event: RequestEvent): RequestState => {
  switch (event.type) {
    case 'RequestBegun':
      return { type: 'Begun', ...event.data, nth: state.type === 'None' ? 1 : state.nth + 1 };
    case 'RequestCompleted':
      return state.type === 'None' ? state : { ...state, type: 'Completed', ...event.data };
    case 'RequestRefused':
      return state.type === 'None'
        ? state
        : { type: 'Refused', fingerprint: state.fingerprint, commandId: state.commandId, nth: state.nth };
  }
};

const begin = (
  state: RequestState, { fingerprint, commandId, over }: RequestCommand & { type: 'BeginRequest' },
): Either<RequestRejection, ReadonlyArray<RequestEvent>> => {
  if (state.type === 'None') return right([{ type: 'RequestBegun', data: { fingerprint, commandId } }]);
  if (state.fingerprint !== fingerprint) return left({ type: 'idempotency_key_reused' });
  const isFree = state.type === 'Refused' || (state.type === 'Begun' && state.nth === over);
  return right(isFree ? [{ type: 'RequestBegun', data: { fingerprint, commandId: state.commandId } }] : []);
};

const decide = (command: RequestCommand, state: RequestState): Either<RequestRejection, ReadonlyArray<RequestEvent>> => {
  if (command.type === 'BeginRequest') return begin(state, command);
  if (state.type !== 'Begun' || state.nth !== command.nth) return right([]);
  switch (command.type) {
    case 'CompleteRequest':
      return right([{ type: 'RequestCompleted', data: { status: command.status, body: command.body } }]);
    case 'RefuseRequest':
      return right([{ type: 'RequestRefused', data: {} }]);
  }
};

export const request = {
  events: requestEvents,
  initial: { type: 'None' } as RequestState,
  evolve,
  decide,
  weight: (state: RequestState): number => (state.type === 'Completed' ? 2_000 : 400),
};
