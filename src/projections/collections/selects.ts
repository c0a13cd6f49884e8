/** The SQL of the queries, and the rows that it answers. */

const LIFE = `c.id, c.registry, c.name, c.type, c.created_at AS createdAt, c.updated_at AS updatedAt,
  c.deleted_at AS deletedAt`;
const WHOLE = `${LIFE}, c.description, c.versions, c.next_version AS nextVersion, c.created_by AS createdBy,
  (SELECT json_group_array(tag) FROM (SELECT tag FROM collections_tags WHERE collection = c.id ORDER BY tag)) AS tags`;
const living = (columns: string): string => `SELECT ${columns} FROM collections c INDEXED BY collections_now
  WHERE c.registry = :registry AND c.name = :name AND c.deleted_at IS NULL`;
const OF_TYPE = '(:type IS NULL OR c.type = :type)';

/** Of a registry, by name. */
const ofRegistry = (index: string, more: string): string => `SELECT ${WHOLE}
  FROM collections c INDEXED BY ${index}
  WHERE c.registry = :registry AND c.deleted_at IS NULL AND c.name >= max(:after, :prefix) AND c.name <= :end
    AND c.name <> :after ${more} ORDER BY c.name LIMIT :limit`;

/** Of many registries, by name and then registry. */
const ofAll = (index: string, more: string): string => `SELECT ${WHOLE}
  FROM collections c INDEXED BY ${index}
  WHERE c.deleted_at IS NULL AND (c.name, c.registry) > (max(:after, :prefix), :afterRegistry) AND c.name <= :end
    AND +c.registry IN (SELECT value FROM json_each(:registries)) ${more} ORDER BY c.name, c.registry LIMIT :limit`;

const PROTECTED_NOW = `EXISTS (SELECT 1 FROM collections_protected p WHERE p.registry = :registry AND p.collection = :name
  AND p.alias = a.alias AND p.until IS NULL) AS protected`;
const ALIAS = 'a.alias, a.version, a.since, a.by';
const VERSION = 'version, source, run, linked_at AS linkedAt, linked_by AS linkedBy';
/** A version that is linked now, and what holds it; `which` joins its row as `v`. */
const versionNow = (which: string): string => `SELECT c.registry, c.name, c.type, v.${VERSION},
    (SELECT json_group_array(json_object('alias', alias, 'protected', protected)) FROM (
      SELECT a.alias, EXISTS (SELECT 1 FROM collections_protected p WHERE p.registry = c.registry AND p.collection = c.name
        AND p.alias = a.alias AND p.until IS NULL) AS protected
      FROM collections_aliases a WHERE a.collection = v.collection AND a.version = v.version ORDER BY a.alias)) AS aliases,
    (SELECT json_group_array(tag) FROM (SELECT tag FROM collections_version_tags t
      WHERE t.collection = v.collection AND t.version = v.version AND t.until IS NULL ORDER BY tag)) AS tags
  FROM collections c INDEXED BY collections_now ${which}
  WHERE c.registry = :registry AND c.name = :name AND c.deleted_at IS NULL`;
/** With all that a version was ever tagged with. */
const TAGGED = `(SELECT json_group_array(json_object('tag', tag, 'since', since, 'until', until)) FROM (
  SELECT tag, since, until FROM collections_version_tags WHERE collection = :collection AND version = :version
  ORDER BY tag)) AS tagged`;

const versions = (order: 'ASC' | 'DESC'): string => `SELECT ${VERSION} FROM collections_versions
  WHERE collection = :collection AND version ${order === 'ASC' ? '>' : '<'} :after ORDER BY version ${order} LIMIT :limit`;
const versionsTagged = (order: 'ASC' | 'DESC'): string => `SELECT v.${VERSION}
  FROM collections_version_tags t INDEXED BY collections_version_tags_now
  CROSS JOIN collections_versions v ON v.collection = t.collection AND v.version = t.version
  WHERE t.collection = :collection AND t.tag = :tag AND t.until IS NULL AND t.version ${order === 'ASC' ? '>' : '<'} :after
  ORDER BY t.version ${order} LIMIT :limit`;

