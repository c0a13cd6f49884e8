/** Every command in every state of a registry. */
import { registry } from '../../../src/domain/registry';
import { RegistryCommand } from '../../../src/domain/registry/commands';
import { RegistryEvent } from '../../../src/domain/registry/events';
import { RegistryRejection } from '../../../src/domain/registry/rejections';
import { changesNothing, emits, rejects, Table, testTable } from '../../support/table';

type EventNamed<T extends RegistryEvent['type']> = RegistryEvent & { type: T };
type CommandNamed<T extends RegistryCommand['type']> = RegistryCommand & { type: T };

const created = (data: Partial<EventNamed<'RegistryCreated'>['data']> = {}): EventNamed<'RegistryCreated'> => ({
  type: 'RegistryCreated',
  data: {
    name: 'Golden Datasets', description: '', acceptedTypes: 'any', visibility: 'organization',
    defaultRole: 'restricted_viewer', ...data,
  },
});
const granted = (principal: string, role: EventNamed<'RoleGranted'>['data']['role']): EventNamed<'RoleGranted'> => ({
  type: 'RoleGranted', data: { principal, role },
});
const revoked = (principal: string): EventNamed<'RoleRevoked'> => ({ type: 'RoleRevoked', data: { principal } });
const aliasProtected = (alias: string): EventNamed<'AliasProtected'> => ({ type: 'AliasProtected', data: { alias } });
const aliasUnprotected = (alias: string): EventNamed<'AliasUnprotected'> => ({ type: 'AliasUnprotected', data: { alias } });
const settled = (alias: string, toBe: boolean): EventNamed<'AliasProtectionSettled'> => ({
  type: 'AliasProtectionSettled', data: { alias, protected: toBe },
});
const registered = (collection: string, life: number): EventNamed<'CollectionRegistered'> => ({
  type: 'CollectionRegistered', data: { collection, life },
});
const unregistered = (collection: string, life: number): EventNamed<'CollectionUnregistered'> => ({
  type: 'CollectionUnregistered', data: { collection, life },
});
const typesAdded = (types: EventNamed<'AcceptedTypesAdded'>['data']['types']): EventNamed<'AcceptedTypesAdded'> => ({
  type: 'AcceptedTypesAdded', data: { types },
});
const registryDeleted: EventNamed<'RegistryDeleted'> = { type: 'RegistryDeleted', data: {} };
const deletionSettled: EventNamed<'RegistryDeletionSettled'> = { type: 'RegistryDeletionSettled', data: {} };

const create = (rest: Partial<CommandNamed<'CreateRegistry'>> = {}): CommandNamed<'CreateRegistry'> => ({
  type: 'CreateRegistry', name: 'Golden Datasets', description: '', acceptedTypes: 'any', visibility: 'organization',
  defaultRole: 'restricted_viewer', creator: 'user:ann', creatorRole: 'member', ...rest,
});
const change = (rest: Partial<CommandNamed<'ChangeRegistry'>>): CommandNamed<'ChangeRegistry'> => ({
  type: 'ChangeRegistry', ...rest,
});
const grant = (principal: string, role: CommandNamed<'GrantRole'>['role']): CommandNamed<'GrantRole'> => ({
  type: 'GrantRole', principal, role,
});
const revoke = (principal: string): CommandNamed<'RevokeRole'> => ({ type: 'RevokeRole', principal });
const protect = (alias: string): CommandNamed<'ProtectAlias'> => ({ type: 'ProtectAlias', alias });
const unprotect = (alias: string): CommandNamed<'UnprotectAlias'> => ({ type: 'UnprotectAlias', alias });
const settle = (alias: string, nth: number): CommandNamed<'SettleAliasProtection'> => ({
  type: 'SettleAliasProtection', alias, nth,
});
const register = (collection: string, life: number): CommandNamed<'RegisterCollection'> => ({
  type: 'RegisterCollection', collection, life,
});
const unregister = (collection: string, life: number): CommandNamed<'UnregisterCollection'> => ({
  type: 'UnregisterCollection', collection, life,
});
const remove: CommandNamed<'DeleteRegistry'> = { type: 'DeleteRegistry' };
const settleDeletion = (nth: number): CommandNamed<'SettleRegistryDeletion'> => ({ type: 'SettleRegistryDeletion', nth });

