import { Controller, Inject } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { AskOrganization, ChangeInOrganization, CommandMeta, OrganizationRequest } from '../../app/messages';
import { millisecondsOf } from '../../domain/values/instants';
import { Caller, Decoded, DecodedRequest, Handles, ReplyTo } from '../boundary';
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
    @Decoded() request: DecodedRequest<typeof operations.getOrganization>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.getOrganization> {
    return found(await this.queries.execute(new AskOrganization({ type: 'GetOrganization' }, queryMeta(request, caller))));
  }

  @Handles(operations.whoAmI)
  async whoAmI(
    @Decoded() request: DecodedRequest<typeof operations.whoAmI>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.whoAmI> {
    return found(await this.queries.execute(new AskOrganization({ type: 'WhoAmI' }, queryMeta(request, caller))));
  }

  @Handles(operations.createTeam)
  async createTeam(
    @Decoded() request: DecodedRequest<typeof operations.createTeam>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.createTeam> {
    const meta = commandMeta(operations.createTeam, request, caller);
    return created(await this.run({ type: 'CreateTeam', ...request.body }, meta));
  }

  @Handles(operations.listTeams)
  async listTeams(
    @Decoded() request: DecodedRequest<typeof operations.listTeams>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.listTeams> {
    const asked = new AskOrganization({ type: 'ListTeams', page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.addTeamMember)
  async addTeamMember(
    @Decoded() request: DecodedRequest<typeof operations.addTeamMember>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.addTeamMember> {
    const meta = commandMeta(operations.addTeamMember, request, caller);
    return ok(await this.run({ type: 'AddTeamMember', ...request.params }, meta));
  }

  @Handles(operations.removeTeamMember)
  async removeTeamMember(
    @Decoded() request: DecodedRequest<typeof operations.removeTeamMember>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.removeTeamMember> {
    const meta = commandMeta(operations.removeTeamMember, request, caller);
    return ok(await this.run({ type: 'RemoveTeamMember', ...request.params }, meta));
  }

  @Handles(operations.createUser)
  async createUser(
    @Decoded() request: DecodedRequest<typeof operations.createUser>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.createUser> {
    const meta = commandMeta(operations.createUser, request, caller);
    return created(await this.run({ type: 'CreateUser', ...request.body }, meta));
  }

  @Handles(operations.listUsers)
  async listUsers(
    @Decoded() request: DecodedRequest<typeof operations.listUsers>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.listUsers> {
    const asked = new AskOrganization({ type: 'ListUsers', page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.changeUser)
  async changeUser(
    @Decoded() request: DecodedRequest<typeof operations.changeUser>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.changeUser> {
    const { params, body } = request;
    const meta = commandMeta(operations.changeUser, request, caller);
    return ok(await this.run({ type: 'ChangePrincipal', principal: `user:${params.user}`, ...body }, meta));
  }

  @Handles(operations.createServiceAccount)
  async createServiceAccount(
    @Decoded() request: DecodedRequest<typeof operations.createServiceAccount>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.createServiceAccount> {
    const meta = commandMeta(operations.createServiceAccount, request, caller);
    return created(await this.run({ type: 'CreateServiceAccount', ...request.body }, meta));
  }

  @Handles(operations.listServiceAccounts)
  async listServiceAccounts(
    @Decoded() request: DecodedRequest<typeof operations.listServiceAccounts>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.listServiceAccounts> {
    const asked = new AskOrganization({ type: 'ListServiceAccounts', page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.changeServiceAccount)
  async changeServiceAccount(
    @Decoded() request: DecodedRequest<typeof operations.changeServiceAccount>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.changeServiceAccount> {
    const { params, body } = request;
    const meta = commandMeta(operations.changeServiceAccount, request, caller);
    return ok(await this.run({ type: 'ChangePrincipal', principal: `service:${params.service}`, ...body }, meta));
  }

  @Handles(operations.createKey)
  async createKey(
    @Decoded() request: DecodedRequest<typeof operations.createKey>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.createKey> {
    const { principal, expiresAt = null, label = '' } = request.body;
    if (expiresAt !== null && millisecondsOf(expiresAt) <= Date.now())
      return malformed([{ path: 'expiresAt', message: 'must lie in the future' }]);
    const meta = commandMeta(operations.createKey, request, caller);
    return created(await this.run({ type: 'CreateKey', principal, expiresAt, label }, meta));
  }

  @Handles(operations.listKeys)
  async listKeys(
    @Decoded() request: DecodedRequest<typeof operations.listKeys>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.listKeys> {
    const withLastUse = request.query.include === 'lastUsedAt';
    const asked = new AskOrganization({ type: 'ListKeys', withLastUse, page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'id')]);
  }

  @Handles(operations.revokeKey)
  async revokeKey(
    @Decoded() request: DecodedRequest<typeof operations.revokeKey>, @Caller() caller: Caller,
  ): ReplyTo<typeof operations.revokeKey> {
    const meta = commandMeta(operations.revokeKey, request, caller);
    return ok(await this.run({ type: 'RevokeKey', ...request.params }, meta));
  }
}
