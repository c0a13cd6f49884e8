/** What the organization says no with. */
export type OrganizationRejection =
  | { readonly type: 'entity_exists'; readonly name: string }
  | { readonly type: 'principal_exists'; readonly name: string }
  | { readonly type: 'entity_not_found'; readonly name: string }
  | { readonly type: 'principal_not_found'; readonly principal: string }
  | { readonly type: 'key_not_found' }
  | { readonly type: 'last_admin' };
