/** What may be asked of the organization. */
import { OrganizationRole } from '../values/principals';

export type NewKey = {
  readonly id: string;
  readonly principal: string;
  /** Lowercase hex SHA-256 of the key. */
  readonly hash: string;
  readonly label: string;
  readonly expiresAt: string | null;
};

export type OrganizationCommand =
  | { readonly type: 'FoundOrganization'; readonly name: string }
  /** Makes this the one key of `user:admin` that comes from the server's settings. */
  | { readonly type: 'SetAdminKey'; readonly id: string; readonly hash: string }
  | { readonly type: 'CreateUser'; readonly name: string; readonly role: OrganizationRole }
  | { readonly type: 'CreateServiceAccount'; readonly name: string; readonly role: OrganizationRole }
  | { readonly type: 'ChangePrincipal'; readonly principal: string; readonly role?: OrganizationRole; readonly disabled?: boolean }
  | { readonly type: 'CreateTeam'; readonly name: string }
  | { readonly type: 'AddTeamMember'; readonly team: string; readonly principal: string }
  | { readonly type: 'RemoveTeamMember'; readonly team: string; readonly principal: string }
  | ({ readonly type: 'CreateKey' } & NewKey)
  | { readonly type: 'RevokeKey'; readonly id: string };
