/** Every event is a row. */
import { millisecondsOf } from '../../domain/values/instants';
import { collectionStream, registryStream } from '../../domain/values/streams';
import { Database, ProjectedEvent } from '../read-model';
import { prepare } from '../sql';

export const changes = {
  streamBegun: `INSERT INTO history_streams (stream, registry_name, collection_name, registry, collection)
    VALUES (?1, ?2, ?3,
      (SELECT id FROM history_streams WHERE stream = ?4), (SELECT id FROM history_streams WHERE stream = ?5))`,
  ofItself: `UPDATE history_streams SET registry = CASE ?2 WHEN 'registry' THEN id ELSE registry END,
      collection = CASE ?2 WHEN 'collection' THEN id ELSE collection END WHERE stream = ?1`,
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

  const begin = (projected: ProjectedEvent): void => {
    const { stream, category } = projected;
    const registry = 'registry' in projected ? projected.registry : null;
    const collection = 'collection' in projected ? projected.collection : null;
    const of = collection === null || registry === null ? null : collectionStream(registry, collection);
    change.streamBegun.run(stream, registry, collection, registry === null ? null : registryStream(registry), of);
    change.ofItself.run(stream, category);
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
