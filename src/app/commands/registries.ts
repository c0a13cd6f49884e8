/** Commands on registries. */
import { isLeft, right } from 'fp-ts/Either';
import { CommandContext, Outcome } from '../../decider/execute';
import { RegistryCommand } from '../../domain/registry/commands';
import { RegistryEvent } from '../../domain/registry/events';
import { RegistryState } from '../../domain/registry/state';
import { byCodePoint } from '../../domain/values/names';
import { instantOf } from '../../domain/values/instants';
import { RegistryRole, splitPrincipal } from '../../domain/values/principals';
import { registryStream } from '../../domain/values/streams';
import { CommandMeta, CommandResult, RegistryRequest } from '../messages';
import { InOrganization, judged, Judged, JudgedBy, refuse, unlessRecorded } from './authority';
import { Commands } from './collections';
import { Done } from './perform';
import { Processes } from './processes';

type Asked<T extends RegistryRequest['type']> = RegistryRequest & { readonly type: T };
type RegistryOutcome = Outcome<RegistryState, RegistryEvent>;

/** What a registry's role may do (the table of `domain.md`): a member describes, all else is an admin's. */
const needed = (request: RegistryRequest): RegistryRole =>
  request.type === 'ChangeRegistry' &&
  request.addAcceptedTypes === undefined &&
  request.visibility === undefined &&
  request.defaultRole === undefined
    ? 'member'
    : 'admin';

export const createRegistryCommands = ({ aggregates, judge, perform, resources, now }: Commands, processes: Processes) => {
  const onRegistry = (name: string, command: RegistryCommand, context: CommandContext, judgedBy: JudgedBy) =>
    aggregates.registry.execute(
      registryStream(name), () => Promise.resolve(right(command)), judged(context, command.type, judgedBy),
    );

  const resource = (registry: string, meta: CommandMeta) => () =>
    Promise.resolve(right(resources.registry(meta.caller, registry) ?? { name: registry }));

  const create = async (
    request: Asked<'CreateRegistry'>, by: InOrganization, context: CommandContext, meta: CommandMeta,
  ): Promise<Judged<Done>> => {
    const { registry, type, description, acceptedTypes, visibility, defaultRole } = request;
    if (by.member.organizationRole === 'viewer') return refuse({ type: 'forbidden', role: 'member of the organization' });
    const command: RegistryCommand = {
      type, name: registry, description, acceptedTypes, visibility, defaultRole,
      creator: by.member.principal, creatorRole: by.member.organizationRole,
    };
    const done = await onRegistry(registry, command, context, by.judgedBy);
    return isLeft(done)
      ? done
      : right({ position: done.right.position, status: 201, body: resource(registry, meta) });
  };

  const member = (registry: string, principal: string) => () =>
    Promise.resolve(
      right(resources.member(registry, principal) ?? { principal, role: null, since: null, by: null }),
    );

  const protectedAliases = ({ state }: RegistryOutcome) => () =>
    Promise.resolve(
      right({ protectedAliases: state.type === 'Live' ? [...state.protectedAliases].sort(byCodePoint) : [] }),
    );

  const carryOut = async (
    request: Exclude<RegistryRequest, { type: 'CreateRegistry' }>, by: InOrganization, context: CommandContext, meta: CommandMeta,
  ): Promise<Judged<Done>> => {
    const { registry } = request;
    switch (request.type) {
      case 'ChangeRegistry': {
        const done = await onRegistry(registry, request, context, by.judgedBy);
        return isLeft(done) ? done : right({ position: done.right.position, body: resource(registry, meta) });
      }
      case 'GrantRole': {
        const { kind, name } = splitPrincipal(request.principal);
        const { organization } = by;
        if (kind === 'team' ? !organization.teams.has(name) : !organization.accounts.has(request.principal))
          return refuse({ type: 'principal_not_found', principal: request.principal });
        const done = await onRegistry(registry, request, context, by.judgedBy);
        return isLeft(done)
          ? done
          : right({ position: done.right.position, body: member(registry, request.principal) });
      }
      case 'RevokeRole': {
        const done = await onRegistry(registry, request, context, by.judgedBy);
        return isLeft(done)
          ? done
          : right({ position: done.right.position, body: member(registry, request.principal) });
      }
      case 'ProtectAlias':
      case 'UnprotectAlias': {
        const wanted = request.type === 'ProtectAlias';
        const done = await processes.protect(registry, request.alias, wanted, judged(context, request.type, by.judgedBy));
        return isLeft(done) ? done : right({ position: done.right.position, body: protectedAliases(done.right) });
      }
      case 'DeleteRegistry': {
        const done = await processes.deleteRegistry(registry, judged(context, request.type, by.judgedBy));
        return isLeft(done) ? done : right({ position: done.right.position, body: () => Promise.resolve(right({})) });
      }
    }
  };

  return (request: RegistryRequest, meta: CommandMeta): Promise<CommandResult> =>
    perform(request.type, meta, async (context) => {
      const at = instantOf(now());
      if (request.type === 'CreateRegistry') {
        const by = await judge.inOrganization(meta.caller, at);
        return isLeft(by) ? by : create(request, by.right, context, meta);
      }
      const by = await judge.inRegistry(meta.caller, request.registry, needed(request), at);
      if (!isLeft(by)) return carryOut(request, by.right, context, meta);
      const recorded = await unlessRecorded(
        aggregates.registry, registryStream(request.registry), by, judged(context, request.type),
      );
      if (isLeft(recorded)) return recorded;
      const caller = await judge.inOrganization(meta.caller, at);
      return isLeft(caller) ? caller : carryOut(request, caller.right, context, meta);
    });
};
