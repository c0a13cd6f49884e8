/** The operations on a collection's events as they are stored (`api.md`, Audit): the proof. */
import { left, right } from 'fp-ts/Either';
import { described, exactly } from '../../domain/values/described';
import { text } from '../../domain/values/names';
import { Verification } from '../answers';
import { operation } from '../boundary';
import { inCollection } from '../requests';

const tag = 'Audit';
const C = '/registries/:registry/collections/:collection';
const codes = ['registry_not_found', 'forbidden', 'collection_not_found'] as const;

const Revision = described<number, string>(
  'Revision',
  { type: 'integer', minimum: 0 },
  (value) =>
    typeof value === 'string' && /^(0|[1-9]\d{0,15})$/.test(value) && Number.isSafeInteger(Number(value))
      ? right(Number(value))
      : left('must be a whole number from 0'),
  String,
  (value): value is number => typeof value === 'number',
);
const Chain = text('Chain', { min: 64, max: 64, pattern: /^[0-9a-f]*$/ });
const EventLines = text('EventLines', { max: Number.MAX_SAFE_INTEGER });

export const readEvents = operation({
  id: 'readEvents', method: 'GET', path: `${C}/events`, tag, kind: 'query',
  summary: 'The events of a collection, oldest first, one line of JSON each',
  description:
    'Each line is `{ stream, revision, id, type, data, metadata, chain }`: all that the chain is made over. For those ' +
    'with the role viewer.',
  params: inCollection,
  answers: { 200: EventLines },
  media: 'application/x-ndjson',
  codes,
});

export const verifyEvents = operation({
  id: 'verifyEvents', method: 'GET', path: `${C}/verification`, tag, kind: 'query',
  summary: 'Whether the events of a collection are whole: their chain, and what must hold of them',
  description:
    '`revision` and `chain`, given together, are a head that was kept elsewhere: without one a cut-off end is not seen. ' +
    'For those with the role viewer.',
  params: inCollection,
  query: exactly({}, { revision: Revision, chain: Chain }),
  answers: { 200: Verification },
  codes,
});
