/** The past of a collection, folded from its events; the read models answer the same from indexed intervals. */
import { collection } from '../../domain/collection';
import { CollectionEvent } from '../../domain/collection/events';
import { CollectionState, initial } from '../../domain/collection/state';
import { byCodePoint } from '../../domain/values/names';
import { showVersion } from '../../domain/values/versions';
import { decode, Recorded } from '../../event-store/history/history';
import { Metadata } from '../../event-store/history/metadata';

export const decodeCollection = decode(collection.events);

/** The state at instants in ascending order: after all events up to each (T1). */
export type States = {
  readonly take: (recorded: Recorded<CollectionEvent>) => void;
  readonly at: () => ReadonlyArray<CollectionState>;
};

export const statesAt = (instants: ReadonlyArray<string>): States => {
  let state: CollectionState = initial;
  const past: Array<CollectionState> = [];
  return {
    take: ({ event, metadata }) => {
      while (past.length < instants.length && metadata.at > (instants[past.length] ?? '')) past.push(state);
      if (past.length < instants.length) state = collection.evolve(state, event);
    },
    at: () => instants.map((_, index) => past[index] ?? state),
  };
};

/** A move of an alias, as histories show it. */
export type AliasMove = {
  readonly alias: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly cause: string;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
  readonly command: string;
  readonly correlation: string;
  readonly revision: number;
  readonly position: number;
};

/** The reasons of events: only the first of an append carries it (A11), for all events of that command. */
const reasons = (): ((metadata: Metadata) => string | null) => {
  let command = '';
  let reason: string | null = null;
  return (metadata) => {
    if (metadata.$causationId !== command || metadata.reason !== undefined) reason = metadata.reason ?? null;
    command = metadata.$causationId;
    return reason;
  };
};

/** What makes of each event of a collection the move of this alias that it is; undefined for all others. */
export const movesOf = (alias: string): ((recorded: Recorded<CollectionEvent>) => AliasMove | undefined) => {
  const reasonOf = reasons();
  return ({ event, metadata, revision, position }) => {
    const reason = reasonOf(metadata);
    if (event.type !== 'AliasAdded' && event.type !== 'AliasMoved' && event.type !== 'AliasRemoved') return undefined;
    if (event.data.alias !== alias) return undefined;
    return {
      alias,
      from: event.type === 'AliasAdded' ? null : showVersion(event.data.from),
      to: event.type === 'AliasRemoved' ? null : showVersion(event.data.to),
      cause: event.data.cause,
      at: metadata.at, by: metadata.by, reason, command: metadata.command, correlation: metadata.$correlationId,
      revision, position,
    };
  };
};

export type LinkedInDiff = { readonly collection: string; readonly version: string; readonly source: string };
export type AliasInDiff = {
  readonly collection: string;
  readonly alias: string;
  readonly from: string | null;
  readonly to: string | null;
};
export type Diff = {
  readonly linked: ReadonlyArray<LinkedInDiff>;
  readonly unlinked: ReadonlyArray<LinkedInDiff>;
  readonly aliases: ReadonlyArray<AliasInDiff>;
};

const sourcesIn = (state: CollectionState): ReadonlyMap<number, string> =>
  new Map(
    state.type === 'Live'
      ? [...state.sources].flatMap((slot, index) => (typeof slot === 'string' ? [[state.base + index, slot] as const] : []))
      : [],
  );

const aliasesIn = (state: CollectionState): ReadonlyMap<string, number> =>
  new Map(state.type === 'Live' ? state.aliases : []);

const shownOrNull = (version: number | undefined): string | null => (version === undefined ? null : showVersion(version));

/** What differs in a collection between two of its states. */
export const diffBetween = (name: string, before: CollectionState, after: CollectionState): Diff => {
  const [linkedBefore, linkedAfter] = [sourcesIn(before), sourcesIn(after)];
  const [heldBefore, heldAfter] = [aliasesIn(before), aliasesIn(after)];
  const onlyIn = (these: ReadonlyMap<number, string>, others: ReadonlyMap<number, string>) =>
    [...these]
      .filter(([version]) => !others.has(version))
      .sort(([a], [b]) => a - b)
      .map(([version, source]): LinkedInDiff => ({ collection: name, version: showVersion(version), source }));
  return {
    linked: onlyIn(linkedAfter, linkedBefore),
    unlinked: onlyIn(linkedBefore, linkedAfter),
    aliases: [...new Set([...heldBefore.keys(), ...heldAfter.keys()])]
      .filter((alias) => heldBefore.get(alias) !== heldAfter.get(alias))
      .sort(byCodePoint)
      .map((alias) => ({
        collection: name, alias, from: shownOrNull(heldBefore.get(alias)), to: shownOrNull(heldAfter.get(alias)),
      })),
  };
};
