/** The rules of versions, aliases and protection, each in one place. */
import { Either, left, right } from 'fp-ts/Either';
import { Map, Set } from 'immutable';
import { byCodePoint, foldCase, isReservedAlias, LATEST } from '../values/names';
import { RegistryRole } from '../values/principals';
import { AliasChange, CollectionCommand, Shelf } from './commands';
import { Cause, CollectionEvent } from './events';
import { CollectionRejection } from './rejections';
import { Absent, CollectionState, highestUpTo, linkedAs, Live, sourceOf } from './state';

/** A11 */
const MAX_ALIASES = 500;
/** N5 */
const MAX_TAGS = 64;

type Decision = Either<CollectionRejection, ReadonlyArray<CollectionEvent>>;

const refuse = (rejection: CollectionRejection): Either<CollectionRejection, never> => left(rejection);

/** The event of a change of the alias map; none where nothing changes (A3). */
const aliasEvent = (alias: string, from: number | null, to: number | null, cause: Cause): ReadonlyArray<CollectionEvent> => {
  if (from === to) return [];
  if (to === null) return from === null ? [] : [{ type: 'AliasRemoved', data: { alias, from, cause } }];
  return from === null
    ? [{ type: 'AliasAdded', data: { alias, to, cause } }]
    : [{ type: 'AliasMoved', data: { alias, from, to, cause } }];
};

/** The first rejection of a list of questions, in their order. */
const firstOf = (...rejections: ReadonlyArray<CollectionRejection | undefined>): CollectionRejection | undefined =>
  rejections.find((rejection) => rejection !== undefined);

/** N3 */
const reserved = (aliases: ReadonlyArray<string>): CollectionRejection | undefined => {
  const alias = aliases.find(isReservedAlias);
  return alias === undefined ? undefined : { type: 'alias_reserved', alias };
};

/**
 * What is protected: a collection knows by itself; for one that is about to be created the registry says, whatever was
 * left under the name.
 */
const protectedIn = (state: CollectionState, shelf: Shelf): Set<string> =>
  state.type === 'Live' ? state.protectedAliases : Set(shelf.protectedAliases);

/** A9: an alias that differs from a protected one only in case is not given. */
const confusable = (protectedAliases: Set<string>, aliases: ReadonlyArray<string>): CollectionRejection | undefined => {
  const byFold = Map(protectedAliases.map((alias) => [foldCase(alias), alias]));
  for (const alias of aliases) {
    const protectedAlias = byFold.get(foldCase(alias));
    if (protectedAlias !== undefined && protectedAlias !== alias) return { type: 'alias_confusable', alias, protectedAlias };
  }
  return undefined;
};

/** A9: only a registry admin gives, moves or takes a protected alias. */
const guarded = (
  protectedAliases: Set<string>, aliases: ReadonlyArray<string>, role: RegistryRole,
): CollectionRejection | undefined => {
  const alias = role === 'admin' ? undefined : aliases.find((asked) => protectedAliases.has(asked));
  return alias === undefined ? undefined : { type: 'alias_protected', alias, role: 'admin' };
};

/** A11: `latest` counts. */
const tooMany = (state: Live | undefined, given: ReadonlyArray<string>, taken: number, latest: boolean): CollectionRejection | undefined => {
  const held = state?.aliases;
  const fresh = given.filter((alias) => held?.has(alias) !== true).length;
  const withLatest = latest && held?.has(LATEST) !== true ? 1 : 0;
  return (held?.size ?? 0) + fresh + withLatest - taken > MAX_ALIASES && fresh + withLatest > 0
    ? { type: 'too_many_aliases', limit: MAX_ALIASES }
    : undefined;
};

/** A4 */
const conflicting = (state: Live, change: Omit<AliasChange, 'version'>): CollectionRejection | undefined => {
  const actual = state.aliases.get(change.alias) ?? null;
  return change.expected === undefined || change.expected === actual
    ? undefined
    : { type: 'alias_conflict', alias: change.alias, expected: change.expected, actual };
};

