/** What may be asked of a registry. */
import { OrganizationRole, RegistryRole } from '../values/principals';
import { Visibility } from '../values/visibility';
import { AcceptedTypes } from '../values/accepted-types';

export type RegistryCommand =
  | { readonly type: 'CreateRegistry'; readonly name: string; readonly description: string;
      readonly acceptedTypes: AcceptedTypes; readonly visibility: Visibility; readonly defaultRole: RegistryRole;
      readonly creator: string; readonly creatorRole: OrganizationRole }
  | { readonly type: 'ChangeRegistry'; readonly description?: string; readonly addAcceptedTypes?: AcceptedTypes;
      readonly visibility?: Visibility; readonly defaultRole?: RegistryRole }
  | { readonly type: 'GrantRole'; readonly principal: string; readonly role: RegistryRole }
  | { readonly type: 'RevokeRole'; readonly principal: string }
  | { readonly type: 'ProtectAlias'; readonly alias: string }
  | { readonly type: 'UnprotectAlias'; readonly alias: string }
  /** Every collection has been told of the `nth` change. */
  | { readonly type: 'SettleAliasProtection'; readonly alias: string; readonly nth: number }
  | { readonly type: 'RegisterCollection'; readonly collection: string; readonly life: number }
  | { readonly type: 'UnregisterCollection'; readonly collection: string; readonly life: number }
  | { readonly type: 'DeleteRegistry' }
  | { readonly type: 'SettleRegistryDeletion'; readonly nth: number };
