/** What the organization remembers: who there is, in which teams, with which keys. */
import { Map, Set } from 'immutable';
import { OrganizationRole } from '../values/principals';
import { OrganizationEvent } from './events';

export type Account = { readonly role: OrganizationRole; readonly disabled: boolean };
export type Key = {
  readonly id: string;
  readonly principal: string;
  readonly hash: string;
  readonly expiresAt: string | null;
};

export type OrganizationState = {
  /** '' until it is founded. */
  readonly name: string;
  /** By principal. */
  readonly accounts: Map<string, Account>;
  /** The members of each team. */
  readonly teams: Map<string, Set<string>>;
  /** By id, those that are not revoked. */
  readonly keys: Map<string, Key>;
  readonly idsByHash: Map<string, string>;
  readonly admins: number;
};

export const initial: OrganizationState = {
  name: '',
  accounts: Map(),
  teams: Map(),
  keys: Map(),
  idsByHash: Map(),
  admins: 0,
};

const isAdmin = (account: Account | undefined): boolean => account?.role === 'admin' && !account.disabled;

const withAccount = (state: OrganizationState, principal: string, account: Account): OrganizationState => ({
  ...state,
  accounts: state.accounts.set(principal, account),
  admins: state.admins + Number(isAdmin(account)) - Number(isAdmin(state.accounts.get(principal))),
});

const changed = (state: OrganizationState, principal: string, change: Partial<Account>): OrganizationState => {
  const account = state.accounts.get(principal);
  return account === undefined ? state : withAccount(state, principal, { ...account, ...change });
};

export const evolve = (state: OrganizationState, event: OrganizationEvent): OrganizationState => {
  switch (event.type) {
    case 'OrganizationFounded':
      return { ...state, name: event.data.name };
    case 'UserCreated':
      return withAccount(state, `user:${event.data.name}`, { role: event.data.role, disabled: false });
    case 'ServiceAccountCreated':
      return withAccount(state, `service:${event.data.name}`, { role: event.data.role, disabled: false });
    case 'OrganizationRoleChanged':
      return changed(state, event.data.principal, { role: event.data.role });
    case 'PrincipalDisabled':
      return changed(state, event.data.principal, { disabled: true });
    case 'PrincipalEnabled':
      return changed(state, event.data.principal, { disabled: false });
    case 'TeamCreated':
      return { ...state, teams: state.teams.set(event.data.name, Set()) };
    case 'TeamMemberAdded': {
      const members = state.teams.get(event.data.team) ?? Set<string>();
      return { ...state, teams: state.teams.set(event.data.team, members.add(event.data.principal)) };
    }
    case 'TeamMemberRemoved': {
      const members = state.teams.get(event.data.team) ?? Set<string>();
      return { ...state, teams: state.teams.set(event.data.team, members.delete(event.data.principal)) };
    }
    case 'KeyCreated': {
      const { id, principal, hash, expiresAt } = event.data;
      return {
        ...state,
        keys: state.keys.set(id, { id, principal, hash, expiresAt }),
        idsByHash: state.idsByHash.set(hash, id),
      };
    }
    case 'KeyRevoked': {
      const hash = state.keys.get(event.data.id)?.hash ?? '';
      return { ...state, keys: state.keys.delete(event.data.id), idsByHash: state.idsByHash.delete(hash) };
    }
  }
};

/** About how many bytes a state holds in memory. */
export const weight = (state: OrganizationState): number =>
  2_000 + 300 * state.accounts.size + 500 * state.teams.size + 600 * state.keys.size;
