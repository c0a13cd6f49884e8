import { fold } from '../../../src/decider/decider';
import { organization } from '../../../src/domain/organization';
import { OrganizationEvent } from '../../../src/domain/organization/events';
import { keyIsValid, membershipOf, ownerKind } from '../../../src/domain/organization/membership';

const EXPIRY = '2026-01-31T09:00:00.000Z';

const events: ReadonlyArray<OrganizationEvent> = [
  { type: 'OrganizationFounded', data: { name: 'acme' } },
  { type: 'UserCreated', data: { name: 'admin', role: 'admin' } },
  { type: 'UserCreated', data: { name: 'ann', role: 'member' } },
  { type: 'ServiceAccountCreated', data: { name: 'ci', role: 'viewer' } },
  ...['vision', 'audio', 'empty'].map((name) => ({ type: 'TeamCreated' as const, data: { name } })),
  { type: 'TeamMemberAdded', data: { team: 'vision', principal: 'user:ann' } },
  { type: 'TeamMemberAdded', data: { team: 'audio', principal: 'user:ann' } },
  { type: 'TeamMemberAdded', data: { team: 'vision', principal: 'service:ci' } },
  { type: 'KeyCreated', data: { id: 'k1', principal: 'user:ann', hash: 'h1', label: '', expiresAt: null } },
  { type: 'KeyCreated', data: { id: 'k2', principal: 'user:ann', hash: 'h2', label: '', expiresAt: EXPIRY } },
];

const after = (...more: ReadonlyArray<OrganizationEvent>) => fold(organization, [...events, ...more]);
const disabled: OrganizationEvent = { type: 'PrincipalDisabled', data: { principal: 'user:ann' } };
const enabled: OrganizationEvent = { type: 'PrincipalEnabled', data: { principal: 'user:ann' } };

describe('what a principal is', () => {
  it('its role, and its teams by name', () => {
    expect(membershipOf(after(), 'user:ann')).toEqual({ principal: 'user:ann', organizationRole: 'member', teams: ['audio', 'vision'] });
    expect(membershipOf(after(), 'service:ci')).toEqual({ principal: 'service:ci', organizationRole: 'viewer', teams: ['vision'] });
  });

  it('as it was changed since', () => {
    const left: OrganizationEvent = { type: 'TeamMemberRemoved', data: { team: 'vision', principal: 'user:ann' } };
    const promoted: OrganizationEvent = { type: 'OrganizationRoleChanged', data: { principal: 'user:ann', role: 'admin' } };
    expect(membershipOf(after(left, promoted), 'user:ann')).toEqual({ principal: 'user:ann', organizationRole: 'admin', teams: ['audio'] });
  });

  it('nothing, when it is not there or disabled', () => {
    expect(membershipOf(after(), 'user:bob')).toBeUndefined();
    expect(membershipOf(after(), 'team:vision')).toBeUndefined();
    expect(membershipOf(after(disabled), 'user:ann')).toBeUndefined();
    expect(membershipOf(after(disabled, enabled), 'user:ann')).toBeDefined();
  });
});

describe('a key', () => {
  it('is good until it expires', () => {
    expect(keyIsValid(after(), 'h1', '9999-12-31T23:59:59.999Z')).toBe(true);
    expect(keyIsValid(after(), 'h2', '2026-01-31T08:59:59.999Z')).toBe(true);
    expect(keyIsValid(after(), 'h2', EXPIRY)).toBe(false);
  });

  it('is known by its hash alone', () => {
    for (const hash of ['k1', 'h3', '']) expect(keyIsValid(after(), hash, EXPIRY)).toBe(false);
  });

  it('is good no more when it is revoked, and the others are', () => {
    const revoked = after({ type: 'KeyRevoked', data: { id: 'k1' } });
    expect(keyIsValid(revoked, 'h1', EXPIRY)).toBe(false);
    expect(keyIsValid(revoked, 'h2', '2026-01-01T00:00:00.000Z')).toBe(true);
  });

  it('is refused while its principal is disabled', () => {
    expect(keyIsValid(after(disabled), 'h1', EXPIRY)).toBe(false);
    expect(keyIsValid(after(disabled, enabled), 'h1', EXPIRY)).toBe(true);
  });
});

describe('who owns the projects of an entity', () => {
  it.each([['vision', 'team'], ['empty', 'team'], ['ann', 'user'], ['ci', undefined], ['bob', undefined], ['', undefined]])(
    '%p: %p', (entity, kind) => expect(ownerKind(after(), entity)).toBe(kind),
  );

  it('S6: one who is disabled still does', () => expect(ownerKind(after(disabled), 'ann')).toBe('user'));
});