/** A6, and A3 to A5 for one: all apply or none, each judged against the map as it is. */
const changeAliases = (state: Live, changes: ReadonlyArray<AliasChange>, role: RegistryRole): Decision => {
  const names = changes.map((change) => change.alias);
  const given = changes.filter((change) => change.version !== null).map((change) => change.alias);
  const missing = changes.find((change) => change.version !== null && sourceOf(state, change.version) === undefined);
  const takenCount = changes.filter((change) => change.version === null && state.aliases.has(change.alias)).length;
  const conflict = changes.map((change) => conflicting(state, change)).find((found) => found !== undefined);
  const unheld = changes.find((change) => change.version === null && !state.aliases.has(change.alias));
  const rejection = firstOf(
    missing?.version == null ? undefined : { type: 'version_not_found', version: missing.version },
    reserved(names),
    confusable(state.protectedAliases, given),
    tooMany(state, given, takenCount, false),
    guarded(state.protectedAliases, names, role),
    conflict,
    unheld === undefined ? undefined : { type: 'alias_not_found', alias: unheld.alias },
  );
  return rejection
    ? left(rejection)
    : right(
        changes.flatMap((change) =>
          aliasEvent(change.alias, state.aliases.get(change.alias) ?? null, change.version, 'change'),
        ),
      );
};

/** A7 */
const rollBack = (state: Live, command: CollectionCommand & { type: 'RollBackAlias' }): Decision => {
  const { alias, role } = command;
  const holder = state.aliases.get(alias) ?? null;
  const former = state.former.get(alias);
  const target = former === undefined ? undefined : holder === null ? (former.last ?? undefined) : former.stack.at(-1);
  const reason = former === undefined ? 'never_given' : target === undefined ? 'no_former' : 'unlinked';
  const rejection = firstOf(
    reserved([alias]),
    confusable(state.protectedAliases, [alias]),
    holder === null ? tooMany(state, [alias], 0, false) : undefined,
    guarded(state.protectedAliases, [alias], role),
    conflicting(state, command),
    target === undefined || sourceOf(state, target) === undefined
      ? { type: 'rollback_unavailable', alias, reason }
      : undefined,
  );
  return rejection || target === undefined
    ? left(rejection ?? { type: 'rollback_unavailable', alias, reason })
    : right(aliasEvent(alias, holder, target, 'rollback'));
};

const accepts = (shelf: Shelf, artifactType: string): CollectionRejection | undefined =>
  shelf.acceptedTypes === 'any' || shelf.acceptedTypes.includes(artifactType)
    ? undefined
    : { type: 'type_not_accepted', artifactType, accepted: shelf.acceptedTypes };

/** A10: the append that creates a collection carries the registry's protections. */
const created = (state: CollectionState, registry: string, name: string, type: string, shelf: Shelf): ReadonlyArray<CollectionEvent> => [
  { type: 'CollectionCreated', data: { registry, name, type } },
  ...shelf.protectedAliases
    .filter((alias) => !state.protectedAliases.has(alias))
    .map((alias): CollectionEvent => ({ type: 'AliasProtected', data: { alias } })),
  ...[...state.protectedAliases]
    .filter((alias) => !shelf.protectedAliases.includes(alias))
    .map((alias): CollectionEvent => ({ type: 'AliasUnprotected', data: { alias } })),
];