const full = Array.from({ length: 100 }, (_, index) => `alias-${index}`);
const types = (count: number) => Array.from({ length: count }, (_, index) => `type-${index}`);

/** Nothing is missing: roles, a list of types, a protected alias, two collections. */
const used: ReadonlyArray<RegistryEvent> = [
  created({ acceptedTypes: ['model'] }),
  granted('user:ann', 'admin'),
  { type: 'RegistryDescribed', data: { description: 'the best' } },
  typesAdded(['run']),
  granted('team:vision', 'member'),
  aliasProtected('production'),
  settled('production', true),
  registered('zoo', 1),
  unregistered('zoo', 1),
  registered('zoo', 2),
  registered('farm', 1),
];

const twice: ReadonlyArray<RegistryEvent> = [
  ...used,
  aliasProtected('staging'), settled('staging', true),
  aliasUnprotected('staging'), settled('staging', false),
  aliasProtected('staging'),
];

const states = {
  Absent: { 'never created': [] },
  Live: {
    new: [created()],
    used,
    'with a protection under way': [...used, aliasProtected('staging')],
    'with an unprotection under way': [...used, aliasUnprotected('production')],
    'with a protection under way for the second time': twice,
    'full of protected aliases': [created(), ...full.flatMap((alias) => [aliasProtected(alias), settled(alias, true)])],
    'created again': [...used, registryDeleted, deletionSettled, created()],
    'created again, with a protection under way': [
      ...used, registryDeleted, deletionSettled, created(), aliasProtected('production'),
    ],
  },
  Deleting: {
    'being deleted': [...used, registryDeleted],
    'being deleted for the second time': [...used, registryDeleted, deletionSettled, created(), registryDeleted],
    'being deleted, restricted': [created({ visibility: 'restricted' }), registryDeleted],
  },
  Deleted: {
    deleted: [...used, registryDeleted, deletionSettled],
    'deleted, restricted': [created({ visibility: 'restricted' }), registryDeleted, deletionSettled],
    'deleted, restricted later': [
      created(), { type: 'VisibilityChanged', data: { visibility: 'restricted' } }, registryDeleted, deletionSettled,
    ],
  },
} as const;

const nowhere = [
  'never created', 'being deleted', 'being deleted for the second time', 'being deleted, restricted', 'deleted',
  'deleted, restricted', 'deleted, restricted later',
] as const;

/** The same in all states where there is no registry. */
const wherever = <A>(cell: A) => Object.fromEntries(nowhere.map((name) => [name, cell])) as Record<(typeof nowhere)[number], A>;

const notFound = <C>(title: string, command: C) =>
  wherever([[title, command, rejects<RegistryRejection>({ type: 'registry_not_found' })] as const] as const);

const stepDone = <C>(title: string, command: C) => wherever([[title, command, changesNothing] as const] as const);

const exists = rejects<RegistryRejection>({ type: 'registry_exists', deleting: false });
const reserved = (alias: string) => rejects<RegistryRejection>({ type: 'alias_reserved', alias });
const onlyGrow = rejects<RegistryRejection>({ type: 'accepted_types_only_grow' });
const unsettled = (alias: string, toBe: boolean) =>
  rejects<RegistryRejection>({ type: 'protection_unsettled', alias, protected: toBe });

