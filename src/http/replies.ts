/** How what the application says becomes an answer or a problem. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { isLeft } from 'fp-ts/Either';
import { parseVersion, showVersion } from '../domain/values/versions';
import { Caller, CommandFailure, CommandMeta, CommandResult, Listed, QueryMeta, QueryRejection, QueryResult, Rejection, Resource } from '../app/messages';
import { answer, Operation, page, Page, Problem, problem } from './boundary';
import { RequestHeaders } from './boundary/operation';
import { malformed } from './boundary/problems';

const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(', ');

const shown = (version: number | null): string | null => (version === null ? null : showVersion(version));

/** Every rejection says what to do about it. */
const rejectionProblem = (rejection: Rejection): Problem => {
  switch (rejection.type) {
    case 'registry_not_found':
      return problem(rejection.type, 'No registry of this name exists for you; GET /registries lists those that do.');
    case 'registry_exists':
      return problem(
        rejection.type,
        rejection.deleting
          ? 'The registry of this name is being deleted; try again when that is finished.'
          : 'A registry of this name exists; choose another name.',
      );
    case 'collection_not_found':
      return problem(rejection.type, 'The registry has no collection of this name; link a version or create it first.');
    case 'collection_exists':
      return problem(rejection.type, 'The registry has a collection of this name; use it, or choose another name.');
    case 'version_not_found':
      return 'alias' in rejection
        ? problem(rejection.type, `No version of the collection is "${rejection.alias}".`)
        : problem(rejection.type, `The collection has no version ${showVersion(rejection.version)} linked now.`);
    case 'alias_not_found':
      return problem(rejection.type, `No version holds the alias "${rejection.alias}", so there is nothing to take away.`);
    case 'personal_entity': {
      const teams = rejection.teams.length === 0 ? 'ask an admin to add you to a team' : `your teams: ${quoted(rejection.teams)}`;
      return problem(
        rejection.type,
        `"${rejection.entity}" is a personal entity, whose artifacts cannot be linked to a registry. Log the artifact ` +
          `again in a project of a team (${teams}) and link that.`,
        { teams: rejection.teams },
      );
    }
    case 'type_not_accepted':
      return problem(
        rejection.type,
        `The registry does not accept the type "${rejection.artifactType}", only ${quoted(rejection.accepted)}; use ` +
          'another registry, or have an admin add the type.',
      );
    case 'type_mismatch':
      return problem(
        rejection.type, `The type there is "${rejection.expected}", not "${rejection.actual}"; use another name for it.`,
      );
    case 'alias_reserved':
      return problem(
        rejection.type,
        `"${rejection.alias}" is reserved: "latest" follows the newest version by itself and vN is a version's number. ` +
          'Choose another alias.',
        { alias: rejection.alias },
      );
    case 'alias_confusable':
      return problem(
        rejection.type,
        `"${rejection.alias}" differs from the protected alias "${rejection.protectedAlias}" only in case; choose another.`,
        { alias: rejection.alias },
      );
    case 'too_many_aliases':
      return problem(rejection.type, `There may be at most ${rejection.limit} here; take one away first.`);
    case 'too_many_tags':
      return problem(rejection.type, `There may be at most ${rejection.limit} tags here; remove one first.`);
    case 'alias_protected':
      return problem(
        rejection.type,
        `"${rejection.alias}" is a protected alias of this registry: only its admins give, move or take it, and change ` +
          'what holds it. Ask one of them.',
        { alias: rejection.alias, role: rejection.role },
      );
    case 'alias_conflict': {
      const holder = rejection.actual === null ? 'no version' : showVersion(rejection.actual);
      return problem(
        rejection.type,
        `"${rejection.alias}" is held by ${holder} now, not as expected. Look at its history, and ask again with that.`,
        { alias: rejection.alias, expected: shown(rejection.expected), actual: shown(rejection.actual) },
      );
    }
    case 'rollback_unavailable': {
      const why = {
        never_given: 'it was never given',
        no_former: 'no earlier holder is remembered',
        unlinked: 'its former holder is not linked any more',
      }[rejection.reason];
      return problem(
        rejection.type, `"${rejection.alias}" cannot be rolled back: ${why}. Give it to a version by name instead.`,
        { alias: rejection.alias },
      );
    }
    case 'accepted_types_only_grow':
      return problem(rejection.type, 'The registry accepts any type, and that is never narrowed; leave addAcceptedTypes out.');
    case 'too_many_types':
      return malformed([{ path: 'addAcceptedTypes', message: `would make more than ${rejection.limit} types` }]);
    case 'protection_unsettled':
      return problem('contention', 'The protection of this alias is being changed by somebody else; try again.');
    case 'artifact_not_found':
      return problem(rejection.type, 'No such artifact exists for you: its name is wrong, or you are not in its team.');
    case 'artifact_version_not_found':
      return problem(rejection.type, 'The artifact has no such version; its versions are listed under it.');
    case 'entity_exists':
      return problem(rejection.type, `The name "${rejection.name}" is taken by a user or team; choose another.`);
    case 'principal_exists':
      return problem(rejection.type, `"${rejection.name}" exists; choose another name.`);
    case 'entity_not_found':
      return problem(rejection.type, `There is no team or user "${rejection.name}".`);
    case 'principal_not_found':
      return problem(rejection.type, `There is no "${rejection.principal}"; create it first.`);
    case 'key_not_found':
      return problem(rejection.type, 'There is no such key, or it is revoked.');
    case 'last_admin':
      return problem(rejection.type, 'This is the last admin of the organization; make another one first.');
    case 'idempotency_key_reused':
      return problem(rejection.type, 'This Idempotency-Key came with another request before; use a new one.');
    case 'request_in_progress':
      return problem(rejection.type, 'The first request with this Idempotency-Key still runs; repeat this one later.');
    case 'unauthenticated':
      return problem(rejection.type, 'The key is revoked or expired, or its principal disabled. Use another.', {}, {
        'www-authenticate': 'Bearer realm="moniker"',
      });
    case 'forbidden':
      return forbidden(rejection.role);
    case 'version_held_by_protected_alias':
      return problem(
        rejection.type, 'A protected alias holds this version where it is linked; have it moved away before you delete.',
      );
    case 'read_model_behind':
      return readModelBehind();
  }
};

