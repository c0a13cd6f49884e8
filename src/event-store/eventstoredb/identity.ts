/**
 * The log's name, in a stream of its own: made by the first node that asks, the same on every node and in every copy.
 * The stream is none of Moniker's categories, so it is not read with them, nor copied. While the log is being filled
 * with a copy of another, its newest event says so, and no node begins on it.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { EventStore, expecting, NO_REVISION, Revision, StoredEvent, StoreError } from '../event-store';

export const IDENTITY_STREAM = 'moniker-identity';

type Log = Pick<EventStore, 'append' | 'readStream'>;
type State = { readonly revision: Revision; readonly identity: string; readonly isFilling: boolean };

/** The types are storage. */
const NAMED = 'LogNamed';
const FILLING = 'LogFillingBegun';

const stateAfter = ({ revision, type, data }: StoredEvent): State => {
  const identity = /^\{"identity":"(?<name>[0-9a-f]{8})"\}$/.exec(data)?.groups?.name;
  if (identity !== undefined && [NAMED, FILLING].includes(type))
    return { revision, identity, isFilling: type === FILLING };
  throw new StoreError('Fault', `the stream ${IDENTITY_STREAM} does not end in the log's name: somebody else wrote it`);
};

const stateOf = async ({ readStream }: Pick<Log, 'readStream'>): Promise<State | undefined> => {
  for await (const newest of readStream(IDENTITY_STREAM, { direction: 'backwards', limit: 1 })) return stateAfter(newest);
  return undefined;
};

/** Whatever becomes of the append, and whoever was first: what is in the stream afterwards counts. */
const become = async (log: Log, type: string, before: State | undefined): Promise<State> => {
  const identity = before?.identity ?? randomBytes(4).toString('hex');
  const outcome = await log.append(IDENTITY_STREAM, expecting(before?.revision ?? NO_REVISION), [
    { id: randomUUID(), type, data: JSON.stringify({ identity }), metadata: '{}' },
  ]);
  const state = await stateOf(log);
  if (state !== undefined && state.revision > (before?.revision ?? NO_REVISION)) return state;
  const reason = outcome._tag === 'Left' && 'reason' in outcome.left ? outcome.left.reason : 'it cannot be read back';
  throw new StoreError(
    outcome._tag === 'Left' && outcome.left.type === 'Fault' ? 'Fault' : 'Unavailable',
    `the log was not named: ${reason}`,
  );
};

/** @throws StoreError where a copy into the log was begun and has not finished */
const refuseHalfFilled = (state: State | undefined): void => {
  if (state?.isFilling === true)
    throw new StoreError('Unavailable', 'a copy into it has not finished: repeat the moniker migrate or import that began it');
};

export const identifying = (log: Log): EventStore['identity'] => {
  let known: string | undefined;
  return async () => {
    if (known !== undefined) return known;
    const state = (await stateOf(log)) ?? (await become(log, NAMED, undefined));
    refuseHalfFilled(state);
    return (known = state.identity);
  };
};

/** @throws StoreError where the log holds a part of a copy */
export const requireWhole = async (log: Pick<Log, 'readStream'>): Promise<void> => refuseHalfFilled(await stateOf(log));

/** No node begins on the log until `named`; a log that has a name keeps it. */
export const filling = async (log: Log): Promise<{ readonly named: () => Promise<void> }> => {
  const before = await stateOf(log);
  const begun = before?.isFilling === true ? before : await become(log, FILLING, before);
  return { named: async () => void (await become(log, NAMED, begun)) };
};
