import * as fc from 'fast-check';
import { right } from 'fp-ts/Either';
import { atLeast, Grantee, OrganizationRole, Principal, RegistryRole, registryRoles, splitPrincipal } from '../../../src/domain/values/principals';

const wrong = expect.objectContaining({ _tag: 'Left' });

describe('principals', () => {
  it.each(['user:ann', 'service:ci', `user:${'x'.repeat(128)}`])('%s acts, and can be granted a role', (principal) => {
    expect(Principal.decode(principal)).toEqual(right(principal));
    expect(Grantee.decode(principal)).toEqual(right(principal));
  });

  it('a team can be granted a role, and does not act', () => {
    expect(Grantee.decode('team:vision')).toEqual(right('team:vision'));
    expect(Principal.decode('team:vision')).toEqual(wrong);
  });

  it.each([
    'userx', 'users', 'servicex', 'teamx', 'user', 'user:', ':ann', 'ann', 'User:ann', 'user:a b', 'user:ann:x', ' user:ann', 'user:.ann',
    `user:${'x'.repeat(129)}`, 'robot:ann', '', 7, null,
  ])('%p is none', (value) => {
    expect(Principal.decode(value)).toEqual(wrong);
    expect(Grantee.decode(value)).toEqual(wrong);
  });

  it('are split at the colon', () => {
    expect(splitPrincipal('user:ann')).toEqual({ kind: 'user', name: 'ann' });
    expect(splitPrincipal('userx')).toEqual({ kind: '', name: 'userx' });
  });
});

describe('roles', () => {
  it('restricted_viewer < viewer < member < admin', () => {
    expect(registryRoles).toEqual(['restricted_viewer', 'viewer', 'member', 'admin']);
    for (const [index, role] of registryRoles.entries())
      for (const [needed, least] of registryRoles.entries()) expect(atLeast(role, least)).toBe(index >= needed);
  });

  it('no other word is one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('Admin', 'owner', 'toString')), (word) => {
        if (!registryRoles.some((role) => role === word)) expect(RegistryRole.decode(word)).toEqual(wrong);
      }),
    );
    expect(OrganizationRole.decode('restricted_viewer')).toEqual(wrong);
    expect(OrganizationRole.decode('member')).toEqual(right('member'));
  });
});
