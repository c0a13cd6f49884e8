/** The rules of registries (C3, C4) and of what is protected in them (A9, A10). */
import { Either, left, right } from 'fp-ts/Either';
import { foldCase, isReservedAlias } from '../values/names';
import { RegistryCommand } from './commands';
import { MAX_TYPES } from '../values/accepted-types';
import { RegistryEvent } from './events';
import { RegistryRejection } from './rejections';
import { LiveRegistry, RegistryState, unionOfTypes } from './state';

/** A10 */
const MAX_PROTECTED = 100;

type Decision = Either<RegistryRejection, ReadonlyArray<RegistryEvent>>;

const refuse = (rejection: RegistryRejection): Decision => left(rejection);

const create = (command: RegistryCommand & { type: 'CreateRegistry' }): Decision => {
  const { name, description, acceptedTypes, visibility, defaultRole } = command;
  return right([
    { type: 'RegistryCreated', data: { name, description, acceptedTypes, visibility, defaultRole } },
    ...(command.creatorRole === 'admin'
      ? []
      : [{ type: 'RoleGranted' as const, data: { principal: command.creator, role: 'admin' as const } }]),
  ]);
};

/** C3: types are only added; `any` is never narrowed. */
const addTypes = (state: LiveRegistry, command: RegistryCommand & { type: 'ChangeRegistry' }): Decision => {
  const types = command.addAcceptedTypes;
  if (types === undefined) return right([]);
  if (state.acceptedTypes === 'any') return types === 'any' ? right([]) : refuse({ type: 'accepted_types_only_grow' });
  const all = unionOfTypes(state.acceptedTypes, types);
  if (all !== 'any' && all.length > MAX_TYPES) return refuse({ type: 'too_many_types', limit: MAX_TYPES });
  const known = state.acceptedTypes;
  const added = types === 'any' ? types : types.filter((type) => !known.includes(type));
  return right(added.length === 0 ? [] : [{ type: 'AcceptedTypesAdded', data: { types: added } }]);
};

const change = (state: LiveRegistry, command: RegistryCommand & { type: 'ChangeRegistry' }): Decision => {
  const { description, visibility, defaultRole } = command;
  const types = addTypes(state, command);
  if (types._tag === 'Left') return types;
  return right([
    ...(description === undefined || description === state.description
      ? []
      : [{ type: 'RegistryDescribed' as const, data: { description } }]),
    ...types.right,
    ...(visibility === undefined || visibility === state.visibility
      ? []
      : [{ type: 'VisibilityChanged' as const, data: { visibility } }]),
    ...(defaultRole === undefined || defaultRole === state.defaultRole
      ? []
      : [{ type: 'DefaultRoleChanged' as const, data: { role: defaultRole } }]),
  ]);
};

const protect = (state: LiveRegistry, alias: string): Decision => {
  if (isReservedAlias(alias)) return refuse({ type: 'alias_reserved', alias });
  if (state.protectedAliases.has(alias)) return right([]);
  const folded = foldCase(alias);
  const protectedAlias = state.protectedAliases.find((other) => foldCase(other) === folded);
  if (protectedAlias !== undefined) return refuse({ type: 'alias_confusable', alias, protectedAlias });
  if (state.protectedAliases.size >= MAX_PROTECTED) return refuse({ type: 'too_many_aliases', limit: MAX_PROTECTED });
  if (state.unsettled.has(alias)) return refuse({ type: 'protection_unsettled', alias, protected: false });
  return right([{ type: 'AliasProtected', data: { alias } }]);
};

const unprotect = (state: LiveRegistry, alias: string): Decision => {
  if (isReservedAlias(alias)) return refuse({ type: 'alias_reserved', alias });
  if (!state.protectedAliases.has(alias)) return right([]);
  if (state.unsettled.has(alias)) return refuse({ type: 'protection_unsettled', alias, protected: true });
  return right([{ type: 'AliasUnprotected', data: { alias } }]);
};

const decideLive = (command: RegistryCommand, state: LiveRegistry): Decision => {
  switch (command.type) {
    case 'CreateRegistry':
      return refuse({ type: 'registry_exists', deleting: false });
    case 'ChangeRegistry':
      return change(state, command);
    case 'GrantRole':
      return right(
        state.roles.get(command.principal) === command.role
          ? []
          : [{ type: 'RoleGranted', data: { principal: command.principal, role: command.role } }],
      );
    case 'RevokeRole':
      return right(
        state.roles.has(command.principal) ? [{ type: 'RoleRevoked', data: { principal: command.principal } }] : [],
      );
    case 'ProtectAlias':
      return protect(state, command.alias);
    case 'UnprotectAlias':
      return unprotect(state, command.alias);
    case 'SettleAliasProtection': {
      const change = state.unsettled.get(command.alias);
      return right(
        change?.nth === command.nth
          ? [{ type: 'AliasProtectionSettled', data: { alias: command.alias, protected: change.protected } }]
          : [],
      );
    }
    case 'RegisterCollection':
      return right(
        (state.collections.get(command.collection) ?? 0) >= command.life
          ? []
          : [{ type: 'CollectionRegistered', data: { collection: command.collection, life: command.life } }],
      );
    case 'UnregisterCollection':
      return right(
        state.collections.get(command.collection) === command.life
          ? [{ type: 'CollectionUnregistered', data: { collection: command.collection, life: command.life } }]
          : [],
      );
    case 'DeleteRegistry':
      return right([{ type: 'RegistryDeleted', data: {} }]);
    case 'SettleRegistryDeletion':
      return right([]);
  }
};

export const decide = (command: RegistryCommand, state: RegistryState): Decision => {
  if (state.type === 'Live') return decideLive(command, state);
  if (command.type === 'CreateRegistry') {
    // C4: the name of a restricted one is for admins; to others it is taken, and nothing more is said.
    if (state.type !== 'Absent' && state.visibility === 'restricted' && command.creatorRole !== 'admin')
      return refuse({ type: 'registry_exists', deleting: false });
    return state.type === 'Deleting' ? refuse({ type: 'registry_exists', deleting: true }) : create(command);
  }
  if (command.type === 'SettleRegistryDeletion')
    return right(
      state.type === 'Deleting' && state.begun === command.nth ? [{ type: 'RegistryDeletionSettled', data: {} }] : [],
    );
  if (command.type === 'UnregisterCollection' || command.type === 'SettleAliasProtection') return right([]);
  return refuse({ type: 'registry_not_found' });
};
