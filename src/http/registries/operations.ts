/** The operations on registries (`api.md`, Registries). */
import * as t from 'io-ts';
import { exactly } from '../../domain/values/described';
import { AcceptedTypes } from '../../domain/values/accepted-types';
import { Visibility } from '../../domain/values/visibility';
import { AliasName, Description, Reason, RegistryName } from '../../domain/values/names';
import { Grantee, RegistryRole } from '../../domain/values/principals';
import { Changed, Member, MemberChanged, ProtectedAliases, Registry, RegistryChanged } from '../answers';
import { operation, pageOf } from '../boundary';
import { NamePrefix } from '../requests';

const tag = 'Registries';
const inRegistry = { registry: RegistryName };

export const createRegistry = operation({
  id: 'createRegistry', method: 'POST', path: '/registries', tag, kind: 'command',
  summary: 'Create a registry',
  body: exactly(
    { name: RegistryName },
    { description: Description, acceptedTypes: AcceptedTypes, visibility: Visibility, defaultRole: RegistryRole },
  ),
  answers: { 201: RegistryChanged },
  codes: ['forbidden', 'registry_exists'],
});

export const listRegistries = operation({
  id: 'listRegistries', method: 'GET', path: '/registries', tag, kind: 'query',
  summary: 'The registries that one can see, by name',
  query: exactly({}, { name: NamePrefix }),
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(Registry) },
  codes: [],
});

export const getRegistry = operation({
  id: 'getRegistry', method: 'GET', path: '/registries/:registry', tag, kind: 'query',
  summary: 'A registry',
  params: inRegistry,
  answers: { 200: Registry },
  codes: ['registry_not_found'],
});

export const changeRegistry = operation({
  id: 'changeRegistry', method: 'PATCH', path: '/registries/:registry', tag, kind: 'command',
  summary: 'Describe a registry, or change what it accepts and who sees it',
  params: inRegistry,
  body: exactly(
    {},
    { description: Description, addAcceptedTypes: AcceptedTypes, visibility: Visibility, defaultRole: RegistryRole },
  ),
  answers: { 200: RegistryChanged },
  codes: ['registry_not_found', 'forbidden', 'accepted_types_only_grow'],
});

export const deleteRegistry = operation({
  id: 'deleteRegistry', method: 'DELETE', path: '/registries/:registry', tag, kind: 'command',
  summary: 'Delete a registry with its collections',
  params: inRegistry,
  query: exactly({}, { reason: Reason }),
  answers: { 200: Changed },
  codes: ['registry_not_found', 'forbidden'],
});

export const protectAlias = operation({
  id: 'protectAlias', method: 'PUT', path: '/registries/:registry/protected-aliases/:alias', tag, kind: 'command',
  summary: 'Protect an alias in every collection of a registry',
  params: { ...inRegistry, alias: AliasName },
  answers: { 200: ProtectedAliases },
  codes: ['registry_not_found', 'forbidden', 'alias_reserved', 'alias_confusable', 'too_many_aliases'],
});

export const unprotectAlias = operation({
  id: 'unprotectAlias', method: 'DELETE', path: '/registries/:registry/protected-aliases/:alias', tag, kind: 'command',
  summary: 'Protect an alias no more',
  params: { ...inRegistry, alias: AliasName },
  answers: { 200: ProtectedAliases },
  codes: ['registry_not_found', 'forbidden', 'alias_reserved'],
});

export const listMembers = operation({
  id: 'listMembers', method: 'GET', path: '/registries/:registry/members', tag, kind: 'query',
  summary: 'To whom roles in a registry are granted',
  params: inRegistry,
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(Member) },
  codes: ['registry_not_found'],
});

export const grantRole = operation({
  id: 'grantRole', method: 'PUT', path: '/registries/:registry/members/:principal', tag, kind: 'command',
  summary: 'Grant a role in a registry',
  params: { ...inRegistry, principal: Grantee },
  body: exactly({ role: RegistryRole }),
  answers: { 200: MemberChanged },
  codes: ['registry_not_found', 'forbidden', 'principal_not_found'],
});

export const revokeRole = operation({
  id: 'revokeRole', method: 'DELETE', path: '/registries/:registry/members/:principal', tag, kind: 'command',
  summary: 'Take a granted role away',
  params: { ...inRegistry, principal: Grantee },
  answers: { 200: MemberChanged },
  codes: ['registry_not_found', 'forbidden'],
});
