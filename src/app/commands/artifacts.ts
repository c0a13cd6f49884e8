/** Commands on source artifacts. */
import { Either, isLeft, right } from 'fp-ts/Either';
import { CommandContext, Outcome } from '../../decider/execute';
import { ArtifactCommand } from '../../domain/artifact/commands';
import { ArtifactEvent } from '../../domain/artifact/events';
import { ArtifactState, highestUpTo } from '../../domain/artifact/state';
import { holdsProtected } from '../../domain/collection/decide';
import { ownerKind } from '../../domain/organization/membership';
import { instantOf } from '../../domain/values/instants';
import { artifactStream, collectionStream } from '../../domain/values/streams';
import { showVersion } from '../../domain/values/versions';
import { ArtifactRequest, CommandFailure, CommandMeta, CommandResult } from '../messages';
import { InOrganization, judged, Judged, mayReadSources, refuse } from './authority';
import { Commands } from './collections';
import { Done } from './perform';
import { Resource } from './resources';

type ArtifactOutcome = Outcome<ArtifactState, ArtifactEvent>;
type Asked<T extends ArtifactRequest['type']> = ArtifactRequest & { readonly type: T };

/** How long a deletion waits for this node to know of all links made before it, in milliseconds. */
const PATIENCE = 5_000;

/** The read models as a deletion needs them: up to date with the store. */
export type UpToDate = (milliseconds: number) => Promise<boolean>;

export const createArtifactCommands = (
  { aggregates, judge, perform, resources, now }: Commands, upToDate: UpToDate,
) => {
  const onArtifact = (
    name: string, command: ArtifactCommand, by: InOrganization, context: CommandContext,
  ): Promise<Either<CommandFailure, ArtifactOutcome>> =>
    aggregates.artifact.execute(
      artifactStream(name), () => Promise.resolve(right(command)), judged(context, command.type, by.judgedBy),
    );

  const answer = (position: number, resource: () => Resource, status: 200 | 201 = 200): Judged<Done> =>
    right({ position, status, body: () => Promise.resolve(right(resource())) });

  const log = async (
    request: Asked<'LogArtifact'>, by: InOrganization, context: CommandContext, meta: CommandMeta,
  ): Promise<Judged<Done>> => {
    const { artifact: name, ...command } = request;
    const done = await onArtifact(name, command, by, context);
    if (isLeft(done)) return done;
    const { events, state, position } = done.right;
    const logged = events.find((event) => event.type === 'ArtifactLogged');
    const newest = state.type === 'Existing' ? highestUpTo(state, state.digests.size) : undefined;
    const version = logged?.data.version ?? newest ?? 0;
    return answer(
      position,
      () => resources.sourceVersion(meta.caller, name, version) ?? { name: `${name}:${showVersion(version)}` },
      logged ? 201 : 200,
    );
  };

  const alias = async (
    request: Asked<'AddSourceAlias' | 'RemoveSourceAlias'>, by: InOrganization, context: CommandContext,
  ): Promise<Judged<Done>> => {
    const { artifact: name, ...command } = request;
    const done = await onArtifact(name, command, by, context);
    if (isLeft(done)) return done;
    const { events, position } = done.right;
    const changed = events.find((event) => event.type !== 'ArtifactLogged' && event.type !== 'ArtifactVersionDeleted');
    const version = request.type === 'AddSourceAlias' ? showVersion(request.version) : null;
    const from = changed !== undefined && 'from' in changed.data ? showVersion(changed.data.from) : null;
    return answer(position, () => ({
      alias: request.alias, version, previous: changed ? from : version, changed: changed !== undefined,
    }));
  };

  /** S4: judged at the heads of the collections that link it, which the read models tell once they are up to date. */
  const remove = async (
    request: Asked<'DeleteArtifactVersion'>, by: InOrganization, context: CommandContext,
  ): Promise<Judged<Done>> => {
    const { artifact: name, version } = request;
    const loaded = await aggregates.artifact.load(artifactStream(name));
    if (isLeft(loaded)) return loaded;
    if (loaded.right.state.type === 'Absent') return refuse({ type: 'artifact_not_found' });
    if (!(await upToDate(PATIENCE))) return refuse({ type: 'read_model_behind' });
    const source = `${name}:${showVersion(version)}`;
    for (const { registry, collection } of resources.linkedIn(source)) {
      const state = await aggregates.collection.load(collectionStream(registry, collection));
      if (isLeft(state)) return state;
      if (holdsProtected(state.right.state, source)) return refuse({ type: 'version_held_by_protected_alias' });
    }
    const done = await onArtifact(name, { type: 'DeleteArtifactVersion', version }, by, context);
    return isLeft(done) ? done : answer(done.right.position, () => ({}));
  };

  return (request: ArtifactRequest, meta: CommandMeta): Promise<CommandResult> =>
    perform(request.type, meta, async (context) => {
      const found = await judge.inOrganization(meta.caller, instantOf(now()));
      if (isLeft(found)) return found;
      const by = found.right;
      const entity = request.artifact.split('/')[0] ?? '';
      const writes = by.member.organizationRole !== 'viewer';
      if (request.type === 'LogArtifact') {
        if (ownerKind(by.organization, entity) === undefined) return refuse({ type: 'entity_not_found', name: entity });
        if (!mayReadSources(by, entity)) return refuse({ type: 'forbidden', role: `member of the team ${entity}` });
      } else if (!mayReadSources(by, entity)) return refuse({ type: 'artifact_not_found' });
      if (!writes) return refuse({ type: 'forbidden', role: 'member of the organization' });
      switch (request.type) {
        case 'LogArtifact':
          return log(request, by, context, meta);
        case 'AddSourceAlias':
        case 'RemoveSourceAlias':
          return alias(request, by, context);
        case 'DeleteArtifactVersion':
          return remove(request, by, context);
      }
    });
};
