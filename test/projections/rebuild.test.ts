/** Whatever happens: read models that were fed step by step hold what those hold that are made anew, and what the domain says. */
import fc from 'fast-check';
import { ArtifactState, digestOf } from '../../src/domain/artifact/state';
import { ArtifactCommand } from '../../src/domain/artifact/commands';
import { CollectionCommand, Shelf } from '../../src/domain/collection/commands';
import { CollectionState, sourceOf } from '../../src/domain/collection/state';
import { OrganizationCommand } from '../../src/domain/organization/commands';
import { membershipOf } from '../../src/domain/organization/membership';
import { OrganizationState } from '../../src/domain/organization/state';
import { RegistryCommand } from '../../src/domain/registry/commands';
import { roleIn } from '../../src/domain/registry/roles';
import { RegistryState } from '../../src/domain/registry/state';
import { byCodePoint } from '../../src/domain/values/names';
import { organizationRoles, registryRoles } from '../../src/domain/values/principals';
import { artifactStream, collectionStream, ORGANIZATION_STREAM, registryStream } from '../../src/domain/values/streams';
import { contents, openProjected, Projected } from '../support/projected';

const shelves = ['model', 'data set'];
const collections = ['zoo', 'ant'];
const artifacts = ['vision/zoo/model', 'vision/zoo/data'];
const users = ['ann', 'bob'];
const aliases = ['gold', 'Silver'];

/** A command on one of few names, so that commands meet. */
type Step =
  | { readonly on: 'organization'; readonly command: OrganizationCommand }
  | { readonly on: 'registry'; readonly names: [string]; readonly command: RegistryCommand }
  | { readonly on: 'collection'; readonly names: [string, string]; readonly command: CollectionCommand }
  | { readonly on: 'artifact'; readonly names: [string]; readonly command: ArtifactCommand }
  | { readonly on: 'usage'; readonly names: [string, string]; readonly version: number }
  /** All that was begun with a registry is finished. */
  | { readonly on: 'finish'; readonly registry: string };

const role = fc.constantFrom(...registryRoles);
const version = fc.nat(3);
const principal = fc.constantFrom('user:ann', 'user:bob', 'team:vision');
const of = <T extends string, R extends object>(type: T, rest: { [K in keyof R]: fc.Arbitrary<R[K]> }) =>
  fc.record({ type: fc.constant(type), ...rest } as { [K in keyof (R & { type: T })]: fc.Arbitrary<(R & { type: T })[K]> });

