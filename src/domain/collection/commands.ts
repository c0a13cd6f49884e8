/** What may be asked of a collection. Facts of other aggregates come with the command, as they were judged. */
import { RegistryRole } from '../values/principals';

/** What the registry says, at its head, to a collection that is about to be created. */
export type Shelf = {
  readonly acceptedTypes: 'any' | ReadonlyArray<string>;
  readonly protectedAliases: ReadonlyArray<string>;
};

/** The source version that is to be linked, at the head of its artifact. */
export type Source = {
  /** `team/project/artifact:v7` */
  readonly name: string;
  readonly digest: string;
  readonly type: string;
  /** Whether its entity is a team, or a user's personal one. */
  readonly owner: 'team' | 'user';
};

/** A change asked for of one alias: to give it to a version, or (null) to take it away. */
export type AliasChange = {
  readonly alias: string;
  readonly version: number | null;
  /** A4: the holder that it must have now; null for none; absent for any. */
  readonly expected?: number | null;
};

export type CollectionCommand =
  | { readonly type: 'CreateCollection'; readonly registry: string; readonly name: string; readonly artifactType: string;
      readonly description: string; readonly tags: ReadonlyArray<string>; readonly shelf: Shelf }
  | { readonly type: 'ChangeCollection'; readonly description?: string; readonly addTags: ReadonlyArray<string>;
      readonly removeTags: ReadonlyArray<string> }
  | { readonly type: 'LinkArtifactVersion'; readonly registry: string; readonly name: string; readonly source: Source;
      readonly aliases: ReadonlyArray<string>; readonly run?: string; readonly role: RegistryRole;
      /** The principal's teams, for the refusal of a personal entity. */
      readonly teams: ReadonlyArray<string>; readonly shelf: Shelf }
  | { readonly type: 'UnlinkVersion'; readonly version: number; readonly role: RegistryRole }
  | { readonly type: 'AddAlias'; readonly alias: string; readonly version: number; readonly expected?: number | null;
      readonly role: RegistryRole }
  | { readonly type: 'RemoveAlias'; readonly alias: string; readonly expected?: number | null; readonly role: RegistryRole }
  | { readonly type: 'ChangeAliases'; readonly changes: ReadonlyArray<AliasChange>; readonly role: RegistryRole }
  | { readonly type: 'RollBackAlias'; readonly alias: string; readonly expected?: number | null; readonly role: RegistryRole }
  | { readonly type: 'TagVersion'; readonly version: number; readonly tag: string; readonly role: RegistryRole }
  | { readonly type: 'UntagVersion'; readonly version: number; readonly tag: string; readonly role: RegistryRole }
  | { readonly type: 'ProtectAlias'; readonly alias: string }
  | { readonly type: 'UnprotectAlias'; readonly alias: string }
  | { readonly type: 'DeleteCollection'; readonly role: RegistryRole }
  /** The registry is being deleted: ends this life of the name, whether or not a collection stands there. */
  | { readonly type: 'CloseCollection'; readonly life: number };
