/** How the events of registries and of their collections change the tables of registries. */
import { RegistryEvent } from '../../domain/registry/events';
import { Database, ProjectedEvent } from '../read-model';
import { prepare } from '../sql';

export const changes = {
  created: `INSERT OR REPLACE INTO registries_registries
    (name, description, accepted_types, visibility, default_role, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  described: 'UPDATE registries_registries SET description = ? WHERE name = ?',
  acceptedTypes: 'SELECT accepted_types AS types FROM registries_registries WHERE name = ?',
  typesAccepted: 'UPDATE registries_registries SET accepted_types = ? WHERE name = ?',
  visibilityChanged: 'UPDATE registries_registries SET visibility = ? WHERE name = ?',
  defaultRoleChanged: 'UPDATE registries_registries SET default_role = ? WHERE name = ?',
  granted: 'INSERT OR REPLACE INTO registries_grants (registry, principal, role, since, by) VALUES (?, ?, ?, ?, ?)',
  revoked: 'DELETE FROM registries_grants WHERE registry = ? AND principal = ?',
  protectedNow: 'INSERT OR IGNORE INTO registries_protected VALUES (?, ?)',
  unprotectedNow: 'DELETE FROM registries_protected WHERE registry = ? AND alias = ?',
  unsettled: `INSERT OR REPLACE INTO registries_unsettled
    (type, registry, name, value, by, command_id, correlation, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  settled: 'DELETE FROM registries_unsettled WHERE registry = ? AND type = ? AND name = ?',
  allSettled: 'DELETE FROM registries_unsettled WHERE registry = ?',
  collectionRegistered: `INSERT INTO registries_collections (registry, name, life) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET life = excluded.life`,
  collectionUnregistered: 'UPDATE registries_collections SET life = NULL WHERE registry = ? AND name = ?',
  allUnregistered: 'UPDATE registries_collections SET life = NULL WHERE registry = ? AND life IS NOT NULL',
  collectionBegan: 'UPDATE registries_collections SET live = 1 WHERE registry = ? AND name = ? AND live = 0',
  collectionEnded: 'UPDATE registries_collections SET live = 0 WHERE registry = ? AND name = ? AND live = 1',
  counted: 'UPDATE registries_registries SET collections = collections + ? WHERE name = ?',
  lifeEnded: `INSERT INTO registries_collections (registry, name, lives) VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET lives = lives + 1`,
  registeredLife: 'SELECT life FROM registries_collections WHERE registry = ? AND name = ? AND life <= lives',
  registryGone: 'DELETE FROM registries_registries WHERE name = ?',
  grantsGone: 'DELETE FROM registries_grants WHERE registry = ?',
  protectionsGone: 'DELETE FROM registries_protected WHERE registry = ?',
} as const;

export const project = (db: Database): ((projected: ProjectedEvent) => void) => {
  const change = prepare(db, changes);

  const unsettled = (type: string, of: { registry: string }, name: string, value: number, from: ProjectedEvent): void =>
    void change.unsettled.run(type, of.registry, name, value, from.by, from.commandId, from.correlation, from.at);

  /** A name that is registered for a life that is over: also where it was registered late, by one who knew of no end. */
  const noteDeletion = (registry: string, collection: string, projected: ProjectedEvent): void => {
    const registered = change.registeredLife.get(registry, collection) as { life: number } | undefined;
    if (registered !== undefined) unsettled('CollectionDeletion', { registry }, collection, registered.life, projected);
  };

  const onRegistry = (registry: string, event: RegistryEvent, projected: ProjectedEvent): void => {
    const { at, by } = projected;
    switch (event.type) {
      case 'RegistryCreated': {
        const { description, acceptedTypes, visibility, defaultRole } = event.data;
        return void change.created.run(
          registry, description, JSON.stringify(acceptedTypes), visibility, defaultRole, at, by,
        );
      }
      case 'RegistryDescribed':
        return void change.described.run(event.data.description, registry);
      case 'AcceptedTypesAdded': {
        const row = change.acceptedTypes.get(registry) as { types: string } | undefined;
        if (row === undefined) return;
        const [known, { types }] = [JSON.parse(row.types) as 'any' | ReadonlyArray<string>, event.data];
        const all = known === 'any' || types === 'any' ? 'any' : [...new Set([...known, ...types])];
        return void change.typesAccepted.run(JSON.stringify(all), registry);
      }
      case 'VisibilityChanged':
        return void change.visibilityChanged.run(event.data.visibility, registry);
      case 'DefaultRoleChanged':
        return void change.defaultRoleChanged.run(event.data.role, registry);
      case 'RoleGranted':
        return void change.granted.run(registry, event.data.principal, event.data.role, at, by);
      case 'RoleRevoked':
        return void change.revoked.run(registry, event.data.principal);
      case 'AliasProtected':
        return unsettled('Protection', { registry }, event.data.alias, 1, projected);
      case 'AliasUnprotected':
        return unsettled('Protection', { registry }, event.data.alias, 0, projected);
      case 'AliasProtectionSettled':
        change.settled.run(registry, 'Protection', event.data.alias);
        return void (event.data.protected ? change.protectedNow : change.unprotectedNow).run(registry, event.data.alias);
      case 'CollectionRegistered':
        change.settled.run(registry, 'CollectionDeletion', event.data.collection);
        change.collectionRegistered.run(registry, event.data.collection, event.data.life);
        return noteDeletion(registry, event.data.collection, projected);
      case 'CollectionUnregistered':
        change.settled.run(registry, 'CollectionDeletion', event.data.collection);
        return void change.collectionUnregistered.run(registry, event.data.collection);
      case 'RegistryDeleted':
        change.registryGone.run(registry);
        change.grantsGone.run(registry);
        change.protectionsGone.run(registry);
        change.allUnregistered.run(registry);
        change.allSettled.run(registry);
        return unsettled('RegistryDeletion', { registry }, '', 0, projected);
      case 'RegistryDeletionSettled':
        return void change.settled.run(registry, 'RegistryDeletion', '');
    }
  };

  const collectionDeleted = (registry: string, collection: string, projected: ProjectedEvent): void => {
    if (change.collectionEnded.run(registry, collection).changes > 0) change.counted.run(-1, registry);
    change.lifeEnded.run(registry, collection);
    noteDeletion(registry, collection, projected);
  };

  return (projected) => {
    if (projected.category === 'registry') return onRegistry(projected.registry, projected.event, projected);
    if (projected.category !== 'collection') return;
    const { registry, collection, event } = projected;
    if (event.type === 'CollectionDeleted') collectionDeleted(registry, collection, projected);
    else if (event.type === 'CollectionCreated' && change.collectionBegan.run(registry, collection).changes > 0)
      change.counted.run(1, registry);
  };
};
