/** How the events of collections change the tables. */
import { CollectionEvent } from '../../domain/collection/events';
import { millisecondsOf } from '../../domain/values/instants';
import { nodeOf } from '../intervals';
import { createMemory } from '../memory';
import { Database, ProjectedEvent } from '../read-model';
import { prepare } from '../sql';

/** What held for no time at all (several events of one millisecond) is seen at no instant, and gives way. */
export const changes = {
  created: `INSERT INTO collections
      (registry, name, type, created_at, created_by, description, versions, next_version, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, '', 0, coalesce((
      SELECT next_version FROM collections WHERE registry = ?1 AND name = ?2 ORDER BY created_at DESC, id DESC LIMIT 1
    ), 0), ?4)`,
  living: 'SELECT id, updated_at AS updatedAt FROM collections INDEXED BY collections_now WHERE registry = ? AND name = ? AND deleted_at IS NULL',
  changed: 'UPDATE collections SET updated_at = ? WHERE id = ?',
  described: 'UPDATE collections SET description = ? WHERE id = ?',
  deleted: 'UPDATE collections SET deleted_at = ?1, updated_at = ?1 WHERE id = ?2',
  tagged: 'INSERT OR IGNORE INTO collections_tags (collection, tag, registry, name) VALUES (?, ?, ?, ?)',
  untagged: 'DELETE FROM collections_tags WHERE collection = ? AND tag = ?',
  untaggedAll: 'DELETE FROM collections_tags WHERE collection = ?',
  linked: `INSERT INTO collections_versions (collection, version, source, run, linked_at, linked_by)
    VALUES (?, ?, ?, ?, ?, ?)`,
  countedLinked: 'UPDATE collections SET versions = versions + 1, next_version = ?, updated_at = ? WHERE id = ?',
  kept: `INSERT INTO collections_unlinked (collection, version, source, run, linked_at, linked_by, unlinked_at)
    SELECT collection, version, source, run, linked_at, linked_by, ?3 FROM collections_versions
    WHERE collection = ?1 AND version = ?2`,
  unlinked: 'DELETE FROM collections_versions WHERE collection = ? AND version = ?',
  countedUnlinked: 'UPDATE collections SET versions = versions - 1 WHERE id = ?',
  versionTagged: 'INSERT OR REPLACE INTO collections_version_tags (collection, version, tag, since) VALUES (?, ?, ?, ?)',
  versionUntagged: `UPDATE collections_version_tags SET until = ?4
    WHERE collection = ?1 AND version = ?2 AND tag = ?3 AND until IS NULL`,
  versionTagsDropped: `UPDATE collections_version_tags SET until = ?3
    WHERE collection = ?1 AND version = ?2 AND until IS NULL`,
  holder: 'SELECT version, since, by, added_at AS addedAt FROM collections_aliases WHERE collection = ? AND alias = ?',
  held: `INSERT INTO collections_aliases_held (collection, alias, since, until, version, by) VALUES (?, ?, ?, ?, ?, ?)`,
  added: 'INSERT INTO collections_aliases (collection, alias, version, since, by, added_at) VALUES (?, ?, ?, ?, ?, ?)',
  moved: 'UPDATE collections_aliases SET version = ?, since = ?, by = ? WHERE collection = ? AND alias = ?',
  removed: 'DELETE FROM collections_aliases WHERE collection = ? AND alias = ?',
  gone: 'INSERT INTO collections_aliases_gone (collection, node, alias, added_at, until) VALUES (?, ?, ?, ?, ?)',
  protected: 'INSERT OR REPLACE INTO collections_protected (registry, collection, alias, since) VALUES (?, ?, ?, ?)',
  unprotected: `UPDATE collections_protected SET until = ?4
    WHERE registry = ?1 AND collection = ?2 AND alias = ?3 AND until IS NULL`,
  unprotectedAll: `UPDATE collections_protected SET until = ?3
    WHERE registry = ?1 AND collection = ?2 AND until IS NULL`,
} as const;