/** V1 to V3, A2, A9 */
const link = (state: CollectionState, command: CollectionCommand & { type: 'LinkArtifactVersion' }): Decision => {
  const { source, aliases, role, shelf } = command;
  const live = state.type === 'Live' ? state : undefined;
  const known = live && linkedAs(live, source.name);
  const protectedAliases = protectedIn(state, shelf);
  const rejection = firstOf(
    source.owner === 'user'
      ? { type: 'personal_entity', entity: source.name.split('/')[0] ?? '', teams: command.teams }
      : undefined,
    accepts(shelf, source.type),
    live !== undefined && live.artifactType !== source.type
      ? { type: 'type_mismatch', expected: live.artifactType, actual: source.type }
      : undefined,
    reserved(aliases),
    confusable(protectedAliases, aliases),
    tooMany(live, aliases, 0, known === undefined),
    guarded(protectedAliases, aliases, role),
  );
  if (rejection) return left(rejection);
  const version = known ?? state.nextVersion;
  const given = aliases.flatMap((alias) => aliasEvent(alias, live?.aliases.get(alias) ?? null, version, 'link'));
  if (known !== undefined) return right(given);
  return right([
    ...(state.type === 'Absent' ? created(state, command.registry, command.name, source.type, shelf) : []),
    {
      type: 'VersionLinked',
      data: {
        version,
        source: source.name,
        digest: source.digest,
        type: source.type,
        ...(command.run === undefined ? {} : { run: command.run }),
      },
    },
    ...aliasEvent(LATEST, live?.aliases.get(LATEST) ?? null, version, 'link'),
    ...given,
  ]);
};

const held = (state: Live, version: number): ReadonlyArray<string> =>
  [...state.aliases].flatMap(([alias, holder]) => (holder === version ? [alias] : [])).sort(byCodePoint);

/** V5 */
const unlink = (state: Live, command: CollectionCommand & { type: 'UnlinkVersion' }): Decision => {
  const { version, role } = command;
  if (sourceOf(state, version) === undefined) return refuse({ type: 'version_not_found', version });
  const aliases = held(state, version);
  const rejection = guarded(state.protectedAliases, aliases, role);
  if (rejection) return left(rejection);
  // The holder of `latest` is always the highest linked version, so what remains is below it.
  const remaining = highestUpTo(state, version - 1);
  return right([
    ...aliases.flatMap((alias) => aliasEvent(alias, version, alias === LATEST ? (remaining ?? null) : null, 'unlink')),
    { type: 'VersionUnlinked', data: { version } },
  ]);
};

/** C2 */
const remove = (state: Live, role: RegistryRole): Decision => {
  const aliases = [...state.aliases.keys()].sort(byCodePoint);
  const rejection = guarded(state.protectedAliases, aliases, role);
  return rejection
    ? left(rejection)
    : right([
        ...aliases.flatMap((alias) => aliasEvent(alias, state.aliases.get(alias) ?? null, null, 'collection_deleted')),
        { type: 'CollectionDeleted', data: {} },
      ]);
};

const create = (state: CollectionState, command: CollectionCommand & { type: 'CreateCollection' }): Decision => {
  const rejection = firstOf(
    accepts(command.shelf, command.artifactType),
    command.tags.length > MAX_TAGS ? { type: 'too_many_tags', limit: MAX_TAGS } : undefined,
    state.type === 'Live' ? { type: 'collection_exists' } : undefined,
  );
  return rejection
    ? left(rejection)
    : right([
        ...created(state, command.registry, command.name, command.artifactType, command.shelf),
        ...(command.description === ''
          ? []
          : [{ type: 'CollectionDescribed' as const, data: { description: command.description } }]),
        ...command.tags.map((tag) => ({ type: 'CollectionTagged' as const, data: { tag } })),
      ]);
};

const change = (state: Live, command: CollectionCommand & { type: 'ChangeCollection' }): Decision => {
  const { description, addTags, removeTags } = command;
  const added = addTags.filter((tag) => !state.tags.has(tag));
  // A tag that is asked for in both lists stays, or is added.
  const removed = removeTags.filter((tag) => state.tags.has(tag) && !addTags.includes(tag));
  return added.length > 0 && state.tags.size + added.length - removed.length > MAX_TAGS
    ? refuse({ type: 'too_many_tags', limit: MAX_TAGS })
    : right([
        ...(description === undefined || description === state.description
          ? []
          : [{ type: 'CollectionDescribed' as const, data: { description } }]),
        ...removed.map((tag) => ({ type: 'CollectionUntagged' as const, data: { tag } })),
        ...added.map((tag) => ({ type: 'CollectionTagged' as const, data: { tag } })),
      ]);
};

