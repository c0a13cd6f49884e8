/** What a collection says no with. */
export type CollectionRejection =
  | { readonly type: 'collection_not_found' }
  | { readonly type: 'collection_exists' }
  | { readonly type: 'version_not_found'; readonly version: number }
  | { readonly type: 'alias_not_found'; readonly alias: string }
  | { readonly type: 'personal_entity'; readonly entity: string; readonly teams: ReadonlyArray<string> }
  | { readonly type: 'type_not_accepted'; readonly artifactType: string; readonly accepted: ReadonlyArray<string> }
  | { readonly type: 'type_mismatch'; readonly expected: string; readonly actual: string }
  | { readonly type: 'alias_reserved'; readonly alias: string }
  | { readonly type: 'alias_confusable'; readonly alias: string; readonly protectedAlias: string }
  | { readonly type: 'too_many_aliases'; readonly limit: number }
  | { readonly type: 'too_many_tags'; readonly limit: number }
  | { readonly type: 'alias_protected'; readonly alias: string; readonly role: 'admin' }
  | { readonly type: 'alias_conflict'; readonly alias: string; readonly expected: number | null; readonly actual: number | null }
  | { readonly type: 'rollback_unavailable'; readonly alias: string; readonly reason: 'never_given' | 'no_former' | 'unlinked' };
