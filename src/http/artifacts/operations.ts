/** The operations on source artifacts (`api.md`, Source artifacts). */
import * as t from 'io-ts';
import { exactly, listOf } from '../../domain/values/described';
import { Metadata, Metrics, Size } from '../../domain/values/json';
import { AliasName, ArtifactName, ArtifactType, Digest, PlainName, Run, Uri } from '../../domain/values/names';
import { Version, VersionRef } from '../../domain/values/versions';
import { AliasChanged, Artifact, Changed, Entity, Project, SourceVersion, SourceVersionChanged } from '../answers';
import { operation, pageOf } from '../boundary';

const tag = 'Source artifacts';
const A = '/entities/:entity/projects/:project/artifacts/:artifact';
const inProject = { entity: PlainName, project: PlainName };
const inArtifact = { ...inProject, artifact: PlainName };
const notFound = ['artifact_not_found', 'artifact_version_not_found'] as const;

export const logArtifact = operation({
  id: 'logArtifact', method: 'POST', path: '/artifacts', tag, kind: 'command',
  summary: 'Log a version of an artifact in a project',
  body: exactly(
    { name: ArtifactName, type: ArtifactType, digest: Digest },
    {
      uri: Uri, sizeBytes: Size, metadata: Metadata, metrics: Metrics, run: Run,
      aliases: listOf(AliasName, { max: 100, unique: true }),
    },
  ),
  answers: { 200: SourceVersionChanged, 201: SourceVersionChanged },
  codes: ['entity_not_found', 'forbidden', 'type_mismatch', 'alias_reserved', 'too_many_aliases'],
});

export const listEntities = operation({
  id: 'listEntities', method: 'GET', path: '/entities', tag, kind: 'query',
  summary: 'The teams and users whose artifacts one can read',
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(Entity) },
  codes: [],
});

export const listProjects = operation({
  id: 'listProjects', method: 'GET', path: '/entities/:entity/projects', tag, kind: 'query',
  summary: 'The projects of an entity',
  params: { entity: PlainName },
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(Project) },
  codes: ['entity_not_found'],
});

export const listArtifacts = operation({
  id: 'listArtifacts', method: 'GET', path: '/entities/:entity/projects/:project/artifacts', tag, kind: 'query',
  summary: 'The artifacts of a project',
  params: inProject,
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(Artifact) },
  codes: ['entity_not_found'],
});

export const listSourceVersions = operation({
  id: 'listSourceVersions', method: 'GET', path: `${A}/versions`, tag, kind: 'query',
  summary: 'The versions of an artifact, newest first',
  params: inArtifact,
  paging: t.tuple([t.number]),
  answers: { 200: pageOf(SourceVersion) },
  codes: ['artifact_not_found'],
});

export const getSourceVersion = operation({
  id: 'getSourceVersion', method: 'GET', path: `${A}/versions/:ref`, tag, kind: 'query',
  summary: 'A version of an artifact, by number or alias',
  params: { ...inArtifact, ref: VersionRef },
  answers: { 200: SourceVersion },
  codes: notFound,
});

export const addSourceAlias = operation({
  id: 'addSourceAlias', method: 'PUT', path: `${A}/aliases/:alias`, tag, kind: 'command',
  summary: 'Give a source alias to a version, or move it there',
  params: { ...inArtifact, alias: AliasName },
  body: exactly({ version: Version }),
  answers: { 200: AliasChanged },
  codes: [...notFound, 'forbidden', 'alias_reserved', 'too_many_aliases'],
});

export const removeSourceAlias = operation({
  id: 'removeSourceAlias', method: 'DELETE', path: `${A}/aliases/:alias`, tag, kind: 'command',
  summary: 'Take a source alias away',
  params: { ...inArtifact, alias: AliasName },
  answers: { 200: AliasChanged },
  codes: [...notFound, 'forbidden', 'alias_reserved', 'alias_not_found'],
});

export const deleteArtifactVersion = operation({
  id: 'deleteArtifactVersion', method: 'DELETE', path: `${A}/versions/:version`, tag, kind: 'command',
  summary: 'Delete a version of an artifact',
  params: { ...inArtifact, version: Version },
  answers: { 200: Changed },
  codes: [...notFound, 'forbidden', 'version_held_by_protected_alias'],
});