type Holder = { readonly version: number; readonly since: number; readonly by: string; readonly addedAt: number };
/** The collection that stands under a name. */
type Living = { readonly id: number; updatedAt: number };
type EventInLife = Exclude<CollectionEvent, { type: 'CollectionCreated' | 'AliasProtected' | 'AliasUnprotected' }>;

export const project = (db: Database): ((projected: ProjectedEvent) => void) => {
  const change = prepare(db, changes);

  /** Keeps who has held an alias up to now. */
  const keepHolder = (collection: number, alias: string, at: number): Holder | undefined => {
    const holder = change.holder.get(collection, alias) as Holder | undefined;
    if (holder !== undefined && holder.since < at)
      change.held.run(collection, alias, holder.since, at, holder.version, holder.by);
    return holder;
  };

  const remove = (collection: number, alias: string, at: number): void => {
    const holder = keepHolder(collection, alias, at);
    change.removed.run(collection, alias);
    if (holder !== undefined && holder.addedAt < at)
      change.gone.run(collection, nodeOf(holder.addedAt, at), alias, holder.addedAt, at);
  };

  /** Once for all events of an append. */
  const touch = (living: Living, at: number): void => {
    if (living.updatedAt === at) return;
    change.changed.run(at, living.id);
    living.updatedAt = at;
  };

  const unlink = (collection: number, version: number, at: number): void => {
    change.kept.run(collection, version, at);
    change.unlinked.run(collection, version);
    change.countedUnlinked.run(collection);
    change.versionTagsDropped.run(collection, version, at);
  };

  const inLife = (living: Living, event: EventInLife, at: number, projected: ProjectedEvent & { category: 'collection' }): void => {
    const { registry, collection: name, by } = projected;
    const { id } = living;
    switch (event.type) {
      case 'CollectionDescribed':
        change.described.run(event.data.description, id);
        return touch(living, at);
      case 'CollectionTagged':
        change.tagged.run(id, event.data.tag, registry, name);
        return touch(living, at);
      case 'CollectionUntagged':
        change.untagged.run(id, event.data.tag);
        return touch(living, at);
      case 'VersionLinked': {
        const { version, source, run = null } = event.data;
        change.linked.run(id, version, source, run, at, by);
        change.countedLinked.run(version + 1, at, id);
        living.updatedAt = at;
        return;
      }
      case 'VersionUnlinked':
        unlink(id, event.data.version, at);
        return touch(living, at);
      case 'VersionTagged':
        change.versionTagged.run(id, event.data.version, event.data.tag, at);
        return touch(living, at);
      case 'VersionUntagged':
        change.versionUntagged.run(id, event.data.version, event.data.tag, at);
        return touch(living, at);
      case 'AliasAdded':
        change.added.run(id, event.data.alias, event.data.to, at, by, at);
        return touch(living, at);
      case 'AliasMoved':
        keepHolder(id, event.data.alias, at);
        change.moved.run(event.data.to, at, by, id, event.data.alias);
        return touch(living, at);
      case 'AliasRemoved':
        remove(id, event.data.alias, at);
        return touch(living, at);
      case 'CollectionDeleted':
        change.untaggedAll.run(id);
        return void change.deleted.run(at, id);
    }
  };

  const known = createMemory<Living>(10_000);
  const livingOf = ({ stream, registry, collection }: ProjectedEvent & { category: 'collection' }): Living | undefined => {
    const found = known.get(stream) ?? (change.living.get(registry, collection) as Living | undefined);
    return found && known.set(stream, found);
  };

  return (projected) => {
    if (projected.category !== 'collection') return;
    const { registry, collection: name, event } = projected;
    const at = millisecondsOf(projected.at);
    switch (event.type) {
      case 'CollectionCreated':
        return void change.created.run(registry, name, event.data.type, at, projected.by);
      case 'AliasProtected':
        return void change.protected.run(registry, name, event.data.alias, at);
      case 'AliasUnprotected':
        return void change.unprotected.run(registry, name, event.data.alias, at);
      default: {
        if (event.type === 'CollectionDeleted') change.unprotectedAll.run(registry, name, at);
        const living = livingOf(projected);
        if (living !== undefined) inLife(living, event, at, projected);
        if (event.type === 'CollectionDeleted') known.delete(projected.stream);
      }
    }
  };
};
