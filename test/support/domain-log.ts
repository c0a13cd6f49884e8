/** An event store that is filled by the domain's own decisions, or by events as they would be decided. */
import { randomUUID } from 'node:crypto';
import { Either, isLeft, right } from 'fp-ts/Either';
import { Decider } from '../../src/decider/decider';
import { EventStore, expecting, Position } from '../../src/event-store/event-store';
import { EMPTY, EventCodecs, EventOf, Head, record } from '../../src/event-store/history/history';
import { Provenance } from '../../src/event-store/history/metadata';
import { collection } from '../../src/domain/collection';
import { registry } from '../../src/domain/registry';
import { artifact } from '../../src/domain/artifact';
import { organization } from '../../src/domain/organization';
import { usage } from '../../src/domain/usage';
import { artifactStream, collectionStream, ORGANIZATION_STREAM, registryStream, usageStream } from '../../src/domain/values/streams';

type Decided = { readonly type: string; readonly data: unknown };
export type As = Partial<Provenance>;

export const START = '2026-01-31T09:00:00.000Z';

/** The log of one store, to which only this appends. Each append has an instant of its own, a second after the last. */
export const domainLog = (store: EventStore) => {
  const heads = new Map<string, Head>();
  const states = new Map<string, unknown>();
  let appends = 0;

  /** Appends events as they are given. */
  const append = async (stream: string, events: ReadonlyArray<Decided>, as: As = {}): Promise<Position> => {
    const head = heads.get(stream) ?? EMPTY;
    if (events.length === 0) return head.position;
    const at = new Date(Date.parse(START) + 1000 * appends++).toISOString();
    const commandId = randomUUID();
    const recorded = record(stream, head, events, {
      commandId, command: 'Test', by: 'user:ann', at, correlationId: commandId, ...as,
    });
    const appended = await store.append(stream, expecting(head.revision), recorded.stored);
    if (isLeft(appended)) throw new Error(JSON.stringify(appended.left));
    heads.set(stream, { ...recorded.head, position: appended.right.position });
    return appended.right.position;
  };

  /** What the decider answers, appended where it is not a rejection; the position after it. */
  const through =
    <C, S, K extends EventCodecs, R>(decider: Decider<C, S, K, R>, streamOf: (...names: ReadonlyArray<string>) => string) =>
    async (names: ReadonlyArray<string>, command: C, as: As = {}): Promise<Either<R, ReadonlyArray<EventOf<K>>>> => {
      const stream = streamOf(...names);
      const state = (states.get(stream) as S | undefined) ?? decider.initial;
      const decided = decider.decide(command, state);
      if (isLeft(decided)) return decided;
      await append(stream, decided.right, as);
      states.set(stream, decided.right.reduce((folded: S, event) => decider.evolve(folded, event), state));
      return right(decided.right);
    };

  return {
    append,
    organization: through(organization, () => ORGANIZATION_STREAM),
    registry: through(registry, (name = '') => registryStream(name)),
    collection: through(collection, (shelf = '', name = '') => collectionStream(shelf, name)),
    artifact: through(artifact, (name = '') => artifactStream(name)),
    usage: through(usage, (shelf = '', name = '') => usageStream(shelf, name)),
    /** The state of a stream that was decided on here. */
    state: <S>(stream: string): S | undefined => states.get(stream) as S | undefined,
  };
};

export type DomainLog = ReturnType<typeof domainLog>;
