/** The rules of source artifacts (S1 to S3). */
import { Either, left, right } from 'fp-ts/Either';
import { byCodePoint, isReservedAlias, LATEST } from '../values/names';
import { ArtifactCommand } from './commands';
import { ArtifactEvent, SourceCause } from './events';
import { ArtifactRejection } from './rejections';
import { ArtifactState, digestOf, Existing, highestUpTo } from './state';

/** As many as in a collection (A11), so that every append stays small. */
const MAX_SOURCE_ALIASES = 500;

type Decision = Either<ArtifactRejection, ReadonlyArray<ArtifactEvent>>;

const give = (state: ArtifactState, alias: string, to: number | null, cause: SourceCause): ReadonlyArray<ArtifactEvent> => {
  const from = state.type === 'Existing' ? (state.aliases.get(alias) ?? null) : null;
  if (from === to) return [];
  if (to === null) return from === null ? [] : [{ type: 'AliasRemoved', data: { alias, from, cause } }];
  return from === null
    ? [{ type: 'AliasAdded', data: { alias, to, cause } }]
    : [{ type: 'AliasMoved', data: { alias, from, to, cause } }];
};

const refused = (state: ArtifactState, aliases: ReadonlyArray<string>): ArtifactRejection | undefined => {
  const reserved = aliases.find(isReservedAlias);
  if (reserved !== undefined) return { type: 'alias_reserved', alias: reserved };
  const held = state.type === 'Existing' ? state.aliases : undefined;
  const fresh = aliases.filter((alias) => held?.has(alias) !== true).length;
  return fresh > 0 && Math.max(held?.size ?? 0, 1) + fresh > MAX_SOURCE_ALIASES
    ? { type: 'too_many_aliases', limit: MAX_SOURCE_ALIASES }
    : undefined;
};

/** S1 */
const log = (state: ArtifactState, command: ArtifactCommand & { type: 'LogArtifact' }): Decision => {
  const { artifactType, digest, uri, sizeBytes, metadata, metrics, run, aliases } = command;
  if (state.type === 'Existing' && state.artifactType !== artifactType)
    return left({ type: 'type_mismatch', expected: state.artifactType, actual: artifactType });
  const rejection = refused(state, aliases);
  if (rejection) return left(rejection);
  const next = state.type === 'Existing' ? state.digests.size : 0;
  const newest = state.type === 'Existing' ? highestUpTo(state, next) : undefined;
  const known = state.type === 'Existing' && newest !== undefined && digestOf(state, newest) === digest;
  const version = known ? newest : next;
  return right([
    ...(known
      ? []
      : [
          {
            type: 'ArtifactLogged' as const,
            data: { version, type: artifactType, digest, uri, sizeBytes, metadata, metrics, run },
          },
          ...give(state, LATEST, version, 'log'),
        ]),
    ...aliases.flatMap((alias) => give(state, alias, version, 'log')),
  ]);
};

/** V5's way with aliases, on the source's side */
const remove = (state: Existing, version: number): Decision => {
  if (digestOf(state, version) === undefined) return left({ type: 'artifact_version_not_found' });
  const held = [...state.aliases].flatMap(([alias, holder]) => (holder === version ? [alias] : [])).sort(byCodePoint);
  const remaining = highestUpTo(state, version - 1) ?? null;
  return right([
    ...held.flatMap((alias) => give(state, alias, alias === LATEST ? remaining : null, 'delete')),
    { type: 'ArtifactVersionDeleted', data: { version } },
  ]);
};

export const decide = (command: ArtifactCommand, state: ArtifactState): Decision => {
  if (command.type === 'LogArtifact') return log(state, command);
  if (state.type === 'Absent') return left({ type: 'artifact_not_found' });
  switch (command.type) {
    case 'AddSourceAlias': {
      if (digestOf(state, command.version) === undefined) return left({ type: 'artifact_version_not_found' });
      const rejection = refused(state, [command.alias]);
      return rejection ? left(rejection) : right(give(state, command.alias, command.version, 'change'));
    }
    case 'RemoveSourceAlias': {
      if (isReservedAlias(command.alias)) return left({ type: 'alias_reserved', alias: command.alias });
      return state.aliases.has(command.alias)
        ? right(give(state, command.alias, null, 'change'))
        : left({ type: 'alias_not_found', alias: command.alias });
    }
    case 'DeleteArtifactVersion':
      return remove(state, command.version);
  }
};