const tag = (state: Live, command: CollectionCommand & { type: 'TagVersion' | 'UntagVersion' }): Decision => {
  const { version } = command;
  if (sourceOf(state, version) === undefined) return refuse({ type: 'version_not_found', version });
  const tags = state.versionTags.get(version) ?? [];
  const has = tags.includes(command.tag);
  const rejection = firstOf(
    command.type === 'TagVersion' && !has && tags.length >= MAX_TAGS
      ? { type: 'too_many_tags', limit: MAX_TAGS }
      : undefined,
    guarded(state.protectedAliases, held(state, version), command.role),
  );
  if (rejection) return left(rejection);
  if (command.type === 'TagVersion')
    return right(has ? [] : [{ type: 'VersionTagged', data: { version, tag: command.tag } }]);
  return right(has ? [{ type: 'VersionUntagged', data: { version, tag: command.tag } }] : []);
};

const decideLive = (command: CollectionCommand, state: Live): Decision => {
  switch (command.type) {
    case 'CreateCollection':
      return create(state, command);
    case 'ChangeCollection':
      return change(state, command);
    case 'LinkArtifactVersion':
      return link(state, command);
    case 'UnlinkVersion':
      return unlink(state, command);
    case 'AddAlias':
      return changeAliases(state, [command], command.role);
    case 'RemoveAlias':
      return changeAliases(state, [{ ...command, version: null }], command.role);
    case 'ChangeAliases':
      return changeAliases(state, command.changes, command.role);
    case 'RollBackAlias':
      return rollBack(state, command);
    case 'TagVersion':
    case 'UntagVersion':
      return tag(state, command);
    case 'ProtectAlias':
      return right(
        state.protectedAliases.has(command.alias) ? [] : [{ type: 'AliasProtected', data: { alias: command.alias } }],
      );
    case 'UnprotectAlias':
      return right(
        state.protectedAliases.has(command.alias) ? [{ type: 'AliasUnprotected', data: { alias: command.alias } }] : [],
      );
    case 'DeleteCollection':
      return remove(state, command.role);
    case 'CloseCollection':
      return state.lives < command.life ? remove(state, 'admin') : right([]);
  }
};

/**
 * Under a registered name where no collection stands yet, a creation may be under way that was judged by the registry
 * as it was: what is appended here, always, makes it conflict, and judge again (A10, C4).
 */
const decideAbsent = (command: CollectionCommand, state: Absent): Decision => {
  switch (command.type) {
    case 'CreateCollection':
      return create(state, command);
    case 'LinkArtifactVersion':
      return link(state, command);
    case 'ProtectAlias':
      return right([{ type: 'AliasProtected', data: { alias: command.alias } }]);
    case 'UnprotectAlias':
      return right([{ type: 'AliasUnprotected', data: { alias: command.alias } }]);
    case 'CloseCollection':
      return right(state.lives < command.life ? [{ type: 'CollectionDeleted', data: {} }] : []);
    case 'ChangeCollection':
    case 'UnlinkVersion':
    case 'AddAlias':
    case 'RemoveAlias':
    case 'ChangeAliases':
    case 'RollBackAlias':
    case 'TagVersion':
    case 'UntagVersion':
    case 'DeleteCollection':
      return refuse({ type: 'collection_not_found' });
  }
};

export const decide = (command: CollectionCommand, state: CollectionState): Decision =>
  state.type === 'Live' ? decideLive(command, state) : decideAbsent(command, state);

/** Whether a version of this source is linked here and holds a protected alias (S4). */
export const holdsProtected = (state: CollectionState, source: string): boolean => {
  const version = state.type === 'Live' ? linkedAs(state, source) : undefined;
  return state.type === 'Live' && version !== undefined && held(state, version).some((alias) => state.protectedAliases.has(alias));
};

