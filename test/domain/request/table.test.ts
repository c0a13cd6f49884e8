/** Every command in every state of a request with an idempotency key. */
import { request, RequestCommand, RequestRejection } from '../../../src/domain/request';
import { RequestEvent } from '../../../src/domain/request/events';
import { changesNothing, emits, rejects, Table, testTable } from '../../support/table';

const begun = (commandId = 'c-1'): RequestEvent => ({ type: 'RequestBegun', data: { fingerprint: 'f', commandId } });
const completed: RequestEvent = { type: 'RequestCompleted', data: { status: 201, body: { version: 'v3' } } };
const refused: RequestEvent = { type: 'RequestRefused', data: {} };

const begin = (fingerprint: string, commandId: string, over?: number): RequestCommand & { type: 'BeginRequest' } => ({
  type: 'BeginRequest', fingerprint, commandId, ...(over === undefined ? {} : { over }),
});
const complete = (nth: number): RequestCommand & { type: 'CompleteRequest' } => ({
  type: 'CompleteRequest', nth, status: 201, body: { version: 'v3' },
});
const refuse = (nth: number): RequestCommand & { type: 'RefuseRequest' } => ({ type: 'RefuseRequest', nth });

const states = {
  None: { new: [] },
  Begun: { begun: [begun()], 'begun again': [begun(), refused, begun()], 'taken over': [begun(), begun()] },
  Refused: { refused: [begun(), refused], 'taken over and refused': [begun(), begun(), refused] },
  Completed: { completed: [begun(), completed], 'completed at the second try': [begun(), refused, begun(), completed] },
} as const;

const reused = rejects<RequestRejection>({ type: 'idempotency_key_reused' });

const table: Table<RequestCommand, typeof states, RequestEvent, RequestRejection> = {
  BeginRequest: {
    new: [['the first', begin('f', 'c-1'), emits(begun())]],
    begun: [
      ['has been begun', begin('f', 'c-2'), changesNothing],
      ['is taken over, as the same command', begin('f', 'c-2', 1), emits(begun('c-1'))],
      ['with a different request', begin('g', 'c-1'), reused],
      ['a different request takes nothing over', begin('g', 'c-1', 1), reused],
    ],
    'begun again': [
      ['has been begun', begin('f', 'c-2'), changesNothing],
      ['what was to be taken over is over', begin('f', 'c-2', 1), changesNothing],
      ['is taken over', begin('f', 'c-2', 2), emits(begun('c-1'))],
    ],
    'taken over': [
      ['somebody else has taken it over', begin('f', 'c-2', 1), changesNothing],
      ['is taken over again', begin('f', 'c-2', 2), emits(begun('c-1'))],
    ],
    refused: [
      ['refusals are judged anew, as the same command', begin('f', 'c-2'), emits(begun('c-1'))],
      ['with a different request', begin('g', 'c-2'), reused],
    ],
    'taken over and refused': [['refusals are judged anew', begin('f', 'c-2', 1), emits(begun('c-1'))]],
    completed: [
      ['is completed', begin('f', 'c-2'), changesNothing],
      ['is completed, and not taken over', begin('f', 'c-2', 1), changesNothing],
      ['with a different request', begin('g', 'c-1'), reused],
    ],
    'completed at the second try': [['is completed', begin('f', 'c-2'), changesNothing]],
  },
  CompleteRequest: {
    new: [['was not begun', complete(1), changesNothing]],
    begun: [['the first success', complete(1), emits(completed)]],
    'begun again': [['the first success', complete(2), emits(completed)]],
    'taken over': [
      ['what was taken over has no say', complete(1), changesNothing],
      ['the first success', complete(2), emits(completed)],
    ],
    refused: [['is refused already', complete(1), changesNothing]],
    'taken over and refused': [['what was taken over has no say', complete(1), changesNothing]],
    completed: [['the first success stands', { ...complete(1), status: 200 }, changesNothing]],
    'completed at the second try': [['the first success stands', complete(2), changesNothing]],
  },
  RefuseRequest: {
    new: [['was not begun', refuse(1), changesNothing]],
    begun: [['nothing was changed', refuse(1), emits(refused)]],
    'begun again': [['nothing was changed', refuse(2), emits(refused)]],
    'taken over': [
      ['what was taken over has no say', refuse(1), changesNothing],
      ['nothing was changed', refuse(2), emits(refused)],
    ],
    refused: [['is refused already', refuse(1), changesNothing]],
    'taken over and refused': [['is refused already', refuse(2), changesNothing]],
    completed: [['a success stands', refuse(1), changesNothing]],
    'completed at the second try': [['a success stands', refuse(2), changesNothing]],
  },
};

testTable(request, ({ type }) => type, states, table);