const organizationCommand = fc.oneof(
  of('CreateUser', { name: fc.constantFrom(...users), role: fc.constantFrom(...organizationRoles) }),
  of('CreateTeam', { name: fc.constantFrom('vision', 'audio') }),
  of('AddTeamMember', { team: fc.constantFrom('vision', 'audio'), principal: fc.constantFrom('user:ann', 'user:bob') }),
  of('RemoveTeamMember', { team: fc.constant('vision'), principal: fc.constantFrom('user:ann', 'user:bob') }),
  of('ChangePrincipal', {
    principal: fc.constantFrom('user:ann', 'user:bob'), disabled: fc.boolean(), role: fc.constantFrom(...organizationRoles),
  }),
  of('CreateKey', {
    id: fc.constantFrom('1', '2'), principal: fc.constantFrom('user:ann', 'user:bob'), hash: fc.constantFrom('x', 'y'),
    label: fc.constant(''), expiresAt: fc.constant(null),
  }),
  of('RevokeKey', { id: fc.constantFrom('1', '2') }),
);
const createRegistry = of('CreateRegistry', {
  name: fc.constantFrom(...shelves), description: fc.constant(''), acceptedTypes: fc.constantFrom('any' as const, ['model']),
  visibility: fc.constantFrom('organization' as const, 'restricted' as const), defaultRole: role,
  creator: fc.constant('user:ann'), creatorRole: fc.constantFrom('member' as const, 'admin' as const),
});
const registryCommand = fc.oneof(
  of('ChangeRegistry', {
    description: fc.constantFrom('', 'new'), addAcceptedTypes: fc.constantFrom(['data'], ['model', 'data']),
    visibility: fc.constantFrom('organization' as const, 'restricted' as const), defaultRole: role,
  }),
  of('GrantRole', { principal, role }),
  of('RevokeRole', { principal }),
  of('ProtectAlias', { alias: fc.constantFrom(...aliases) }),
  of('UnprotectAlias', { alias: fc.constantFrom(...aliases) }),
  of('SettleAliasProtection', { alias: fc.constantFrom(...aliases), nth: fc.integer({ min: 1, max: 4 }) }),
  of('RegisterCollection', { collection: fc.constantFrom(...collections), life: fc.integer({ min: 1, max: 3 }) }),
  of('UnregisterCollection', { collection: fc.constantFrom(...collections), life: fc.integer({ min: 1, max: 3 }) }),
);
const shelf: Shelf = { acceptedTypes: 'any', protectedAliases: [] };
const source = fc.constantFrom(...artifacts).chain((name) =>
  version.map((number) => ({ name: `${name}:v${number}`, digest: 'd', type: 'model', owner: 'team' as const })),
);
const linking = { aliases: fc.subarray([...aliases]), role: fc.constant('admin' as const), teams: fc.constant([]), shelf: fc.constant(shelf) };
const collectionCommand = fc.oneof(
  of('LinkArtifactVersion', { registry: fc.constant(''), name: fc.constant(''), source, ...linking }),
  of('LinkArtifactVersion', { registry: fc.constant(''), name: fc.constant(''), source, ...linking }),
  of('UnlinkVersion', { version, role: fc.constant('admin' as const) }),
  of('UnlinkVersion', { version, role: fc.constant('admin' as const) }),
  of('AddAlias', { alias: fc.constantFrom(...aliases), version, role: fc.constant('admin' as const) }),
  of('RollBackAlias', { alias: fc.constantFrom(...aliases), role: fc.constant('admin' as const) }),
  of('RemoveAlias', { alias: fc.constantFrom(...aliases), role: fc.constant('admin' as const) }),
  of('ProtectAlias', { alias: fc.constantFrom(...aliases) }),
  of('UnprotectAlias', { alias: fc.constantFrom(...aliases) }),
  of('TagVersion', { version, tag: fc.constant('t'), role: fc.constant('admin' as const) }),
  of('UntagVersion', { version, tag: fc.constant('t'), role: fc.constant('admin' as const) }),
  of('ChangeCollection', { description: fc.constant('new'), addTags: fc.constant(['t']), removeTags: fc.constant(['u']) }),
  of('DeleteCollection', { role: fc.constant('admin' as const) }),
  of('CloseCollection', { life: fc.integer({ min: 1, max: 3 }) }),
);
const artifactCommand = fc.oneof(
  of('LogArtifact', {
    artifactType: fc.constant('model'), digest: fc.constantFrom('a', 'b'), uri: fc.constant('s3://x'), sizeBytes: fc.constant(1),
    metadata: fc.constant({}), metrics: fc.constant({ loss: 1 }), run: fc.constant(null), aliases: fc.subarray(['best']),
  }),
  of('AddSourceAlias', { alias: fc.constant('best'), version }),
  of('RemoveSourceAlias', { alias: fc.constant('best') }),
  of('DeleteArtifactVersion', { version }),
);
const shelfName = fc.constantFrom(...shelves);
const place = fc.tuple(shelfName, fc.constantFrom(...collections));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ on: fc.constant('organization' as const), command: organizationCommand }) },
  { weight: 2, arbitrary: createRegistry.map((command) => ({ on: 'registry' as const, names: [command.name] as [string], command })) },
  { weight: 4, arbitrary: fc.record({ on: fc.constant('registry' as const), names: fc.tuple(shelfName), command: registryCommand }) },
  { weight: 1, arbitrary: fc.record({ on: fc.constant('registry' as const), names: fc.tuple(shelfName), command: of('DeleteRegistry', {}) }) },
  { weight: 6, arbitrary: fc.record({ on: fc.constant('collection' as const), names: place, command: collectionCommand }) },
  { weight: 3, arbitrary: fc.record({ on: fc.constant('artifact' as const), names: fc.tuple(fc.constantFrom(...artifacts)), command: artifactCommand }) },
  { weight: 1, arbitrary: fc.record({ on: fc.constant('usage' as const), names: place, version }) },
  { weight: 2, arbitrary: fc.record({ on: fc.constant('finish' as const), registry: shelfName }) },
);