const forbidden = (role: string): Problem =>
  problem('forbidden', `This needs the role ${role}; ask an admin for it.`, { role });

const readModelBehind = (): Problem =>
  problem('read_model_behind', 'This node has not caught up with the event store; try again, or ask another node.', {}, {
    'retry-after': '1',
  });

const failureProblem = (failure: CommandFailure): Problem => {
  switch (failure.type) {
    case 'Rejected':
      return rejectionProblem(failure.rejection);
    case 'Contention':
      return problem('contention', 'Others change the same all the time, and nothing was changed; try again.', {}, {
        'retry-after': '1',
      });
    case 'Overloaded':
      return problem('overloaded', 'Too many commands wait already, and nothing was changed; try again.', {}, {
        'retry-after': '1',
      });
    case 'StoreUnavailable':
      return problem(
        'store_unavailable',
        failure.outcome === 'none'
          ? 'The event store is not available, and nothing was changed; try again.'
          : 'The event store did not answer, so the change may have been recorded or not. Repeat it with the same ' +
              'Idempotency-Key, or look before you try again.',
        { outcome: failure.outcome },
        { 'retry-after': '1' },
      );
    // The stream may be one that who asks is not to know of.
    case 'CorruptHistory':
      return problem(
        'store_unavailable',
        'An event of the history that this depends on cannot be read, and nothing was changed. The log of this node names ' +
          'it, and "moniker verify" finds it.',
        { outcome: 'none' },
      );
  }
};

