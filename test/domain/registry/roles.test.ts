import * as fc from 'fast-check';
import { fold } from '../../../src/decider/decider';
import { registry } from '../../../src/domain/registry';
import { RegistryEvent } from '../../../src/domain/registry/events';
import { Member, roleIn } from '../../../src/domain/registry/roles';
import { OrganizationRole, organizationRoles, RegistryRole, registryRoles } from '../../../src/domain/values/principals';
import { Visibility } from '../../../src/domain/values/visibility';

const aRegistry = (
  visibility: Visibility, defaultRole: RegistryRole, grants: Readonly<Record<string, RegistryRole>>,
): ReadonlyArray<RegistryEvent> => [
  { type: 'RegistryCreated', data: { name: 'r', description: '', acceptedTypes: 'any', visibility, defaultRole } },
  ...Object.entries(grants).map(([principal, role]) => ({ type: 'RoleGranted' as const, data: { principal, role } })),
];

const ann = (organizationRole: OrganizationRole, teams: ReadonlyArray<string> = []): Member => ({
  principal: 'user:ann', organizationRole, teams,
});

const role = (events: ReadonlyArray<RegistryEvent>, member: Member) => roleIn(fold(registry, events), member);

describe('the role that counts', () => {
  it('is the highest of all that the principal has', () => {
    const maybe = fc.option(fc.constantFrom(...registryRoles), { nil: undefined });
    fc.assert(
      fc.property(
        fc.constantFrom('organization' as const, 'restricted' as const), fc.constantFrom(...registryRoles), maybe, maybe, maybe,
        fc.constantFrom(...organizationRoles), fc.subarray(['vision', 'audio']),
        (visibility, defaultRole, direct, vision, audio, organizationRole, teams) => {
          const grants = { 'user:ann': direct, 'team:vision': vision, 'team:audio': audio, 'user:bob': 'admin' as const };
          const given = Object.fromEntries(Object.entries(grants).flatMap(([name, one]) => (one === undefined ? [] : [[name, one]])));
          const counting = [
            direct,
            teams.includes('vision') ? vision : undefined,
            teams.includes('audio') ? audio : undefined,
            visibility === 'organization' ? defaultRole : undefined,
            organizationRole === 'admin' ? 'admin' : undefined,
          ].map((one) => registryRoles.findIndex((known) => known === one));
          const highest = Math.max(...counting);
          expect(role(aRegistry(visibility, defaultRole, given), ann(organizationRole, teams))).toBe(
            highest < 0 ? undefined : registryRoles[highest],
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('a restricted registry does not exist for one without a role in it', () => {
    expect(role(aRegistry('restricted', 'admin', {}), ann('member'))).toBeUndefined();
    expect(role(aRegistry('restricted', 'admin', { 'user:vision': 'admin', 'service:ann': 'admin' }), ann('member', ['vision']))).toBeUndefined();
  });

  it('an organization viewer is not capped', () => {
    expect(role(aRegistry('organization', 'viewer', { 'user:ann': 'admin' }), ann('viewer'))).toBe('admin');
  });

  it('a registry that does not live has none, not even for organization admins', () => {
    const deleted: ReadonlyArray<RegistryEvent> = [...aRegistry('organization', 'admin', {}), { type: 'RegistryDeleted', data: {} }];
    for (const events of [[], deleted, [...deleted, { type: 'RegistryDeletionSettled' as const, data: {} }]])
      expect(role(events, ann('admin'))).toBeUndefined();
  });
});
