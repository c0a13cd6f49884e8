/**
 * What must hold of the history of a collection, whoever wrote it: A1, A2, V1 and V5 (and C2, which is V5 for all of
 * it). Written apart from the rules that decide and from their state, so that a mistake in those shows here.
 */
import { List, Map, Set } from 'immutable';
import { byCodePoint, LATEST } from '../values/names';
import { showVersion } from '../values/versions';
import { Cause, CollectionEvent } from './events';

/** What the next events of the same append must be. */
type Owed =
  | { readonly type: 'nothing' }
  /** A2: `latest` goes to the version that was linked. */
  | { readonly type: 'latest'; readonly version: number }
  /** V5: aliases are being taken from a version, in order of name; then it is unlinked. */
  | { readonly type: 'unlink'; readonly version: number; readonly taken: string }
  /** C2: aliases are being taken away; then the collection is deleted. */
  | { readonly type: 'deletion'; readonly taken: string };

export type Checked = {
  readonly live: boolean;
  readonly nextVersion: number;
  readonly linked: Set<number>;
  /** The linked versions by number, and some below the last that are not linked any more. */
  readonly ascending: List<number>;
  readonly aliases: Map<string, number>;
  readonly owed: Owed;
};

const NOTHING: Owed = { type: 'nothing' };

export const unchecked: Checked = {
  live: false,
  nextVersion: 0,
  linked: Set(),
  ascending: List(),
  aliases: Map(),
  owed: NOTHING,
};

type Given = { readonly alias: string; readonly from: number | null; readonly to: number | null; readonly cause: Cause };

const shown = (version: number | null | undefined): string => (version == null ? 'no version' : showVersion(version));

/** The event as a change of the alias map. */
const changeOf = (event: CollectionEvent): Given | undefined => {
  switch (event.type) {
    case 'AliasAdded':
      return { ...event.data, from: null };
    case 'AliasMoved':
      return event.data;
    case 'AliasRemoved':
      return { ...event.data, to: null };
    default:
      return undefined;
  }
};

/** What was owed and is not this event. */
const unpaid = ({ owed }: Checked, event: CollectionEvent | undefined): ReadonlyArray<string> => {
  const change = event && changeOf(event);
  switch (owed.type) {
    case 'nothing':
      return [];
    case 'latest':
      return change?.alias === LATEST && change.to === owed.version && change.cause === 'link'
        ? []
        : [`A2: "latest" was not given to ${shown(owed.version)} with its link`];
    case 'unlink':
      if (event?.type === 'VersionUnlinked' && event.data.version === owed.version) return [];
      if (change?.cause !== 'unlink' || change.from !== owed.version)
        return [`V5: aliases were taken from ${shown(owed.version)} for an unlinking, and it was not unlinked`];
      return byCodePoint(change.alias, owed.taken) > 0 ? [] : ['V5: aliases were not taken away in order of name'];
    case 'deletion':
      return event?.type === 'CollectionDeleted' || change?.cause === 'collection_deleted'
        ? []
        : ['C2: aliases were taken away for a deletion, and the collection was not deleted'];
  }
};

const highest = ({ linked, ascending }: Checked): number | null => {
  let candidates = ascending;
  while (!candidates.isEmpty() && !linked.has(candidates.last(-1))) candidates = candidates.pop();
  return candidates.last(null);
};

const owedAfter = (change: Given): Owed => {
  if (change.cause === 'unlink' && change.from !== null)
    return { type: 'unlink', version: change.from, taken: change.alias };
  return change.cause === 'collection_deleted' ? { type: 'deletion', taken: change.alias } : NOTHING;
};