/** Every step of the processes, as the application runs them (C1, C4, A10). */
const finish = async ({ log }: Projected, name: string): Promise<void> => {
  const state = log.state<RegistryState>(registryStream(name));
  if (state?.type === 'Live') {
    for (const [alias, { protected: wanted, nth }] of state.unsettled) {
      for (const collection of state.collections.keys())
        await log.collection([name, collection], { type: wanted ? 'ProtectAlias' : 'UnprotectAlias', alias });
      await log.registry([name], { type: 'SettleAliasProtection', alias, nth });
    }
    for (const [collection, life] of state.collections)
      if ((log.state<CollectionState>(collectionStream(name, collection))?.lives ?? 0) >= life)
        await log.registry([name], { type: 'UnregisterCollection', collection, life });
  } else if (state?.type === 'Deleting') {
    for (const [collection, life] of state.collections)
      await log.collection([name, collection], { type: 'CloseCollection', life });
    await log.registry([name], { type: 'SettleRegistryDeletion', nth: state.begun });
  }
};

/** A collection's commands come once its name is registered, and only while its registry lives (C1). */
const take = async (all: Projected, step: Step): Promise<void> => {
  const { log } = all;
  switch (step.on) {
    case 'organization':
      return void (await log.organization([], step.command));
    case 'registry': {
      const { command } = step;
      // Only a life that is over is unregistered: so it is in the application, which decides it by the collection.
      if (
        command.type === 'UnregisterCollection' &&
        (log.state<CollectionState>(collectionStream(step.names[0], command.collection))?.lives ?? 0) < command.life
      )
        return;
      return void (await log.registry(step.names, command));
    }
    case 'collection': {
      const [registry, name] = step.names;
      const state = log.state<RegistryState>(registryStream(registry));
      const live = log.state<CollectionState>(collectionStream(registry, name));
      if (state?.type !== 'Live' && state?.type !== 'Deleting') return;
      if (step.command.type === 'LinkArtifactVersion' && live?.type !== 'Live') {
        if (state.type !== 'Live') return;
        await log.registry([registry], { type: 'RegisterCollection', collection: name, life: (live?.lives ?? 0) + 1 });
      }
      const named = step.command.type === 'LinkArtifactVersion' ? { ...step.command, registry, name } : step.command;
      return void (await log.collection([registry, name], named));
    }
    case 'artifact':
      return void (await log.artifact(step.names, step.command));
    case 'usage':
      return void (await log.usage(step.names, { type: 'RecordUsage', version: step.version, run: 'vision/zoo/r' }));
    case 'finish':
      return finish(all, step.registry);
  }
};

