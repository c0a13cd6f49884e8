/** Problems (RFC 9457): every way in which the API says no, in one table. */

const table = {
  malformed_request: [400, 'The request is malformed'],
  unauthenticated: [401, 'It is not known who asks'],
  forbidden: [403, 'The role does not suffice'],
  alias_protected: [403, 'The alias is protected'],
  not_found: [404, 'There is nothing at this address'],
  registry_not_found: [404, 'There is no such registry'],
  collection_not_found: [404, 'There is no such collection'],
  version_not_found: [404, 'There is no such version'],
  alias_not_found: [404, 'There is no such alias'],
  artifact_not_found: [404, 'There is no such artifact'],
  artifact_version_not_found: [404, 'There is no such version of the artifact'],
  entity_not_found: [404, 'There is no such entity'],
  principal_not_found: [404, 'There is no such principal'],
  key_not_found: [404, 'There is no such key'],
  method_not_allowed: [405, 'The method is not one of this address'],
  request_timeout: [408, 'The request took too long to arrive'],
  alias_conflict: [409, 'Another version holds the alias'],
  registry_exists: [409, 'The registry exists'],
  collection_exists: [409, 'The collection exists'],
  entity_exists: [409, 'The name is taken'],
  principal_exists: [409, 'The principal exists'],
  rollback_unavailable: [409, 'There is nothing to roll back to'],
  version_held_by_protected_alias: [409, 'A protected alias holds the version'],
  request_in_progress: [409, 'The first request of this key still runs'],
  last_admin: [409, 'The organization would have no admin'],
  payload_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body is not JSON'],
  type_not_accepted: [422, 'The registry does not accept the type'],
  type_mismatch: [422, 'The types differ'],
  personal_entity: [422, 'Personal artifacts are not linked'],
  alias_reserved: [422, 'The alias is reserved'],
  alias_confusable: [422, 'The alias differs from a protected one only in case'],
  too_many_aliases: [422, 'There are too many aliases'],
  too_many_tags: [422, 'There are too many tags'],
  idempotency_key_reused: [422, 'The idempotency key belongs to another request'],
  accepted_types_only_grow: [422, 'Accepted types only grow'],
  too_many_requests: [429, 'There are too many requests'],
  headers_too_large: [431, 'The headers are too large'],
  internal: [500, 'Something is broken on this side'],
  read_model_behind: [503, 'The read model is behind'],
  store_unavailable: [503, 'The event store is unavailable'],
  contention: [503, 'Too many want to change the same'],
  overloaded: [503, 'The server is overloaded'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof table;

export const problemCodes = Object.keys(table) as ReadonlyArray<ProblemCode>;

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Where the codes are explained; `type` of a problem is its code's anchor there. */
export const PROBLEMS_PAGE = '/api/docs';

export const statusOf = (code: ProblemCode): number => table[code][0];
export const titleOf = (code: ProblemCode): string => table[code][1];

/** A problem as it is answered. */
export type ProblemBody = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly [member: string]: unknown;
};

/** Throw it, or return it as the answer of an operation: both answer the client. Made by `problem`. */
export class Problem extends Error {
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly members: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${code}: ${detail}`);
    this.status = statusOf(code);
  }

  body(): ProblemBody {
    return {
      type: `${PROBLEMS_PAGE}#${this.code}`,
      title: titleOf(this.code),
      status: this.status,
      detail: this.detail,
      code: this.code,
      ...this.members,
    };
  }
}

/**
 * A problem.
 * @param detail a sentence that says what is wrong and what to do
 * @param members of its own, such as `actual` of `alias_conflict`
 * @param headers such as `retry-after`, in seconds
 */
export const problem = (
  code: ProblemCode,
  detail: string,
  members?: Readonly<Record<string, unknown>>,
  headers?: Readonly<Record<string, string>>,
): Problem => new Problem(code, detail, members, headers);

/** One thing wrong in a request: where (`aliases[1]`, or the name of a parameter or header), and what. */
export type Fault = { readonly path: string; readonly message: string };

const MOST_FAULTS = 200;

/** 400 with all the faults of a request (the first 200 of them). */
export const malformed = (faults: ReadonlyArray<Fault>): Problem => {
  const shown = faults.slice(0, MOST_FAULTS);
  const first = shown.slice(0, 3).map(({ path, message }) => `${path} ${message}`);
  const more = faults.length - first.length;
  return problem(
    'malformed_request',
    `Mend what is listed under errors: ${first.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
    { errors: shown },
  );
};

export const notFound = (): Problem => problem('not_found', `Nothing answers at this path; ${PROBLEMS_PAGE} lists what there is.`);
