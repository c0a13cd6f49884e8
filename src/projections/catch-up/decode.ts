/** From a stored event to what the read models take in. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { artifactEvents } from '../../domain/artifact/events';
import { collectionEvents } from '../../domain/collection/events';
import { organizationEvents } from '../../domain/organization/events';
import { registryEvents } from '../../domain/registry/events';
import { usageEvents } from '../../domain/usage/events';
import {
  artifactStream, collectionStream, ORGANIZATION_STREAM, parseStream, registryStream, StreamName, usageStream,
} from '../../domain/values/streams';
import { StoredEvent } from '../../event-store/event-store';
import { CorruptHistory, decode, Recorded } from '../../event-store/history/history';
import { createMemory } from '../memory';
import { ProjectedEvent } from '../read-model';

const decodeOrganization = decode(organizationEvents);
const decodeRegistry = decode(registryEvents);
const decodeCollection = decode(collectionEvents);
const decodeUsage = decode(usageEvents);
const decodeArtifact = decode(artifactEvents);

const rest = (stored: StoredEvent, { metadata }: Recorded<unknown>) => ({
  stream: stored.stream,
  revision: stored.revision,
  position: stored.position,
  at: metadata.at,
  by: metadata.by,
  command: metadata.command,
  commandId: metadata.$causationId,
  correlation: metadata.$correlationId,
  reason: metadata.reason ?? null,
  data: stored.data,
});

const parse = (stream: string): StreamName | undefined => {
  try {
    return parseStream(stream);
  } catch {
    return undefined;
  }
};

type Decode = (stored: StoredEvent) => Either<CorruptHistory, ProjectedEvent | undefined>;

const foreign: Decode = ({ stream, revision }) =>
  left({ type: 'CorruptHistory', stream, revision, reason: 'the stream is not one of Moniker' });

type Rest = ReturnType<typeof rest>;

/** Of a kind of stream: what its events are about stands in its name. */
const decodeAs =
  <E>(decodeStored: (stored: StoredEvent) => Either<CorruptHistory, Recorded<E>>, about: (event: E, from: Rest) => ProjectedEvent): Decode =>
  (stored) => {
    const recorded = decodeStored(stored);
    return isLeft(recorded) ? recorded : right(about(recorded.right.event, rest(stored, recorded.right)));
  };

const decoderOf = (stream: string): Decode => {
  const named = parse(stream);
  const [first = '', second = '', ...more] = named?.names ?? [];
  switch (named?.category) {
    case 'request':
      return () => right(undefined);
    case 'organization':
      return stream === ORGANIZATION_STREAM
        ? decodeAs(decodeOrganization, (event, from) => ({ category: 'organization', event, ...from }))
        : foreign;
    case 'registry':
      return stream === registryStream(first)
        ? decodeAs(decodeRegistry, (event, from) => ({ category: 'registry', registry: first, event, ...from }))
        : foreign;
    case 'collection':
      return stream === collectionStream(first, second)
        ? decodeAs(decodeCollection, (event, from) => ({ category: 'collection', registry: first, collection: second, event, ...from }))
        : foreign;
    case 'usage':
      return stream === usageStream(first, second)
        ? decodeAs(decodeUsage, (event, from) => ({ category: 'usage', registry: first, collection: second, event, ...from }))
        : foreign;
    case 'artifact': {
      const artifact = [first, second, ...more].join('/');
      return more.length === 1 && stream === artifactStream(artifact)
        ? decodeAs(decodeArtifact, (event, from) => ({ category: 'artifact', artifact, event, ...from }))
        : foreign;
    }
    case undefined:
      return foreign;
  }
};

/** Names of streams are taken apart once. */
const decoders = createMemory<Decode>(10_000);

/** The event for the read models, none for one of a request's stream; an event that is not Moniker's is corrupt (E4). */
export const decodeEvent: Decode = (stored) =>
  (decoders.get(stored.stream) ?? decoders.set(stored.stream, decoderOf(stored.stream)))(stored);
