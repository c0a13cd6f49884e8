/** What a source artifact remembers in order to decide. */
import { List, Map } from 'immutable';
import { ArtifactEvent } from './events';

export type Existing = {
  readonly type: 'Existing';
  readonly artifactType: string;
  /** The digest of each version; null for a deleted one. */
  readonly digests: List<string | null>;
  readonly aliases: Map<string, number>;
};

export type ArtifactState = { readonly type: 'Absent' } | Existing;

export const initial: ArtifactState = { type: 'Absent' };

const evolveExisting = (state: Existing, event: ArtifactEvent): Existing => {
  switch (event.type) {
    case 'ArtifactLogged':
      return { ...state, digests: state.digests.set(event.data.version, event.data.digest) };
    case 'AliasAdded':
    case 'AliasMoved':
      return { ...state, aliases: state.aliases.set(event.data.alias, event.data.to) };
    case 'AliasRemoved':
      return { ...state, aliases: state.aliases.delete(event.data.alias) };
    case 'ArtifactVersionDeleted':
      return { ...state, digests: state.digests.set(event.data.version, null) };
  }
};

export const evolve = (state: ArtifactState, event: ArtifactEvent): ArtifactState => {
  if (state.type === 'Existing') return evolveExisting(state, event);
  return event.type === 'ArtifactLogged'
    ? evolveExisting({ type: 'Existing', artifactType: event.data.type, digests: List(), aliases: Map() }, event)
    : state;
};

/** The digest of a version that is there; undefined for one that never was or is deleted. */
export const digestOf = (state: Existing, version: number): string | undefined => state.digests.get(version) ?? undefined;

/** The highest version up to this one that is not deleted; undefined for none. */
export const highestUpTo = (state: Existing, version: number): number | undefined => {
  for (let candidate = Math.min(version, state.digests.size - 1); candidate >= 0; candidate--)
    if (digestOf(state, candidate) !== undefined) return candidate;
  return undefined;
};

/** About how many bytes a state holds in memory. */
export const weight = (state: ArtifactState): number =>
  state.type === 'Existing' ? 500 + 150 * state.digests.size + 200 * state.aliases.size : 100;
