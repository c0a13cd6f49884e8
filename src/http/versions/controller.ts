import { Controller, Inject } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { AskCollections, ChangeInCollection, CommandMeta, CommandResult, InCollection } from '../../app/messages';
import { showSourceRef, SourceRef } from '../../domain/values/versions';
import { Caller, DecodedRequest, Handles, ReplyTo } from '../boundary';
import { malformed } from '../boundary/problems';
import { commandMeta, found, listed, ok, okOrCreated, queryMeta, versionOf } from '../replies';
import { PastInstant } from '../requests';
import * as operations from './operations';

type Link = { readonly source: SourceRef; readonly aliases?: ReadonlyArray<string>; readonly run?: string };

@Controller()
export class VersionsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  private linkTo(
    target: InCollection & { readonly organization?: string }, { source, aliases = [], run }: Link, meta: CommandMeta,
  ): Promise<CommandResult> {
    return this.commands.execute(
      new ChangeInCollection(
        { type: 'LinkArtifactVersion', ...target, source, aliases, ...(run === undefined ? {} : { run }) }, meta,
      ),
    );
  }

  @Handles(operations.linkVersion)
  async link(request: DecodedRequest<typeof operations.linkVersion>, caller: Caller): ReplyTo<typeof operations.linkVersion> {
    const meta = commandMeta(operations.linkVersion, request, caller, request.body.reason);
    return okOrCreated(await this.linkTo(request.params, request.body, meta));
  }

  @Handles(operations.linkByPath)
  async linkByPath(request: DecodedRequest<typeof operations.linkByPath>, caller: Caller): ReplyTo<typeof operations.linkByPath> {
    const meta = commandMeta(operations.linkByPath, request, caller, request.body.reason);
    return okOrCreated(await this.linkTo(request.body.targetPath, request.body, meta));
  }

  @Handles(operations.listVersions)
  async list(request: DecodedRequest<typeof operations.listVersions>, caller: Caller): ReplyTo<typeof operations.listVersions> {
    const { params, page } = request;
    const { source, order = 'desc', ...filter } = request.query;
    if (source?.ref.type === 'Alias')
      return malformed([{ path: 'source', message: 'must name a version, such as "team/project/artifact:v7"' }]);
    const asked = new AskCollections(
      {
        type: 'ListVersions', ...params, ...filter, order, page,
        ...(source === undefined ? {} : { source: showSourceRef(source) }),
      },
      queryMeta(request, caller),
    );
    return listed(await this.queries.execute(asked), page, (item) => [versionOf(item)]);
  }

  @Handles(operations.getVersion)
  async get(request: DecodedRequest<typeof operations.getVersion>, caller: Caller): ReplyTo<typeof operations.getVersion> {
    const asked = new AskCollections({ type: 'GetVersion', ...request.params, ...request.query }, queryMeta(request, caller));
    return found(await this.queries.execute(asked));
  }

  @Handles(operations.unlinkVersion)
  async unlink(
    request: DecodedRequest<typeof operations.unlinkVersion>, caller: Caller,
  ): ReplyTo<typeof operations.unlinkVersion> {
    const meta = commandMeta(operations.unlinkVersion, request, caller, request.query.reason);
    return ok(await this.commands.execute(new ChangeInCollection({ type: 'UnlinkVersion', ...request.params }, meta)));
  }

  @Handles(operations.tagVersion)
  async tag(request: DecodedRequest<typeof operations.tagVersion>, caller: Caller): ReplyTo<typeof operations.tagVersion> {
    const meta = commandMeta(operations.tagVersion, request, caller);
    return ok(await this.commands.execute(new ChangeInCollection({ type: 'TagVersion', ...request.params }, meta)));
  }

  @Handles(operations.untagVersion)
  async untag(request: DecodedRequest<typeof operations.untagVersion>, caller: Caller): ReplyTo<typeof operations.untagVersion> {
    const meta = commandMeta(operations.untagVersion, request, caller);
    return ok(await this.commands.execute(new ChangeInCollection({ type: 'UntagVersion', ...request.params }, meta)));
  }

  @Handles(operations.getLineage)
  async lineage(request: DecodedRequest<typeof operations.getLineage>, caller: Caller): ReplyTo<typeof operations.getLineage> {
    return found(
      await this.queries.execute(new AskCollections({ type: 'GetLineage', ...request.params }, queryMeta(request, caller))),
    );
  }

  @Handles(operations.recordUsage)
  async use(request: DecodedRequest<typeof operations.recordUsage>, caller: Caller): ReplyTo<typeof operations.recordUsage> {
    const { params, body } = request;
    const meta = commandMeta(operations.recordUsage, request, caller);
    return ok(await this.commands.execute(new ChangeInCollection({ type: 'RecordUsage', ...params, ...body }, meta)));
  }

  @Handles(operations.compareMetrics)
  async compare(
    request: DecodedRequest<typeof operations.compareMetrics>, caller: Caller,
  ): ReplyTo<typeof operations.compareMetrics> {
    const asked = new AskCollections({ type: 'CompareMetrics', ...request.params, ...request.query }, queryMeta(request, caller));
    return found(await this.queries.execute(asked));
  }

  @Handles(operations.resolve)
  async resolve(request: DecodedRequest<typeof operations.resolve>, caller: Caller): ReplyTo<typeof operations.resolve> {
    const { name, at } = request.query;
    if (name.at !== undefined && at !== undefined)
      return malformed([{ path: 'at', message: 'must not be given when the name holds an instant too' }]);
    if (name.at !== undefined && !PastInstant.is(name.at))
      return malformed([{ path: 'name', message: 'has an instant that lies in the future' }]);
    const instant = name.at ?? at;
    const asked = new AskCollections(
      { type: 'Resolve', ...name, ...(instant === undefined ? {} : { at: instant }) }, queryMeta(request, caller),
    );
    return found(await this.queries.execute(asked));
  }
}