/** What the folded states say, where the read models must say the same. */
const agrees = ({ log, queries }: Projected): void => {
  const organization = log.state<OrganizationState>(ORGANIZATION_STREAM);
  for (const user of users)
    expect(queries.organization.callerOf(`user:${user}`)).toEqual(organization && membershipOf(organization, `user:${user}`));
  const links: Array<string> = [];
  let unsettled = 0;
  for (const name of shelves) {
    const state = log.state<RegistryState>(registryStream(name)) ?? { type: 'Absent', begun: 0 };
    const admin = { principal: 'user:x', organizationRole: 'admin', teams: [] } as const;
    const ann = { principal: 'user:ann', organizationRole: 'member', teams: ['vision'] } as const;
    const shown = queries.registries.getRegistry(admin, name, 'acme');
    expect(queries.registries.roleIn(ann, name)).toBe(roleIn(state, ann));
    expect(shown === undefined).toBe(state.type !== 'Live');
    let count = 0;
    for (const collection of collections) {
      const live = log.state<CollectionState>(collectionStream(name, collection));
      if (live?.type !== 'Live' || state.type !== 'Live') continue;
      count += 1;
      for (let number = live.base; number < live.nextVersion; number++) {
        const linked = sourceOf(live, number);
        if (linked !== undefined) links.push(`${linked} ${name} ${collection} v${number}`);
      }
    }
    if (state.type === 'Deleting') unsettled += 1;
    if (state.type !== 'Live') continue;
    const { unsettled: open, protectedAliases, collections: registered } = state;
    const settled = shown?.protectedAliases.filter((alias) => !open.has(alias));
    expect(settled).toEqual(protectedAliases.filterNot((alias) => open.has(alias)).toArray().sort(byCodePoint));
    expect(shown).toMatchObject({
      collections: count, acceptedTypes: state.acceptedTypes, description: state.description, visibility: state.visibility,
    });
    unsettled += open.size;
    for (const [collection, life] of registered)
      if ((log.state<CollectionState>(collectionStream(name, collection))?.lives ?? 0) >= life) unsettled += 1;
  }
  expect(queries.registries.unsettled()).toHaveLength(unsettled);
  const shownLinks = artifacts.flatMap((artifact) =>
    [0, 1, 2, 3].flatMap((number) =>
      queries.artifacts.linkedIn(`${artifact}:v${number}`).map(({ registry, collection }) => `${artifact}:v${number} ${registry} ${collection}`),
    ),
  );
  expect(shownLinks.filter((link) => shelves.some((name) => link.includes(` ${name} `) && isLive(log, name))).sort()).toEqual(
    links.map((link) => link.replace(/ v\d+$/, '')).sort(),
  );
  for (const artifact of artifacts) {
    const state = log.state<ArtifactState>(artifactStream(artifact));
    expect(queries.artifacts.artifactExists(artifact)).toBe(state?.type === 'Existing');
    if (state?.type !== 'Existing') continue;
    for (let number = 0; number < state.digests.size; number++) {
      const shown = queries.artifacts.getSourceVersion(artifact, { type: 'Version', version: number }, () => true);
      expect(shown?.digest).toBe(digestOf(state, number));
      if (shown !== undefined)
        expect(shown.aliases).toEqual([...state.aliases].flatMap(([alias, holder]) => (holder === number ? [alias] : [])).sort());
    }
  }
};

const isLive = (log: Projected['log'], name: string): boolean => log.state<RegistryState>(registryStream(name))?.type === 'Live';

describe('the read models', () => {
  it('after any history hold what they hold when made anew, and agree with the domain', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), async (steps) => {
        const all = openProjected();
        try {
          await all.log.organization([], { type: 'FoundOrganization', name: 'acme' });
          for (const name of shelves)
            await all.log.registry([name], {
              type: 'CreateRegistry', name, description: '', acceptedTypes: ['model'], visibility: 'restricted',
              defaultRole: 'viewer', creator: 'user:bob', creatorRole: 'member',
            });
          for (const [index, each] of steps.entries()) {
            await take(all, each);
            if (index % 7 === 0) await all.seen();
          }
          await all.seen();
          agrees(all);
          const rebuilt = await all.rebuilt();
          expect(contents(rebuilt)).toEqual(contents(all.models));
          await rebuilt.close();
        } finally {
          await all.close();
        }
      }),
      { numRuns: 30, endOnFailure: true },
    );
  }, 120_000);
});
