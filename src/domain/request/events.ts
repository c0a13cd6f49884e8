/** The events of one request with an idempotency key. The names and members are storage: a change needs an upcaster. */
import * as t from 'io-ts';
import { exactly } from '../values/described';
import { VersionNumber } from '../values/versions';

export const requestEvents = {
  /** `fingerprint`: of the request, to know it again. `commandId`: what its events are caused by, at every try. */
  RequestBegun: exactly({ fingerprint: t.string, commandId: t.string }),
  /** The first success; `body` as it is shown to a repeat. */
  RequestCompleted: exactly({ status: VersionNumber, body: t.UnknownRecord }),
  /** Nothing was changed; a repeat is judged anew. */
  RequestRefused: exactly({}),
};
export type RequestEvents = typeof requestEvents;
export type RequestEvent = {
  [K in keyof RequestEvents]: { readonly type: K; readonly data: t.TypeOf<RequestEvents[K]> };
}[keyof RequestEvents];
