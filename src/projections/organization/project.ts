/** How the organization's events change its tables. */
import { splitPrincipal } from '../../domain/values/principals';
import { Database, ProjectedEvent } from '../read-model';
import { prepare } from '../sql';

export const changes = {
  named: 'INSERT OR REPLACE INTO organization_self VALUES (1, ?)',
  accountAdded: 'INSERT OR REPLACE INTO organization_accounts (principal, kind, name, role) VALUES (?, ?, ?, ?)',
  roleChanged: 'UPDATE organization_accounts SET role = ? WHERE principal = ?',
  disabled: 'UPDATE organization_accounts SET disabled = ? WHERE principal = ?',
  teamAdded: 'INSERT OR IGNORE INTO organization_teams VALUES (?)',
  memberAdded: 'INSERT OR IGNORE INTO organization_members VALUES (?, ?)',
  memberRemoved: 'DELETE FROM organization_members WHERE team = ? AND principal = ?',
  keyAdded: `INSERT OR REPLACE INTO organization_keys (id, hash, principal, label, created_at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?)`,
  keyRevoked: 'DELETE FROM organization_keys WHERE id = ?',
} as const;

export const project = (db: Database): ((projected: ProjectedEvent) => void) => {
  const change = prepare(db, changes);
  const addAccount = (principal: string, role: string): void => {
    const { kind, name } = splitPrincipal(principal);
    change.accountAdded.run(principal, kind, name, role);
  };
  return (projected) => {
    if (projected.category !== 'organization') return;
    const { event, at } = projected;
    switch (event.type) {
      case 'OrganizationFounded':
        return void change.named.run(event.data.name);
      case 'UserCreated':
        return addAccount(`user:${event.data.name}`, event.data.role);
      case 'ServiceAccountCreated':
        return addAccount(`service:${event.data.name}`, event.data.role);
      case 'OrganizationRoleChanged':
        return void change.roleChanged.run(event.data.role, event.data.principal);
      case 'PrincipalDisabled':
        return void change.disabled.run(1, event.data.principal);
      case 'PrincipalEnabled':
        return void change.disabled.run(0, event.data.principal);
      case 'TeamCreated':
        return void change.teamAdded.run(event.data.name);
      case 'TeamMemberAdded':
        return void change.memberAdded.run(event.data.team, event.data.principal);
      case 'TeamMemberRemoved':
        return void change.memberRemoved.run(event.data.team, event.data.principal);
      case 'KeyCreated': {
        const { id, hash, principal, label, expiresAt } = event.data;
        return void change.keyAdded.run(id, hash, principal, label, at, expiresAt);
      }
      case 'KeyRevoked':
        return void change.keyRevoked.run(event.data.id);
    }
  };
};
