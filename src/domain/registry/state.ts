/** What a registry remembers in order to decide, and to say who may do what in it. */
import { Map, Set as Names } from 'immutable';
import { RegistryRole } from '../values/principals';
import { Visibility } from '../values/visibility';
import { AcceptedTypes } from '../values/accepted-types';
import { RegistryEvent } from './events';

/** A change of protection that not every collection has been told of yet. */
export type Unsettled = {
  /** Whether the alias is to be protected. */
  readonly protected: boolean;
  /** Which of the changes that every collection is told of this is, so that none is settled in place of a later one. */
  readonly nth: number;
};

/** How many changes that every collection is told of were ever begun under this name. */
type Begun = { readonly begun: number };

export type LiveRegistry = Begun & {
  readonly type: 'Live';
  readonly description: string;
  readonly acceptedTypes: AcceptedTypes;
  readonly visibility: Visibility;
  readonly defaultRole: RegistryRole;
  /** Explicit grants, by grantee. */
  readonly roles: Map<string, RegistryRole>;
  readonly protectedAliases: Names<string>;
  /** By alias. */
  readonly unsettled: Map<string, Unsettled>;
  /** The closed list of its collections, each with the life it is registered for. */
  readonly collections: Map<string, number>;
};

export type RegistryState =
  | (Begun & { readonly type: 'Absent' })
  | LiveRegistry
  | (Begun & { readonly type: 'Deleting'; readonly visibility: Visibility; readonly collections: Map<string, number> })
  | (Begun & { readonly type: 'Deleted'; readonly visibility: Visibility });

export const initial: RegistryState = { type: 'Absent', begun: 0 };

/** Together what either accepts. */
export const unionOfTypes = (a: AcceptedTypes, b: AcceptedTypes): AcceptedTypes =>
  a === 'any' || b === 'any' ? 'any' : [...new Set([...a, ...b])];

const begin = (state: LiveRegistry, alias: string, toBe: boolean): LiveRegistry => {
  const begun = state.begun + 1;
  return { ...state, begun, unsettled: state.unsettled.set(alias, { protected: toBe, nth: begun }) };
};

const evolveLive = (state: LiveRegistry, event: RegistryEvent): RegistryState => {
  switch (event.type) {
    case 'RegistryCreated':
      return state;
    case 'RegistryDescribed':
      return { ...state, description: event.data.description };
    case 'AcceptedTypesAdded':
      return { ...state, acceptedTypes: unionOfTypes(state.acceptedTypes, event.data.types) };
    case 'VisibilityChanged':
      return { ...state, visibility: event.data.visibility };
    case 'DefaultRoleChanged':
      return { ...state, defaultRole: event.data.role };
    case 'RoleGranted':
      return { ...state, roles: state.roles.set(event.data.principal, event.data.role) };
    case 'RoleRevoked':
      return { ...state, roles: state.roles.delete(event.data.principal) };
    case 'AliasProtected':
      return {
        ...begin(state, event.data.alias, true),
        protectedAliases: state.protectedAliases.add(event.data.alias),
      };
    case 'AliasUnprotected':
      return {
        ...begin(state, event.data.alias, false),
        protectedAliases: state.protectedAliases.delete(event.data.alias),
      };
    case 'AliasProtectionSettled':
      return { ...state, unsettled: state.unsettled.delete(event.data.alias) };
    case 'CollectionRegistered':
      return { ...state, collections: state.collections.set(event.data.collection, event.data.life) };
    case 'CollectionUnregistered':
      return { ...state, collections: state.collections.delete(event.data.collection) };
    case 'RegistryDeleted':
      return {
        type: 'Deleting',
        begun: state.begun + 1,
        visibility: state.visibility,
        collections: state.collections,
      };
    case 'RegistryDeletionSettled':
      return state;
  }
};

export const evolve = (state: RegistryState, event: RegistryEvent): RegistryState => {
  if (state.type === 'Live') return evolveLive(state, event);
  if (event.type === 'RegistryCreated')
    return {
      type: 'Live',
      begun: state.begun,
      description: event.data.description,
      acceptedTypes: event.data.acceptedTypes,
      visibility: event.data.visibility,
      defaultRole: event.data.defaultRole,
      roles: Map(),
      protectedAliases: Names(),
      unsettled: Map(),
      collections: Map(),
    };
  return event.type === 'RegistryDeletionSettled' && state.type === 'Deleting'
    ? { type: 'Deleted', begun: state.begun, visibility: state.visibility }
    : state;
};

/** About how many bytes a state holds in memory. */
export const weight = (state: RegistryState): number =>
  state.type === 'Live' || state.type === 'Deleting'
    ? 2_000 + 220 * state.collections.size + (state.type === 'Live' ? 300 * state.roles.size : 0)
    : 200;
