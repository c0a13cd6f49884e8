/** Commands on the organization. */
import { hash, randomBytes } from 'node:crypto';
import { isLeft, right } from 'fp-ts/Either';
import { CommandContext } from '../../decider/execute';
import { OrganizationCommand } from '../../domain/organization/commands';
import { OrganizationEvent } from '../../domain/organization/events';
import { instantOf } from '../../domain/values/instants';
import { KEY_PREFIX } from '../../domain/values/keys';
import { ORGANIZATION_STREAM } from '../../domain/values/streams';
import { CommandMeta, CommandResult, OrganizationRequest } from '../messages';
import { InOrganization, judged, Judged, refuse, unlessRecorded } from './authority';
import { Commands } from './collections';
import { Done } from './perform';
import { Resource } from './resources';

/** What is stored of a key: the lowercase hex SHA-256. The keys we make have 256 random bits, so nothing slower is needed. */
export const hashOfKey = (key: string): string => hash('sha256', key, 'hex');

export const newKey = (): string => `${KEY_PREFIX}${randomBytes(32).toString('base64url')}`;

export const createOrganizationCommands = ({ aggregates, judge, perform, resources, now }: Commands) => {
  const carryOut = async (
    command: OrganizationCommand, resource: (events: ReadonlyArray<OrganizationEvent>) => Resource, by: InOrganization, context: CommandContext, status: 200 | 201,
  ): Promise<Judged<Done>> => {
    const done = await aggregates.organization.execute(
      ORGANIZATION_STREAM, () => Promise.resolve(right(command)), judged(context, command.type, by.judgedBy),
    );
    return isLeft(done)
      ? done
      : right({ position: done.right.position, status, body: () => Promise.resolve(right(resource(done.right.events))) });
  };

  /** One's own keys are one's own business; those of others are the admins'. */
  const mayHandleKeysOf = (by: InOrganization, principal: string | undefined): boolean =>
    by.member.organizationRole === 'admin' || principal === by.member.principal;

  const run = (request: OrganizationRequest, by: InOrganization, context: CommandContext): Promise<Judged<Done>> => {
    switch (request.type) {
      case 'CreateTeam':
        return carryOut(request, () => resources.team(request.name) ?? { name: request.name }, by, context, 201);
      case 'AddTeamMember':
      case 'RemoveTeamMember':
        return carryOut(request, () => resources.team(request.team) ?? { name: request.team }, by, context, 200);
      case 'CreateUser': {
        const { name } = request;
        return carryOut(request, () => resources.account(`user:${name}`) ?? { name }, by, context, 201);
      }
      case 'CreateServiceAccount': {
        const { name } = request;
        return carryOut(request, () => resources.account(`service:${name}`) ?? { name }, by, context, 201);
      }
      case 'ChangePrincipal': {
        const { principal } = request;
        return carryOut(request, () => resources.account(principal) ?? { principal }, by, context, 200);
      }
      case 'CreateKey': {
        const { principal, expiresAt, label } = request;
        const key = newKey();
        const id = randomBytes(12).toString('hex');
        const command: OrganizationCommand = { type: 'CreateKey', id, principal, hash: hashOfKey(key), label, expiresAt };
        const { at: createdAt } = context;
        return carryOut(
          command,
          ([created]) => {
            // One that an earlier try has made, whose answer was lost: nobody knows its key.
            const made = created?.type === 'KeyCreated' ? created.data.id : id;
            const shown = resources.key(made) ?? { id: made, principal, label, createdAt, expiresAt };
            return { ...shown, key: made === id ? key : null };
          },
          by, context, 201,
        );
      }
      case 'RevokeKey':
        return carryOut(request, () => ({}), by, context, 200);
    }
  };

  return (request: OrganizationRequest, meta: CommandMeta): Promise<CommandResult> =>
    perform(request.type, meta, async (context) => {
      const found = await judge.inOrganization(meta.caller, instantOf(now()));
      if (isLeft(found)) return found;
      const by = found.right;
      if (request.type === 'RevokeKey') {
        const owner = by.organization.keys.get(request.id)?.principal;
        if (!mayHandleKeysOf(by, owner)) return refuse({ type: 'key_not_found' });
      } else if (!mayHandleKeysOf(by, request.type === 'CreateKey' ? request.principal : undefined)) {
        const refused = refuse({ type: 'forbidden', role: 'admin of the organization' });
        const recorded = await unlessRecorded(
          aggregates.organization, ORGANIZATION_STREAM, refused, judged(context, request.type),
        );
        if (isLeft(recorded)) return recorded;
      }
      return run(request, by, context);
    });
};
