/** The rules of users, service accounts, teams and keys. */
import { Either, left, right } from 'fp-ts/Either';
import { OrganizationCommand } from './commands';
import { OrganizationEvent } from './events';
import { OrganizationRejection } from './rejections';
import { Key, OrganizationState } from './state';

/** Whose key the server's settings carry. */
export const ADMIN = 'user:admin';
const ADMIN_KEY_PREFIX = 'admin-';

type Decision = Either<OrganizationRejection, ReadonlyArray<OrganizationEvent>>;

const refuse = (rejection: OrganizationRejection): Decision => left(rejection);

const found = (state: OrganizationState, name: string): Decision =>
  right(
    state.name === ''
      ? [
          { type: 'OrganizationFounded', data: { name } },
          { type: 'UserCreated', data: { name: 'admin', role: 'admin' } },
        ]
      : [],
  );

/** The one key of the settings: those that were it before end, also where the new one was known as another key. */
const setAdminKey = (state: OrganizationState, id: string, hash: string): Decision => {
  const isIt = (key: Key): boolean => key.id === `${ADMIN_KEY_PREFIX}${id}` && key.hash === hash;
  const keys = [...state.keys.values()];
  return right([
    ...keys
      .filter((key) => !isIt(key) && (key.id.startsWith(ADMIN_KEY_PREFIX) || key.hash === hash))
      .map((key) => ({ type: 'KeyRevoked' as const, data: { id: key.id } })),
    ...(keys.some(isIt)
      ? []
      : [
          {
            type: 'KeyCreated' as const,
            data: { id: `${ADMIN_KEY_PREFIX}${id}`, principal: ADMIN, hash, label: 'admin key', expiresAt: null },
          },
        ]),
  ]);
};

/** Users and teams share one namespace: each can own projects. */
const createEntity = (
  state: OrganizationState, kind: 'user' | 'team', name: string, event: OrganizationEvent,
): Decision => {
  const [own, other] = [state.accounts.has(`user:${name}`), state.teams.has(name)];
  if (kind === 'user' ? own : other) return refuse({ type: 'principal_exists', name });
  return own || other ? refuse({ type: 'entity_exists', name }) : right([event]);
};

const changePrincipal = (state: OrganizationState, command: OrganizationCommand & { type: 'ChangePrincipal' }): Decision => {
  const { principal } = command;
  const account = state.accounts.get(principal);
  if (account === undefined) return refuse({ type: 'principal_not_found', principal });
  const role = command.role ?? account.role;
  const disabled = command.disabled ?? account.disabled;
  const wasAdmin = account.role === 'admin' && !account.disabled;
  if (wasAdmin && (role !== 'admin' || disabled) && state.admins === 1) return refuse({ type: 'last_admin' });
  return right([
    ...(role === account.role ? [] : [{ type: 'OrganizationRoleChanged' as const, data: { principal, role } }]),
    ...(disabled === account.disabled
      ? []
      : [{ type: disabled ? ('PrincipalDisabled' as const) : ('PrincipalEnabled' as const), data: { principal } }]),
  ]);
};

export const decide = (command: OrganizationCommand, state: OrganizationState): Decision => {
  switch (command.type) {
    case 'FoundOrganization':
      return found(state, command.name);
    case 'SetAdminKey':
      return setAdminKey(state, command.id, command.hash);
    case 'CreateUser': {
      const { name, role } = command;
      return createEntity(state, 'user', name, { type: 'UserCreated', data: { name, role } });
    }
    case 'CreateTeam': {
      const { name } = command;
      return createEntity(state, 'team', name, { type: 'TeamCreated', data: { name } });
    }
    case 'CreateServiceAccount': {
      const { name, role } = command;
      return state.accounts.has(`service:${name}`)
        ? refuse({ type: 'principal_exists', name })
        : right([{ type: 'ServiceAccountCreated', data: { name, role } }]);
    }
    case 'ChangePrincipal':
      return changePrincipal(state, command);
    case 'AddTeamMember': {
      const { team, principal } = command;
      if (!state.teams.has(team)) return refuse({ type: 'entity_not_found', name: team });
      if (!state.accounts.has(principal)) return refuse({ type: 'principal_not_found', principal });
      return right(
        state.teams.get(team)?.has(principal) === true ? [] : [{ type: 'TeamMemberAdded', data: { team, principal } }],
      );
    }
    case 'RemoveTeamMember': {
      const { team, principal } = command;
      if (!state.teams.has(team)) return refuse({ type: 'entity_not_found', name: team });
      return right(
        state.teams.get(team)?.has(principal) === true ? [{ type: 'TeamMemberRemoved', data: { team, principal } }] : [],
      );
    }
    case 'CreateKey': {
      const { id, principal, hash, label, expiresAt } = command;
      return state.accounts.has(principal)
        ? right([{ type: 'KeyCreated', data: { id, principal, hash, label, expiresAt } }])
        : refuse({ type: 'principal_not_found', principal });
    }
    case 'RevokeKey':
      return state.keys.has(command.id)
        ? right([{ type: 'KeyRevoked', data: { id: command.id } }])
        : refuse({ type: 'key_not_found' });
  }
};
