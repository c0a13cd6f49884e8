/** Questions about registries. A registry in which the reader has no role does not exist for it. */
import { REGISTRY_PREFIX } from '../../domain/values/names';
import { OrganizationRole, RegistryRole, registryRoles } from '../../domain/values/principals';
import { Visibility } from '../../domain/values/visibility';
import { Database } from '../read-model';
import { endOf, Part, prepare } from '../sql';

/** Whose role counts: the principal's own grants, its teams', and those of the whole organization. */
export type Reader = {
  readonly principal: string;
  readonly organizationRole: OrganizationRole;
  readonly teams: ReadonlyArray<string>;
};

/** The place of a role in the order of roles, from 1. */
const rank = (role: string): string =>
  `CASE ${role} ${registryRoles.map((name, index) => `WHEN '${name}' THEN ${index + 1}`).join(' ')} ELSE 0 END`;

/** The rank of the reader's role in the registry `r`, 0 for none: as `domain/registry/roles.ts` has it. */
const RANK = `CASE WHEN :admin THEN ${registryRoles.length} ELSE max(
  CASE r.visibility WHEN 'organization' THEN ${rank('r.default_role')} ELSE 0 END,
  coalesce((SELECT max(${rank('g.role')}) FROM registries_grants g
    WHERE g.registry = r.name AND g.principal IN (SELECT value FROM json_each(:grantees))), 0)) END`;

const REGISTRY = `r.name, r.description, r.accepted_types AS acceptedTypes, r.visibility,
  r.default_role AS defaultRole, r.collections, r.created_at AS createdAt, r.created_by AS createdBy, ${RANK} AS rank`;

export const selects = {
  rank: `SELECT ${RANK} AS rank FROM registries_registries r WHERE r.name = :name`,
  registry: `SELECT ${REGISTRY} FROM registries_registries r WHERE r.name = :name`,
  registries: `SELECT ${REGISTRY} FROM registries_registries r
    WHERE r.name >= max(:after, :prefix) AND r.name <> :after AND r.name <= :end AND rank > 0 ORDER BY r.name LIMIT :limit`,
  visible: `SELECT r.name, ${RANK} AS rank FROM registries_registries r WHERE r.name > '' AND rank > 0 ORDER BY r.name`,
  protectedAliases: 'SELECT alias FROM registries_protected WHERE registry = ? ORDER BY alias',
  members: `SELECT principal, role, since, by FROM registries_grants
    WHERE registry = :registry AND principal > :after ORDER BY principal LIMIT :limit`,
  member: 'SELECT principal, role, since, by FROM registries_grants WHERE registry = ? AND principal = ?',
  unsettled: `SELECT type, registry, name, value, by, command_id AS commandId, correlation AS correlationId, at
    FROM registries_unsettled ORDER BY at`,
} as const;

/** The registry of `api.md`, as the reader sees it. */
export type RegistryShown = {
  readonly name: string;
  readonly targetPath: string;
  readonly description: string;
  readonly acceptedTypes: 'any' | ReadonlyArray<string>;
  readonly visibility: Visibility;
  readonly defaultRole: RegistryRole;
  readonly protectedAliases: ReadonlyArray<string>;
  readonly collections: number;
  readonly role: RegistryRole;
  readonly createdAt: string;
  readonly createdBy: string;
};

export type MemberShown = {
  /** `user:ann`, `service:ci` or `team:vision` */
  readonly principal: string;
  readonly role: RegistryRole;
  readonly since: string;
  readonly by: string;
};

/** A decision that is not finished everywhere (A10, C1, C4), and on whose behalf it was taken. */
export type Unsettled = {
  readonly by: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly at: string;
} & (
  | { readonly type: 'Protection'; readonly registry: string; readonly alias: string; readonly protected: boolean }
  | { readonly type: 'RegistryDeletion'; readonly registry: string }
  | { readonly type: 'CollectionDeletion'; readonly registry: string; readonly collection: string; readonly life: number }
);

