/** Every event is a row. */
import { millisecondsOf } from '../../domain/values/instants';
import { collectionStream, registryStream } from '../../domain/values/streams';
import { createMemory } from '../memory';
import { Database, ProjectedEvent } from '../read-model';
import { prepare } from '../sql';

export const changes = {
  known: 'INSERT OR IGNORE INTO history_streams (stream, registry_name, collection_name) VALUES (?, ?, ?)',
  within: `UPDATE history_streams SET registry = (SELECT id FROM history_streams WHERE stream = ?2),
    collection = (SELECT id FROM history_streams WHERE stream = ?3) WHERE stream = ?1`,
  stream: 'SELECT id, registry, collection FROM history_streams WHERE stream = ?',
  newest: `SELECT s.stream, h.command_id AS commandId, h.command, h.reason
    FROM history h JOIN history_streams s ON s.id = h.stream WHERE h.position = (SELECT max(position) FROM history)`,
  added: `INSERT INTO history
      (position, stream, revision, type, at, by, command, command_id, correlation, reason, registry, collection, alias, data)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
} as const;

type Before = Pick<ProjectedEvent, 'stream' | 'commandId' | 'command' | 'reason'>;
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

  const streams = createMemory<StreamRow>(10_000);
  const streamOf = (projected: ProjectedEvent): StreamRow => {
    const { stream, revision } = projected;
    if (revision === 0) begin(projected);
    return streams.get(stream) ?? streams.set(stream, change.stream.get(stream) as StreamRow);
  };

  /** Only the first event of an append carries its reason (A11): the others take it from the one before. */
  let before = change.newest.get() as Before | undefined;
  const reasonOf = ({ stream, commandId, command, reason }: ProjectedEvent): string | null => {
    const same = before?.stream === stream && before.commandId === commandId && before.command === command;
    const given = reason ?? (same ? before?.reason : undefined) ?? null;
    before = { stream, commandId, command, reason: given };
    return given;
  };

  return (projected) => {
    const { position, revision, event, at, by, command, commandId, correlation, data } = projected;
    const { id, registry, collection } = streamOf(projected);
    const alias = 'alias' in event.data ? event.data.alias : null;
    change.added.run(
      position, id, revision, event.type, millisecondsOf(at), by, command, commandId, correlation, reasonOf(projected),
      registry, collection, alias, data,
    );
  };
};
