/** What a registry says no with. */
export type RegistryRejection =
  | { readonly type: 'registry_not_found' }
  /** `deleting`: the name is free once the deletion of what stood there is finished. */
  | { readonly type: 'registry_exists'; readonly deleting: boolean }
  | { readonly type: 'alias_reserved'; readonly alias: string }
  | { readonly type: 'alias_confusable'; readonly alias: string; readonly protectedAlias: string }
  | { readonly type: 'too_many_aliases'; readonly limit: number }
  | { readonly type: 'accepted_types_only_grow' }
  | { readonly type: 'too_many_types'; readonly limit: number }
  /** The opposite change of the same alias is not finished; whoever meets this finishes it first. */
  | { readonly type: 'protection_unsettled'; readonly alias: string; readonly protected: boolean };