type RegistryRow = Omit<RegistryShown, 'targetPath' | 'acceptedTypes' | 'protectedAliases' | 'role'> & {
  readonly acceptedTypes: string;
  readonly rank: number;
};
type UnsettledRow = {
  readonly type: Unsettled['type'];
  readonly registry: string;
  readonly name: string;
  readonly value: number;
  readonly by: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly at: string;
};

const readerParameters = ({ principal, organizationRole, teams }: Reader) => ({
  admin: organizationRole === 'admin' ? 1 : 0,
  grantees: JSON.stringify([principal, ...teams.map((team) => `team:${team}`)]),
});

const roleOf = (rank: number): RegistryRole | undefined => registryRoles[rank - 1];

const unsettledOf = ({ type, registry, name, value, ...rest }: UnsettledRow): Unsettled => {
  switch (type) {
    case 'Protection':
      return { type, registry, alias: name, protected: value === 1, ...rest };
    case 'RegistryDeletion':
      return { type, registry, ...rest };
    case 'CollectionDeletion':
      return { type, registry, collection: name, life: value, ...rest };
  }
};

export const registryQueries = (db: Database) => {
  const select = prepare(db, selects);

  const protectedAliases = (registry: string): ReadonlyArray<string> =>
    (select.protectedAliases.all(registry) as ReadonlyArray<{ alias: string }>).map(({ alias }) => alias);

  const shown = ({ rank: ranked, acceptedTypes, ...row }: RegistryRow, organization: string): RegistryShown | undefined => {
    const role = roleOf(ranked);
    if (role === undefined) return undefined;
    const { name, description, visibility, defaultRole, collections, createdAt, createdBy } = row;
    return {
      name,
      targetPath: `${organization}/${REGISTRY_PREFIX}${name}/`,
      description,
      acceptedTypes: JSON.parse(acceptedTypes) as RegistryShown['acceptedTypes'],
      visibility,
      defaultRole,
      protectedAliases: protectedAliases(name),
      collections,
      role,
      createdAt,
      createdBy,
    };
  };

  return {
    /** The role that counts; undefined where the registry does not exist for the reader. */
    roleIn: (reader: Reader, registry: string): RegistryRole | undefined => {
      const row = select.rank.get({ name: registry, ...readerParameters(reader) }) as { rank: number } | undefined;
      return row === undefined ? undefined : roleOf(row.rank);
    },

    /** All registries that exist for the reader, by name, with the role there. */
    visibleRegistries: (reader: Reader): ReadonlyMap<string, RegistryRole> => {
      const rows = select.visible.all(readerParameters(reader)) as ReadonlyArray<{
        readonly name: string;
        readonly rank: number;
      }>;
      return new Map(rows.map(({ name, rank: ranked }) => [name, roleOf(ranked) ?? 'restricted_viewer']));
    },

    /** @param organization its name, for the target path */
    getRegistry: (reader: Reader, registry: string, organization: string): RegistryShown | undefined => {
      const row = select.registry.get({ name: registry, ...readerParameters(reader) }) as RegistryRow | undefined;
      return row === undefined ? undefined : shown(row, organization);
    },

    /** At most `limit` of the registries that exist for the reader, by name, after a name. */
    listRegistries: (
      reader: Reader, prefix: string, organization: string, { after = '', limit }: Part<string>,
    ): ReadonlyArray<RegistryShown> =>
      (
        select.registries.all({
          after, limit, prefix, end: endOf(prefix), ...readerParameters(reader),
        }) as ReadonlyArray<RegistryRow>
      ).flatMap((row) => shown(row, organization) ?? []),

    /** The explicit grants, by principal. */
    listMembers: (registry: string, { after = '', limit }: Part<string>): ReadonlyArray<MemberShown> =>
      (select.members.all({ registry, after, limit }) as ReadonlyArray<MemberShown>).map((row) => ({ ...row })),

    getMember: (registry: string, principal: string): MemberShown | undefined => {
      const row = select.member.get(registry, principal) as MemberShown | undefined;
      return row === undefined ? undefined : { ...row };
    },

    /** The oldest first. Those under way at this moment are among them. */
    unsettled: (): ReadonlyArray<Unsettled> => (select.unsettled.all() as ReadonlyArray<UnsettledRow>).map(unsettledOf),
  };
};
