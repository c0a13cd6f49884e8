/** Commands on collections: judged at the heads, decided in the collection's own stream, answered from the read models. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { CommandContext, Outcome, Prepare } from '../../decider/execute';
import { rejected } from '../../decider/failure';
import { digestOf } from '../../domain/artifact/state';
import { CollectionCommand, Shelf, Source } from '../../domain/collection/commands';
import { decide } from '../../domain/collection/decide';
import { CollectionEvent } from '../../domain/collection/events';
import { CollectionState, linkedAs, sourceOf } from '../../domain/collection/state';
import { ownerKind } from '../../domain/organization/membership';
import { LiveRegistry } from '../../domain/registry/state';
import { instantOf } from '../../domain/values/instants';
import { showFullName } from '../../domain/values/paths';
import { artifactStream, collectionStream, registryStream, usageStream } from '../../domain/values/streams';
import { showSourceRef, showVersion, showVersionRef, SourceRef } from '../../domain/values/versions';
import { CollectionRequest, CommandFailure, CommandMeta, CommandResult, Rejection } from '../messages';
import { Aggregates } from './aggregates';
import { InOrganization, InRegistry, Judge, judged, Judged, mayReadSources, refuse } from './authority';
import { Done, Perform } from './perform';
import { Resource, Resources } from './resources';

/** What the commands of every aggregate are made with. */
export type Commands = {
  readonly aggregates: Aggregates;
  readonly judge: Judge;
  readonly perform: Perform;
  readonly resources: Resources;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

type CollectionOutcome = Outcome<CollectionState, CollectionEvent>;
/** What a command is done with: who may do it, and what its events will carry. */
type Step = { readonly by: InRegistry; readonly context: CommandContext; readonly meta: CommandMeta };
type Asked<T extends CollectionRequest['type']> = CollectionRequest & { readonly type: T };

const shown = (version: number | null): string | null => (version === null ? null : showVersion(version));

const shelfOf = (registry: LiveRegistry): Shelf => ({
  acceptedTypes: registry.acceptedTypes,
  protectedAliases: [...registry.protectedAliases],
});

const body = (resource: () => Resource) => (): Promise<Either<never, Resource>> => Promise.resolve(right(resource()));

/** The change of one alias among the events of a command. */
const aliasChange = (events: ReadonlyArray<CollectionEvent>, alias: string): { from: number | null; to: number | null } | undefined => {
  for (const { type, data } of events) {
    if (type === 'AliasAdded' && data.alias === alias) return { from: null, to: data.to };
    if (type === 'AliasMoved' && data.alias === alias) return { from: data.from, to: data.to };
    if (type === 'AliasRemoved' && data.alias === alias) return { from: data.from, to: null };
  }
  return undefined;
};

/** S6, S3: the source version meant, at the head of its artifact. */
const findSource = async (
  { aggregates }: Commands, within: InOrganization, source: SourceRef,
): Promise<Judged<Source>> => {
  const name = `${source.entity}/${source.project}/${source.artifact}`;
  if (!mayReadSources(within, source.entity)) return refuse({ type: 'artifact_not_found' });
  const loaded = await aggregates.artifact.load(artifactStream(name));
  if (isLeft(loaded)) return loaded;
  const { state } = loaded.right;
  if (state.type === 'Absent') return refuse({ type: 'artifact_not_found' });
  const version = source.ref.type === 'Version' ? source.ref.version : state.aliases.get(source.ref.alias);
  const digest = version === undefined ? undefined : digestOf(state, version);
  if (version === undefined || digest === undefined) return refuse({ type: 'artifact_version_not_found' });
  return right({
    name: showSourceRef({ ...source, ref: { type: 'Version', version } }),
    digest,
    type: state.artifactType,
    owner: ownerKind(within.organization, source.entity) ?? 'user',
  });
};

export const createCollectionCommands = (commands: Commands) => {
  const { aggregates, judge, perform, resources, now } = commands;

  const onCollection = (
    { registry, collection }: CollectionRequest, command: CollectionCommand, { by, context }: Step,
  ): Promise<Either<CommandFailure, CollectionOutcome>> =>
    aggregates.collection.execute(
      collectionStream(registry, collection),
      () => Promise.resolve(right(command)),
      judged(context, command.type, by.judgedBy),
    );

  /**
   * C1, A10: a command that may create the collection. The name is registered first, and the registry is read after the
   * collection, so that a protection decided meanwhile either is in what was read or makes the append conflict.
   */
  const onPossiblyNew = (
    { registry, collection }: CollectionRequest, command: (shelf: Shelf) => CollectionCommand, { by, context }: Step,
  ): Promise<Either<CommandFailure, CollectionOutcome>> => {
    const stream = registryStream(registry);
    const asked = command(shelfOf(by.registry));
    const prepare: Prepare<CollectionState, CollectionCommand, Rejection> = async (state) => {
      if (state.type === 'Live') return right(asked);
      const life = state.lives + 1;
      const loaded = await aggregates.registry.load(stream);
      if (isLeft(loaded)) return loaded;
      let current = loaded.right.state;
      if (current.type !== 'Live') return refuse({ type: 'registry_not_found' });
      if ((current.collections.get(collection) ?? 0) < life && !isLeft(decide(command(shelfOf(current)), state))) {
        const registered = await aggregates.registry.execute(
          stream,
          // By the registry as it is when the name is registered: what is refused takes no name.
          (at) => {
            const refused = at.type === 'Live' ? decide(command(shelfOf(at)), state) : right([]);
            return Promise.resolve(
              isLeft(refused) ? left(rejected(refused.left)) : right({ type: 'RegisterCollection', collection, life }),
            );
          },
          judged({ ...context, since: undefined }, 'RegisterCollection', by.judgedBy),
        );
        if (isLeft(registered)) return registered;
        current = registered.right.state;
      }
      return current.type === 'Live' ? right(command(shelfOf(current))) : refuse({ type: 'registry_not_found' });
    };
    return aggregates.collection.execute(
      collectionStream(registry, collection), prepare, judged(context, asked.type, by.judgedBy),
    );
  };

  const collectionBody = ({ registry, collection }: CollectionRequest) =>
    body(() => resources.collection(registry, collection) ?? { registry, name: collection });

  /** As it is or, where somebody has unlinked it since, as it was when the command was done. */
  const versionBody = ({ registry, collection }: CollectionRequest, version: number, { by, context }: Step) =>
    body(
      () =>
        resources.version(registry, collection, version, by.role) ??
        resources.version(registry, collection, version, by.role, context.at) ?? {
          fullName: showFullName(registry, collection, version), registry, collection, version: showVersion(version),
        },
    );

  const create = async (request: Asked<'CreateCollection'>, step: Step): Promise<Judged<Done>> => {
    const { registry, collection: name, artifactType, description, tags } = request;
    const done = await onPossiblyNew(
      request, (shelf) => ({ type: 'CreateCollection', registry, name, artifactType, description, tags, shelf }), step,
    );
    return isLeft(done) ? done : right({ position: done.right.position, status: 201, body: collectionBody(request) });
  };

  const change = async (request: Asked<'ChangeCollection'>, step: Step): Promise<Judged<Done>> => {
    const done = await onCollection(request, request, step);
    return isLeft(done) ? done : right({ position: done.right.position, body: collectionBody(request) });
  };

  const remove = async (request: Asked<'DeleteCollection'>, step: Step): Promise<Judged<Done>> => {
    const done = await onCollection(request, { type: 'DeleteCollection', role: step.by.role }, step);
    if (isLeft(done)) return done;
    // At a repeat it may have been created again: that life is not the one that has ended.
    const life = done.right.state.lives;
    const unregistered = await aggregates.registry.execute(
      registryStream(request.registry),
      () => Promise.resolve(right({ type: 'UnregisterCollection', collection: request.collection, life })),
      judged(step.context, 'UnregisterCollection', step.by.judgedBy),
    );
    // The deletion is recorded; its last step is left to whoever finishes what was begun.
    const position = isLeft(unregistered) ? done.right.position : unregistered.right.position;
    return right({ position: Math.max(done.right.position, position), body: body(() => ({})) });
  };

  const link = async (request: Asked<'LinkArtifactVersion'>, step: Step): Promise<Judged<Done>> => {
    const { registry, collection: name, aliases, run } = request;
    const { by } = step;
    if (request.organization !== undefined && request.organization !== by.organization.name)
      return refuse({ type: 'registry_not_found' });
    const source = await findSource(commands, by, request.source);
    if (isLeft(source)) return source;
    const asked = (shelf: Shelf): CollectionCommand => ({
      type: 'LinkArtifactVersion', registry, name, source: source.right, aliases, role: by.role, teams: by.member.teams,
      shelf, ...(run === undefined ? {} : { run }),
    });
    const done = await onPossiblyNew(request, asked, step);
    if (isLeft(done)) return done;
    const { events, state, position } = done.right;
    const linked = events.find((event) => event.type === 'VersionLinked');
    const version = linked?.data.version ?? (state.type === 'Live' ? linkedAs(state, source.right.name) : undefined) ?? 0;
    return right({ position, status: linked ? 201 : 200, body: versionBody(request, version, step) });
  };

  const unlink = async (request: Asked<'UnlinkVersion'>, step: Step): Promise<Judged<Done>> => {
    const done = await onCollection(request, { type: 'UnlinkVersion', version: request.version, role: step.by.role }, step);
    return isLeft(done) ? done : right({ position: done.right.position, body: body(() => ({})) });
  };

  const tag = async (request: Asked<'TagVersion' | 'UntagVersion'>, step: Step): Promise<Judged<Done>> => {
    const { type, version, tag: name } = request;
    const done = await onCollection(request, { type, version, tag: name, role: step.by.role }, step);
    return isLeft(done)
      ? done
      : right({ position: done.right.position, body: versionBody(request, version, step) });
  };

  const alias = async (
    request: Asked<'AddAlias' | 'RemoveAlias' | 'RollBackAlias'>, step: Step,
  ): Promise<Judged<Done>> => {
    const { registry: _, collection: __, ...asked } = request;
    const done = await onCollection(request, { ...asked, role: step.by.role }, step);
    if (isLeft(done)) return done;
    const { events, position } = done.right;
    const changed = aliasChange(events, request.alias);
    const holder = request.type === 'AddAlias' ? request.version : null;
    return right({
      position,
      body: body(() => ({
        alias: request.alias,
        version: shown(changed ? changed.to : holder),
        previous: shown(changed ? changed.from : holder),
        changed: changed !== undefined,
      })),
    });
  };

  const aliases = async (request: Asked<'ChangeAliases'>, step: Step): Promise<Judged<Done>> => {
    const { registry, collection, changes } = request;
    const done = await onCollection(request, { type: 'ChangeAliases', changes, role: step.by.role }, step);
    if (isLeft(done)) return done;
    const { events, position } = done.right;
    const changed = changes.flatMap(({ alias: name }) => {
      const found = aliasChange(events, name);
      return found ? [{ alias: name, from: shown(found.from), to: shown(found.to) }] : [];
    });
    return right({
      position, body: body(() => ({ aliases: resources.aliases(registry, collection), changes: changed })),
    });
  };

  const recordUsage = async (request: Asked<'RecordUsage'>, { by, context }: Step): Promise<Judged<Done>> => {
    const { registry, collection, ref, run } = request;
    const loaded = await aggregates.collection.load(collectionStream(registry, collection));
    if (isLeft(loaded)) return loaded;
    const { state } = loaded.right;
    if (state.type === 'Absent') return refuse({ type: 'collection_not_found' });
    const version = ref.type === 'Version' ? ref.version : state.aliases.get(ref.alias);
    if (version === undefined) return refuse({ type: 'version_not_found', alias: showVersionRef(ref) });
    if (sourceOf(state, version) === undefined) return refuse({ type: 'version_not_found', version });
    const done = await aggregates.usage.execute(
      usageStream(registry, collection),
      () => Promise.resolve(right({ type: 'RecordUsage', version, run })),
      judged(context, 'RecordUsage', by.judgedBy),
    );
    return isLeft(done)
      ? done
      : right({ position: done.right.position, body: body(() => ({ run, version: showVersion(version) })) });
  };

  const carryOut = (request: CollectionRequest, step: Step): Promise<Judged<Done>> => {
    switch (request.type) {
      case 'CreateCollection':
        return create(request, step);
      case 'ChangeCollection':
        return change(request, step);
      case 'DeleteCollection':
        return remove(request, step);
      case 'LinkArtifactVersion':
        return link(request, step);
      case 'UnlinkVersion':
        return unlink(request, step);
      case 'TagVersion':
      case 'UntagVersion':
        return tag(request, step);
      case 'AddAlias':
      case 'RemoveAlias':
      case 'RollBackAlias':
        return alias(request, step);
      case 'ChangeAliases':
        return aliases(request, step);
      case 'RecordUsage':
        return recordUsage(request, step);
    }
  };

  return (request: CollectionRequest, meta: CommandMeta): Promise<CommandResult> =>
    perform(request.type, meta, async (context) => {
      const needed = request.type === 'RecordUsage' ? 'viewer' : 'member';
      const by = await judge.inRegistry(meta.caller, request.registry, needed, instantOf(now()));
      return isLeft(by) ? by : carryOut(request, { by: by.right, context, meta });
    });
};
