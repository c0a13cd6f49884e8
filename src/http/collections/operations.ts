/** The operations on collections (`api.md`, Collections). */
import * as t from 'io-ts';
import { exactly, oneOf } from '../../domain/values/described';
import { ArtifactType, CollectionName, Description, Reason, RegistryName, Tag } from '../../domain/values/names';
import { Changed, Collection, CollectionChanged, CollectionInList } from '../answers';
import { operation, pageOf } from '../boundary';
import { inCollection, NamePrefix, Tags } from '../requests';

const tag = 'Collections';
const filters = { type: ArtifactType, tag: Tag, name: NamePrefix };

export const createCollection = operation({
  id: 'createCollection', method: 'POST', path: '/registries/:registry/collections', tag, kind: 'command',
  summary: 'Create an empty collection',
  params: { registry: RegistryName },
  body: exactly({ name: CollectionName, type: ArtifactType }, { description: Description, tags: Tags }),
  answers: { 201: CollectionChanged },
  codes: ['registry_not_found', 'forbidden', 'type_not_accepted', 'too_many_tags', 'collection_exists'],
});

export const listCollections = operation({
  id: 'listCollections', method: 'GET', path: '/registries/:registry/collections', tag, kind: 'query',
  summary: 'The collections of a registry, by name',
  params: { registry: RegistryName },
  query: exactly({}, filters),
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(CollectionInList) },
  codes: ['registry_not_found'],
});

export const listAllCollections = operation({
  id: 'listAllCollections', method: 'GET', path: '/collections', tag, kind: 'query',
  summary: 'The collections of all registries that one can see, by name',
  query: exactly({}, { ...filters, role: oneOf('LinkingRole', ['member']) }),
  paging: t.tuple([t.string, t.string]),
  answers: { 200: pageOf(CollectionInList) },
  codes: [],
});

export const getCollection = operation({
  id: 'getCollection', method: 'GET', path: '/registries/:registry/collections/:collection', tag, kind: 'query',
  summary: 'A collection',
  params: inCollection,
  answers: { 200: Collection },
  codes: ['registry_not_found', 'collection_not_found'],
});

export const changeCollection = operation({
  id: 'changeCollection', method: 'PATCH', path: '/registries/:registry/collections/:collection', tag, kind: 'command',
  summary: 'Describe or tag a collection',
  params: inCollection,
  body: exactly({}, { description: Description, addTags: Tags, removeTags: Tags }),
  answers: { 200: CollectionChanged },
  codes: ['registry_not_found', 'forbidden', 'collection_not_found', 'too_many_tags'],
});

export const deleteCollection = operation({
  id: 'deleteCollection', method: 'DELETE', path: '/registries/:registry/collections/:collection', tag, kind: 'command',
  summary: 'Delete a collection',
  params: inCollection,
  query: exactly({}, { reason: Reason }),
  answers: { 200: Changed },
  codes: ['registry_not_found', 'forbidden', 'collection_not_found', 'alias_protected'],
});
