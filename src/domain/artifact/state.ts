/** What a source artifact remembers in order to decide. */
import { List, Map } from 'immutable';
import { ArtifactEvent } from './events';

export type Existing = {
  readonly type: 'Existing';
  readonly artifactType: string;
  /**
   * By number: the digest of a version or, for a deleted one, the highest version below it at that time (-1 for none),
   * so that the highest that remains is found without a walk over all.
   */
  readonly digests: List<string | number>;
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
      return {
        ...state,
        digests: state.digests.set(event.data.version, highestUpTo(state, event.data.version - 1) ?? -1),
      };
  }
};

export const evolve = (state: ArtifactState, event: ArtifactEvent): ArtifactState => {
  if (state.type === 'Existing') return evolveExisting(state, event);
  return event.type === 'ArtifactLogged'
    ? evolveExisting({ type: 'Existing', artifactType: event.data.type, digests: List(), aliases: Map() }, event)
    : state;
};

/** The digest of a version that is there; undefined for one that never was or is deleted. */
export const digestOf = (state: Existing, version: number): string | undefined => {
  const digest = state.digests.get(version);
  return typeof digest === 'string' ? digest : undefined;
};

/** The highest version up to this one that is not deleted; undefined for none. */
export const highestUpTo = (state: Existing, version: number): number | undefined => {
  let candidate = Math.min(version, state.digests.size - 1);
  while (candidate >= 0) {
    const slot = state.digests.get(candidate);
    if (typeof slot === 'string') return candidate;
    candidate = slot ?? candidate - 1;
  }
  return undefined;
};

/** About how many bytes a state holds in memory. */
export const weight = (state: ArtifactState): number =>
  state.type === 'Existing' ? 500 + 150 * state.digests.size + 200 * state.aliases.size : 100;
