/** The operations on the organization (`api.md`, Organization). */
import * as t from 'io-ts';
import { exactly, oneOf, orNull } from '../../domain/values/described';
import { Instant } from '../../domain/values/instants';
import { Label, PlainName } from '../../domain/values/names';
import { OrganizationRole, Principal } from '../../domain/values/principals';
import {
  Account, AccountChanged, Changed, Key, KeyCreated, Organization, Team, TeamChanged, WhoAmI,
} from '../answers';
import { operation, pageOf } from '../boundary';

const tag = 'Organization';
const byName = t.tuple([t.string]);
const newAccount = exactly({ name: PlainName, role: OrganizationRole });
const changedAccount = exactly({}, { role: OrganizationRole, disabled: t.boolean });
const changeCodes = ['forbidden', 'principal_not_found', 'last_admin'] as const;

export const getOrganization = operation({
  id: 'getOrganization', method: 'GET', path: '/organization', tag, kind: 'query',
  summary: 'The organization',
  answers: { 200: Organization },
  codes: [],
});

export const whoAmI = operation({
  id: 'whoAmI', method: 'GET', path: '/whoami', tag, kind: 'query',
  summary: 'Whose key this is',
  answers: { 200: WhoAmI },
  codes: [],
});

export const createTeam = operation({
  id: 'createTeam', method: 'POST', path: '/teams', tag, kind: 'command',
  summary: 'Create a team',
  body: exactly({ name: PlainName }),
  answers: { 201: TeamChanged },
  codes: ['forbidden', 'entity_exists', 'principal_exists'],
});

export const listTeams = operation({
  id: 'listTeams', method: 'GET', path: '/teams', tag, kind: 'query',
  summary: 'The teams',
  paging: byName,
  answers: { 200: pageOf(Team) },
  codes: ['forbidden'],
});

export const addTeamMember = operation({
  id: 'addTeamMember', method: 'PUT', path: '/teams/:team/members/:principal', tag, kind: 'command',
  summary: 'Add a user or service account to a team',
  params: { team: PlainName, principal: Principal },
  answers: { 200: TeamChanged },
  codes: ['forbidden', 'entity_not_found', 'principal_not_found'],
});

export const removeTeamMember = operation({
  id: 'removeTeamMember', method: 'DELETE', path: '/teams/:team/members/:principal', tag, kind: 'command',
  summary: 'Take a user or service account out of a team',
  params: { team: PlainName, principal: Principal },
  answers: { 200: TeamChanged },
  codes: ['forbidden', 'entity_not_found'],
});

export const createUser = operation({
  id: 'createUser', method: 'POST', path: '/users', tag, kind: 'command',
  summary: 'Create a user',
  body: newAccount,
  answers: { 201: AccountChanged },
  codes: ['forbidden', 'entity_exists', 'principal_exists'],
});

export const listUsers = operation({
  id: 'listUsers', method: 'GET', path: '/users', tag, kind: 'query',
  summary: 'The users',
  paging: byName,
  answers: { 200: pageOf(Account) },
  codes: ['forbidden'],
});

export const changeUser = operation({
  id: 'changeUser', method: 'PATCH', path: '/users/:user', tag, kind: 'command',
  summary: 'Change the role of a user, or disable it',
  params: { user: PlainName },
  body: changedAccount,
  answers: { 200: AccountChanged },
  codes: changeCodes,
});

export const createServiceAccount = operation({
  id: 'createServiceAccount', method: 'POST', path: '/service-accounts', tag, kind: 'command',
  summary: 'Create a service account',
  body: newAccount,
  answers: { 201: AccountChanged },
  codes: ['forbidden', 'principal_exists'],
});

export const listServiceAccounts = operation({
  id: 'listServiceAccounts', method: 'GET', path: '/service-accounts', tag, kind: 'query',
  summary: 'The service accounts',
  paging: byName,
  answers: { 200: pageOf(Account) },
  codes: ['forbidden'],
});

export const changeServiceAccount = operation({
  id: 'changeServiceAccount', method: 'PATCH', path: '/service-accounts/:service', tag, kind: 'command',
  summary: 'Change the role of a service account, or disable it',
  params: { service: PlainName },
  body: changedAccount,
  answers: { 200: AccountChanged },
  codes: changeCodes,
});

export const createKey = operation({
  id: 'createKey', method: 'POST', path: '/keys', tag, kind: 'command',
  summary: 'Make an API key; it is shown only here',
  body: exactly({ principal: Principal }, { expiresAt: orNull(Instant), label: Label }),
  answers: { 201: KeyCreated },
  codes: ['forbidden', 'principal_not_found'],
});

export const listKeys = operation({
  id: 'listKeys', method: 'GET', path: '/keys', tag, kind: 'query',
  summary: "One's own keys; all of them for admins",
  description:
    'With `include=lastUsedAt` each says when it was last used on this node: null for not since the node was started.',
  query: exactly({}, { include: oneOf('KeyMember', ['lastUsedAt']) }),
  paging: byName,
  answers: { 200: pageOf(Key) },
  codes: [],
});

export const revokeKey = operation({
  id: 'revokeKey', method: 'DELETE', path: '/keys/:id', tag, kind: 'command',
  summary: 'Revoke an API key',
  params: { id: PlainName },
  answers: { 200: Changed },
  codes: ['key_not_found'],
});
