/** The operations on the past (`api.md`, Audit). */
import * as t from 'io-ts';
import { exactly } from '../../domain/values/described';
import { AliasName, RegistryName, text } from '../../domain/values/names';
import { Principal } from '../../domain/values/principals';
import { Change, Diff } from '../answers';
import { operation, pageOf } from '../boundary';
import { inCollection, Order, PastInstant } from '../requests';

const tag = 'Audit';
export const EventType = text('EventType', { min: 1, max: 64, pattern: /^[A-Za-z]+$/, example: 'AliasMoved' });
/** The trace id that a command came with in `traceparent`; the command's id without. */
const Correlation = text('Correlation', { min: 1, max: 128, pattern: /^[\x21-\x7e]*$/ });
const filters = exactly(
  {},
  { by: Principal, type: EventType, alias: AliasName, correlation: Correlation, from: PastInstant, to: PastInstant, order: Order },
);
const between = exactly({ from: PastInstant, to: PastInstant });

export const collectionHistory = operation({
  id: 'collectionHistory', method: 'GET', path: '/registries/:registry/collections/:collection/history', tag, kind: 'query',
  summary: 'Every change of a collection',
  params: inCollection,
  query: filters,
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(Change) },
  codes: ['registry_not_found', 'collection_not_found'],
});

export const registryHistory = operation({
  id: 'registryHistory', method: 'GET', path: '/registries/:registry/history', tag, kind: 'query',
  summary: 'Every change of a registry and its collections',
  params: { registry: RegistryName },
  query: filters,
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(Change) },
  codes: ['registry_not_found'],
});

export const audit = operation({
  id: 'audit', method: 'GET', path: '/audit', tag, kind: 'query',
  summary: 'Every change in the organization, for its admins',
  query: filters,
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(Change) },
  codes: ['forbidden'],
});

export const collectionDiff = operation({
  id: 'collectionDiff', method: 'GET', path: '/registries/:registry/collections/:collection/diff', tag, kind: 'query',
  summary: 'What differs in a collection between two instants',
  params: inCollection,
  query: between,
  answers: { 200: Diff },
  codes: ['registry_not_found', 'collection_not_found'],
});

export const registryDiff = operation({
  id: 'registryDiff', method: 'GET', path: '/registries/:registry/diff', tag, kind: 'query',
  summary: 'What differs in a registry between two instants',
  params: { registry: RegistryName },
  query: between,
  answers: { 200: Diff },
  codes: ['registry_not_found'],
});
