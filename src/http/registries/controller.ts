import { Controller, Inject } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { AskRegistries, ChangeInRegistry } from '../../app/messages';
import { acceptedTypesMeant } from '../../domain/values/accepted-types';
import { splitPrincipal } from '../../domain/values/principals';
import { Caller, DecodedRequest, Handles, ReplyTo } from '../boundary';
import { malformed } from '../boundary/problems';
import { commandMeta, created, found, listed, ok, queryMeta, textOf } from '../replies';
import * as operations from './operations';

@Controller()
export class RegistriesController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Handles(operations.createRegistry)
  async create(
    request: DecodedRequest<typeof operations.createRegistry>, caller: Caller,
  ): ReplyTo<typeof operations.createRegistry> {
    const { name, description = '', acceptedTypes = 'any', visibility = 'organization', defaultRole = 'restricted_viewer' } =
      request.body;
    return created(
      await this.commands.execute(
        new ChangeInRegistry(
          {
            type: 'CreateRegistry', registry: name, description, acceptedTypes: acceptedTypesMeant(acceptedTypes), visibility,
            defaultRole,
          },
          commandMeta(operations.createRegistry, request, caller),
        ),
      ),
    );
  }

  @Handles(operations.listRegistries)
  async list(
    request: DecodedRequest<typeof operations.listRegistries>, caller: Caller,
  ): ReplyTo<typeof operations.listRegistries> {
    const asked = new AskRegistries({ type: 'ListRegistries', ...request.query, page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.getRegistry)
  async get(request: DecodedRequest<typeof operations.getRegistry>, caller: Caller): ReplyTo<typeof operations.getRegistry> {
    return found(
      await this.queries.execute(new AskRegistries({ type: 'GetRegistry', ...request.params }, queryMeta(request, caller))),
    );
  }

  @Handles(operations.changeRegistry)
  async change(
    request: DecodedRequest<typeof operations.changeRegistry>, caller: Caller,
  ): ReplyTo<typeof operations.changeRegistry> {
    const meta = commandMeta(operations.changeRegistry, request, caller);
    const { addAcceptedTypes, ...body } = request.body;
    const added = addAcceptedTypes === undefined ? {} : { addAcceptedTypes: acceptedTypesMeant(addAcceptedTypes) };
    return ok(
      await this.commands.execute(new ChangeInRegistry({ type: 'ChangeRegistry', ...request.params, ...body, ...added }, meta)),
    );
  }

  @Handles(operations.deleteRegistry)
  async delete(
    request: DecodedRequest<typeof operations.deleteRegistry>, caller: Caller,
  ): ReplyTo<typeof operations.deleteRegistry> {
    const meta = commandMeta(operations.deleteRegistry, request, caller, request.query.reason);
    return ok(await this.commands.execute(new ChangeInRegistry({ type: 'DeleteRegistry', ...request.params }, meta)));
  }

  @Handles(operations.protectAlias)
  async protect(
    request: DecodedRequest<typeof operations.protectAlias>, caller: Caller,
  ): ReplyTo<typeof operations.protectAlias> {
    const meta = commandMeta(operations.protectAlias, request, caller);
    return ok(await this.commands.execute(new ChangeInRegistry({ type: 'ProtectAlias', ...request.params }, meta)));
  }

  @Handles(operations.unprotectAlias)
  async unprotect(
    request: DecodedRequest<typeof operations.unprotectAlias>, caller: Caller,
  ): ReplyTo<typeof operations.unprotectAlias> {
    const meta = commandMeta(operations.unprotectAlias, request, caller);
    return ok(await this.commands.execute(new ChangeInRegistry({ type: 'UnprotectAlias', ...request.params }, meta)));
  }

  @Handles(operations.listMembers)
  async listMembers(
    request: DecodedRequest<typeof operations.listMembers>, caller: Caller,
  ): ReplyTo<typeof operations.listMembers> {
    const asked = new AskRegistries({ type: 'ListMembers', ...request.params, page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'principal')]);
  }

  @Handles(operations.grantRole)
  async grant(request: DecodedRequest<typeof operations.grantRole>, caller: Caller): ReplyTo<typeof operations.grantRole> {
    const { role } = request.body;
    if (splitPrincipal(request.params.principal).kind === 'service' && role !== 'member' && role !== 'admin')
      return malformed([{ path: 'role', message: 'must be member or admin for a service account' }]);
    const meta = commandMeta(operations.grantRole, request, caller);
    return ok(await this.commands.execute(new ChangeInRegistry({ type: 'GrantRole', ...request.params, role }, meta)));
  }

  @Handles(operations.revokeRole)
  async revoke(request: DecodedRequest<typeof operations.revokeRole>, caller: Caller): ReplyTo<typeof operations.revokeRole> {
    const meta = commandMeta(operations.revokeRole, request, caller);
    return ok(await this.commands.execute(new ChangeInRegistry({ type: 'RevokeRole', ...request.params }, meta)));
  }
}
