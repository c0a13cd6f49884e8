/** Every command in every state of the organization. */
import { organization } from '../../../src/domain/organization';
import { OrganizationCommand } from '../../../src/domain/organization/commands';
import { OrganizationEvent } from '../../../src/domain/organization/events';
import { OrganizationRejection } from '../../../src/domain/organization/rejections';
import { OrganizationRole } from '../../../src/domain/values/principals';
import { changesNothing, emits, rejects, Table, testTable } from '../../support/table';

type EventNamed<T extends OrganizationEvent['type']> = OrganizationEvent & { type: T };
type CommandNamed<T extends OrganizationCommand['type']> = OrganizationCommand & { type: T };

const founded: EventNamed<'OrganizationFounded'> = { type: 'OrganizationFounded', data: { name: 'my-org' } };
const user = (name: string, role: OrganizationRole): EventNamed<'UserCreated'> => ({ type: 'UserCreated', data: { name, role } });
const service = (name: string, role: OrganizationRole): EventNamed<'ServiceAccountCreated'> => ({
  type: 'ServiceAccountCreated', data: { name, role },
});
const roleChanged = (principal: string, role: OrganizationRole): EventNamed<'OrganizationRoleChanged'> => ({
  type: 'OrganizationRoleChanged', data: { principal, role },
});
const disabled = (principal: string): EventNamed<'PrincipalDisabled'> => ({ type: 'PrincipalDisabled', data: { principal } });
const enabled = (principal: string): EventNamed<'PrincipalEnabled'> => ({ type: 'PrincipalEnabled', data: { principal } });
const team = (name: string): EventNamed<'TeamCreated'> => ({ type: 'TeamCreated', data: { name } });
const joined = (name: string, principal: string): EventNamed<'TeamMemberAdded'> => ({
  type: 'TeamMemberAdded', data: { team: name, principal },
});
const left = (name: string, principal: string): EventNamed<'TeamMemberRemoved'> => ({
  type: 'TeamMemberRemoved', data: { team: name, principal },
});
const key = (id: string, principal: string, data: Partial<EventNamed<'KeyCreated'>['data']> = {}): EventNamed<'KeyCreated'> => ({
  type: 'KeyCreated', data: { id, principal, hash: `hash-of-${id}`, label: '', expiresAt: null, ...data },
});
const revoked = (id: string): EventNamed<'KeyRevoked'> => ({ type: 'KeyRevoked', data: { id } });
const adminKey = (id: string) => key(`admin-${id}`, 'user:admin', { hash: `hash-of-${id}`, label: 'admin key' });

const found: CommandNamed<'FoundOrganization'> = { type: 'FoundOrganization', name: 'my-org' };
const setKey = (id: string): CommandNamed<'SetAdminKey'> => ({ type: 'SetAdminKey', id, hash: `hash-of-${id}` });
const createUser = (name: string, role: OrganizationRole = 'member'): CommandNamed<'CreateUser'> => ({
  type: 'CreateUser', name, role,
});
const createService = (name: string, role: OrganizationRole = 'member'): CommandNamed<'CreateServiceAccount'> => ({
  type: 'CreateServiceAccount', name, role,
});
const change = (principal: string, to: Partial<CommandNamed<'ChangePrincipal'>>): CommandNamed<'ChangePrincipal'> => ({
  type: 'ChangePrincipal', principal, ...to,
});
const createTeam = (name: string): CommandNamed<'CreateTeam'> => ({ type: 'CreateTeam', name });
const join = (name: string, principal: string): CommandNamed<'AddTeamMember'> => ({ type: 'AddTeamMember', team: name, principal });
const leave = (name: string, principal: string): CommandNamed<'RemoveTeamMember'> => ({
  type: 'RemoveTeamMember', team: name, principal,
});
const createKey = (id: string, principal: string): CommandNamed<'CreateKey'> => ({
  type: 'CreateKey', id, principal, hash: `hash-of-${id}`, label: 'laptop', expiresAt: '2026-01-31T09:00:00.000Z',
});
const revoke = (id: string): CommandNamed<'RevokeKey'> => ({ type: 'RevokeKey', id });

