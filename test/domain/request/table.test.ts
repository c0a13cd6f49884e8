/** Every command in every state of a request with an idempotency key. */
import { request, RequestCommand, RequestRejection } from '../../../src/domain/request';
import { RequestEvent } from '../../../src/domain/request/events';
import { changesNothing, emits, rejects, Table, testTable } from '../../support/table';

const begun = (commandId = 'c-1'): RequestEvent => ({ type: 'RequestBegun', data: { fingerprint: 'f', commandId } });
const completed: RequestEvent = { type: 'RequestCompleted', data: { status: 201, body: { version: 'v3' } } };
const refused: RequestEvent = { type: 'RequestRefused', data: {} };

const begin = (fingerprint: string, commandId: string): RequestCommand & { type: 'BeginRequest' } => ({
  type: 'BeginRequest', fingerprint, commandId,
});
const complete: RequestCommand & { type: 'CompleteRequest' } = {
  type: 'CompleteRequest', status: 201, body: { version: 'v3' },
};
const refuse: RequestCommand & { type: 'RefuseRequest' } = { type: 'RefuseRequest' };

const states = {
  None: { new: [] },
  Begun: { begun: [begun()], 'begun again': [begun(), refused, begun()] },
  Refused: { refused: [begun(), refused] },
  Completed: { completed: [begun(), completed], 'completed at the second try': [begun(), refused, begun(), completed] },
} as const;

const reused = rejects<RequestRejection>({ type: 'idempotency_key_reused' });

const table: Table<RequestCommand, typeof states, RequestEvent, RequestRejection> = {
  BeginRequest: {
    new: [['the first', begin('f', 'c-1'), emits(begun())]],
    begun: [
      ['has been begun', begin('f', 'c-2'), changesNothing],
      ['with a different request', begin('g', 'c-1'), reused],
    ],
    'begun again': [['has been begun', begin('f', 'c-2'), changesNothing]],
    refused: [
      ['refusals are judged anew, as the same command', begin('f', 'c-2'), emits(begun('c-1'))],
      ['with a different request', begin('g', 'c-2'), reused],
    ],
    completed: [
      ['is completed', begin('f', 'c-2'), changesNothing],
      ['with a different request', begin('g', 'c-1'), reused],
    ],
    'completed at the second try': [['is completed', begin('f', 'c-2'), changesNothing]],
  },
  CompleteRequest: {
    new: [['was not begun', complete, changesNothing]],
    begun: [['the first success', complete, emits(completed)]],
    'begun again': [['the first success', complete, emits(completed)]],
    refused: [['somebody else refused it in the meantime', complete, emits(completed)]],
    completed: [['the first success stands', { ...complete, status: 200 }, changesNothing]],
    'completed at the second try': [['the first success stands', complete, changesNothing]],
  },
  RefuseRequest: {
    new: [['was not begun', refuse, changesNothing]],
    begun: [['nothing was changed', refuse, emits(refused)]],
    'begun again': [['nothing was changed', refuse, emits(refused)]],
    refused: [['is refused already', refuse, changesNothing]],
    completed: [['a success stands', refuse, changesNothing]],
    'completed at the second try': [['a success stands', refuse, changesNothing]],
  },
};

testTable(request, ({ type }) => type, states, table);
