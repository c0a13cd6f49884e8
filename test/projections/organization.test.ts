import { isRight } from 'fp-ts/Either';
import { OrganizationCommand } from '../../src/domain/organization/commands';
import { As, START } from '../support/domain-log';
import { openProjected, Projected } from '../support/projected';

describe('the read model of the organization', () => {
  let all: Projected;
  beforeEach(async () => {
    all = openProjected();
    await did({ type: 'FoundOrganization', name: 'acme' });
  });
  afterEach(() => all.close());

  const did = async (command: OrganizationCommand, as: As = {}): Promise<void> => {
    expect(isRight(await all.log.organization([], command, as))).toBe(true);
    await all.seen();
  };
  const user = (name: string, role: 'admin' | 'member' | 'viewer' = 'member') => did({ type: 'CreateUser', name, role });
  const asked = () => all.queries.organization;
  const LATER = '2027-01-01T00:00:00.000Z';
  const key = (id: string, principal: string, expiresAt: string | null = null): OrganizationCommand => ({
    type: 'CreateKey', id, principal, hash: `hash of ${id}`, label: 'laptop', expiresAt,
  });

  it('has the name of the organization', () => {
    expect(asked().organizationName()).toBe('acme');
  });

  it('says whose key it is, with role and teams', async () => {
    await user('ann');
    await did({ type: 'CreateTeam', name: 'vision' });
    await did({ type: 'CreateTeam', name: 'audio' });
    await did({ type: 'AddTeamMember', team: 'vision', principal: 'user:ann' });
    await did({ type: 'AddTeamMember', team: 'audio', principal: 'user:ann' });
    await did(key('one', 'user:ann'));
    const ann = { principal: 'user:ann', organizationRole: 'member', teams: ['audio', 'vision'] };
    expect(asked().callerByKeyHash('hash of one', LATER)).toEqual(ann);
    expect(asked().callerOf('user:ann')).toEqual(ann);
    await did({ type: 'RemoveTeamMember', team: 'audio', principal: 'user:ann' });
    await did({ type: 'ChangePrincipal', principal: 'user:ann', role: 'viewer' });
    expect(asked().callerByKeyHash('hash of one', LATER)).toEqual({ ...ann, organizationRole: 'viewer', teams: ['vision'] });
    expect(asked().callerByKeyHash('hash of two', LATER)).toBeUndefined();
  });

  it('refuses expired and revoked keys, and those of disabled principals', async () => {
    await user('ann');
    await did(key('one', 'user:ann', LATER));
    expect(asked().callerByKeyHash('hash of one', '2026-12-31T23:59:59.999Z')).toBeDefined();
    expect(asked().callerByKeyHash('hash of one', LATER)).toBeUndefined();
    await did(key('two', 'user:ann'));
    await did({ type: 'ChangePrincipal', principal: 'user:ann', disabled: true });
    expect(asked().callerByKeyHash('hash of two', START)).toBeUndefined();
    expect(asked().callerOf('user:ann')).toBeUndefined();
    await did({ type: 'ChangePrincipal', principal: 'user:ann', disabled: false });
    expect(asked().callerByKeyHash('hash of two', START)).toBeDefined();
    await did({ type: 'RevokeKey', id: 'two' });
    expect(asked().callerByKeyHash('hash of two', START)).toBeUndefined();
  });

  it('follows the admin key through rotation and back again', async () => {
    for (const hash of ['a', 'b', 'a']) await did({ type: 'SetAdminKey', id: hash, hash });
    expect(asked().callerByKeyHash('a', START)?.principal).toBe('user:admin');
    expect(asked().callerByKeyHash('b', START)).toBeUndefined();
    expect(asked().listKeys({ limit: 10 }).map(({ id }) => id)).toEqual(['admin-a']);
  });

  it('lists users, service accounts, teams and keys by name or id, in pages', async () => {
    for (const name of ['zoe', 'Ann', 'bob']) await user(name);
    await did({ type: 'CreateServiceAccount', name: 'ci', role: 'member' });
    for (const name of ['vision', 'audio']) await did({ type: 'CreateTeam', name });
    await did({ type: 'AddTeamMember', team: 'audio', principal: 'user:zoe' });
    await did({ type: 'AddTeamMember', team: 'audio', principal: 'service:ci' });
    await did(key('k2', 'user:zoe', LATER));
    await did(key('k1', 'service:ci'), { at: LATER });
    expect(asked().listAccounts('user', { limit: 2 }).map(({ name }) => name)).toEqual(['Ann', 'admin']);
    expect(asked().listAccounts('user', { after: 'admin', limit: 5 })).toEqual([
      { name: 'bob', role: 'member', disabled: false },
      { name: 'zoe', role: 'member', disabled: false },
    ]);
    expect(asked().listAccounts('service', { limit: 5 })).toEqual([{ name: 'ci', role: 'member', disabled: false }]);
    expect(asked().getAccount('service:ci')).toEqual({ name: 'ci', role: 'member', disabled: false });
    const audio = { name: 'audio', members: ['service:ci', 'user:zoe'] };
    expect([...asked().listTeams({ limit: 5 })]).toEqual([audio, { name: 'vision', members: [] }]);
    expect([...asked().listTeams({ after: 'audio', limit: 5 })]).toEqual([{ name: 'vision', members: [] }]);
    expect(asked().getTeam('audio')).toEqual(audio);
    const k1 = { id: 'k1', principal: 'service:ci', label: 'laptop', createdAt: LATER, expiresAt: null };
    expect(asked().listKeys({ limit: 1 })).toEqual([{ ...k1, hash: 'hash of k1' }]);
    expect(asked().listKeys({ after: 'k1', limit: 5 }).map(({ id, expiresAt }) => [id, expiresAt])).toEqual([['k2', LATER]]);
    expect(asked().listKeysOf('service:ci', { limit: 5 })).toEqual([{ ...k1, hash: 'hash of k1' }]);
    expect(asked().getKey('k1')).toEqual(k1);
  });

  it('S6: lists the entities whose sources one can read', async () => {
    for (const name of ['ann', 'bob']) await user(name);
    for (const name of ['vision', 'audio']) await did({ type: 'CreateTeam', name });
    await did({ type: 'CreateServiceAccount', name: 'ci', role: 'member' });
    await did({ type: 'AddTeamMember', team: 'vision', principal: 'user:ann' });
    await did({ type: 'AddTeamMember', team: 'vision', principal: 'service:ci' });
    const of = (principal: string, after?: string) => {
      const member = asked().callerOf(principal);
      return member && asked().listEntities(member, { limit: 10, ...(after === undefined ? {} : { after }) });
    };
    const [ann, audio, vision] = [
      { name: 'ann', kind: 'user' }, { name: 'audio', kind: 'team' }, { name: 'vision', kind: 'team' },
    ];
    expect(of('user:ann')).toEqual([ann, vision]);
    expect(of('user:ann', 'ann')).toEqual([vision]);
    expect(of('service:ci')).toEqual([vision]);
    expect(of('user:admin')).toEqual([{ name: 'admin', kind: 'user' }, ann, audio, { name: 'bob', kind: 'user' }, vision]);
    expect(of('user:admin', 'audio')).toEqual([{ name: 'bob', kind: 'user' }, vision]);
    expect(['vision', 'ann', 'ci', 'nobody'].map((name) => asked().entityKind(name))).toEqual([
      'team', 'user', undefined, undefined,
    ]);
  });
});
