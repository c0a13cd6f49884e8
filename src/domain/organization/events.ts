/** The events of the organization. The names and members are storage: a change needs an upcaster. No key is ever in one, only its hash. */
import * as t from 'io-ts';
import { exactly, orNull } from '../values/described';
import { Instant } from '../values/instants';
import { Label, PlainName } from '../values/names';
import { OrganizationRole, Principal } from '../values/principals';

export const organizationEvents = {
  OrganizationFounded: exactly({ name: PlainName }),
  UserCreated: exactly({ name: PlainName, role: OrganizationRole }),
  ServiceAccountCreated: exactly({ name: PlainName, role: OrganizationRole }),
  OrganizationRoleChanged: exactly({ principal: Principal, role: OrganizationRole }),
  PrincipalDisabled: exactly({ principal: Principal }),
  PrincipalEnabled: exactly({ principal: Principal }),
  TeamCreated: exactly({ name: PlainName }),
  TeamMemberAdded: exactly({ team: PlainName, principal: Principal }),
  TeamMemberRemoved: exactly({ team: PlainName, principal: Principal }),
  /** `hash`: lowercase hex SHA-256 of the key. */
  KeyCreated: exactly({ id: PlainName, principal: Principal, hash: t.string, label: Label, expiresAt: orNull(Instant) }),
  KeyRevoked: exactly({ id: PlainName }),
};

export type OrganizationEvents = typeof organizationEvents;
export type OrganizationEvent = {
  [K in keyof OrganizationEvents]: { readonly type: K; readonly data: t.TypeOf<OrganizationEvents[K]> };
}[keyof OrganizationEvents];
