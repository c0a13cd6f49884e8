/** The operations on aliases (`api.md`, Aliases). */
import * as t from 'io-ts';
import { exactly, listOf, orNull } from '../../domain/values/described';
import { AliasName, Reason } from '../../domain/values/names';
import { Version } from '../../domain/values/versions';
import { AliasChanged, AliasesChanged, AliasMap, AliasMoveInHistory } from '../answers';
import { operation, pageOf } from '../boundary';
import { Expected, inCollection, PastInstant, WithReason } from '../requests';

const tag = 'Aliases';
const C = '/registries/:registry/collections/:collection';
const inAlias = { ...inCollection, alias: AliasName };

const givingCodes = [
  'registry_not_found', 'forbidden', 'collection_not_found', 'version_not_found', 'alias_reserved', 'alias_confusable',
  'too_many_aliases', 'alias_protected', 'alias_conflict',
] as const;

export const getAliases = operation({
  id: 'getAliases', method: 'GET', path: `${C}/aliases`, tag, kind: 'query', etag: true,
  summary: 'The whole alias map, now or as of an instant',
  params: inCollection,
  query: exactly({}, { at: PastInstant }),
  answers: { 200: AliasMap },
  codes: ['registry_not_found', 'collection_not_found'],
});

export const addAlias = operation({
  id: 'addAlias', method: 'PUT', path: `${C}/aliases/:alias`, tag, kind: 'command',
  summary: 'Give an alias to a version, or move it there',
  params: inAlias,
  body: exactly({ version: Version }, { expected: Expected, ...WithReason }),
  answers: { 200: AliasChanged },
  codes: givingCodes,
});

export const removeAlias = operation({
  id: 'removeAlias', method: 'DELETE', path: `${C}/aliases/:alias`, tag, kind: 'command',
  summary: 'Take an alias away',
  params: inAlias,
  query: exactly({}, { expected: Version, reason: Reason }),
  answers: { 200: AliasChanged },
  codes: [
    'registry_not_found', 'forbidden', 'collection_not_found', 'alias_reserved', 'alias_protected', 'alias_conflict',
    'alias_not_found',
  ],
});

export const changeAliases = operation({
  id: 'changeAliases', method: 'POST', path: `${C}/alias-changes`, tag, kind: 'command',
  summary: 'Change several aliases, all or none',
  params: inCollection,
  body: exactly(
    {
      changes: listOf(exactly({ alias: AliasName, version: orNull(Version) }, { expected: Expected }), { min: 1, max: 100 }),
    },
    WithReason,
  ),
  answers: { 200: AliasesChanged },
  codes: [...givingCodes, 'alias_not_found'],
});

export const rollBackAlias = operation({
  id: 'rollBackAlias', method: 'POST', path: `${C}/aliases/:alias/rollback`, tag, kind: 'command',
  summary: 'Give an alias back to its former holder',
  params: inAlias,
  body: exactly({}, { expected: Expected, ...WithReason }),
  answers: { 200: AliasChanged },
  codes: [...givingCodes, 'rollback_unavailable'],
});

export const aliasHistory = operation({
  id: 'aliasHistory', method: 'GET', path: `${C}/aliases/:alias/history`, tag, kind: 'query',
  summary: 'Every move of an alias, newest first',
  params: inAlias,
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(AliasMoveInHistory) },
  codes: ['registry_not_found', 'collection_not_found'],
});
