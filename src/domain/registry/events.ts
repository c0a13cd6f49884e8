/** The events of a registry. The names and members are storage: a change needs an upcaster. */
import * as t from 'io-ts';
import { AcceptedTypes } from '../values/accepted-types';
import { exactly } from '../values/described';
import { AliasName, CollectionName, Description, RegistryName } from '../values/names';
import { Grantee, RegistryRole } from '../values/principals';
import { VersionNumber } from '../values/versions';
import { Visibility } from '../values/visibility';

export const registryEvents = {
  RegistryCreated: exactly({
    name: RegistryName,
    description: Description,
    acceptedTypes: AcceptedTypes,
    visibility: Visibility,
    defaultRole: RegistryRole,
  }),
  RegistryDescribed: exactly({ description: Description }),
  AcceptedTypesAdded: exactly({ types: AcceptedTypes }),
  VisibilityChanged: exactly({ visibility: Visibility }),
  DefaultRoleChanged: exactly({ role: RegistryRole }),
  RoleGranted: exactly({ principal: Grantee, role: RegistryRole }),
  RoleRevoked: exactly({ principal: Grantee }),
  AliasProtected: exactly({ alias: AliasName }),
  AliasUnprotected: exactly({ alias: AliasName }),
  /** Every collection has been told (A10). */
  AliasProtectionSettled: exactly({ alias: AliasName, protected: t.boolean }),
  /** The name stands for its `life`-th collection, from 1, which is or will be created (C1). */
  CollectionRegistered: exactly({ collection: CollectionName, life: VersionNumber }),
  CollectionUnregistered: exactly({ collection: CollectionName, life: VersionNumber }),
  RegistryDeleted: exactly({}),
  /** Every collection has been deleted (C4). */
  RegistryDeletionSettled: exactly({}),
};

export type RegistryEvents = typeof registryEvents;
export type RegistryEvent = {
  [K in keyof RegistryEvents]: { readonly type: K; readonly data: t.TypeOf<RegistryEvents[K]> };
}[keyof RegistryEvents];
