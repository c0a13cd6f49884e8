import { Controller, Inject } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { AskArtifacts, ChangeInArtifact } from '../../app/messages';
import { Caller, DecodedRequest, Handles, ReplyTo } from '../boundary';
import { commandMeta, found, listed, ok, okOrCreated, queryMeta, textOf, versionOf } from '../replies';
import * as operations from './operations';

const nameOf = (params: { readonly entity: string; readonly project: string; readonly artifact: string }): string =>
  `${params.entity}/${params.project}/${params.artifact}`;

@Controller()
export class ArtifactsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Handles(operations.logArtifact)
  async log(request: DecodedRequest<typeof operations.logArtifact>, caller: Caller): ReplyTo<typeof operations.logArtifact> {
    const { name, type: artifactType, digest, uri = null, sizeBytes = null, run = null } = request.body;
    const { metadata = {}, metrics = {}, aliases = [] } = request.body;
    return okOrCreated(
      await this.commands.execute(
        new ChangeInArtifact(
          {
            type: 'LogArtifact', artifact: name, artifactType, digest, uri, sizeBytes, metadata, metrics, run, aliases,
          },
          commandMeta(operations.logArtifact, request, caller),
        ),
      ),
    );
  }

  @Handles(operations.listEntities)
  async entities(
    request: DecodedRequest<typeof operations.listEntities>, caller: Caller,
  ): ReplyTo<typeof operations.listEntities> {
    const asked = new AskArtifacts({ type: 'ListEntities', page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.listProjects)
  async projects(
    request: DecodedRequest<typeof operations.listProjects>, caller: Caller,
  ): ReplyTo<typeof operations.listProjects> {
    const asked = new AskArtifacts({ type: 'ListProjects', ...request.params, page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.listArtifacts)
  async artifacts(
    request: DecodedRequest<typeof operations.listArtifacts>, caller: Caller,
  ): ReplyTo<typeof operations.listArtifacts> {
    const asked = new AskArtifacts({ type: 'ListArtifacts', ...request.params, page: request.page }, queryMeta(request, caller));
    return listed(await this.queries.execute(asked), request.page, (item) => [textOf(item, 'name')]);
  }

  @Handles(operations.listSourceVersions)
  async versions(
    request: DecodedRequest<typeof operations.listSourceVersions>, caller: Caller,
  ): ReplyTo<typeof operations.listSourceVersions> {
    const asked = new AskArtifacts(
      { type: 'ListSourceVersions', artifact: nameOf(request.params), page: request.page }, queryMeta(request, caller),
    );
    return listed(await this.queries.execute(asked), request.page, (item) => [versionOf(item)]);
  }

  @Handles(operations.getSourceVersion)
  async get(
    request: DecodedRequest<typeof operations.getSourceVersion>, caller: Caller,
  ): ReplyTo<typeof operations.getSourceVersion> {
    const { params } = request;
    const asked = new AskArtifacts(
      { type: 'GetSourceVersion', artifact: nameOf(params), ref: params.ref }, queryMeta(request, caller),
    );
    return found(await this.queries.execute(asked));
  }

  @Handles(operations.addSourceAlias)
  async addAlias(
    request: DecodedRequest<typeof operations.addSourceAlias>, caller: Caller,
  ): ReplyTo<typeof operations.addSourceAlias> {
    const { params, body } = request;
    const meta = commandMeta(operations.addSourceAlias, request, caller);
    const asked = { type: 'AddSourceAlias', artifact: nameOf(params), alias: params.alias, version: body.version } as const;
    return ok(await this.commands.execute(new ChangeInArtifact(asked, meta)));
  }

  @Handles(operations.removeSourceAlias)
  async removeAlias(
    request: DecodedRequest<typeof operations.removeSourceAlias>, caller: Caller,
  ): ReplyTo<typeof operations.removeSourceAlias> {
    const { params } = request;
    const meta = commandMeta(operations.removeSourceAlias, request, caller);
    const asked = { type: 'RemoveSourceAlias', artifact: nameOf(params), alias: params.alias } as const;
    return ok(await this.commands.execute(new ChangeInArtifact(asked, meta)));
  }

  @Handles(operations.deleteArtifactVersion)
  async delete(
    request: DecodedRequest<typeof operations.deleteArtifactVersion>, caller: Caller,
  ): ReplyTo<typeof operations.deleteArtifactVersion> {
    const { params } = request;
    const meta = commandMeta(operations.deleteArtifactVersion, request, caller);
    const asked = { type: 'DeleteArtifactVersion', artifact: nameOf(params), version: params.version } as const;
    return ok(await this.commands.execute(new ChangeInArtifact(asked, meta)));
  }
}
