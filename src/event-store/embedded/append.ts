/** Judges one append inside the open transaction, as EventStoreDB does, and writes it. */
import { Either, left, right } from 'fp-ts/Either';
import { Appended, Conflict, EventToStore, ExpectedRevision, NO_REVISION, Position, Revision } from '../event-store';
import { EventsFile, idToBytes } from './events-file';

export type Append = {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: ReadonlyArray<EventToStore>;
};

const conflict: Either<Conflict, never> = left({ type: 'Conflict' });

/**
 * Where the stream is exactly where it is expected, ids are not looked at. Where it is past that, the append is a
 * repetition if its ids are those of the events that follow, and a conflict if not.
 */
export const append = (file: EventsFile, { stream, expected, events }: Append): Either<Conflict, Appended> => {
  const known = file.statement.stream.get(stream) as { id: number; revision: Revision | null } | undefined;
  const current = known?.revision ?? NO_REVISION;
  const after = expected === 'no_stream' ? NO_REVISION : expected;
  if (after > current) return conflict;
  if (after === current) return right(write(file, known?.id ?? addStream(file, stream), current, events));
  return known === undefined ? conflict : repeated(file, known.id, after, events);
};

const repeated = (
  { statement }: EventsFile,
  stream: number,
  after: Revision,
  events: ReadonlyArray<EventToStore>,
): Either<Conflict, Appended> => {
  const there = statement.idsAfter.all(stream, after, events.length) as ReadonlyArray<{
    id: Uint8Array;
    position: Position;
  }>;
  const last = there.at(-1);
  const same = events.every((event, index) => {
    const stored = there[index];
    return stored !== undefined && idToBytes(event.id).equals(stored.id);
  });
  return same && last !== undefined ? right({ revision: after + events.length, position: last.position }) : conflict;
};

const addStream = ({ statement }: EventsFile, name: string): number =>
  Number(statement.addStream.run(name).lastInsertRowid);

const write = (
  { statement }: EventsFile,
  stream: number,
  current: Revision,
  events: ReadonlyArray<EventToStore>,
): Appended => {
  let revision = current;
  let position = 0;
  for (const { id, type, data, metadata } of events) {
    revision += 1;
    const added = statement.addEvent.run(stream, revision, idToBytes(id), type, data, metadata);
    position = Number(added.lastInsertRowid);
  }
  return { revision, position };
};
