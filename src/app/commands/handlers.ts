/** What the command bus knows: one thin handler per message. */
import { Inject } from '@nestjs/common';
import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import {
  ArtifactRequest, ChangeInArtifact, ChangeInCollection, ChangeInOrganization, ChangeInRegistry, CollectionRequest,
  CommandMeta, CommandResult, OrganizationRequest, RegistryRequest,
} from '../messages';

type Run<Request> = (request: Request, meta: CommandMeta) => Promise<CommandResult>;

/** What the handlers run, by aggregate. */
export type RunCommands = {
  readonly collection: Run<CollectionRequest>;
  readonly registry: Run<RegistryRequest>;
  readonly artifact: Run<ArtifactRequest>;
  readonly organization: Run<OrganizationRequest>;
};

/** The provider of a `RunCommands`. */
export const RUN_COMMANDS = Symbol('RunCommands');

@CommandHandler(ChangeInCollection)
class ChangeInCollectionHandler implements ICommandHandler<ChangeInCollection> {
  constructor(@Inject(RUN_COMMANDS) private readonly run: RunCommands) {}

  execute({ request, meta }: ChangeInCollection): Promise<CommandResult> {
    return this.run.collection(request, meta);
  }
}

@CommandHandler(ChangeInRegistry)
class ChangeInRegistryHandler implements ICommandHandler<ChangeInRegistry> {
  constructor(@Inject(RUN_COMMANDS) private readonly run: RunCommands) {}

  execute({ request, meta }: ChangeInRegistry): Promise<CommandResult> {
    return this.run.registry(request, meta);
  }
}

@CommandHandler(ChangeInArtifact)
class ChangeInArtifactHandler implements ICommandHandler<ChangeInArtifact> {
  constructor(@Inject(RUN_COMMANDS) private readonly run: RunCommands) {}

  execute({ request, meta }: ChangeInArtifact): Promise<CommandResult> {
    return this.run.artifact(request, meta);
  }
}

@CommandHandler(ChangeInOrganization)
class ChangeInOrganizationHandler implements ICommandHandler<ChangeInOrganization> {
  constructor(@Inject(RUN_COMMANDS) private readonly run: RunCommands) {}

  execute({ request, meta }: ChangeInOrganization): Promise<CommandResult> {
    return this.run.organization(request, meta);
  }
}

export const commandHandlers = [
  ChangeInCollectionHandler, ChangeInRegistryHandler, ChangeInArtifactHandler, ChangeInOrganizationHandler,
];
