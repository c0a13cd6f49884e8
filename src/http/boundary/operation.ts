/**
 * An operation of the API as plain data. What decodes its requests, encodes its answers and documents both is made of
 * it.
 *
 * ```ts
 * export const moveAlias = operation({
 *   id: 'moveAlias',
 *   method: 'PUT',
 *   path: '/registries/:registry/collections/:collection/aliases/:alias',
 *   tag: 'Aliases',
 *   summary: 'Give an alias to a version',
 *   kind: 'command',
 *   params: { registry: RegistryName, collection: CollectionName, alias: AliasName },
 *   body: exactly({ version: Version }, { expected: orNull(Version), reason: Reason }),
 *   answers: { 200: AliasMoved },
 *   codes: ['registry_not_found', 'collection_not_found', 'version_not_found', 'alias_conflict'],
 * });
 *
 * @Controller()
 * export class AliasesController {
 *   @Handles(moveAlias)
 *   async move(request: DecodedRequest<typeof moveAlias>, caller: Caller): ReplyTo<typeof moveAlias> {
 *     const moved = await this.commands.execute(...);
 *     return isLeft(moved) ? problemOf(moved.left) : answer(200, moved.right);
 *   }
 * }
 * ```
 *
 * Handlers get decoded values and answer with values that the codec of the status encodes (`7` goes out as `"v7"`). A
 * `Problem` may be returned or thrown. Queries give the position that they answer from: `answer(200, body, { position })`.
 * Lists name the codec of their cursor's key in `paging`, get `request.page` and answer `page(found, request.page, keyOf)`.
 * Operations with `media` answer an iterable of chunks.
 */
import * as t from 'io-ts';
import type { Caller } from '../../app/messages';
import { Page, PageKey } from './lists';
import { Problem, ProblemCode } from './problems';

export const API = '/api/v1';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A codec made by `exactly`. */
type ExactlyCodec = t.Mixed & { readonly required: t.Props; readonly optional: t.Props };

export type Operation = {
  /** Unique; the operationId of the OpenAPI document. */
  readonly id: string;
  readonly method: Method;
  /** Below `/api/v1`, with parameters as `:name`. */
  readonly path: `/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** `open` ones need no key. */
  readonly kind: 'command' | 'query' | 'open';
  readonly params?: t.Props;
  readonly query?: ExactlyCodec;
  /** For lists: the codec of the key that a cursor holds, a tuple of texts and numbers. */
  readonly paging?: t.Mixed;
  readonly body?: ExactlyCodec;
  /** By status; `null` is an answer without a body. */
  readonly answers: Readonly<Record<number, t.Mixed | null>>;
  /** What it can answer beside what every operation of its kind can. */
  readonly codes: ReadonlyArray<ProblemCode>;
  /** Of answers that are not JSON: they are sent as their handler makes them, chunk by chunk. */
  readonly media?: string;
  /** Whether answers go on until either side ends them: `HEAD` is none of its methods, and it is not timed. */
  readonly live?: boolean;
  /** Whether answers carry an ETag and honour `If-None-Match`. */
  readonly etag?: boolean;
};

type NamesIn<Path extends string> = Path extends `${infer Part}/${infer Rest}`
  ? NamesIn<Part> | NamesIn<Rest>
  : Path extends `:${infer Name}`
    ? Name
    : never;

type WithItsParams<O extends Operation> = [NamesIn<O['path']>] extends [never]
  ? { readonly params?: Record<string, never> }
  : { readonly params: Readonly<Record<NamesIn<O['path']>, t.Mixed>> };

export const operation = <const O extends Operation>(described: O & WithItsParams<O>): O => described;

const ofKind: Readonly<Record<Operation['kind'], ReadonlyArray<ProblemCode>>> = {
  command: [
    'unauthenticated',
    'forbidden',
    'too_many_requests',
    'idempotency_key_reused',
    'request_in_progress',
    'store_unavailable',
    'contention',
    'overloaded',
  ],
  query: ['unauthenticated', 'too_many_requests', 'read_model_behind', 'store_unavailable', 'overloaded'],
  open: ['overloaded'],
};

/** Every code that an operation can answer: its own, and those of its kind. */
export const codesOf = ({ method, kind, codes }: Operation): ReadonlyArray<ProblemCode> => [
  ...new Set<ProblemCode>([
    'malformed_request',
    ...(method === 'GET' ? [] : (['payload_too_large', 'unsupported_media_type'] as const)),
    ...ofKind[kind],
    ...codes,
    'internal',
  ]),
];

export type { Caller };

export type RequestHeaders = {
  readonly idempotencyKey?: string;
  readonly reason?: string;
  /** Moniker-After: the position that a query waits for. */
  readonly after?: string;
  /** Last-Event-ID: the position that a live operation goes on from. */
  readonly lastEventId?: string;
  readonly traceparent?: string;
};

type Members<P> = P extends t.Props ? { readonly [K in keyof P]: t.TypeOf<P[K]> } : Record<never, never>;
type Of<C> = C extends t.Mixed ? t.TypeOf<C> : Record<never, never>;

export type DecodedRequest<O extends Operation> = {
  readonly params: Members<O['params']>;
  readonly query: Of<O['query']>;
  readonly body: Of<O['body']>;
  readonly headers: RequestHeaders;
  /** Of lists. */
  readonly page: O['paging'] extends t.Mixed ? Page<Extract<t.TypeOf<O['paging']>, PageKey>> : undefined;
};

export type Answer<S extends number = number, B = unknown> = {
  readonly status: S;
  readonly body: B;
  readonly position?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * An answer.
 * @param more `position` that a query answers from; headers by lower-case name
 */
export const answer = <const S extends number, B>(
  status: S,
  body: B,
  more: Pick<Answer, 'position' | 'headers'> = {},
): Answer<S, B> => ({ status, body, ...more });

type BodyOf<O extends Operation, S extends keyof O['answers']> = O extends { media: string }
  ? AsyncIterable<string | Uint8Array>
  : O['answers'][S] extends t.Mixed
    ? t.TypeOf<O['answers'][S]>
    : null;

type AnswerTo<O extends Operation> = {
  [S in keyof O['answers'] & number]: Answer<S, BodyOf<O, S>>;
}[keyof O['answers'] & number];

/** What the handler of an operation answers. */
export type ReplyTo<O extends Operation> = Promise<AnswerTo<O> | Problem>;