export const selects = {
  lifeNow: living(LIFE),
  collection: living(WHOLE),
  lifeAt: `SELECT ${LIFE} FROM collections c WHERE c.registry = :registry AND c.name = :name
    AND c.created_at <= :at ORDER BY c.created_at DESC, c.id DESC LIMIT 1`,
  changedBetween: `SELECT ${LIFE} FROM collections c WHERE c.registry = :registry AND c.created_at <= :to
    AND c.updated_at > :from ORDER BY c.name, c.created_at, c.id`,
  ever: 'SELECT 1 FROM collections WHERE registry = ? AND name = ? LIMIT 1',
  ofRegistry: ofRegistry('collections_now', ''),
  ofRegistryByType: ofRegistry('collections_of_type', 'AND c.type = :type'),
  ofRegistryByTag: `SELECT ${WHOLE}
    FROM collections_tags t INDEXED BY collections_tags_of_registry CROSS JOIN collections c ON c.id = t.collection
    WHERE t.registry = :registry AND t.tag = :tag AND t.name >= max(:after, :prefix) AND t.name <= :end
      AND t.name <> :after AND ${OF_TYPE} ORDER BY t.name LIMIT :limit`,
  ofAll: ofAll('collections_by_name', ''),
  ofAllByType: ofAll('collections_by_type', 'AND c.type = :type'),
  ofAllByTag: `SELECT ${WHOLE}
    FROM collections_tags t INDEXED BY collections_tags_by_name CROSS JOIN collections c ON c.id = t.collection
    WHERE t.tag = :tag AND (t.name, t.registry) > (max(:after, :prefix), :afterRegistry) AND t.name <= :end
      AND +t.registry IN (SELECT value FROM json_each(:registries)) AND ${OF_TYPE} ORDER BY t.name, t.registry LIMIT :limit`,
  aliases: `SELECT ${ALIAS}, ${PROTECTED_NOW} FROM collections_aliases a WHERE a.collection = :collection ORDER BY a.alias`,
  /** With when they came into the map, which they have not left since. */
  aliasesSince: 'SELECT alias, version, since, by, added_at AS addedAt FROM collections_aliases WHERE collection = ? ORDER BY alias',
  /** Those that were in the map at the instant and were removed afterwards. */
  aliasesGone: `SELECT alias FROM collections_aliases_gone
    WHERE collection = :collection AND node IN (SELECT value FROM json_each(:nodes)) AND added_at <= :at AND until > :at`,
  heldAt: `SELECT alias, version, since, by FROM collections_aliases_held
    WHERE collection = ? AND alias = ? AND since <= ? ORDER BY since DESC LIMIT 1`,
  protections: 'SELECT since, until FROM collections_protected WHERE registry = ? AND collection = ? AND alias = ?',
  goneNodes: 'SELECT node FROM collections_aliases_gone WHERE collection = ? LIMIT ?',
  holder: 'SELECT version FROM collections_aliases WHERE collection = ? AND alias = ?',
  versionNow: versionNow('CROSS JOIN collections_versions v ON v.collection = c.id AND v.version = :version'),
  holderNow: versionNow(`CROSS JOIN collections_aliases h ON h.collection = c.id AND h.alias = :alias
    CROSS JOIN collections_versions v ON v.collection = c.id AND v.version = h.version`),
  version: `SELECT ${VERSION} FROM collections_versions WHERE collection = ? AND version = ?`,
  /** Whether it is linked still or was once: a number is given once (V1). */
  versionEver: `SELECT ${VERSION}, NULL AS unlinkedAt, ${TAGGED} FROM collections_versions
      WHERE collection = :collection AND version = :version
    UNION ALL SELECT ${VERSION}, unlinked_at, ${TAGGED} FROM collections_unlinked
      WHERE collection = :collection AND version = :version`,
  tags: `SELECT tag FROM collections_version_tags WHERE collection = ? AND version = ? AND until IS NULL ORDER BY tag`,
  versionsUp: versions('ASC'),
  versionsDown: versions('DESC'),
  taggedUp: versionsTagged('ASC'),
  taggedDown: versionsTagged('DESC'),
  linkedSince: `SELECT version, source FROM collections_versions
      WHERE collection = :collection AND version > :after AND version <= :last AND linked_at <= :at
    UNION ALL SELECT version, source FROM collections_unlinked
      WHERE collection = :collection AND version > :after AND version <= :last AND linked_at <= :at AND unlinked_at > :at
    ORDER BY version`,
  unlinkedBetween: `SELECT version, source FROM collections_unlinked WHERE collection = :collection
    AND unlinked_at > :from AND unlinked_at <= :to AND linked_at <= :from ORDER BY version`,
} as const;

/** One life of a name. */
export type Life = {
  readonly id: number;
  readonly registry: string;
  readonly name: string;
  readonly type: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
};
export type CollectionRow = Life & {
  readonly description: string;
  readonly versions: number;
  readonly nextVersion: number;
  readonly createdBy: string;
  /** JSON */
  readonly tags: string;
};
export type AliasRow = {
  readonly alias: string; readonly version: number; readonly since: number; readonly by: string; readonly protected: number;
};
/** An alias and what it points at since then. */
export type HeldRow = Omit<AliasRow, 'protected'>;
/** From when to when, the end exclusive, null where it goes on. */
export type Span = { readonly since: number; readonly until: number | null };
export type VersionRow = {
  readonly version: number; readonly source: string; readonly run: string | null; readonly linkedAt: number;
  readonly linkedBy: string;
};
/** With what holds it; both are JSON. */
export type WholeVersionRow = VersionRow & { readonly aliases: string; readonly tags: string };
/** `tagged` is JSON of spans with their tag, in the order of tags. */
export type VersionEverRow = VersionRow & { readonly unlinkedAt: number | null; readonly tagged: string };
export type LinkedRow = { readonly version: number; readonly source: string };
