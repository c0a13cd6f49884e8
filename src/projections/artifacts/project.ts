/** How the events of artifacts change their tables, and those of registries and collections the links. */
import { ArtifactEvent } from '../../domain/artifact/events';
import { CollectionEvent } from '../../domain/collection/events';
import { Database, ProjectedEvent } from '../read-model';
import { prepare } from '../sql';

export const changes = {
  projectSeen: 'INSERT OR IGNORE INTO artifacts_projects VALUES (?, ?)',
  versionCounted: `INSERT INTO artifacts_artifacts (entity, project, name, type, versions) VALUES (?, ?, ?, ?, 1)
    ON CONFLICT DO UPDATE SET versions = versions + 1`,
  versionUncounted: `UPDATE artifacts_artifacts SET versions = versions - 1
    WHERE entity = ? AND project = ? AND name = ?`,
  logged: `INSERT INTO artifacts_versions
    (artifact, version, type, digest, uri, size_bytes, run, logged_at, logged_by, metrics, metadata)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  deleted: `UPDATE artifacts_versions SET available = 0, uri = NULL
    WHERE artifact = ? AND version = ? AND available = 1`,
  aliasGiven: 'INSERT OR REPLACE INTO artifacts_aliases (artifact, alias, version) VALUES (?, ?, ?)',
  aliasTaken: 'DELETE FROM artifacts_aliases WHERE artifact = ? AND alias = ?',
  linked: 'INSERT OR REPLACE INTO artifacts_links (registry, collection, version, source) VALUES (?, ?, ?, ?)',
  unlinked: 'DELETE FROM artifacts_links WHERE registry = ? AND collection = ? AND version = ?',
  collectionGone: 'DELETE FROM artifacts_links WHERE registry = ? AND collection = ?',
  registryGone: 'DELETE FROM artifacts_links WHERE registry = ?',
} as const;

export const project = (db: Database): ((projected: ProjectedEvent) => void) => {
  const change = prepare(db, changes);

  const onArtifact = (artifact: string, event: ArtifactEvent, at: string, by: string): void => {
    const [entity = '', inProject = '', name = ''] = artifact.split('/');
    switch (event.type) {
      case 'ArtifactLogged': {
        const { version, type, digest, uri, sizeBytes, run, metrics, metadata } = event.data;
        change.projectSeen.run(entity, inProject);
        change.versionCounted.run(entity, inProject, name, type);
        return void change.logged.run(
          artifact, version, type, digest, uri, sizeBytes, run, at, by, JSON.stringify(metrics), JSON.stringify(metadata),
        );
      }
      case 'AliasAdded':
      case 'AliasMoved':
        return void change.aliasGiven.run(artifact, event.data.alias, event.data.to);
      case 'AliasRemoved':
        return void change.aliasTaken.run(artifact, event.data.alias);
      case 'ArtifactVersionDeleted':
        if (change.deleted.run(artifact, event.data.version).changes > 0)
          change.versionUncounted.run(entity, inProject, name);
    }
  };

  const onCollection = (registry: string, collection: string, event: CollectionEvent): void => {
    if (event.type === 'VersionLinked')
      change.linked.run(registry, collection, event.data.version, event.data.source);
    else if (event.type === 'VersionUnlinked') change.unlinked.run(registry, collection, event.data.version);
    else if (event.type === 'CollectionDeleted') change.collectionGone.run(registry, collection);
  };

  return (projected) => {
    if (projected.category === 'artifact')
      onArtifact(projected.artifact, projected.event, projected.at, projected.by);
    else if (projected.category === 'collection')
      onCollection(projected.registry, projected.collection, projected.event);
    else if (projected.category === 'registry' && projected.event.type === 'RegistryDeleted')
      change.registryGone.run(projected.registry);
  };
};
