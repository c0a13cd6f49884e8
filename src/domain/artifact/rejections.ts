/** What a source artifact says no with. */
export type ArtifactRejection =
  | { readonly type: 'artifact_not_found' }
  | { readonly type: 'artifact_version_not_found' }
  | { readonly type: 'alias_not_found'; readonly alias: string }
  | { readonly type: 'type_mismatch'; readonly expected: string; readonly actual: string }
  | { readonly type: 'alias_reserved'; readonly alias: string }
  | { readonly type: 'too_many_aliases'; readonly limit: number };