const table: Table<RegistryCommand, typeof states, RegistryEvent, RegistryRejection> = {
  CreateRegistry: {
    'never created': [
      ['C3, roles: its creator is its admin, by an explicit grant', create(), emits(created(), granted('user:ann', 'admin'))],
      ['roles: an organization admin needs none', create({ creatorRole: 'admin' }), emits(created())],
      [
        'C3: with all that it is created with',
        create({ description: 'x', acceptedTypes: ['model', 'run'], visibility: 'restricted', defaultRole: 'viewer' }),
        emits(
          created({ description: 'x', acceptedTypes: ['model', 'run'], visibility: 'restricted', defaultRole: 'viewer' }),
          granted('user:ann', 'admin'),
        ),
      ],
    ],
    new: [['N1: the name is taken', create({ creatorRole: 'admin' }), exists]],
    used: [['N1: the name is taken', create(), exists]],
    'with a protection under way': [['N1: the name is taken', create(), exists]],
    'with an unprotection under way': [['N1: the name is taken', create(), exists]],
    'full of protected aliases': [['N1: the name is taken', create(), exists]],
    'created again': [['N1: the name is taken', create(), exists]],
    'being deleted': [
      ['C4: not yet, and says so', create({ creatorRole: 'admin' }), rejects({ type: 'registry_exists', deleting: true })],
    ],
    'being deleted, restricted': [
      ['C4: to all but organization admins it is taken, and no more is said', create(), exists],
      ['C4: not yet, and says so', create({ creatorRole: 'admin' }), rejects({ type: 'registry_exists', deleting: true })],
    ],
    deleted: [['C4: the name may be used again', create(), emits(created(), granted('user:ann', 'admin'))]],
    'deleted, restricted': [
      ['C4: by organization admins only: its past comes with it', create(), exists],
      ['C4: by one', create({ creatorRole: 'admin' }), emits(created())],
    ],
    'deleted, restricted later': [
      ['C4: by organization admins only: its past comes with it', create(), exists],
      ['C4: by one', create({ creatorRole: 'admin' }), emits(created())],
    ],
    'with a protection under way for the second time': [['N1: the name is taken', create(), exists]],
    'created again, with a protection under way': [['N1: the name is taken', create(), exists]],
    'being deleted for the second time': [
      ['C4: not yet, and says so', create(), rejects({ type: 'registry_exists', deleting: true })],
    ],
  },

  ChangeRegistry: {
    ...notFound('C3: there is none', change({ description: 'x' })),
    new: [
      ['C3: described', change({ description: 'x' }), emits({ type: 'RegistryDescribed', data: { description: 'x' } })],
      ['C3: any accepts any already', change({ addAcceptedTypes: 'any' }), changesNothing],
      ['C3: any cannot be narrowed', change({ addAcceptedTypes: ['model'] }), onlyGrow],
      ['C3: nothing asked for', change({}), changesNothing],
      ['C3: as it is already', change({ description: '', visibility: 'organization', defaultRole: 'restricted_viewer' }), changesNothing],
      [
        'C3: all at once', change({ description: 'x', visibility: 'restricted', defaultRole: 'member' }),
        emits(
          { type: 'RegistryDescribed', data: { description: 'x' } },
          { type: 'VisibilityChanged', data: { visibility: 'restricted' } },
          { type: 'DefaultRoleChanged', data: { role: 'member' } },
        ),
      ],
      ['C3: all or none', change({ description: 'x', addAcceptedTypes: ['model'] }), onlyGrow],
    ],
    used: [
      ['C3: types are added', change({ addAcceptedTypes: ['dataset', 'model'] }), emits(typesAdded(['dataset']))],
      ['C3: that it accepts already', change({ addAcceptedTypes: ['run', 'model'] }), changesNothing],
      ['C3: any may be added to a list', change({ addAcceptedTypes: 'any' }), emits(typesAdded('any'))],
      ['C3: 100 types', change({ addAcceptedTypes: types(98) }), emits(typesAdded(types(98)))],
      ['C3: and no more', change({ addAcceptedTypes: types(99) }), rejects({ type: 'too_many_types', limit: 100 })],
      ['C3: one that it accepts already counts once', change({ addAcceptedTypes: [...types(98), 'run'] }), emits(typesAdded(types(98)))],
    ],
    'with a protection under way': [['C3: in the meantime', change({ addAcceptedTypes: ['x'] }), emits(typesAdded(['x']))]],
    'with an unprotection under way': [['C3: in the meantime', change({ description: 'the best' }), changesNothing]],
    'full of protected aliases': [['C3: any', change({ addAcceptedTypes: ['x'] }), onlyGrow]],
    'created again': [['C4: nothing is left of the one before', change({ addAcceptedTypes: ['dataset'] }), onlyGrow]],
    'with a protection under way for the second time': [['C3: in the meantime', change({ description: '' }), emits({ type: 'RegistryDescribed', data: { description: '' } })]],
    'created again, with a protection under way': [['C3: in the meantime', change({ addAcceptedTypes: 'any' }), changesNothing]],
  },

  GrantRole: {
    ...notFound('roles: there is none', grant('user:bob', 'member')),
    new: [['roles: a direct grant', grant('user:bob', 'viewer'), emits(granted('user:bob', 'viewer'))]],
    used: [
      ['roles: as it is already', grant('team:vision', 'member'), changesNothing],
      ['roles: another one', grant('team:vision', 'viewer'), emits(granted('team:vision', 'viewer'))],
    ],
    'with a protection under way': [['roles: in the meantime', grant('user:ann', 'admin'), changesNothing]],
    'with an unprotection under way': [['roles: in the meantime', grant('service:ci', 'member'), emits(granted('service:ci', 'member'))]],
    'full of protected aliases': [['roles: a grant', grant('user:bob', 'admin'), emits(granted('user:bob', 'admin'))]],
    'created again': [['C4: roles in the one before are gone', grant('user:ann', 'admin'), emits(granted('user:ann', 'admin'))]],
    'with a protection under way for the second time': [['roles: in the meantime', grant('user:ann', 'admin'), changesNothing]],
    'created again, with a protection under way': [['roles: in the meantime', grant('user:ann', 'admin'), emits(granted('user:ann', 'admin'))]],
  },

  RevokeRole: {
    ...notFound('roles: there is none', revoke('user:ann')),
    new: [['roles: none to take', revoke('user:ann'), changesNothing]],
    used: [
      ['roles: is taken', revoke('team:vision'), emits(revoked('team:vision'))],
      ['roles: a team is not its members', revoke('user:vision'), changesNothing],
    ],
    'with a protection under way': [['roles: in the meantime', revoke('user:ann'), emits(revoked('user:ann'))]],
    'with an unprotection under way': [['roles: in the meantime', revoke('user:ann'), emits(revoked('user:ann'))]],
    'full of protected aliases': [['roles: none to take', revoke('user:ann'), changesNothing]],
    'created again': [['C4: roles in the one before are gone', revoke('user:ann'), changesNothing]],
    'with a protection under way for the second time': [['roles: in the meantime', revoke('user:ann'), emits(revoked('user:ann'))]],
    'created again, with a protection under way': [['roles: none to take', revoke('user:ann'), changesNothing]],
  },

  ProtectAlias: {
    ...notFound('A10: there is none', protect('production')),
    new: [
      ['A9: is protected', protect('production'), emits(aliasProtected('production'))],
      ['N3: not latest', protect('Latest'), reserved('Latest')],
      ['N3: nor what only its case folding tells from it', protect('lateﬆ'), reserved('lateﬆ')],
      ['N3: not a version', protect('v12'), reserved('v12')],
    ],
    used: [
      ['A9: is protected already', protect('production'), changesNothing],
      [
        'A9: one that differs from a protected one only in case', protect('Production'),
        rejects({ type: 'alias_confusable', alias: 'Production', protectedAlias: 'production' }),
      ],
      ['A9: another one', protect('staging'), emits(aliasProtected('staging'))],
    ],
    'with a protection under way': [
      ['A10: repeating finishes it', protect('staging'), changesNothing],
      ['A10: another one is in nobody’s way', protect('canary'), emits(aliasProtected('canary'))],
    ],
    'with an unprotection under way': [
      ['A10: that is finished first', protect('production'), unsettled('production', false)],
      ['A9: one that differs only in case from one that was', protect('Production'), emits(aliasProtected('Production'))],
    ],
    'full of protected aliases': [
      ['A10: at most 100', protect('one-more'), rejects({ type: 'too_many_aliases', limit: 100 })],
      ['A10: one of them', protect('alias-7'), changesNothing],
      [
        'A9: confusable, full or not', protect('ALIAS-7'),
        rejects({ type: 'alias_confusable', alias: 'ALIAS-7', protectedAlias: 'alias-7' }),
      ],
    ],
    'created again': [['C4: protection in the one before is gone', protect('Production'), emits(aliasProtected('Production'))]],
    'with a protection under way for the second time': [['A10: repeating finishes it', protect('staging'), changesNothing]],
    'created again, with a protection under way': [['A10: repeating finishes it', protect('production'), changesNothing]],
  },

  UnprotectAlias: {
    ...notFound('A10: there is none', unprotect('production')),
    new: [
      ['A10: is not protected', unprotect('production'), changesNothing],
      ['N3: latest never is', unprotect('latest'), reserved('latest')],
    ],
    used: [
      ['A10: is not protected any more', unprotect('production'), emits(aliasUnprotected('production'))],
      ['A9: one that differs only in case is another', unprotect('Production'), changesNothing],
    ],
    'with a protection under way': [['A10: that is finished first', unprotect('staging'), unsettled('staging', true)]],
    'with an unprotection under way': [['A10: repeating finishes it', unprotect('production'), changesNothing]],
    'full of protected aliases': [['A10: makes room', unprotect('alias-7'), emits(aliasUnprotected('alias-7'))]],
    'created again': [['C4: protection in the one before is gone', unprotect('production'), changesNothing]],
    'with a protection under way for the second time': [['A10: that is finished first', unprotect('staging'), unsettled('staging', true)]],
    'created again, with a protection under way': [['A10: that is finished first', unprotect('production'), unsettled('production', true)]],
  },

  SettleAliasProtection: {
    ...stepDone('A10: nothing is under way', settle('production', 1)),
    new: [['A10: nothing is under way', settle('production', 1), changesNothing]],
    used: [['A10: is settled already', settle('production', 1), changesNothing]],
    'with a protection under way': [
      ['A10: every collection was told', settle('staging', 2), emits(settled('staging', true))],
      ['A10: of an earlier change of it', settle('staging', 1), changesNothing],
      ['A10: of a change of another alias', settle('production', 2), changesNothing],
    ],
    'with an unprotection under way': [
      ['A10: every collection was told', settle('production', 2), emits(settled('production', false))],
      ['A10: of the protection before it', settle('production', 1), changesNothing],
    ],
    'with a protection under way for the second time': [
      ['A10: of the first time', settle('staging', 2), changesNothing],
      ['A10: of the unprotection in between', settle('staging', 3), changesNothing],
      ['A10: every collection was told', settle('staging', 4), emits(settled('staging', true))],
    ],
    'full of protected aliases': [['A10: is settled already', settle('alias-7', 8), changesNothing]],
    'created again': [['C4: of the one before', settle('production', 1), changesNothing]],
    'created again, with a protection under way': [
      ['A10, C4: of the one before', settle('production', 1), changesNothing],
      ['A10: every collection was told', settle('production', 3), emits(settled('production', true))],
    ],
  },

  RegisterCollection: {
    ...notFound('C1: there is none', register('zoo', 1)),
    new: [['C1: before it is created', register('zoo', 1), emits(registered('zoo', 1))]],
    used: [
      ['C1: is registered already', register('zoo', 2), changesNothing],
      ['C1: for a later life', register('zoo', 1), changesNothing],
      ['C1: the one before was deleted, and its name not yet taken off the list', register('zoo', 3), emits(registered('zoo', 3))],
      ['C1: another one', register('barn', 1), emits(registered('barn', 1))],
    ],
    'with a protection under way': [['A10: in the meantime', register('barn', 1), emits(registered('barn', 1))]],
    'with an unprotection under way': [['A10: in the meantime', register('zoo', 2), changesNothing]],
    'full of protected aliases': [['C1: before it is created', register('zoo', 1), emits(registered('zoo', 1))]],
    'created again': [['C4: the list of the one before is gone', register('zoo', 3), emits(registered('zoo', 3))]],
    'with a protection under way for the second time': [['A10: in the meantime', register('barn', 1), emits(registered('barn', 1))]],
    'created again, with a protection under way': [['A10: in the meantime', register('barn', 1), emits(registered('barn', 1))]],
  },

  UnregisterCollection: {
    ...stepDone('C1: nothing is registered', unregister('zoo', 2)),
    new: [['C1: is not registered', unregister('zoo', 1), changesNothing]],
    used: [
      ['C1: after it was deleted', unregister('zoo', 2), emits(unregistered('zoo', 2))],
      ['C1: a later one of its name stays', unregister('zoo', 1), changesNothing],
      ['C1: one that is not yet', unregister('zoo', 3), changesNothing],
    ],
    'with a protection under way': [['C1: in the meantime', unregister('farm', 1), emits(unregistered('farm', 1))]],
    'with an unprotection under way': [['C1: in the meantime', unregister('farm', 1), emits(unregistered('farm', 1))]],
    'full of protected aliases': [['C1: is not registered', unregister('zoo', 1), changesNothing]],
    'created again': [['C4: the list of the one before is gone', unregister('zoo', 2), changesNothing]],
    'with a protection under way for the second time': [['C1: in the meantime', unregister('zoo', 2), emits(unregistered('zoo', 2))]],
    'created again, with a protection under way': [['C1: is not registered', unregister('zoo', 2), changesNothing]],
  },

  DeleteRegistry: {
    ...notFound('C4: there is none', remove),
    new: [['C4: is deleted', remove, emits(registryDeleted)]],
    used: [['C4: its collections follow', remove, emits(registryDeleted)]],
    'with a protection under way': [['C4: whatever is under way', remove, emits(registryDeleted)]],
    'with an unprotection under way': [['C4: whatever is under way', remove, emits(registryDeleted)]],
    'full of protected aliases': [['C4: is deleted', remove, emits(registryDeleted)]],
    'created again': [['C4: is deleted', remove, emits(registryDeleted)]],
    'with a protection under way for the second time': [['C4: whatever is under way', remove, emits(registryDeleted)]],
    'created again, with a protection under way': [['C4: whatever is under way', remove, emits(registryDeleted)]],
  },

  SettleRegistryDeletion: {
    ...stepDone('C4: nothing is under way', settleDeletion(1)),
    'being deleted': [
      ['C4: every collection is deleted', settleDeletion(2), emits(deletionSettled)],
      ['C4: of something earlier', settleDeletion(1), changesNothing],
    ],
    'being deleted for the second time': [
      ['C4: of the first time', settleDeletion(2), changesNothing],
      ['C4: every collection is deleted', settleDeletion(3), emits(deletionSettled)],
    ],
    'being deleted, restricted': [['C4: every collection is deleted', settleDeletion(1), emits(deletionSettled)]],
    new: [['C4: is not being deleted', settleDeletion(0), changesNothing]],
    used: [['C4: is not being deleted', settleDeletion(1), changesNothing]],
    'with a protection under way': [['C4: is not being deleted', settleDeletion(2), changesNothing]],
    'with an unprotection under way': [['C4: is not being deleted', settleDeletion(2), changesNothing]],
    'with a protection under way for the second time': [['C4: is not being deleted', settleDeletion(4), changesNothing]],
    'full of protected aliases': [['C4: is not being deleted', settleDeletion(100), changesNothing]],
    'created again': [['C4: one that came later stays', settleDeletion(2), changesNothing]],
    'created again, with a protection under way': [['C4: is not being deleted', settleDeletion(3), changesNothing]],
  },
};

testTable(registry, ({ type }) => type, states, table);