/** A1, and for `latest` A2 and V5. */
const aliasFaults = (state: Checked, change: Given): ReadonlyArray<string> => {
  const { alias, from, to, cause } = change;
  const holder = state.aliases.get(alias) ?? null;
  const faults: Array<string> = [];
  if (holder !== from) faults.push(`A1: "${alias}" was held by ${shown(holder)}, not by ${shown(from)}`);
  if (from === to) faults.push(`A1: "${alias}" was given to its holder`);
  if (to !== null && !state.linked.has(to)) faults.push(`A1: "${alias}" was given to ${shown(to)}, which is not linked`);
  if (cause === 'collection_deleted' && to !== null) faults.push(`C2: "${alias}" was given away for a deletion`);
  if (cause === 'unlink' && alias !== LATEST && to !== null) faults.push(`V5: "${alias}" was given away for an unlinking`);
  if (alias === LATEST) {
    if (cause === 'change' || cause === 'rollback' || (cause === 'link' && state.owed.type !== 'latest'))
      faults.push('A2: "latest" was changed without a new version');
    if (cause === 'unlink' && from !== null) {
      const remaining = highest(without(state, from));
      if (to !== remaining) faults.push(`V5: "latest" went to ${shown(to)}, and not to the highest remaining, ${shown(remaining)}`);
    }
  }
  return faults;
};

const without = (state: Checked, version: number): Checked => ({ ...state, linked: state.linked.delete(version) });

/** Where the next highest is looked for from now on: numbers are never used again, so what is gone stays gone. */
const trimmed = (state: Checked): Checked => {
  let { ascending } = state;
  while (!ascending.isEmpty() && !state.linked.has(ascending.last(-1))) ascending = ascending.pop();
  return { ...state, ascending };
};

type Step = { readonly state: Checked; readonly faults: ReadonlyArray<string> };

const step = (state: Checked, event: CollectionEvent): Step => {
  const change = changeOf(event);
  if (change !== undefined) {
    const { alias, to } = change;
    const aliases = to === null ? state.aliases.delete(alias) : state.aliases.set(alias, to);
    return { state: { ...state, aliases, owed: owedAfter(change) }, faults: aliasFaults(state, change) };
  }
  const settled = { ...state, owed: NOTHING };
  switch (event.type) {
    case 'CollectionCreated':
      return { state: { ...settled, live: true }, faults: state.live ? ['C1: it was created while it existed'] : [] };
    case 'VersionLinked': {
      const { version } = event.data;
      const faults = version === state.nextVersion
        ? []
        : [`V1: ${shown(version)} was linked where ${shown(state.nextVersion)} was the next number`];
      return {
        state: {
          ...settled,
          nextVersion: Math.max(state.nextVersion, version + 1),
          linked: state.linked.add(version),
          ascending: version >= state.nextVersion ? state.ascending.push(version) : state.ascending,
          owed: { type: 'latest', version },
        },
        faults,
      };
    }
    case 'VersionUnlinked': {
      const { version } = event.data;
      const holding = [...state.aliases].filter(([, holder]) => holder === version).map(([alias]) => `"${alias}"`);
      return {
        state: trimmed(without(settled, version)),
        faults: [
          ...(state.linked.has(version) ? [] : [`V5: ${shown(version)} was unlinked, and was not linked`]),
          ...(holding.length === 0 ? [] : [`V5: ${shown(version)} was unlinked while it held ${holding.join(', ')}`]),
        ],
      };
    }
    case 'CollectionDeleted':
      return {
        state: { ...unchecked, nextVersion: state.nextVersion },
        faults: state.aliases.isEmpty() ? [] : [`C2: it was deleted while ${state.aliases.size} aliases were held`],
      };
    default:
      return { state: settled, faults: [] };
  }
};

/** These may stand in the stream of a name that no collection has. */
const needsNone: ReadonlyArray<CollectionEvent['type']> = [
  'CollectionCreated', 'AliasProtected', 'AliasUnprotected', 'CollectionDeleted',
];

/** The next event of a collection's stream: the state after it, and the rules that it breaks, a sentence each. */
export const check = (state: Checked, event: CollectionEvent): Step => {
  const { state: next, faults } = step(state, event);
  const absent = state.live || needsNone.includes(event.type) ? [] : [`C1: ${event.type} where no collection stands`];
  return { state: next, faults: [...unpaid(state, event), ...absent, ...faults] };
};

/** What the stream's end leaves undone. */
export const checkEnd = (state: Checked): ReadonlyArray<string> => unpaid(state, undefined);
