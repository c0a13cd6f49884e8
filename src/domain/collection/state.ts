/** What a collection remembers in order to decide. */
import { List, Map, Set } from 'immutable';
import { LATEST } from '../values/names';
import { Cause, CollectionEvent } from './events';
import { addSource, findSource, noSources, removeSource, SourceIndex } from './source-index';

/** Whom a rollback would give an alias back to (A7). */
export type Former = {
  /** The former holders, the newest last. */
  readonly stack: ReadonlyArray<number>;
  /** Who held it when it was taken away; null while it is held. */
  readonly last: number | null;
};

/** No collection stands under the name; numbers and protections outlive the one that did. */
export type Absent = {
  readonly type: 'Absent';
  readonly nextVersion: number;
  /** How many collections of this name have been deleted. */
  readonly lives: number;
  readonly protectedAliases: Set<string>;
};

export type Live = {
  readonly type: 'Live';
  readonly artifactType: string;
  readonly description: string;
  readonly tags: Set<string>;
  readonly nextVersion: number;
  readonly lives: number;
  readonly protectedAliases: Set<string>;
  /** The first number of this life. */
  readonly base: number;
  /**
   * By number from `base`: the source of a linked version or, for an unlinked one, the highest linked version below it
   * at that time (`base - 1` for none), so that the highest that remains is found without a walk over all.
   */
  readonly sources: List<string | number>;
  /** The linked version of a source. */
  readonly linked: SourceIndex;
  readonly aliases: Map<string, number>;
  readonly former: Map<string, Former>;
  /** At most 64 of a version (N5). */
  readonly versionTags: Map<number, ReadonlyArray<string>>;
  /** About how many bytes the sources and tags of its versions take in memory. */
  readonly textBytes: number;
};

export type CollectionState = Absent | Live;

/** A7 asks for at least 20. */
const FORMER_HOLDERS = 32;

export const initial: Absent = { type: 'Absent', nextVersion: 0, lives: 0, protectedAliases: Set() };

/** The source of a linked version; undefined for one that is not linked now. */
export const sourceOf = (state: Live, version: number): string | undefined => {
  const source = version < state.base ? undefined : state.sources.get(version - state.base);
  return typeof source === 'string' ? source : undefined;
};

/** The version that a source is linked as; undefined for one that is not linked now (V3). */
export const linkedAs = (state: Live, source: string): number | undefined =>
  findSource(state.linked, source, (version) => sourceOf(state, version));

/** The highest linked version up to this one; undefined for none. */
export const highestUpTo = (state: Live, version: number): number | undefined => {
  let candidate = Math.min(version, state.nextVersion - 1);
  while (candidate >= state.base) {
    const slot = state.sources.get(candidate - state.base);
    if (typeof slot === 'string') return candidate;
    candidate = slot ?? candidate - 1;
  }
  return undefined;
};

const never: Former = { stack: [], last: null };

const pushed = (former: Former, holder: number | null): Former => ({
  stack: holder === null ? former.stack : [...former.stack, holder].slice(-FORMER_HOLDERS),
  last: null,
});

const given = (state: Live, alias: string, from: number | null, to: number, cause: Cause): Live => {
  const aliases = state.aliases.set(alias, to);
  if (alias === LATEST) return { ...state, aliases };
  const former = state.former.get(alias) ?? never;
  const next =
    cause === 'rollback'
      ? { stack: from === null ? former.stack : former.stack.slice(0, -1), last: null }
      : pushed(former, from ?? (former.last === to ? null : former.last));
  return { ...state, aliases, former: state.former.set(alias, next) };
};

const taken = (state: Live, alias: string, from: number): Live => {
  const aliases = state.aliases.delete(alias);
  if (alias === LATEST) return { ...state, aliases };
  const former = { ...(state.former.get(alias) ?? never), last: from };
  return { ...state, aliases, former: state.former.set(alias, former) };
};

/** A string of the ASCII that sources and tags consist of (N5, N6), with the place that refers to it. */
export const bytesOf = (text: string): number => 28 + text.length;

const linked = (state: Live, version: number, source: string): Live => {
  const sources = state.sources.set(version - state.base, source);
  const next = { ...state, nextVersion: version + 1, sources, textBytes: state.textBytes + bytesOf(source) };
  return { ...next, linked: addSource(state.linked, source, version, (one) => sourceOf(next, one)) };
};



