/** The operations on linked versions (`api.md`, Linking and versions). */
import * as t from 'io-ts';
import { exactly } from '../../domain/values/described';
import { AliasName, Reason, Run, Tag } from '../../domain/values/names';
import { FullName, TargetPath } from '../../domain/values/paths';
import { SourceRef, Version, VersionRef } from '../../domain/values/versions';
import {
  Changed, Lineage, LinkedVersion, LinkedVersionChanged, MetricsCompared, ResolvedVersion, UsageRecorded,
} from '../answers';
import { operation, pageOf } from '../boundary';
import { inCollection, LinkAliases, Order, PastInstant, VersionList, WithReason } from '../requests';

const tag = 'Linking and versions';
const C = '/registries/:registry/collections/:collection';
const linkOptions = { aliases: LinkAliases, run: Run, ...WithReason };

const linkCodes = [
  'registry_not_found', 'forbidden', 'artifact_not_found', 'artifact_version_not_found', 'personal_entity',
  'type_not_accepted', 'type_mismatch', 'alias_reserved', 'alias_confusable', 'too_many_aliases', 'alias_protected',
] as const;

export const linkVersion = operation({
  id: 'linkVersion', method: 'POST', path: `${C}/versions`, tag, kind: 'command',
  summary: 'Link a source version, and create the collection where there is none',
  params: inCollection,
  body: exactly({ source: SourceRef }, linkOptions),
  answers: { 200: LinkedVersionChanged, 201: LinkedVersionChanged },
  codes: linkCodes,
});

export const linkByPath = operation({
  id: 'linkByPath', method: 'POST', path: '/links', tag, kind: 'command',
  summary: 'Link a source version by target path',
  body: exactly({ source: SourceRef, targetPath: TargetPath }, linkOptions),
  answers: { 200: LinkedVersionChanged, 201: LinkedVersionChanged },
  codes: linkCodes,
});

export const listVersions = operation({
  id: 'listVersions', method: 'GET', path: `${C}/versions`, tag, kind: 'query',
  summary: 'The linked versions of a collection, by number',
  params: inCollection,
  query: exactly({}, { order: Order, tag: Tag, alias: AliasName, source: SourceRef }),
  paging: t.tuple([t.number]),
  answers: { 200: pageOf(LinkedVersion) },
  codes: ['registry_not_found', 'collection_not_found'],
});

export const getVersion = operation({
  id: 'getVersion', method: 'GET', path: `${C}/versions/:ref`, tag, kind: 'query', etag: true,
  summary: 'A linked version by number or alias, now or as of an instant',
  params: { ...inCollection, ref: VersionRef },
  query: exactly({}, { at: PastInstant }),
  answers: { 200: LinkedVersion },
  codes: ['registry_not_found', 'collection_not_found', 'version_not_found'],
});

export const unlinkVersion = operation({
  id: 'unlinkVersion', method: 'DELETE', path: `${C}/versions/:version`, tag, kind: 'command',
  summary: 'Unlink a version',
  params: { ...inCollection, version: Version },
  query: exactly({}, { reason: Reason }),
  answers: { 200: Changed },
  codes: ['registry_not_found', 'forbidden', 'collection_not_found', 'version_not_found', 'alias_protected'],
});

const tagCodes = [
  'registry_not_found', 'forbidden', 'collection_not_found', 'version_not_found', 'too_many_tags', 'alias_protected',
] as const;

export const tagVersion = operation({
  id: 'tagVersion', method: 'PUT', path: `${C}/versions/:version/tags/:tag`, tag, kind: 'command',
  summary: 'Tag a version',
  params: { ...inCollection, version: Version, tag: Tag },
  answers: { 200: LinkedVersionChanged },
  codes: tagCodes,
});

export const untagVersion = operation({
  id: 'untagVersion', method: 'DELETE', path: `${C}/versions/:version/tags/:tag`, tag, kind: 'command',
  summary: 'Take a tag off a version',
  params: { ...inCollection, version: Version, tag: Tag },
  answers: { 200: LinkedVersionChanged },
  codes: tagCodes,
});

export const getLineage = operation({
  id: 'getLineage', method: 'GET', path: `${C}/versions/:version/lineage`, tag, kind: 'query',
  summary: 'The run that produced a version, and the newest 1,000 that used it',
  params: { ...inCollection, version: Version },
  answers: { 200: Lineage },
  codes: ['registry_not_found', 'collection_not_found', 'version_not_found'],
});

export const recordUsage = operation({
  id: 'recordUsage', method: 'POST', path: `${C}/versions/:ref/usage`, tag, kind: 'command',
  summary: 'Record that a run used a version',
  params: { ...inCollection, ref: VersionRef },
  body: exactly({ run: Run }),
  answers: { 200: UsageRecorded },
  codes: ['registry_not_found', 'forbidden', 'collection_not_found', 'version_not_found'],
});

export const compareMetrics = operation({
  id: 'compareMetrics', method: 'GET', path: `${C}/metrics`, tag, kind: 'query',
  summary: 'The metrics of several versions, side by side',
  params: inCollection,
  query: exactly({}, { versions: VersionList }),
  answers: { 200: MetricsCompared },
  codes: ['registry_not_found', 'collection_not_found', 'version_not_found'],
});

export const resolve = operation({
  id: 'resolve', method: 'GET', path: '/resolve', tag: 'Aliases', kind: 'query', etag: true,
  summary: 'The version that a full name means, now or as of an instant',
  query: exactly({ name: FullName }, { at: PastInstant }),
  answers: { 200: ResolvedVersion },
  codes: ['registry_not_found', 'collection_not_found', 'version_not_found'],
});
