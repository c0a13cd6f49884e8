/**
 * The events of a collection. The names and members are storage, and outsiders read them: a change needs an upcaster.
 */
import * as t from 'io-ts';
import { exactly, oneOf } from '../values/described';
import { AliasName, ArtifactType, CollectionName, Description, Digest, RegistryName, Run, Tag } from '../values/names';
import { VersionNumber } from '../values/versions';

export const causes = ['link', 'change', 'rollback', 'unlink', 'collection_deleted'] as const;
export type Cause = (typeof causes)[number];
const Cause = oneOf('Cause', causes);

export const collectionEvents = {
  CollectionCreated: exactly({ registry: RegistryName, name: CollectionName, type: ArtifactType }),
  CollectionDescribed: exactly({ description: Description }),
  CollectionTagged: exactly({ tag: Tag }),
  CollectionUntagged: exactly({ tag: Tag }),
  VersionLinked: exactly({ version: VersionNumber, source: t.string, digest: Digest, type: ArtifactType }, { run: Run }),
  VersionUnlinked: exactly({ version: VersionNumber }),
  VersionTagged: exactly({ version: VersionNumber, tag: Tag }),
  VersionUntagged: exactly({ version: VersionNumber, tag: Tag }),
  AliasAdded: exactly({ alias: AliasName, to: VersionNumber, cause: Cause }),
  AliasMoved: exactly({ alias: AliasName, from: VersionNumber, to: VersionNumber, cause: Cause }),
  AliasRemoved: exactly({ alias: AliasName, from: VersionNumber, cause: Cause }),
  AliasProtected: exactly({ alias: AliasName }),
  AliasUnprotected: exactly({ alias: AliasName }),
  CollectionDeleted: exactly({}),
};

export type CollectionEvents = typeof collectionEvents;
export type CollectionEvent = {
  [K in keyof CollectionEvents]: { readonly type: K; readonly data: t.TypeOf<CollectionEvents[K]> };
}[keyof CollectionEvents];
