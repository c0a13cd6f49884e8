/** From a request as it came to what its operation takes: everything that is wrong with it at once. */
import { Either, isLeft, isRight, left, right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { exactly } from '../../domain/values/described';
import { Reason, text } from '../../domain/values/names';
import { faultsOf } from './faults';
import { iJsonFaults } from './i-json';
import { decodePage, listFingerprint, Page, paging } from './lists';
import { API, Operation, RequestHeaders } from './operation';
import { Fault } from './problems';
import { decodePath, decodeQueryString, percentDecoded, splitTarget } from './query-string';

export type ReceivedRequest = {
  /** As sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>;
  /** Undefined where there is none. */
  readonly body: Uint8Array | undefined;
};

export type AnyDecodedRequest = {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: RequestHeaders;
  readonly page: Page | undefined;
};

type Part<A> = Either<ReadonlyArray<Fault>, A>;

export type DecodeRequest = (received: ReceivedRequest) => Either<ReadonlyArray<Fault>, AnyDecodedRequest>;

/** What decodes the requests of an operation. */
export const requestDecoder = (operation: Operation): DecodeRequest => {
  const params = exactly(operation.params ?? {});
  const query = exactly(operation.query?.required ?? {}, {
    ...operation.query?.optional,
    ...(operation.paging ? paging : {}),
  });
  const body = operation.body ?? exactly({});
  const pattern = API + operation.path;

  return ({ target, headers, body: bytes }) => {
    const sent = splitTarget(target);
    const path = decodePath(pattern, sent.path);
    const parameters = decodeQueryString(sent.query);
    const decodedParams = decodeWith(params, path.values, path.faults);
    const decodedQuery = decodeWith(query, parameters.values, parameters.faults);
    const decodedHeaders = decodeHeaders(operation, headers);
    const decodedBody = operation.method === 'GET' ? noBody(headers) : decodeBody(body, bytes);
    const decodedPage = operation.paging
      ? pageAsked(operation.paging, operation.id, { ...path.values, ...parameters.values }, decodedQuery)
      : right(undefined);
    if (
      isLeft(decodedParams) ||
      isLeft(decodedQuery) ||
      isLeft(decodedHeaders) ||
      isLeft(decodedBody) ||
      isLeft(decodedPage)
    )
      return left(
        [decodedParams, decodedQuery, decodedPage, decodedHeaders, decodedBody].flatMap((part) =>
          isLeft(part) ? part.left : [],
        ),
      );
    return right({
      params: decodedParams.right,
      query: decodedQuery.right,
      body: decodedBody.right,
      headers: decodedHeaders.right,
      page: decodedPage.right,
    });
  };
};

/** What a codec makes of a value that was got at with some faults already; where those are it adds none. */
const decodeWith = <A>(codec: t.Type<A, unknown, unknown>, value: unknown, before: ReadonlyArray<Fault>): Part<A> => {
  const decoded = codec.decode(value);
  const found = isLeft(decoded) ? faultsOf(decoded.left) : [];
  const faults = [...before, ...found.filter(({ path }) => !before.some((fault) => fault.path === path))];
  return isRight(decoded) && faults.length === 0 ? right(decoded.right) : left(faults);
};

const pageAsked = (
  key: NonNullable<Operation['paging']>,
  operation: string,
  { limit: _limit, cursor: _cursor, ...filters }: Readonly<Record<string, string>>,
  query: Part<Readonly<Record<string, unknown>>>,
): Part<Page> => {
  if (isLeft(query)) return left([]);
  const page = decodePage(key, listFingerprint(operation, filters), query.right);
  return isLeft(page) ? left([{ path: 'cursor', message: page.left }]) : page;
};

/** The body of a GET is not read: that there is one is known by the headers. */
const noBody = (headers: ReceivedRequest['headers']): Part<Record<never, never>> =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
    ? right({})
    : left([{ path: 'body', message: 'is not taken by a GET; leave it out' }]);

const decodeBody = <A>(codec: t.Type<A, unknown, unknown>, bytes: Uint8Array | undefined): Part<A> => {
  if (bytes === undefined || bytes.length === 0) return decodeWith(codec, {}, []);
  const parsed = parseJson(bytes);
  return isLeft(parsed) ? left([{ path: 'body', message: parsed.left }]) : decodeWith(codec, ...parsed.right);
};

const parseJson = (bytes: Uint8Array): Either<string, [value: unknown, faults: ReadonlyArray<Fault>]> => {
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return left('is not UTF-8');
  }
  try {
    return right([JSON.parse(json), iJsonFaults(json)]);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : '').split(/,? (?:\.\.\.)?"/);
    return left(`is not JSON: ${reason}`);
  }
};

const IdempotencyKey = text('IdempotencyKey', { min: 1, max: 128, pattern: /^[\x21-\x7e]*$/ });
/** A place in the whole log, opaque to clients. */
export const PositionInHeader = text('PositionInHeader', { min: 1, max: 128, pattern: /^[\x21-\x7e]*$/ });
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** What a browser's `EventSource` sends when it comes back. */
export const LAST_EVENT_ID = 'Last-Event-ID';

/** The headers that operations know, by the names they have in requests. */
export const headerCodecs = {
  command: { 'Idempotency-Key': IdempotencyKey, 'Moniker-Reason': Reason },
  query: { 'Moniker-After': PositionInHeader },
  open: {},
} as const;

const decodeHeaders = (operation: Operation, headers: ReceivedRequest['headers']): Part<RequestHeaders> => {
  const faults: Array<Fault> = [];
  const header = (name: string): string | undefined => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : (value as string | undefined);
  };
  const checked = (name: string, codec: t.Type<string, string, unknown>, value: string | undefined) => {
    if (value === undefined) return undefined;
    const decoded = codec.decode(value);
    if (isLeft(decoded)) faults.push({ path: name, message: decoded.left[0]?.message ?? 'is malformed' });
    return value;
  };
  const percentEncoded = (name: string): string | undefined => {
    const value = header(name);
    const decoded = value === undefined ? undefined : percentDecoded(value.replaceAll(' ', '%20'));
    if (value !== undefined && decoded === undefined)
      faults.push({ path: name, message: 'must be percent-encoded UTF-8 where it is not ASCII, and "%" written %25' });
    return decoded;
  };

  const isCommand = operation.kind === 'command';
  const idempotencyKey = isCommand ? checked('Idempotency-Key', IdempotencyKey, header('Idempotency-Key')) : undefined;
  const reason = isCommand ? checked('Moniker-Reason', Reason, percentEncoded('Moniker-Reason')) : undefined;
  const after = operation.kind === 'query' ? checked('Moniker-After', PositionInHeader, header('Moniker-After')) : undefined;
  const lastEventId =
    operation.live === true ? checked(LAST_EVENT_ID, PositionInHeader, header(LAST_EVENT_ID) || undefined) : undefined;
  const traceparent = header('traceparent');
  return faults.length > 0
    ? left(faults)
    : right({
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(reason === undefined ? {} : { reason }),
        ...(after === undefined ? {} : { after }),
        ...(lastEventId === undefined ? {} : { lastEventId }),
        // A malformed one is to be ignored (W3C Trace Context).
        ...(traceparent !== undefined && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
      });
};