const first: ReadonlyArray<OrganizationEvent> = [founded, user('admin', 'admin'), adminKey('one')];
const many: ReadonlyArray<OrganizationEvent> = [
  ...first,
  user('ann', 'member'),
  service('ci', 'viewer'),
  team('vision'),
  joined('vision', 'user:ann'),
  key('k1', 'user:ann'),
];

const states = {
  unfounded: { empty: [] },
  founded: {
    new: first,
    'with people': many,
    'with a second admin': [...many, roleChanged('service:ci', 'admin')],
    'with a second admin, disabled': [...many, roleChanged('service:ci', 'admin'), disabled('service:ci')],
    'with somebody gone': [...many, disabled('user:ann'), left('vision', 'user:ann'), revoked('k1')],
  },
} as const;

const nobody = (principal: string) => rejects<OrganizationRejection>({ type: 'principal_not_found', principal });
const noTeam = (name: string) => rejects<OrganizationRejection>({ type: 'entity_not_found', name });
const taken = (name: string) => rejects<OrganizationRejection>({ type: 'principal_exists', name });
const takenByOther = (name: string) => rejects<OrganizationRejection>({ type: 'entity_exists', name });
const lastAdmin = rejects<OrganizationRejection>({ type: 'last_admin' });
const noKey = rejects<OrganizationRejection>({ type: 'key_not_found' });

