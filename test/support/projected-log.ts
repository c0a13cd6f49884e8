/** Events on their way into read models, without a store and its loop: a log in memory, and a file of read models. */
import { DatabaseSync } from '@photostructure/sqlite';
import { instantOf } from '../../src/domain/values/instants';
import {
  artifactStream, collectionStream, ORGANIZATION_STREAM, registryStream, usageStream,
} from '../../src/domain/values/streams';
import { Database, ProjectedEvent, ReadModel, Subject } from '../../src/projections/read-model';
import { remembering } from '../../src/projections/remembered';

const streamOf = (subject: Subject): string => {
  switch (subject.category) {
    case 'organization':
      return ORGANIZATION_STREAM;
    case 'registry':
      return registryStream(subject.registry);
    case 'collection':
      return collectionStream(subject.registry, subject.collection);
    case 'usage':
      return usageStream(subject.registry, subject.collection);
    case 'artifact':
      return artifactStream(subject.artifact);
  }
};

export type As = { readonly by?: string; readonly reason?: string; readonly command?: string; readonly correlation?: string };

/** The events of one log, each append with the instant (milliseconds since 1970) that it is given. */
export const projectedLog = () => {
  const events: Array<ProjectedEvent> = [];
  const revisions = new Map<string, number>();
  let commands = 0;
  return {
    events,
    append: (at: number, subjects: ReadonlyArray<Subject>, { by = 'user:ann', reason, command = 'Test', correlation }: As = {}) => {
      const commandId = `command-${commands++}`;
      return subjects.map((subject, index) => {
        const stream = streamOf(subject);
        const revision = (revisions.get(stream) ?? -1) + 1;
        revisions.set(stream, revision);
        const event: ProjectedEvent = {
          ...subject, stream, revision, position: events.length + 1, at: instantOf(at), by, command, commandId,
          correlation: correlation ?? commandId, reason: index === 0 ? (reason ?? null) : null,
          data: JSON.stringify(subject.event.data),
        };
        events.push(event);
        return event;
      });
    },
  };
};

/** Read models in memory. */
export const readModelsOf = (...models: ReadonlyArray<ReadModel>) => {
  const db: Database = new DatabaseSync(':memory:');
  for (const { schema } of models) db.exec(schema);
  const prepared = () => models.map(({ project }) => project(db));
  let projects = prepared();
  const listeners: Array<() => void> = [];
  const project = (events: ReadonlyArray<ProjectedEvent>): void => {
    for (const event of events) for (const into of projects) into(event);
  };
  return {
    db,
    remember: remembering((listener) => listeners.push(listener)),
    take: (events: ReadonlyArray<ProjectedEvent>): void => {
      project(events);
      for (const listener of listeners) listener();
    },
    /** Takes events in, in a transaction that comes to nothing. */
    takeInVain: (events: ReadonlyArray<ProjectedEvent>): void => {
      db.exec('BEGIN');
      project(events);
      db.exec('ROLLBACK');
      projects = prepared();
    },
    /** As after a restart. */
    reopen: (): void => {
      projects = prepared();
    },
    /** Everything in the tables, to compare. */
    rows: () =>
      Object.fromEntries(
        models.flatMap(({ tables }) =>
          tables.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all().map((row) => ({ ...row }))]),
        ),
      ),
  };
};
