/** Every event is a row. */
import { millisecondsOf } from '../../domain/values/instants';
import { collectionStream, registryStream } from '../../domain/values/streams';
import { Database, ProjectedEvent } from '../read-model';
import { prepare } from '../sql';

export const changes = {
  known: 'INSERT OR IGNORE INTO history_streams (stream, registry_name, collection_name) VALUES (?, ?, ?)',
  within: `UPDATE history_streams SET registry = (SELECT id FROM history_streams WHERE stream = ?2),
    collection = (SELECT id FROM history_streams WHERE stream = ?3) WHERE stream = ?1`,
  stream: 'SELECT id, registry, collection FROM history_streams WHERE stream = ?',
  /** Only the first event of an append carries its reason (A11): the others take it from the one before. */
  added: `INSERT INTO history
      (position, stream, revision, type, at, by, command, command_id, correlation, registry, collection, alias, data, reason)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, coalesce(?14, (
      SELECT reason FROM history
      WHERE position = (SELECT max(position) FROM history) AND stream = ?2 AND command_id = ?8 AND command = ?7
    )))`,
} as const;

type StreamRow = { readonly id: number; readonly registry: number | null; readonly collection: number | null };

export const project = (db: Database): ((projected: ProjectedEvent) => void) => {
  const change = prepare(db, changes);

  /** A stream takes its place under its registry and its collection, whichever of them has events first. */
  const begin = (projected: ProjectedEvent): void => {
    const { stream } = projected;
    const registry = 'registry' in projected ? projected.registry : null;
    const collection = 'collection' in projected ? projected.collection : null;
    const ofRegistry = registry === null ? null : registryStream(registry);
    const ofCollection = registry === null || collection === null ? null : collectionStream(registry, collection);
    if (ofRegistry !== null) change.known.run(ofRegistry, registry, null);
    if (ofCollection !== null) change.known.run(ofCollection, registry, collection);
    change.known.run(stream, registry, collection);
    change.within.run(stream, ofRegistry, ofCollection);
  };

  return (projected) => {
    const { position, stream, revision, event, at, by, command, commandId, correlation, reason, data } = projected;
    if (revision === 0) begin(projected);
    const { id, registry, collection } = change.stream.get(stream) as StreamRow;
    const alias = 'alias' in event.data ? event.data.alias : null;
    change.added.run(
      position, id, revision, event.type, millisecondsOf(at), by, command, commandId, correlation, registry, collection,
      alias, data, reason,
    );
  };
};
