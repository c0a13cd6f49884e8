import { Controller, Inject } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { AskCollections, AskHistory, ChangeInCollection } from '../../app/messages';
import { Caller, DecodedRequest, Handles, ReplyTo } from '../boundary';
import { malformed } from '../boundary/problems';
import { commandMeta, found, listed, ok, placeOf, queryMeta } from '../replies';
import * as operations from './operations';

@Controller()
export class AliasesController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Handles(operations.getAliases)
  async getMap(request: DecodedRequest<typeof operations.getAliases>, caller: Caller): ReplyTo<typeof operations.getAliases> {
    const asked = new AskCollections({ type: 'GetAliases', ...request.params, ...request.query }, queryMeta(request, caller));
    return found(await this.queries.execute(asked));
  }

  @Handles(operations.addAlias)
  async add(request: DecodedRequest<typeof operations.addAlias>, caller: Caller): ReplyTo<typeof operations.addAlias> {
    const { reason, ...change } = request.body;
    const meta = commandMeta(operations.addAlias, request, caller, reason);
    return ok(await this.commands.execute(new ChangeInCollection({ type: 'AddAlias', ...request.params, ...change }, meta)));
  }

  @Handles(operations.removeAlias)
  async remove(request: DecodedRequest<typeof operations.removeAlias>, caller: Caller): ReplyTo<typeof operations.removeAlias> {
    const { reason, ...change } = request.query;
    const meta = commandMeta(operations.removeAlias, request, caller, reason);
    return ok(await this.commands.execute(new ChangeInCollection({ type: 'RemoveAlias', ...request.params, ...change }, meta)));
  }

  @Handles(operations.changeAliases)
  async change(
    request: DecodedRequest<typeof operations.changeAliases>, caller: Caller,
  ): ReplyTo<typeof operations.changeAliases> {
    const { reason, changes } = request.body;
    const names = changes.map(({ alias }) => alias);
    const twice = names.flatMap((alias, index) =>
      names.indexOf(alias) < index ? [{ path: `changes[${index}].alias`, message: 'is named twice' }] : [],
    );
    if (twice.length > 0) return malformed(twice);
    const meta = commandMeta(operations.changeAliases, request, caller, reason);
    return ok(await this.commands.execute(new ChangeInCollection({ type: 'ChangeAliases', ...request.params, changes }, meta)));
  }

  @Handles(operations.rollBackAlias)
  async rollBack(
    request: DecodedRequest<typeof operations.rollBackAlias>, caller: Caller,
  ): ReplyTo<typeof operations.rollBackAlias> {
    const { reason, ...change } = request.body;
    const meta = commandMeta(operations.rollBackAlias, request, caller, reason);
    return ok(
      await this.commands.execute(new ChangeInCollection({ type: 'RollBackAlias', ...request.params, ...change }, meta)),
    );
  }

  @Handles(operations.aliasHistory)
  async history(
    request: DecodedRequest<typeof operations.aliasHistory>, caller: Caller,
  ): ReplyTo<typeof operations.aliasHistory> {
    const { params, page } = request;
    const asked = new AskHistory({ type: 'AliasHistory', ...params, page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), page, placeOf);
  }
}
