/** R1: what a command may is judged at the heads of the streams, whatever this node's read models still say. */
import { isLeft, right } from 'fp-ts/Either';
import { createAggregates } from '../../src/app/commands/aggregates';
import { createJudge, Judge, mayReadSources } from '../../src/app/commands/authority';
import { Caller } from '../../src/app/messages';
import { OrganizationCommand } from '../../src/domain/organization/commands';
import { RegistryCommand } from '../../src/domain/registry/commands';
import { RegistryRole } from '../../src/domain/values/principals';
import { ORGANIZATION_STREAM, registryStream } from '../../src/domain/values/streams';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { EventStore } from '../../src/event-store/event-store';
import { aContext } from '../support/nodes';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

const NOW = '2027-01-01T00:00:00.000Z';
const LATER = '2027-01-02T00:00:00.000Z';

/** What the request says of the rest does not count: it may be as old as this node's read models. */
const ann: Caller = { principal: 'user:ann', organizationRole: 'admin', teams: ['vision'], keyHash: 'of ann' };

describe('judged on one node, of what was decided on another', () => {
  let folder: TemporaryFolder;
  let store: EventStore;
  let judge: Judge;
  let elsewhere: ReturnType<typeof createAggregates>;
  beforeEach(async () => {
    folder = temporaryFolder();
    store = { ...openEmbeddedStore({ folder: folder.path }), exclusive: false };
    const observer = { conflict: () => undefined, unknownOutcome: () => undefined };
    const node = () => createAggregates(store, { longestLane: 10, stateBytes: 1e6 }, observer);
    elsewhere = node();
    judge = createJudge(node());
    for (const command of [
      { type: 'FoundOrganization', name: 'acme' },
      { type: 'CreateUser', name: 'ann', role: 'member' },
      { type: 'CreateTeam', name: 'vision' },
      { type: 'AddTeamMember', team: 'vision', principal: 'user:ann' },
      { type: 'CreateKey', id: 'k', principal: 'user:ann', hash: 'of ann', label: '', expiresAt: LATER },
    ] as const)
      await inOrganization(command);
    for (const command of [
      {
        type: 'CreateRegistry', name: 'shelf', description: '', acceptedTypes: 'any', visibility: 'restricted',
        defaultRole: 'admin', creator: 'user:admin', creatorRole: 'admin',
      },
      { type: 'GrantRole', principal: 'user:ann', role: 'viewer' },
      { type: 'GrantRole', principal: 'team:vision', role: 'member' },
    ] as const)
      await inRegistry(command);
    expect(await asked('member')).toBe('member');
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const inOrganization = async (command: OrganizationCommand): Promise<void> => {
    const done = await elsewhere.organization.execute(ORGANIZATION_STREAM, () => Promise.resolve(right(command)), aContext());
    expect(done._tag).toBe('Right');
  };
  const inRegistry = async (command: RegistryCommand): Promise<void> => {
    const done = await elsewhere.registry.execute(registryStream('shelf'), () => Promise.resolve(right(command)), aContext());
    expect(done._tag).toBe('Right');
  };
  /** Ann's role, or why not. */
  const asked = async (needed: RegistryRole, now = NOW, caller = ann): Promise<string> => {
    const found = await judge.inRegistry(caller, 'shelf', needed, now);
    if (!isLeft(found)) return found.right.role;
    return found.left.type === 'Rejected' ? found.left.rejection.type : found.left.type;
  };

  test('what the request says of itself gives nothing', async () => {
    expect(await asked('admin')).toBe('forbidden');
    expect(await asked('viewer', NOW, { ...ann, principal: 'user:nobody' })).toBe('unauthenticated');
    expect(await asked('viewer', NOW, { ...ann, keyHash: 'of nobody' })).toBe('unauthenticated');
  });

  test('a key that is revoked, or over', async () => {
    expect(await asked('member', LATER)).toBe('unauthenticated');
    await inOrganization({ type: 'RevokeKey', id: 'k' });
    expect(await asked('member')).toBe('unauthenticated');
  });

  test('one who is disabled, demoted or promoted', async () => {
    await inOrganization({ type: 'ChangePrincipal', principal: 'user:ann', role: 'admin' });
    expect(await asked('admin')).toBe('admin');
    await inOrganization({ type: 'ChangePrincipal', principal: 'user:ann', role: 'viewer' });
    expect(await asked('admin')).toBe('forbidden');
    await inOrganization({ type: 'ChangePrincipal', principal: 'user:ann', disabled: true });
    expect(await asked('viewer')).toBe('unauthenticated');
  });

  test('a team that is left, a role that is taken, a registry that is gone', async () => {
    await inOrganization({ type: 'RemoveTeamMember', team: 'vision', principal: 'user:ann' });
    expect([await asked('member'), await asked('viewer')]).toEqual(['forbidden', 'viewer']);
    const within = await judge.inOrganization(ann, NOW);
    expect(isLeft(within) ? 'refused' : mayReadSources(within.right, 'vision')).toBe(false);
    await inRegistry({ type: 'RevokeRole', principal: 'user:ann' });
    expect(await asked('viewer')).toBe('registry_not_found');
    await inRegistry({ type: 'ChangeRegistry', visibility: 'organization' });
    expect(await asked('admin')).toBe('admin');
    await inRegistry({ type: 'DeleteRegistry' });
    expect(await asked('viewer')).toBe('registry_not_found');
  });

  test('the events will say by which revisions', async () => {
    const found = await judge.inRegistry(ann, 'shelf', 'viewer', NOW);
    expect(isLeft(found) ? {} : found.right.judgedBy).toEqual({ [ORGANIZATION_STREAM]: 5, [registryStream('shelf')]: 2 });
  });
});
