import { isRight } from 'fp-ts/Either';
import { CollectionCommand } from '../../src/domain/collection/commands';
import { roleIn } from '../../src/domain/registry/roles';
import { RegistryCommand } from '../../src/domain/registry/commands';
import { RegistryState } from '../../src/domain/registry/state';
import { organizationRoles, registryRoles } from '../../src/domain/values/principals';
import { registryStream } from '../../src/domain/values/streams';
import { Reader } from '../../src/projections/registries/queries';
import { As } from '../support/domain-log';
import { openProjected, Projected } from '../support/projected';

const ADMIN: Reader = { principal: 'user:admin', organizationRole: 'admin', teams: [] };
const ANN: Reader = { principal: 'user:ann', organizationRole: 'member', teams: ['vision'] };

describe('the read model of registries', () => {
  let all: Projected;
  beforeEach(() => {
    all = openProjected();
  });
  afterEach(() => all.close());

  const did = async (name: string, command: RegistryCommand, as: As = {}): Promise<void> => {
    expect(isRight(await all.log.registry([name], command, as))).toBe(true);
    await all.seen();
  };
  const inCollection = async (registry: string, name: string, command: CollectionCommand, as: As = {}): Promise<void> => {
    expect(isRight(await all.log.collection([registry, name], command, as))).toBe(true);
    await all.seen();
  };
  const create = (name: string, more: Partial<RegistryCommand & { type: 'CreateRegistry' }> = {}, as: As = {}) =>
    did(
      name,
      {
        type: 'CreateRegistry', name, description: '', acceptedTypes: 'any', visibility: 'organization',
        defaultRole: 'viewer', creator: 'user:ann', creatorRole: 'member', ...more,
      },
      as,
    );
  const begin = async (registry: string, name: string, life = 1): Promise<void> => {
    await did(registry, { type: 'RegisterCollection', collection: name, life });
    const shelf = { acceptedTypes: 'any', protectedAliases: [] } as const;
    await inCollection(registry, name, {
      type: 'CreateCollection', registry, name, artifactType: 'model', description: '', tags: [], shelf,
    });
  };
  const asked = () => all.queries.registries;
  const get = (name: string, reader: Reader = ANN) => asked().getRegistry(reader, name, 'acme');
  const named = (reader: Reader, prefix = '', after?: string, limit = 10) =>
    asked()
      .listRegistries(reader, prefix, 'acme', { limit, ...(after === undefined ? {} : { after }) })
      .map(({ name }) => name);

  it('shows a registry as the API has it', async () => {
    const at = '2026-03-01T00:00:00.000Z';
    await create('Golden Datasets', { description: 'the best', acceptedTypes: ['model'] }, { at, by: 'user:ann' });
    await did('Golden Datasets', { type: 'ChangeRegistry', addAcceptedTypes: ['dataset', 'model'] });
    expect(get('Golden Datasets')).toEqual({
      name: 'Golden Datasets', targetPath: 'acme/wandb-registry-Golden Datasets/', description: 'the best',
      acceptedTypes: ['model', 'dataset'], visibility: 'organization', defaultRole: 'viewer', protectedAliases: [],
      collections: 0, role: 'admin', createdAt: at, createdBy: 'user:ann',
    });
    await did('Golden Datasets', {
      type: 'ChangeRegistry', description: '', addAcceptedTypes: 'any', visibility: 'restricted', defaultRole: 'member',
    });
    expect(get('Golden Datasets')).toMatchObject({
      description: '', acceptedTypes: 'any', visibility: 'restricted', defaultRole: 'member',
    });
  });

  it('gives each reader the role that the domain gives: the highest of all that it has', async () => {
    const grants = [...registryRoles, undefined];
    const cases = grants.flatMap((own) =>
      grants.flatMap((team) => registryRoles.flatMap((defaultRole) => (['organization', 'restricted'] as const).map(
        (visibility) => ({ own, team, defaultRole, visibility }),
      ))),
    );
    const names = cases.map((_, index) => `r${index}`);
    for (const [index, { own, team, defaultRole, visibility }] of cases.entries()) {
      const name = names[index] ?? '';
      await all.log.registry([name], {
        type: 'CreateRegistry', name, description: '', acceptedTypes: 'any', visibility, defaultRole,
        creator: 'user:admin', creatorRole: 'admin',
      });
      for (const [principal, role] of [['user:bob', own], ['team:vision', team], ['team:audio', 'admin']] as const)
        if (role !== undefined) await all.log.registry([name], { type: 'GrantRole', principal, role });
    }
    await all.seen();
    for (const organizationRole of organizationRoles)
      for (const teams of [['vision', 'other'], []]) {
        const bob: Reader = { principal: 'user:bob', organizationRole, teams };
        const seen = asked().visibleRegistries(bob);
        for (const name of names) {
          const state = all.log.state<RegistryState>(registryStream(name)) ?? { type: 'Absent', begun: 0 };
          const role = roleIn(state, bob);
          expect(asked().roleIn(bob, name)).toBe(role);
          expect(get(name, bob)?.role).toBe(role);
          expect(seen.get(name)).toBe(role);
        }
        expect(named(bob, '', '', 1000)).toEqual(names.filter((name) => seen.has(name)).sort());
      }
    expect(asked().roleIn(ADMIN, 'none')).toBeUndefined();
  });

  it('N8: lists what exists for the reader by code point, by prefix, after a name', async () => {
    const names = ['b', 'Zoo', '\u{1F600}', '\uFF5E', 'zoo 1', 'zoo 2', 'zoo', 'é'];
    for (const name of names) await create(name);
    await create('zoo 3', { visibility: 'restricted', creatorRole: 'admin' });
    const sorted = ['Zoo', 'b', 'zoo', 'zoo 1', 'zoo 2', 'é', '\uFF5E', '\u{1F600}'];
    expect(named(ANN)).toEqual(sorted);
    expect(named(ANN, '', undefined, 3)).toEqual(sorted.slice(0, 3));
    expect(named(ANN, '', 'zoo 1')).toEqual(sorted.slice(4));
    expect(named(ANN, 'zoo')).toEqual(['zoo', 'zoo 1', 'zoo 2']);
    expect(named(ANN, 'zoo', 'zoo')).toEqual(['zoo 1', 'zoo 2']);
    expect(named(ANN, 'zoo', 'a')).toEqual(['zoo', 'zoo 1', 'zoo 2']);
    expect(named(ANN, '\u{1F600}')).toEqual(['\u{1F600}']);
    expect(named(ADMIN, 'zoo ')).toEqual(['zoo 1', 'zoo 2', 'zoo 3']);
  });

  it('lists the explicit grants with since when and by whom', async () => {
    await create('model', { creator: 'user:ann' }, { at: '2026-03-01T00:00:00.000Z', by: 'user:ann' });
    await did('model', { type: 'GrantRole', principal: 'team:vision', role: 'viewer' });
    await did('model', { type: 'GrantRole', principal: 'service:ci', role: 'member' });
    await did(
      'model', { type: 'GrantRole', principal: 'team:vision', role: 'member' },
      { at: '2026-04-01T00:00:00.000Z', by: 'user:bob' },
    );
    await did('model', { type: 'RevokeRole', principal: 'service:ci' });
    const ann = { principal: 'user:ann', role: 'admin', since: '2026-03-01T00:00:00.000Z', by: 'user:ann' };
    const vision = { principal: 'team:vision', role: 'member', since: '2026-04-01T00:00:00.000Z', by: 'user:bob' };
    expect(asked().listMembers('model', { limit: 5 })).toEqual([vision, ann]);
    expect(asked().listMembers('model', { after: 'team:vision', limit: 5 })).toEqual([ann]);
    expect(asked().getMember('model', 'team:vision')).toEqual(vision);
    expect(asked().getMember('model', 'service:ci')).toBeUndefined();
  });

  it('A10: shows a protection once it is settled, and until then what is to be finished', async () => {
    await create('model');
    const as = { by: 'user:ann', commandId: 'c0ffee', correlationId: 'trace', at: '2026-05-01T00:00:00.000Z' };
    for (const alias of ['b', 'a']) await did('model', { type: 'ProtectAlias', alias }, as);
    const { by, commandId, correlationId, at } = as;
    const unsettled = { type: 'Protection', registry: 'model', by, commandId, correlationId, at };
    expect(get('model')?.protectedAliases).toEqual([]);
    expect(asked().unsettled()).toEqual(['a', 'b'].map((alias) => ({ ...unsettled, alias, protected: true })));
    for (const [nth, alias] of [[1, 'b'], [2, 'a']] as const) await did('model', { type: 'SettleAliasProtection', alias, nth });
    expect(get('model')?.protectedAliases).toEqual(['a', 'b']);
    expect(asked().unsettled()).toEqual([]);
    await did('model', { type: 'UnprotectAlias', alias: 'a' }, as);
    expect(get('model')?.protectedAliases).toEqual(['a', 'b']);
    expect(asked().unsettled()).toEqual([{ ...unsettled, alias: 'a', protected: false }]);
    await did('model', { type: 'SettleAliasProtection', alias: 'a', nth: 3 });
    expect(get('model')?.protectedAliases).toEqual(['b']);
  });

  it('C1: counts live collections, and knows the deletions whose name is still registered', async () => {
    await create('model');
    for (const name of ['a', 'b']) await begin('model', name);
    await did('model', { type: 'RegisterCollection', collection: 'c', life: 1 });
    expect(get('model')?.collections).toBe(2);
    await inCollection('model', 'a', { type: 'DeleteCollection', role: 'admin' }, { by: 'user:bob' });
    expect(get('model')?.collections).toBe(1);
    expect(asked().unsettled()).toMatchObject([
      { type: 'CollectionDeletion', registry: 'model', collection: 'a', life: 1, by: 'user:bob' },
    ]);
    await did('model', { type: 'UnregisterCollection', collection: 'a', life: 1 });
    expect(asked().unsettled()).toEqual([]);
    await begin('model', 'a', 2);
    expect(get('model')?.collections).toBe(2);
    await inCollection('model', 'a', { type: 'DeleteCollection', role: 'admin' });
    expect(asked().unsettled()).toMatchObject([{ type: 'CollectionDeletion', collection: 'a', life: 2 }]);
    await begin('model', 'a', 3);
    expect(asked().unsettled()).toEqual([]);
    expect(get('model')?.collections).toBe(2);
  });

  it('C4: a registry in deletion does not exist, for admins neither, and one of its name begins clean', async () => {
    await create('model', { description: 'old' });
    await begin('model', 'a');
    await did('model', { type: 'RegisterCollection', collection: 'never made', life: 1 });
    await did('model', { type: 'GrantRole', principal: 'user:bob', role: 'admin' });
    for (const alias of ['gold', 'silver']) await did('model', { type: 'ProtectAlias', alias });
    await did('model', { type: 'SettleAliasProtection', alias: 'gold', nth: 1 });
    await did('model', { type: 'DeleteRegistry' }, { by: 'user:bob', commandId: 'c0ffee' });
    for (const reader of [ANN, ADMIN]) {
      expect(get('model', reader)).toBeUndefined();
      expect(asked().roleIn(reader, 'model')).toBeUndefined();
      expect(named(reader)).toEqual([]);
      expect(asked().visibleRegistries(reader).size).toBe(0);
    }
    expect(asked().listMembers('model', { limit: 5 })).toEqual([]);
    const deletion = [{ type: 'RegistryDeletion', registry: 'model', by: 'user:bob', commandId: 'c0ffee' }];
    expect(asked().unsettled()).toMatchObject(deletion);
    for (const name of ['a', 'never made']) await inCollection('model', name, { type: 'CloseCollection', life: 1 });
    expect(asked().unsettled()).toMatchObject(deletion);
    await did('model', { type: 'SettleRegistryDeletion', nth: 3 });
    expect(asked().unsettled()).toEqual([]);
    await create('model', { creator: 'user:zoe' });
    expect(get('model')).toMatchObject({ description: '', protectedAliases: [], collections: 0, role: 'viewer' });
    expect(asked().listMembers('model', { limit: 5 }).map(({ principal }) => principal)).toEqual(['user:zoe']);
    await begin('model', 'a', 2);
    expect(get('model')?.collections).toBe(1);
    await inCollection('model', 'a', { type: 'DeleteCollection', role: 'admin' });
    expect(asked().unsettled()).toMatchObject([{ type: 'CollectionDeletion', collection: 'a', life: 2 }]);
  });
});
