/** Who there is: accounts, teams and their members, and the keys that are good. */

export const tables = [
  'organization_self', 'organization_accounts', 'organization_teams', 'organization_members', 'organization_keys',
] as const;

/** No row of a revoked key is kept. Roles, kinds and instants stand as the API has them. */
export const schema = `
  CREATE TABLE organization_self (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL) STRICT;
  CREATE TABLE organization_accounts (
    principal TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX organization_accounts_by_name ON organization_accounts (kind, name);
  CREATE TABLE organization_teams (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE organization_members (
    team TEXT NOT NULL, principal TEXT NOT NULL, PRIMARY KEY (team, principal)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX organization_members_by_principal ON organization_members (principal, team);
  CREATE TABLE organization_keys (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    principal TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT
  ) STRICT;
  CREATE UNIQUE INDEX organization_keys_by_principal ON organization_keys (principal, id);
`;