const table: Table<OrganizationCommand, typeof states, OrganizationEvent, OrganizationRejection> = {
  FoundOrganization: {
    empty: [['roles: with an admin', found, emits(founded, user('admin', 'admin'))]],
    new: [['roles: once', found, changesNothing]],
    'with people': [['roles: once', { ...found, name: 'another' }, changesNothing]],
    'with a second admin': [['roles: once', found, changesNothing]],
    'with a second admin, disabled': [['roles: once', found, changesNothing]],
    'with somebody gone': [['roles: once', found, changesNothing]],
  },

  SetAdminKey: {
    empty: [['keys: the first one', setKey('one'), emits(adminKey('one'))]],
    new: [
      ['keys: the same', setKey('one'), changesNothing],
      ['keys: another one in its place', setKey('two'), emits(revoked('admin-one'), adminKey('two'))],
    ],
    'with people': [['keys: those of others stay', setKey('two'), emits(revoked('admin-one'), adminKey('two'))]],
    'with a second admin': [['keys: the same', setKey('one'), changesNothing]],
    'with a second admin, disabled': [['keys: the same', setKey('one'), changesNothing]],
    'with somebody gone': [['keys: another one in its place', setKey('two'), emits(revoked('admin-one'), adminKey('two'))]],
  },

  CreateUser: {
    empty: [['roles: whoever asks', createUser('ann'), emits(user('ann', 'member'))]],
    new: [
      ['roles: with a role', createUser('ann', 'viewer'), emits(user('ann', 'viewer'))],
      ['N6: the admin is one', createUser('admin'), taken('admin')],
    ],
    'with people': [
      ['N6: taken by a user', createUser('ann'), taken('ann')],
      ['N6: taken by a team: one namespace', createUser('vision'), takenByOther('vision')],
      ['N6: a service account owns no projects', createUser('ci'), emits(user('ci', 'member'))],
      ['N6: nothing is case-folded', createUser('Ann'), emits(user('Ann', 'member'))],
    ],
    'with a second admin': [['roles: a third', createUser('bob', 'admin'), emits(user('bob', 'admin'))]],
    'with a second admin, disabled': [['roles: another one', createUser('bob', 'admin'), emits(user('bob', 'admin'))]],
    'with somebody gone': [['roles: the name of one who is disabled stays taken', createUser('ann'), taken('ann')]],
  },

  CreateServiceAccount: {
    empty: [['roles: whoever asks', createService('ci'), emits(service('ci', 'member'))]],
    new: [['roles: with a role', createService('ci', 'admin'), emits(service('ci', 'admin'))]],
    'with people': [
      ['N6: taken', createService('ci'), taken('ci')],
      ['N6: users and teams are others', createService('ann'), emits(service('ann', 'member'))],
      ['N6: users and teams are others', createService('vision'), emits(service('vision', 'member'))],
    ],
    'with a second admin': [['N6: taken', createService('ci'), taken('ci')]],
    'with a second admin, disabled': [['roles: the name of one that is disabled stays taken', createService('ci'), taken('ci')]],
    'with somebody gone': [['N6: another', createService('cd'), emits(service('cd', 'member'))]],
  },

  ChangePrincipal: {
    empty: [['roles: nobody is there', change('user:admin', { role: 'member' }), nobody('user:admin')]],
    new: [
      ['roles: the last admin stays one', change('user:admin', { role: 'member' }), lastAdmin],
      ['roles: and is not disabled', change('user:admin', { disabled: true }), lastAdmin],
      ['roles: nor both', change('user:admin', { role: 'viewer', disabled: true }), lastAdmin],
      ['roles: as it is already', change('user:admin', { role: 'admin', disabled: false }), changesNothing],
    ],
    'with people': [
      ['roles: another role', change('user:ann', { role: 'viewer' }), emits(roleChanged('user:ann', 'viewer'))],
      ['roles: disabled', change('service:ci', { disabled: true }), emits(disabled('service:ci'))],
      ['roles: both', change('user:ann', { role: 'admin', disabled: true }), emits(roleChanged('user:ann', 'admin'), disabled('user:ann'))],
      ['roles: nothing asked for', change('user:ann', {}), changesNothing],
      ['roles: nobody of that name', change('service:ann', { role: 'viewer' }), nobody('service:ann')],
      ['roles: a team is no principal', change('team:vision', { role: 'viewer' }), nobody('team:vision')],
      ['roles: the last admin stays one', change('user:admin', { role: 'member' }), lastAdmin],
    ],
    'with a second admin': [
      ['roles: the first may go', change('user:admin', { role: 'member' }), emits(roleChanged('user:admin', 'member'))],
      ['roles: or the second', change('service:ci', { disabled: true }), emits(disabled('service:ci'))],
    ],
    'with a second admin, disabled': [
      ['roles: one who is disabled does not count', change('user:admin', { disabled: true }), lastAdmin],
      ['roles: one who is disabled may be demoted', change('service:ci', { role: 'viewer' }), emits(roleChanged('service:ci', 'viewer'))],
      ['roles: enabled again', change('service:ci', { disabled: false }), emits(enabled('service:ci'))],
      ['roles: stays disabled', change('service:ci', { disabled: true }), changesNothing],
    ],
    'with somebody gone': [['roles: may come back', change('user:ann', { disabled: false }), emits(enabled('user:ann'))]],
  },

  CreateTeam: {
    empty: [['N6: whoever asks', createTeam('vision'), emits(team('vision'))]],
    new: [['N6: taken by a user: one namespace', createTeam('admin'), takenByOther('admin')]],
    'with people': [
      ['N6: taken by a team', createTeam('vision'), taken('vision')],
      ['N6: taken by a user', createTeam('ann'), takenByOther('ann')],
      ['N6: a service account owns no projects', createTeam('ci'), emits(team('ci'))],
    ],
    'with a second admin': [['N6: another', createTeam('audio'), emits(team('audio'))]],
    'with a second admin, disabled': [['N6: another', createTeam('audio'), emits(team('audio'))]],
    'with somebody gone': [['roles: the name of one who is disabled stays taken', createTeam('ann'), takenByOther('ann')]],
  },

  AddTeamMember: {
    empty: [['teams: there is none', join('vision', 'user:ann'), noTeam('vision')]],
    new: [['teams: there is none', join('vision', 'user:admin'), noTeam('vision')]],
    'with people': [
      ['teams: a user', join('vision', 'user:admin'), emits(joined('vision', 'user:admin'))],
      ['teams: a service account', join('vision', 'service:ci'), emits(joined('vision', 'service:ci'))],
      ['teams: is one already', join('vision', 'user:ann'), changesNothing],
      ['teams: nobody of that name', join('vision', 'user:bob'), nobody('user:bob')],
      ['teams: a user is no team', join('ann', 'user:ann'), noTeam('ann')],
    ],
    'with a second admin': [['teams: an admin', join('vision', 'service:ci'), emits(joined('vision', 'service:ci'))]],
    'with a second admin, disabled': [['teams: one that is disabled', join('vision', 'service:ci'), emits(joined('vision', 'service:ci'))]],
    'with somebody gone': [['teams: again', join('vision', 'user:ann'), emits(joined('vision', 'user:ann'))]],
  },

  RemoveTeamMember: {
    empty: [['teams: there is none', leave('vision', 'user:ann'), noTeam('vision')]],
    new: [['teams: there is none', leave('vision', 'user:ann'), noTeam('vision')]],
    'with people': [
      ['teams: a member', leave('vision', 'user:ann'), emits(left('vision', 'user:ann'))],
      ['teams: is none', leave('vision', 'service:ci'), changesNothing],
      ['teams: nobody of that name is none either', leave('vision', 'user:bob'), changesNothing],
    ],
    'with a second admin': [['teams: a member', leave('vision', 'user:ann'), emits(left('vision', 'user:ann'))]],
    'with a second admin, disabled': [['teams: is none', leave('vision', 'service:ci'), changesNothing]],
    'with somebody gone': [['teams: is none any more', leave('vision', 'user:ann'), changesNothing]],
  },

  CreateKey: {
    empty: [['keys: nobody is there', createKey('k2', 'user:ann'), nobody('user:ann')]],
    new: [['keys: nobody of that name', createKey('k2', 'user:ann'), nobody('user:ann')]],
    'with people': [
      [
        'keys: one more', createKey('k2', 'user:ann'),
        emits(key('k2', 'user:ann', { label: 'laptop', expiresAt: '2026-01-31T09:00:00.000Z' })),
      ],
      ['keys: a team has none', createKey('k2', 'team:vision'), nobody('team:vision')],
    ],
    'with a second admin': [
      [
        'keys: of a service account', createKey('k2', 'service:ci'),
        emits(key('k2', 'service:ci', { label: 'laptop', expiresAt: '2026-01-31T09:00:00.000Z' })),
      ],
    ],
    'with a second admin, disabled': [['keys: nobody of that name', createKey('k2', 'service:cd'), nobody('service:cd')]],
    'with somebody gone': [
      [
        'keys: of one who is disabled: good for when it is enabled', createKey('k2', 'user:ann'),
        emits(key('k2', 'user:ann', { label: 'laptop', expiresAt: '2026-01-31T09:00:00.000Z' })),
      ],
    ],
  },

  RevokeKey: {
    empty: [['keys: there is none', revoke('k1'), noKey]],
    new: [
      ['keys: there is none', revoke('k1'), noKey],
      ['keys: that of the admin', revoke('admin-one'), emits(revoked('admin-one'))],
    ],
    'with people': [['keys: is revoked', revoke('k1'), emits(revoked('k1'))]],
    'with a second admin': [['keys: is revoked', revoke('k1'), emits(revoked('k1'))]],
    'with a second admin, disabled': [['keys: is revoked', revoke('k1'), emits(revoked('k1'))]],
    'with somebody gone': [['keys: is revoked already', revoke('k1'), noKey]],
  },
};

testTable(organization, ({ name }) => (name === '' ? 'unfounded' : 'founded'), states, table);
