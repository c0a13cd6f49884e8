/**
 * The log's name, an event of a stream of its own: made by the first node that asks, the same on every node and in
 * every copy. The stream is none of Moniker's categories, so it is not read with them, nor copied by a migration.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { EventStore, StoreError } from '../event-store';

const STREAM = 'moniker-identity';

const nameIn = (data: string): string => {
  const name = /^\{"identity":"(?<name>[0-9a-f]{8})"\}$/.exec(data)?.groups?.name;
  if (name !== undefined) return name;
  throw new StoreError('Fault', `the stream ${STREAM} does not begin with the log's name: somebody else wrote it`);
};

export const identifying = ({
  append,
  readStream,
}: Pick<EventStore, 'append' | 'readStream'>): EventStore['identity'] => {
  let known: string | undefined;

  const read = async (): Promise<string | undefined> => {
    for await (const { data } of readStream(STREAM, { limit: 1 })) return nameIn(data);
    return undefined;
  };

  return async () => {
    known ??= await read();
    if (known !== undefined) return known;
    const identity = randomBytes(4).toString('hex');
    const outcome = await append(STREAM, 'no_stream', [
      { id: randomUUID(), type: 'LogNamed', data: JSON.stringify({ identity }), metadata: '{}' },
    ]);
    // Whatever became of it, and whoever was first: what is in the stream now is the name.
    known = await read();
    if (known !== undefined) return known;
    const reason = outcome._tag === 'Left' && 'reason' in outcome.left ? outcome.left.reason : 'it cannot be read back';
    throw new StoreError(
      outcome._tag === 'Left' && outcome.left.type === 'Fault' ? 'Fault' : 'Unavailable',
      `the log was not named: ${reason}`,
    );
  };
};