const unlinked = (state: Live, version: number): Live => {
  const source = sourceOf(state, version);
  if (source === undefined) return state;
  const tags = state.versionTags.get(version) ?? [];
  return {
    ...state,
    sources: state.sources.set(version - state.base, highestUpTo(state, version - 1) ?? state.base - 1),
    linked: removeSource(state.linked, source, version),
    versionTags: state.versionTags.delete(version),
    textBytes: [source, ...tags].reduce((bytes, text) => bytes - bytesOf(text), state.textBytes),
  };
};

const tagged = (state: Live, version: number, tag: string): Live => {
  const tags = state.versionTags.get(version) ?? [];
  if (tags.includes(tag)) return state;
  return {
    ...state, versionTags: state.versionTags.set(version, [...tags, tag]), textBytes: state.textBytes + bytesOf(tag),
  };
};

const untagged = (state: Live, version: number, tag: string): Live => {
  const tags = state.versionTags.get(version) ?? [];
  if (!tags.includes(tag)) return state;
  const left = tags.filter((one) => one !== tag);
  return {
    ...state,
    versionTags: left.length === 0 ? state.versionTags.delete(version) : state.versionTags.set(version, left),
    textBytes: state.textBytes - bytesOf(tag),
  };
};

const evolveLive = (state: Live, event: CollectionEvent): CollectionState => {
  switch (event.type) {
    case 'CollectionCreated':
      return state;
    case 'CollectionDescribed':
      return { ...state, description: event.data.description };
    case 'CollectionTagged':
      return { ...state, tags: state.tags.add(event.data.tag) };
    case 'CollectionUntagged':
      return { ...state, tags: state.tags.delete(event.data.tag) };
    case 'VersionLinked':
      return linked(state, event.data.version, event.data.source);
    case 'VersionUnlinked':
      return unlinked(state, event.data.version);
    case 'VersionTagged':
      return tagged(state, event.data.version, event.data.tag);
    case 'VersionUntagged':
      return untagged(state, event.data.version, event.data.tag);
    case 'AliasAdded':
      return given(state, event.data.alias, null, event.data.to, event.data.cause);
    case 'AliasMoved':
      return given(state, event.data.alias, event.data.from, event.data.to, event.data.cause);
    case 'AliasRemoved':
      return taken(state, event.data.alias, event.data.from);
    case 'AliasProtected':
      return { ...state, protectedAliases: state.protectedAliases.add(event.data.alias) };
    case 'AliasUnprotected':
      return { ...state, protectedAliases: state.protectedAliases.delete(event.data.alias) };
    case 'CollectionDeleted':
      return { type: 'Absent', nextVersion: state.nextVersion, lives: state.lives + 1, protectedAliases: Set() };
  }
};

/** Without versions, aliases, description and tags. */
export const created = ({ nextVersion, lives, protectedAliases }: Absent, artifactType: string): Live => ({
  type: 'Live',
  artifactType,
  description: '',
  tags: Set(),
  nextVersion,
  lives,
  protectedAliases,
  base: nextVersion,
  sources: List(),
  linked: noSources,
  aliases: Map(),
  former: Map(),
  versionTags: Map(),
  textBytes: 0,
});

const evolveAbsent = (state: Absent, event: CollectionEvent): CollectionState => {
  switch (event.type) {
    case 'CollectionCreated':
      return created(state, event.data.type);
    case 'AliasProtected':
      return { ...state, protectedAliases: state.protectedAliases.add(event.data.alias) };
    case 'AliasUnprotected':
      return { ...state, protectedAliases: state.protectedAliases.delete(event.data.alias) };
    case 'CollectionDeleted':
      return { ...state, lives: state.lives + 1, protectedAliases: Set() };
    default:
      return state;
  }
};

export const evolve = (state: CollectionState, event: CollectionEvent): CollectionState =>
  state.type === 'Live' ? evolveLive(state, event) : evolveAbsent(state, event);

/** About how many bytes a state holds in memory. A test holds it to what V8 says, per version, alias and tag. */
export const weight = (state: CollectionState): number =>
  state.type === 'Absent'
    ? 500 + 150 * state.protectedAliases.size
    : 1_000 + 2 * state.description.length + state.textBytes + 14 * state.sources.size +
      100 * state.linked.buckets.size + 8 * state.linked.size +
      150 * (state.tags.size + state.protectedAliases.size + state.aliases.size) + 300 * state.former.size +
      200 * state.versionTags.size;
