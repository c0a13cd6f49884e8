/** A collection's state in parts, for snapshots. A changed form, or another meaning of a state, is another number. */
import { isLeft } from 'fp-ts/Either';
import { List, Map, Set } from 'immutable';
import * as t from 'io-ts';
import { piecesOf, Slots } from '../values/snapshots';
import { bytesOf, CollectionState, created, initial, Live } from './state';

const names = t.readonlyArray(t.string);

const AbsentPart = t.strict({
  absent: t.strict({ nextVersion: t.number, lives: t.number, protectedAliases: names }),
});
const LivePart = t.strict({
  live: t.strict({
    artifactType: t.string, description: t.string, tags: names, nextVersion: t.number, lives: t.number,
    protectedAliases: names, base: t.number,
  }),
});
const SourcesPart = t.strict({ sources: Slots });
/** The index too: made again from the sources it would take longer than all the rest. */
const LinkedPart = t.strict({ linked: t.readonlyArray(t.readonlyArray(t.number)) });
const AliasesPart = t.strict({ aliases: t.readonlyArray(t.tuple([t.string, t.number])) });
const FormerPart = t.strict({ former: t.readonlyArray(t.tuple([t.string, t.readonlyArray(t.number), t.union([t.number, t.null])])) });
const VersionTagsPart = t.strict({ versionTags: t.readonlyArray(t.tuple([t.number, names])) });
const Part = t.union([SourcesPart, LinkedPart, AliasesPart, FormerPart, VersionTagsPart, LivePart, AbsentPart]);
type Part = t.TypeOf<typeof Part>;

function* parts(state: CollectionState): Generator<Part> {
  const { nextVersion, lives } = state;
  const protectedAliases = [...state.protectedAliases];
  if (state.type === 'Absent') {
    yield { absent: { nextVersion, lives, protectedAliases } };
    return;
  }
  const { artifactType, description, base } = state;
  yield { live: { artifactType, description, tags: [...state.tags], nextVersion, lives, protectedAliases, base } };
  for (const sources of piecesOf(state.sources)) yield { sources };
  for (const linked of piecesOf(state.linked.buckets)) yield { linked };
  for (const aliases of piecesOf(state.aliases)) yield { aliases };
  for (const former of piecesOf(state.former))
    yield { former: former.map(([alias, { stack, last }]) => [alias, [...stack], last]) };
  for (const versionTags of piecesOf(state.versionTags))
    yield { versionTags: versionTags.map(([version, tags]) => [version, [...tags]]) };
}

const addSources = (state: Live, slots: t.TypeOf<typeof Slots>): Live => ({
  ...state,
  sources: state.sources.concat(slots),
  textBytes: slots.reduce<number>((bytes, slot) => (typeof slot === 'string' ? bytes + bytesOf(slot) : bytes), state.textBytes),
});

const addLinked = ({ linked, ...state }: Live, buckets: ReadonlyArray<ReadonlyArray<number>>): Live => ({
  ...state,
  linked: {
    buckets: linked.buckets.concat(buckets),
    size: buckets.reduce((size, bucket) => size + bucket.length, linked.size),
  },
});

const addTo = (state: Live, part: Part): Live | undefined => {
  if ('sources' in part) return addSources(state, part.sources);
  if ('linked' in part) return addLinked(state, part.linked);
  if ('aliases' in part) return { ...state, aliases: state.aliases.concat(Map(part.aliases)) };
  if ('former' in part)
    return { ...state, former: state.former.concat(Map(part.former.map(([alias, stack, last]) => [alias, { stack, last }]))) };
  if ('versionTags' in part) {
    const textBytes = part.versionTags.reduce(
      (bytes, [, tags]) => tags.reduce((sum, tag) => sum + bytesOf(tag), bytes), state.textBytes,
    );
    return { ...state, versionTags: state.versionTags.concat(Map(part.versionTags)), textBytes };
  }
  return undefined;
};

const begun = (part: Part): CollectionState | undefined => {
  if ('absent' in part) return { ...initial, ...part.absent, protectedAliases: Set(part.absent.protectedAliases) };
  if (!('live' in part)) return undefined;
  const { protectedAliases, tags } = part.live;
  const linked = { buckets: List<ReadonlyArray<number>>(), size: 0 };
  return { ...created(initial, part.live.artifactType), ...part.live, tags: Set(tags), protectedAliases: Set(protectedAliases), linked };
};

export const snapshot = {
  number: 1,
  parts,
  add: (state: CollectionState, part: unknown): CollectionState | undefined => {
    const decoded = Part.decode(part);
    if (isLeft(decoded)) return undefined;
    return begun(decoded.right) ?? (state.type === 'Live' ? addTo(state, decoded.right) : undefined);
  },
};
