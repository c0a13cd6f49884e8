import { Controller, Inject } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { AskCollections, ChangeInCollection } from '../../app/messages';
import { Caller, DecodedRequest, Handles, ReplyTo } from '../boundary';
import { malformed } from '../boundary/problems';
import { commandMeta, created, found, listed, ok, queryMeta, textOf } from '../replies';
import * as operations from './operations';

/** `type` is a word of the API; in queries it says which query it is. */
const filterOf = ({ type, ...filter }: { type?: string; tag?: string; name?: string }) => ({
  ...filter,
  ...(type === undefined ? {} : { artifactType: type }),
});

@Controller()
export class CollectionsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Handles(operations.createCollection)
  async create(
    request: DecodedRequest<typeof operations.createCollection>, caller: Caller,
  ): ReplyTo<typeof operations.createCollection> {
    const { name: collection, type: artifactType, description = '', tags = [] } = request.body;
    return created(
      await this.commands.execute(
        new ChangeInCollection(
          { type: 'CreateCollection', ...request.params, collection, artifactType, description, tags },
          commandMeta(operations.createCollection, request, caller),
        ),
      ),
    );
  }

  @Handles(operations.listCollections)
  async list(
    request: DecodedRequest<typeof operations.listCollections>, caller: Caller,
  ): ReplyTo<typeof operations.listCollections> {
    const { params, query, page } = request;
    const asked = new AskCollections({ type: 'ListCollections', ...params, ...filterOf(query), page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.listAllCollections)
  async listAll(
    request: DecodedRequest<typeof operations.listAllCollections>, caller: Caller,
  ): ReplyTo<typeof operations.listAllCollections> {
    const { query, page } = request;
    const asked = new AskCollections(
      { type: 'ListAllCollections', ...filterOf(query), ...(query.role === undefined ? {} : { role: query.role }), page },
      queryMeta(request, caller),
    );
    return listed(await this.queries.execute(asked), page, (item) => [textOf(item, 'name'), textOf(item, 'registry')]);
  }

  @Handles(operations.getCollection)
  async get(request: DecodedRequest<typeof operations.getCollection>, caller: Caller): ReplyTo<typeof operations.getCollection> {
    return found(
      await this.queries.execute(new AskCollections({ type: 'GetCollection', ...request.params }, queryMeta(request, caller))),
    );
  }

  @Handles(operations.changeCollection)
  async change(
    request: DecodedRequest<typeof operations.changeCollection>, caller: Caller,
  ): ReplyTo<typeof operations.changeCollection> {
    const { addTags = [], removeTags = [], description } = request.body;
    const both = addTags.findIndex((tag) => removeTags.includes(tag));
    if (both >= 0) return malformed([{ path: `addTags[${both}]`, message: 'must not be in removeTags too' }]);
    return ok(
      await this.commands.execute(
        new ChangeInCollection(
          {
            type: 'ChangeCollection', ...request.params, addTags, removeTags,
            ...(description === undefined ? {} : { description }),
          },
          commandMeta(operations.changeCollection, request, caller),
        ),
      ),
    );
  }

  @Handles(operations.deleteCollection)
  async delete(
    request: DecodedRequest<typeof operations.deleteCollection>, caller: Caller,
  ): ReplyTo<typeof operations.deleteCollection> {
    const meta = commandMeta(operations.deleteCollection, request, caller, request.query.reason);
    return ok(await this.commands.execute(new ChangeInCollection({ type: 'DeleteCollection', ...request.params }, meta)));
  }
}
