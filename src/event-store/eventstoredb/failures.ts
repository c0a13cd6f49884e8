/** The table of errors: what each error of the client, of gRPC or of the server says about what was asked. */
import { ErrorType } from '@eventstore/db-client';

/**
 * - `conflict`: the stream is not where it was expected
 * - `not-found`: there is no such stream
 * - `refused`: asking again will not help
 * - `not-leader`: another node leads; the client is on its way to it
 * - `not-sent`: nothing reached the store: no connection could be made
 * - `busy`: the server answered that it could not do it in time, or at all; the connection is well
 * - `broken`: the connection is lost; what was under way may have been done
 * - `too-slow`: the server let go of a subscription whose reader did not keep up
 * - `let-go`: this process let go of the call, with its connection; it may have been done
 * - `odd`: an error without a class; where it comes again, the connection is broken in a way the client does not see
 */
export type Kind =
  'conflict' | 'not-found' | 'refused' | 'not-leader' | 'not-sent' | 'busy' | 'broken' | 'too-slow' | 'let-go' | 'odd';

export type Failure = { readonly kind: Kind; readonly reason: string };

/** Codes of gRPC. */
const UNKNOWN = 2;
const INTERNAL = 13;
const UNAUTHENTICATED = 16;

const memberOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

/** One line; the errors of the batch rpc have no message but their type. */
const oneLine = (error: unknown): string => {
  const [message, type] = [memberOf(error, 'message'), memberOf(error, 'type')];
  const told = [message, type, error].find((part): part is string => typeof part === 'string' && part !== '');
  return (told ?? 'an error without a message').replaceAll(/\s+/g, ' ').slice(0, 300);
};

/** gRPC says so of a call for which it found no connection at all, and the client of a cluster it found no node of. */
const NOT_SENT =
  /No connection established|Name resolution failed|^Failed to discover|Channel has been shut down|Channel closed before call started/;
/** And so of one that was cancelled here. */
const LET_GO = /^1 CANCELLED: Cancelled on client/;
/** And the server of a subscription. */
const TOO_SLOW = /Consumer too slow/;

export const failureOf = (error: unknown): Failure => {
  const reason = oneLine(error);
  const code = memberOf(error, 'code');
  if (TOO_SLOW.test(reason)) return { kind: 'too-slow', reason };
  if (LET_GO.test(reason)) return { kind: 'let-go', reason };
  switch (memberOf(error, 'type')) {
    case ErrorType.WRONG_EXPECTED_VERSION:
      return { kind: 'conflict', reason };
    case ErrorType.STREAM_NOT_FOUND:
      return { kind: 'not-found', reason };
    case ErrorType.ACCESS_DENIED:
      return {
        kind: 'refused',
        reason:
          code === UNAUTHENTICATED ? 'the store does not take the user and the password' : 'the store denies access',
      };
    case ErrorType.STREAM_DELETED:
    case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
    case ErrorType.INVALID_ARGUMENT:
    case ErrorType.UNSUPPORTED:
    case ErrorType.MISSING_REQUIRED_METADATA_PROPERTY:
      return { kind: 'refused', reason };
    case ErrorType.NOT_LEADER:
      return { kind: 'not-leader', reason };
    case ErrorType.TIMEOUT:
    case ErrorType.DEADLINE_EXCEEDED:
      return { kind: 'busy', reason };
    case ErrorType.UNKNOWN:
      // Without a code it is an answer by the batch rpc that the client has no class for, such as "Server Is Busy".
      return { kind: code === undefined ? 'busy' : 'odd', reason };
  }
  if (NOT_SENT.test(reason)) return { kind: 'not-sent', reason };
  return { kind: code === UNKNOWN || code === INTERNAL ? 'odd' : 'broken', reason };
};
