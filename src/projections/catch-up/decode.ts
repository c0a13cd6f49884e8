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

/** The event for the read models, none for one of a request's stream; an event that is not Moniker's is corrupt (E4). */
export const decodeEvent = (stored: StoredEvent): Either<CorruptHistory, ProjectedEvent | undefined> => {
  const { stream, revision } = stored;
  const foreign = (): Either<CorruptHistory, never> =>
    left({ type: 'CorruptHistory', stream, revision, reason: 'the stream is not one of Moniker' });
  const named = parse(stream);
  const [first = '', second = '', ...more] = named?.names ?? [];
  switch (named?.category) {
    case 'request':
      return right(undefined);
    case 'organization': {
      if (stream !== ORGANIZATION_STREAM) return foreign();
      const recorded = decodeOrganization(stored);
      if (isLeft(recorded)) return recorded;
      return right({ category: 'organization', event: recorded.right.event, ...rest(stored, recorded.right) });
    }
    case 'registry': {
      if (stream !== registryStream(first)) return foreign();
      const recorded = decodeRegistry(stored);
      if (isLeft(recorded)) return recorded;
      return right({ category: 'registry', registry: first, event: recorded.right.event, ...rest(stored, recorded.right) });
    }
    case 'collection': {
      if (stream !== collectionStream(first, second)) return foreign();
      const recorded = decodeCollection(stored);
      if (isLeft(recorded)) return recorded;
      const of = { registry: first, collection: second };
      return right({ category: 'collection', ...of, event: recorded.right.event, ...rest(stored, recorded.right) });
    }
    case 'usage': {
      if (stream !== usageStream(first, second)) return foreign();
      const recorded = decodeUsage(stored);
      if (isLeft(recorded)) return recorded;
      const of = { registry: first, collection: second };
      return right({ category: 'usage', ...of, event: recorded.right.event, ...rest(stored, recorded.right) });
    }
    case 'artifact': {
      const artifact = [first, second, ...more].join('/');
      if (more.length !== 1 || stream !== artifactStream(artifact)) return foreign();
      const recorded = decodeArtifact(stored);
      if (isLeft(recorded)) return recorded;
      return right({ category: 'artifact', artifact, event: recorded.right.event, ...rest(stored, recorded.right) });
    }
    case undefined:
      return foreign();
  }
};
