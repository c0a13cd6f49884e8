/** A request with an idempotency key: begun before its command, completed with the first success (`api.md`, Idempotency). */
import { Either, left, right } from 'fp-ts/Either';
import { requestEvents, RequestEvent } from './events';

export type RequestCommand =
  | { readonly type: 'BeginRequest'; readonly fingerprint: string; readonly commandId: string }
  | { readonly type: 'CompleteRequest'; readonly status: number; readonly body: Record<string, unknown> }
  | { readonly type: 'RefuseRequest' };

export type RequestRejection = { readonly type: 'idempotency_key_reused' };

type Known = { readonly fingerprint: string; readonly commandId: string };
export type RequestState =
  | { readonly type: 'None' }
  | ({ readonly type: 'Begun' } & Known)
  | ({ readonly type: 'Refused' } & Known)
  | ({ readonly type: 'Completed'; readonly status: number; readonly body: Record<string, unknown> } & Known);

const evolve = (state: RequestState, event: RequestEvent): RequestState => {
  switch (event.type) {
    case 'RequestBegun':
      return { type: 'Begun', ...event.data };
    case 'RequestCompleted':
      return state.type === 'None'
        ? state
        : { type: 'Completed', fingerprint: state.fingerprint, commandId: state.commandId, ...event.data };
    case 'RequestRefused':
      return state.type === 'None'
        ? state
        : { type: 'Refused', fingerprint: state.fingerprint, commandId: state.commandId };
  }
};

const begin = (state: RequestState, command: RequestCommand & { type: 'BeginRequest' }): Either<RequestRejection, ReadonlyArray<RequestEvent>> => {
  const { fingerprint } = command;
  if (state.type === 'None')
    return right([{ type: 'RequestBegun', data: { fingerprint, commandId: command.commandId } }]);
  if (state.fingerprint !== fingerprint) return left({ type: 'idempotency_key_reused' });
  return right(
    state.type === 'Refused' ? [{ type: 'RequestBegun', data: { fingerprint, commandId: state.commandId } }] : [],
  );
};

const decide = (command: RequestCommand, state: RequestState): Either<RequestRejection, ReadonlyArray<RequestEvent>> => {
  switch (command.type) {
    case 'BeginRequest':
      return begin(state, command);
    case 'CompleteRequest':
      return right(
        state.type === 'Begun' || state.type === 'Refused'
          ? [{ type: 'RequestCompleted', data: { status: command.status, body: command.body } }]
          : [],
      );
    case 'RefuseRequest':
      return right(state.type === 'Begun' ? [{ type: 'RequestRefused', data: {} }] : []);
  }
};

export const request = {
  events: requestEvents,
  initial: { type: 'None' } as RequestState,
  evolve,
  decide,
  weight: (state: RequestState): number => (state.type === 'Completed' ? 2_000 : 400),
};
