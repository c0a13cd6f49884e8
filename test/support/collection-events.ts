/** Events of a collection, in short. */
import { Cause, CollectionEvent } from '../../src/domain/collection/events';

type EventNamed<T extends CollectionEvent['type']> = CollectionEvent & { type: T };

export const collectionCreated = (type = 'model'): EventNamed<'CollectionCreated'> => ({
  type: 'CollectionCreated', data: { registry: 'models', name: 'zoo', type },
});
export const described = (description: string): EventNamed<'CollectionDescribed'> => ({
  type: 'CollectionDescribed', data: { description },
});
export const tagged = (tag: string): EventNamed<'CollectionTagged'> => ({ type: 'CollectionTagged', data: { tag } });
export const untagged = (tag: string): EventNamed<'CollectionUntagged'> => ({ type: 'CollectionUntagged', data: { tag } });
export const linked = (version: number, source = version, run?: string): EventNamed<'VersionLinked'> => ({
  type: 'VersionLinked',
  data: {
    version, source: `vision/zoo/animals:v${source}`, digest: `sha256:${source}`, type: 'model',
    ...(run === undefined ? {} : { run }),
  },
});
export const unlinked = (version: number): EventNamed<'VersionUnlinked'> => ({ type: 'VersionUnlinked', data: { version } });
export const versionTagged = (version: number, tag: string): EventNamed<'VersionTagged'> => ({
  type: 'VersionTagged', data: { version, tag },
});
export const versionUntagged = (version: number, tag: string): EventNamed<'VersionUntagged'> => ({
  type: 'VersionUntagged', data: { version, tag },
});
export const added = (alias: string, to: number, cause: Cause = 'change'): EventNamed<'AliasAdded'> => ({
  type: 'AliasAdded', data: { alias, to, cause },
});
export const moved = (alias: string, from: number, to: number, cause: Cause = 'change'): EventNamed<'AliasMoved'> => ({
  type: 'AliasMoved', data: { alias, from, to, cause },
});
export const removed = (alias: string, from: number, cause: Cause = 'change'): EventNamed<'AliasRemoved'> => ({
  type: 'AliasRemoved', data: { alias, from, cause },
});
export const aliasProtected = (alias: string): EventNamed<'AliasProtected'> => ({ type: 'AliasProtected', data: { alias } });
export const aliasUnprotected = (alias: string): EventNamed<'AliasUnprotected'> => ({
  type: 'AliasUnprotected', data: { alias },
});
export const collectionDeleted: EventNamed<'CollectionDeleted'> = { type: 'CollectionDeleted', data: {} };
