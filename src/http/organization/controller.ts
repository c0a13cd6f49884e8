import { Controller, Inject } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { AskOrganization, ChangeInOrganization, CommandMeta, OrganizationRequest } from '../../app/messages';
import { millisecondsOf } from '../../domain/values/instants';
import { Caller, DecodedRequest, Handles, ReplyTo } from '../boundary';
import { malformed } from '../boundary/problems';
import { commandMeta, created, found, listed, ok, queryMeta, textOf } from '../replies';
import * as operations from './operations';

@Controller()
export class OrganizationController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  private run(request: OrganizationRequest, meta: CommandMeta) {
    return this.commands.execute(new ChangeInOrganization(request, meta));
  }

  @Handles(operations.getOrganization)
  async get(
    request: DecodedRequest<typeof operations.getOrganization>, caller: Caller,
  ): ReplyTo<typeof operations.getOrganization> {
    return found(await this.queries.execute(new AskOrganization({ type: 'GetOrganization' }, queryMeta(request, caller))));
  }

  @Handles(operations.whoAmI)
  async whoAmI(request: DecodedRequest<typeof operations.whoAmI>, caller: Caller): ReplyTo<typeof operations.whoAmI> {
    return found(await this.queries.execute(new AskOrganization({ type: 'WhoAmI' }, queryMeta(request, caller))));
  }

  @Handles(operations.createTeam)
  async createTeam(request: DecodedRequest<typeof operations.createTeam>, caller: Caller): ReplyTo<typeof operations.createTeam> {
    const meta = commandMeta(operations.createTeam, request, caller);
    return created(await this.run({ type: 'CreateTeam', ...request.body }, meta));
  }

  @Handles(operations.listTeams)
  async listTeams(request: DecodedRequest<typeof operations.listTeams>, caller: Caller): ReplyTo<typeof operations.listTeams> {
    const asked = new AskOrganization({ type: 'ListTeams', page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.addTeamMember)
  async addTeamMember(
    request: DecodedRequest<typeof operations.addTeamMember>, caller: Caller,
  ): ReplyTo<typeof operations.addTeamMember> {
    const meta = commandMeta(operations.addTeamMember, request, caller);
    return ok(await this.run({ type: 'AddTeamMember', ...request.params }, meta));
  }

  @Handles(operations.removeTeamMember)
  async removeTeamMember(
    request: DecodedRequest<typeof operations.removeTeamMember>, caller: Caller,
  ): ReplyTo<typeof operations.removeTeamMember> {
    const meta = commandMeta(operations.removeTeamMember, request, caller);
    return ok(await this.run({ type: 'RemoveTeamMember', ...request.params }, meta));
  }

  @Handles(operations.createUser)
  async createUser(request: DecodedRequest<typeof operations.createUser>, caller: Caller): ReplyTo<typeof operations.createUser> {
    const meta = commandMeta(operations.createUser, request, caller);
    return created(await this.run({ type: 'CreateUser', ...request.body }, meta));
  }

  @Handles(operations.listUsers)
  async listUsers(request: DecodedRequest<typeof operations.listUsers>, caller: Caller): ReplyTo<typeof operations.listUsers> {
    const asked = new AskOrganization({ type: 'ListUsers', page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.changeUser)
  async changeUser(request: DecodedRequest<typeof operations.changeUser>, caller: Caller): ReplyTo<typeof operations.changeUser> {
    const { params, body } = request;
    const meta = commandMeta(operations.changeUser, request, caller);
    return ok(await this.run({ type: 'ChangePrincipal', principal: `user:${params.user}`, ...body }, meta));
  }

  @Handles(operations.createServiceAccount)
  async createServiceAccount(
    request: DecodedRequest<typeof operations.createServiceAccount>, caller: Caller,
  ): ReplyTo<typeof operations.createServiceAccount> {
    const meta = commandMeta(operations.createServiceAccount, request, caller);
    return created(await this.run({ type: 'CreateServiceAccount', ...request.body }, meta));
  }

  @Handles(operations.listServiceAccounts)
  async listServiceAccounts(
    request: DecodedRequest<typeof operations.listServiceAccounts>, caller: Caller,
  ): ReplyTo<typeof operations.listServiceAccounts> {
    const asked = new AskOrganization({ type: 'ListServiceAccounts', page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.changeServiceAccount)
  async changeServiceAccount(
    request: DecodedRequest<typeof operations.changeServiceAccount>, caller: Caller,
  ): ReplyTo<typeof operations.changeServiceAccount> {
    const { params, body } = request;
    const meta = commandMeta(operations.changeServiceAccount, request, caller);
    return ok(await this.run({ type: 'ChangePrincipal', principal: `service:${params.service}`, ...body }, meta));
  }

  @Handles(operations.createKey)
  async createKey(request: DecodedRequest<typeof operations.createKey>, caller: Caller): ReplyTo<typeof operations.createKey> {
    const { principal, expiresAt = null, label = '' } = request.body;
    if (expiresAt !== null && millisecondsOf(expiresAt) <= Date.now())
      return malformed([{ path: 'expiresAt', message: 'must lie in the future' }]);
    const meta = commandMeta(operations.createKey, request, caller);
    return created(await this.run({ type: 'CreateKey', principal, expiresAt, label }, meta));
  }

  @Handles(operations.listKeys)
  async listKeys(request: DecodedRequest<typeof operations.listKeys>, caller: Caller): ReplyTo<typeof operations.listKeys> {
    const withLastUse = request.query.include === 'lastUsedAt';
    const asked = new AskOrganization({ type: 'ListKeys', withLastUse, page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'id')]);
  }

  @Handles(operations.revokeKey)
  async revokeKey(request: DecodedRequest<typeof operations.revokeKey>, caller: Caller): ReplyTo<typeof operations.revokeKey> {
    const meta = commandMeta(operations.revokeKey, request, caller);
    return ok(await this.run({ type: 'RevokeKey', ...request.params }, meta));
  }
}
