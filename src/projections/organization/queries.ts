/** Questions about who there is. Lists answer at most `limit` items after a key, in its order. */
import { OrganizationRole } from '../../domain/values/principals';
import { Database } from '../read-model';
import { Remember } from '../remembered';
import { Part, prepare, shownOf } from '../sql';

export const selects = {
  name: 'SELECT name FROM organization_self WHERE one = 1',
  principalOfKey: 'SELECT principal, expires_at AS expiresAt FROM organization_keys WHERE hash = ?',
  account: 'SELECT role FROM organization_accounts WHERE principal = ? AND disabled = 0',
  teamsOf: 'SELECT team FROM organization_members WHERE principal = ? ORDER BY team',
  accounts: `SELECT name, role, disabled FROM organization_accounts
    WHERE kind = :kind AND name > :after ORDER BY name LIMIT :limit`,
  accountNamed: 'SELECT name, role, disabled FROM organization_accounts WHERE principal = ?',
  teams: 'SELECT name FROM organization_teams WHERE name > :after ORDER BY name LIMIT :limit',
  team: 'SELECT name FROM organization_teams WHERE name = ?',
  members: 'SELECT principal FROM organization_members WHERE team = ? ORDER BY principal',
  key: `SELECT id, principal, label, created_at AS createdAt, expires_at AS expiresAt FROM organization_keys
    WHERE id = ?`,
  keys: `SELECT id, hash, principal, label, created_at AS createdAt, expires_at AS expiresAt FROM organization_keys
    WHERE id > :after ORDER BY id LIMIT :limit`,
  keysOf: `SELECT id, hash, principal, label, created_at AS createdAt, expires_at AS expiresAt FROM organization_keys
    WHERE principal = :principal AND id > :after ORDER BY id LIMIT :limit`,
  entities: `SELECT name, 'team' AS kind FROM organization_teams WHERE name > :after
    UNION ALL SELECT name, 'user' FROM organization_accounts WHERE kind = 'user' AND name > :after
    ORDER BY name LIMIT :limit`,
  entitiesOf: `SELECT team AS name, 'team' AS kind FROM organization_members WHERE principal = :principal AND team > :after
    UNION ALL SELECT name, 'user' FROM organization_accounts
      WHERE principal = :principal AND kind = 'user' AND name > :after
    ORDER BY name LIMIT :limit`,
} as const;

/** A principal and what it belongs to. */
export type Membership = {
  readonly principal: string;
  readonly organizationRole: OrganizationRole;
  /** By name. */
  readonly teams: ReadonlyArray<string>;
};
export type Account = { readonly name: string; readonly role: OrganizationRole; readonly disabled: boolean };
export type Team = { readonly name: string; readonly members: ReadonlyArray<string> };
/** A key, but for the key. */
export type KeyShown = {
  readonly id: string;
  readonly principal: string;
  readonly label: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
};
/** `hash` is for knowing it again, and not shown. */
export type KeyWithHash = KeyShown & { readonly hash: string };
/** An owner of projects: a team, or a user's personal entity. */
export type Entity = { readonly name: string; readonly kind: 'team' | 'user' };

type AccountRow = { readonly name: string; readonly role: OrganizationRole; readonly disabled: number };
const accountOf = ({ name, role, disabled }: AccountRow): Account => ({ name, role, disabled: disabled === 1 });

export const organizationQueries = (db: Database, remember: Remember) => {
  const select = prepare(db, selects);
  const itself = (key: string): string => key;

  const membersOf = (team: string): ReadonlyArray<string> =>
    (select.members.all(team) as ReadonlyArray<{ principal: string }>).map(({ principal }) => principal);

  /** What a principal is and belongs to; undefined for one that does not exist or is disabled. */
  const callerOf = remember(itself, (principal: string): Membership | undefined => {
    const account = select.account.get(principal) as { role: OrganizationRole } | undefined;
    if (account === undefined) return undefined;
    const teams = (select.teamsOf.all(principal) as ReadonlyArray<{ team: string }>).map(({ team }) => team);
    return { principal, organizationRole: account.role, teams };
  });

  const principalOfKey = remember(
    itself,
    (hash: string) => select.principalOfKey.get(hash) as { principal: string; expiresAt: string | null } | undefined,
  );

  return {
    /** '' until the organization is founded. */
    organizationName: (): string => (select.name.get() as { name: string } | undefined)?.name ?? '',

    callerOf,

    /**
     * Whose key this is; undefined for one that is unknown, expired or revoked, or of a disabled principal.
     * @param hash lowercase hex SHA-256 of the key
     * @param now RFC 3339 UTC with milliseconds
     */
    callerByKeyHash: (hash: string, now: string): Membership | undefined => {
      const key = principalOfKey(hash);
      return key === undefined || (key.expiresAt !== null && key.expiresAt <= now) ? undefined : callerOf(key.principal);
    },

    listAccounts: (kind: 'user' | 'service', { after = '', limit }: Part<string>): ReadonlyArray<Account> =>
      (select.accounts.all({ kind, after, limit }) as ReadonlyArray<AccountRow>).map(accountOf),

    /** @param principal `user:ann` or `service:ci` */
    getAccount: (principal: string): Account | undefined => {
      const row = select.accountNamed.get(principal) as AccountRow | undefined;
      return row === undefined ? undefined : accountOf(row);
    },

    listTeams: ({ after = '', limit }: Part<string>): Iterable<Team> =>
      shownOf(select.teams, { after, limit }, ({ name }: Pick<Team, 'name'>) => ({ name, members: membersOf(name) })),

    getTeam: (name: string): Team | undefined =>
      select.team.get(name) === undefined ? undefined : { name, members: membersOf(name) },

    getKey: (id: string): KeyShown | undefined => {
      const row = select.key.get(id) as KeyShown | undefined;
      return row === undefined ? undefined : { ...row };
    },

    /** The keys of all principals, by id. */
    listKeys: ({ after = '', limit }: Part<string>): ReadonlyArray<KeyWithHash> =>
      (select.keys.all({ after, limit }) as ReadonlyArray<KeyWithHash>).map((row) => ({ ...row })),

    listKeysOf: (principal: string, { after = '', limit }: Part<string>): ReadonlyArray<KeyWithHash> =>
      (select.keysOf.all({ principal, after, limit }) as ReadonlyArray<KeyWithHash>).map((row) => ({ ...row })),

    /** Who owns the projects of an entity: a team, a user, or nobody there. */
    entityKind: (name: string): Entity['kind'] | undefined => {
      if (select.team.get(name) !== undefined) return 'team';
      return select.accountNamed.get(`user:${name}`) === undefined ? undefined : 'user';
    },

    /** The entities whose sources a member may read (S6), by name. */
    listEntities: (
      { principal, organizationRole }: Membership,
      { after = '', limit }: Part<string>,
    ): ReadonlyArray<Entity> => {
      const rows =
        organizationRole === 'admin'
          ? select.entities.all({ after, limit })
          : select.entitiesOf.all({ principal, after, limit });
      return (rows as ReadonlyArray<Entity>).map(({ name, kind }) => ({ name, kind }));
    },
  };
};
