/** Who is answered what, by the read models of the organization, registries and source artifacts. */
import { setTimeout as delay } from 'node:timers/promises';
import { isRight, left, right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { Caller } from '../../../src/app/messages';
import { createLastUses } from '../../../src/app/last-uses';
import { createPositions } from '../../../src/app/positions';
import { createAccess } from '../../../src/app/queries/access';
import { answerArtifacts } from '../../../src/app/queries/artifacts';
import { createReach } from '../../../src/app/reaching';
import { createAsk } from '../../../src/app/queries/ask';
import { answerOrganization } from '../../../src/app/queries/organization';
import { answerRegistries } from '../../../src/app/queries/registries';
import { createResources } from '../../../src/app/queries/resources';
import * as shown from '../../../src/http/answers';
import { openProjected, Projected } from '../../support/projected';

/** What a request says of its caller beside the name does not count here: the read models know. */
const as = (principal: string): Caller => ({ principal, organizationRole: 'viewer', teams: [], keyHash: '' });
const page = <K extends string | number>(after?: K, limit = 10) => ({
  limit, after: after === undefined ? undefined : ([after] as const),
});
/** All that there is. */
const whole = (items: ReadonlyArray<unknown>) => right({ items, more: false });
const pageOf = <C extends t.Mixed>(item: C) => t.type({ items: t.array(item), more: t.boolean });
const FORBIDDEN = left({ type: 'forbidden', role: 'admin of the organization' });

describe('answers', () => {
  let all: Projected;
  const answers = () => {
    const access = createAccess(all.queries);
    return {
      access,
      organization: answerOrganization(all.queries, access, createLastUses()),
      registries: answerRegistries(all.queries, access),
      artifacts: answerArtifacts(all.queries, access),
    };
  };

  beforeAll(async () => {
    all = openProjected();
    const { log } = all;
    await log.organization([], { type: 'FoundOrganization', name: 'acme' });
    for (const name of ['ann', 'bob', 'zoe']) await log.organization([], { type: 'CreateUser', name, role: 'member' });
    await log.organization([], { type: 'ChangePrincipal', principal: 'user:zoe', disabled: true });
    for (const name of ['vision', 'audio']) await log.organization([], { type: 'CreateTeam', name });
    await log.organization([], { type: 'AddTeamMember', team: 'vision', principal: 'user:ann' });
    for (const principal of ['user:ann', 'user:bob', 'user:zoe'])
      await log.organization([], { type: 'CreateKey', id: principal.slice(5), principal, hash: principal, label: '', expiresAt: null });
    for (const [name, visibility, creator] of [
      ['model', 'organization', 'user:ann'], ['secret', 'restricted', 'user:bob'], ['team only', 'restricted', 'team:vision'],
    ] as const)
      await log.registry([name], {
        type: 'CreateRegistry', name, description: '', acceptedTypes: 'any', visibility, defaultRole: 'viewer', creator,
        creatorRole: 'member',
      });
    for (const name of ['vision/zoo/model', 'audio/zoo/model', 'bob/own/model'])
      await log.artifact([name], {
        type: 'LogArtifact', artifactType: 'model', digest: 'd', uri: null, sizeBytes: null, metadata: {}, metrics: {},
        run: null, aliases: [],
      });
    for (const registry of ['model', 'secret'])
      await log.collection([registry, 'zoo'], {
        type: 'LinkArtifactVersion', registry, name: 'zoo', aliases: [], role: 'admin', teams: [],
        source: { name: 'vision/zoo/model:v0', digest: 'd', type: 'model', owner: 'team' },
        shelf: { acceptedTypes: 'any', protectedAliases: [] },
      });
    await all.seen();
  });
  afterAll(() => all.close());

  it('a role is the one of the read models; a registry without one is not found', () => {
    const { requireRole } = answers().access;
    expect(requireRole(as('user:ann'), 'model', 'admin')).toEqual(right('admin'));
    expect(requireRole(as('user:bob'), 'model', 'viewer')).toEqual(right('viewer'));
    expect(requireRole(as('user:bob'), 'model', 'member')).toEqual(left({ type: 'forbidden', role: 'member of the registry' }));
    expect(requireRole(as('user:ann'), 'team only', 'admin')).toEqual(right('admin'));
    for (const name of ['secret', 'none'])
      expect(requireRole(as('user:ann'), name, 'restricted_viewer')).toEqual(left({ type: 'registry_not_found' }));
    for (const principal of ['user:zoe', 'user:nobody'])
      expect(requireRole(as(principal), 'model', 'restricted_viewer')).toEqual(left({ type: 'registry_not_found' }));
  });

  it('registries: one, those that exist for the caller, and members', () => {
    const { registries } = answers();
    expect(registries({ type: 'GetRegistry', registry: 'model' }, as('user:bob'))).toMatchObject(
      right({ name: 'model', role: 'viewer', targetPath: 'acme/wandb-registry-model/' }),
    );
    expect(registries({ type: 'GetRegistry', registry: 'secret' }, as('user:ann'))).toEqual(left({ type: 'registry_not_found' }));
    const list = (principal: string, after?: string, limit?: number, name?: string) =>
      registries({ type: 'ListRegistries', page: page(after, limit), ...(name === undefined ? {} : { name }) }, as(principal));
    expect(list('user:ann')).toMatchObject(whole([{ name: 'model' }, { name: 'team only' }]));
    expect(list('user:bob')).toMatchObject(whole([{ name: 'model' }, { name: 'secret' }]));
    expect(list('user:admin', undefined, 1)).toMatchObject(right({ items: [{ name: 'model' }], more: true }));
    expect(list('user:admin', 'secret')).toMatchObject(whole([{ name: 'team only' }]));
    expect(list('user:admin', undefined, 5, 's')).toMatchObject(whole([{ name: 'secret' }]));
    expect(list('user:zoe')).toEqual(whole([]));
    const members = (registry: string, principal: string) =>
      registries({ type: 'ListMembers', registry, page: page<string>() }, as(principal));
    expect(members('model', 'user:bob')).toMatchObject(whole([{ principal: 'user:ann', role: 'admin' }]));
    expect(members('secret', 'user:ann')).toEqual(left({ type: 'registry_not_found' }));
  });

  it('the organization: its name, oneself and one\'s own keys; all else for its admins', () => {
    const { organization } = answers();
    expect(organization({ type: 'GetOrganization' }, as('user:bob'))).toEqual(right({ name: 'acme' }));
    expect(organization({ type: 'WhoAmI' }, as('user:ann'))).toEqual(
      right({ principal: 'user:ann', organizationRole: 'member', teams: ['vision'] }),
    );
    expect(organization({ type: 'ListKeys', page: page<string>() }, as('user:ann'))).toMatchObject(whole([{ id: 'ann' }]));
    expect(organization({ type: 'ListKeys', page: page('ann', 1) }, as('user:admin'))).toMatchObject(
      right({ items: [{ id: 'bob' }], more: true }),
    );
    for (const type of ['ListTeams', 'ListUsers', 'ListServiceAccounts'] as const)
      expect(organization({ type, page: page<string>() }, as('user:ann'))).toEqual(FORBIDDEN);
    expect(organization({ type: 'ListTeams', page: page<string>() }, as('user:admin'))).toEqual(
      whole([{ name: 'audio', members: [] }, { name: 'vision', members: ['user:ann'] }]),
    );
    expect(organization({ type: 'ListUsers', page: page('bob') }, as('user:admin'))).toEqual(
      whole([{ name: 'zoe', role: 'member', disabled: true }]),
    );
    expect(organization({ type: 'ListServiceAccounts', page: page<string>() }, as('user:admin'))).toEqual(whole([]));
  });

  it('S6: source artifacts are found by the members of their team, by admins, and personal ones by their user', () => {
    const { artifacts } = answers();
    const get = (artifact: string, principal: string, version = 0) =>
      artifacts({ type: 'GetSourceVersion', artifact, ref: { type: 'Version', version } }, as(principal));
    const seen = (artifact: string) =>
      ['user:ann', 'user:bob', 'user:admin', 'user:zoe'].map((principal) => get(artifact, principal)._tag);
    expect(seen('vision/zoo/model')).toEqual(['Right', 'Left', 'Right', 'Left']);
    expect(seen('bob/own/model')).toEqual(['Left', 'Right', 'Right', 'Left']);
    expect(get('vision/zoo/model', 'user:bob')).toEqual(left({ type: 'artifact_not_found' }));
    expect(get('vision/zoo/none', 'user:ann')).toEqual(left({ type: 'artifact_not_found' }));
    expect(get('vision/zoo/model', 'user:ann', 1)).toEqual(left({ type: 'artifact_version_not_found' }));
    const inModel = { registry: 'model', collection: 'zoo', version: 'v0' };
    expect(get('vision/zoo/model', 'user:ann')).toMatchObject(right({ links: [inModel] }));
    expect(get('vision/zoo/model', 'user:admin')).toMatchObject(right({ links: [inModel, { ...inModel, registry: 'secret' }] }));
  });

  it('S6: the walk from entity to version shows what can be read', () => {
    const { artifacts } = answers();
    expect(artifacts({ type: 'ListEntities', page: page<string>() }, as('user:ann'))).toEqual(
      whole([{ name: 'ann', kind: 'user' }, { name: 'vision', kind: 'team' }]),
    );
    const projects = (entity: string) => artifacts({ type: 'ListProjects', entity, page: page<string>() }, as('user:ann'));
    expect(projects('vision')).toEqual(whole([{ name: 'zoo' }]));
    expect(projects('ann')).toEqual(whole([]));
    const list = (entity: string) =>
      artifacts({ type: 'ListArtifacts', entity, project: 'zoo', page: page<string>() }, as('user:ann'));
    expect(list('vision')).toEqual(whole([{ name: 'model', type: 'model', versions: 1 }]));
    for (const entity of ['audio', 'bob', 'nobody']) {
      expect(projects(entity)).toEqual(left({ type: 'entity_not_found' }));
      expect(list(entity)).toEqual(left({ type: 'entity_not_found' }));
    }
    const versions = (artifact: string) =>
      artifacts({ type: 'ListSourceVersions', artifact, page: page<number>() }, as('user:ann'));
    expect(versions('vision/zoo/model')).toMatchObject(whole([{ version: 'v0', aliases: ['latest'] }]));
    expect(versions('audio/zoo/model')).toEqual(left({ type: 'artifact_not_found' }));
  });

  it('are the resources that the API describes', () => {
    const { organization, registries, artifacts } = answers();
    const admin = as('user:admin');
    const [names, ids] = [page<string>(), page<number>()];
    const vision = { entity: 'vision', project: 'zoo' };
    const model = { artifact: 'vision/zoo/model', ref: { type: 'Version', version: 0 } } as const;
    const answered: ReadonlyArray<readonly [t.Mixed, unknown]> = [
      [shown.Registry, registries({ type: 'GetRegistry', registry: 'model' }, admin)],
      [pageOf(shown.Registry), registries({ type: 'ListRegistries', page: names }, admin)],
      [pageOf(shown.Member), registries({ type: 'ListMembers', registry: 'model', page: names }, admin)],
      [shown.Organization, organization({ type: 'GetOrganization' }, admin)],
      [shown.WhoAmI, organization({ type: 'WhoAmI' }, admin)],
      [pageOf(shown.Team), organization({ type: 'ListTeams', page: names }, admin)],
      [pageOf(shown.Account), organization({ type: 'ListUsers', page: names }, admin)],
      [pageOf(shown.Key), organization({ type: 'ListKeys', page: names }, admin)],
      [pageOf(shown.Entity), artifacts({ type: 'ListEntities', page: names }, admin)],
      [pageOf(shown.Project), artifacts({ type: 'ListProjects', ...vision, page: names }, admin)],
      [pageOf(shown.Artifact), artifacts({ type: 'ListArtifacts', ...vision, page: names }, admin)],
      [pageOf(shown.SourceVersion), artifacts({ type: 'ListSourceVersions', ...model, page: ids }, admin)],
      [shown.SourceVersion, artifacts({ type: 'GetSourceVersion', ...model }, admin)],
    ];
    for (const [codec, answer] of answered) {
      const value = (answer as { right: unknown }).right;
      expect({ value, described: isRight(codec.decode(value)) }).toEqual({ value, described: true });
    }
  });

  it('what commands answer is made of the same', () => {
    const resources = createResources(all.queries);
    expect(resources.registry(as('user:ann'), 'model')).toMatchObject({ name: 'model', role: 'admin' });
    expect(resources.registry(as('user:ann'), 'secret')).toBeUndefined();
    expect(resources.member('model', 'user:ann')).toMatchObject({ role: 'admin' });
    expect(resources.sourceVersion(as('user:ann'), 'vision/zoo/model', 0)).toMatchObject({ links: [{ registry: 'model' }] });
    expect(resources.team('vision')).toEqual({ name: 'vision', members: ['user:ann'] });
    expect(resources.account('user:zoe')).toEqual({ name: 'zoe', role: 'member', disabled: true });
    expect(resources.key('ann')).toMatchObject({ id: 'ann', principal: 'user:ann' });
    expect(resources.linkedIn('vision/zoo/model:v0')).toHaveLength(2);
  });

  it('R1: every query waits for the position that it has to include, and says which one it is as of', async () => {
    const positions = createPositions('store');
    const store = { ...all.store, exclusive: false };
    const reach = createReach(all.models, positions, store);
    const ask = createAsk(all.models, positions, reach);
    const position = positions.show(all.models.position());
    const meta = { caller: as('user:ann') };
    const run = () => right('found');
    expect(await ask(meta, run)).toEqual(right({ value: 'found', position }));
    expect(await ask({ ...meta, after: position }, run)).toEqual(right({ value: 'found', position }));
    expect(await ask({ ...meta, after: 'other-1' }, run)).toMatchObject(left({ type: 'malformed_request', path: 'Moniker-After' }));
    const behind = createAsk({ ...all.models, fresh: () => false }, positions, reach);
    expect(await behind(meta, run)).toEqual(left({ type: 'read_model_behind' }));
    const never = createAsk(all.models, positions, createReach({ ...all.models, waitFor: async () => false }, positions, store));
    expect(await never({ ...meta, after: position }, run)).toEqual(left({ type: 'read_model_behind' }));
  });

  describe('a position that this node has not reached', () => {
    const positions = createPositions('store');
    /** A node whose read models stand at 10; the newest event of Moniker's, and the newest of all, stand here. */
    const nodeOf = ({ head, end, exclusive = false }: { head: number; end: number; exclusive?: boolean }) => {
      const waitFor = async (position: number): Promise<boolean> => {
        if (position > 10) await delay(20);
        return position <= 10;
      };
      const store = { head: async () => head, end: async () => end, exclusive };
      return createReach({ position: () => 10, waitFor }, positions, store);
    };
    const beyond = left({ type: 'malformed_request', path: 'after', message: expect.stringMatching(/beyond the end of the log/) });

    it.each([
      ['that other nodes may have', { head: 20, end: 20 }, 20, left({ type: 'read_model_behind' })],
      ['behind which there is nothing but events of others', { head: 10, end: 30 }, 25, right(10)],
      ['between events of others, behind one of its own', { head: 20, end: 30 }, 25, left({ type: 'read_model_behind' })],
      ['beyond the end, as after a return to an older copy', { head: 10, end: 30 }, 31, beyond],
      ['beyond the end of an embedded store', { head: 10, end: 10, exclusive: true }, 11, beyond],
    ])('%s', async (_which, store, position, answer) => {
      const reach = nodeOf(store);
      expect(await reach('after', positions.show(position))).toEqual(answer);
      expect(await reach('after', positions.show(9))).toEqual(right(9));
    });

    it('beyond the end of the embedded store itself', async () => {
      const reach = createReach(all.models, positions, all.store);
      expect(await reach('after', positions.show(all.models.position() + 1))).toEqual(beyond);
    });

    it('is waited for where the store does not answer', async () => {
      const away = () => Promise.reject(new Error('away'));
      const reach = createReach({ position: () => 10, waitFor: async () => false }, positions, { head: away, end: away, exclusive: false });
      expect(await reach('after', positions.show(20))).toEqual(left({ type: 'read_model_behind' }));
    });
  });
});