const queryProblem = (rejection: QueryRejection): Problem => {
  switch (rejection.type) {
    case 'forbidden':
      return forbidden(rejection.role);
    case 'malformed_request':
      return malformed([{ path: rejection.path, message: rejection.message }]);
    case 'read_model_behind':
      return readModelBehind();
    case 'overloaded':
      return problem(rejection.type, 'This node serves as many streams as it can; ask another node, or later.', {}, {
        'retry-after': '5',
      });
    case 'store_unavailable':
      return problem(rejection.type, `The event store did not answer (${rejection.reason}); try again.`, { outcome: 'none' }, {
        'retry-after': '1',
      });
    case 'version_not_found':
      return problem(rejection.type, 'The collection has no such version, or none holds this alias, at that time.');
    case 'alias_not_found':
      return problem(rejection.type, 'The alias is not known here.');
    case 'entity_not_found':
      return problem(rejection.type, 'No such team or user exists for you.');
    case 'registry_not_found':
    case 'collection_not_found':
    case 'artifact_not_found':
    case 'artifact_version_not_found':
      return rejectionProblem({ type: rejection.type });
  }
};

/** Anything with which a request was refused, as a problem. */
export const problemOf = (refused: CommandFailure | QueryRejection): Problem => {
  switch (refused.type) {
    case 'Rejected':
    case 'Contention':
    case 'Overloaded':
    case 'StoreUnavailable':
    case 'CorruptHistory':
      return failureProblem(refused);
    default:
      return queryProblem(refused);
  }
};

type AnyRequest = {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly headers: RequestHeaders;
};

/**
 * What comes with a command beside what it asks for.
 * @param reason from the body or query; that of the header `Moniker-Reason` unless given
 */
export const commandMeta = (
  operation: Operation, request: AnyRequest, caller: Caller, reason = request.headers.reason,
): CommandMeta => {
  const { idempotencyKey: key, traceparent } = request.headers;
  const { params, query, body } = request;
  return {
    caller,
    ...(reason === undefined || reason === '' ? {} : { reason }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(key === undefined
      ? {}
      : {
          idempotency: {
            key,
            fingerprint: hash(
              'sha256', canonicalize({ operation: operation.id, params, query, body, reason: reason ?? null }) ?? '', 'hex',
            ),
          },
        }),
  };
};

export const queryMeta = (request: AnyRequest, caller: Caller): QueryMeta => ({
  caller,
  ...(request.headers.after === undefined ? {} : { after: request.headers.after }),
});

/** The answer of a command that changes, or one of 201 that creates, or of one that may do either. */
export const ok = (result: CommandResult) => (isLeft(result) ? problemOf(result.left) : answer(200, result.right.body));
export const created = (result: CommandResult) => (isLeft(result) ? problemOf(result.left) : answer(201, result.right.body));
export const okOrCreated = (result: CommandResult) => {
  if (isLeft(result)) return problemOf(result.left);
  return result.right.status === 201 ? answer(201, result.right.body) : answer(200, result.right.body);
};

/** The answer of a query for one resource. */
export const found = (result: QueryResult<Resource>) =>
  isLeft(result) ? problemOf(result.left) : answer(200, result.right.value, { position: result.right.position });

/** The answer of a query for a page of a list. @param keyOf the key of an item, as the list is ordered */
export const listed = <K extends ReadonlyArray<string | number>>(
  result: QueryResult<Listed>, asked: Page<K>, keyOf: (item: Resource) => K,
) =>
  isLeft(result)
    ? problemOf(result.left)
    : answer(200, page(result.right.value, asked, keyOf), { position: result.right.position });

/** Members of a resource that a list is ordered by. */
export const textOf = (item: Resource, member: string): string => String(item[member]);

/** The number of a version in a list. */
export const versionOf = (item: Resource): number => {
  const version = parseVersion(item['version']);
  return version._tag === 'Right' ? version.right : 0;
};

/** A history is ordered by position. */
export const placeOf = (item: Resource): [position: string] => [textOf(item, 'position')];
