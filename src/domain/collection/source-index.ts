/**
 * Finds the version that a source is linked as. It keeps numbers only, in buckets by the hash of the source's name: the
 * names are in the state already, and a map of them would take twice as much memory again. Of the buckets one more is
 * split with every few versions (linear hashing, Litwin, VLDB 1980), so that it is never made anew as a whole.
 */
import { List } from 'immutable';

export type SourceIndex = {
  readonly buckets: List<ReadonlyArray<number>>;
  readonly size: number;
};

/** The source of a version that is in the index. */
type NameOf = (version: number) => string | undefined;

/** How many versions a bucket holds on the average. */
const LOAD = 4;

export const noSources: SourceIndex = { buckets: List<ReadonlyArray<number>>([[]]), size: 0 };

/** FNV-1a, then mixed (the end of MurmurHash3), so that the low bits depend on all of the name. */
const hashOf = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** The highest power of two up to the number of buckets: those below are split from time to time. */
const roundOf = (buckets: number): number => 1 << (31 - Math.clz32(buckets));

const bucketOf = (name: string, buckets: number): number => {
  const [hash, round] = [hashOf(name), roundOf(buckets)];
  const bucket = hash & (2 * round - 1);
  return bucket < buckets ? bucket : hash & (round - 1);
};

export const findSource = ({ buckets }: SourceIndex, name: string, nameOf: NameOf): number | undefined =>
  buckets.get(bucketOf(name, buckets.size))?.find((version) => nameOf(version) === name);

/** The next bucket in turn shares what it holds with a new one. */
const split = (buckets: SourceIndex['buckets'], nameOf: NameOf): SourceIndex['buckets'] => {
  const [count, from] = [buckets.size, buckets.size - roundOf(buckets.size)];
  const moves = (version: number): boolean => bucketOf(nameOf(version) ?? '', count + 1) === count;
  const held = buckets.get(from) ?? [];
  return buckets.set(from, held.filter((version) => !moves(version))).set(count, held.filter(moves));
};

/** @param nameOf knows the new version too */
export const addSource = (index: SourceIndex, name: string, version: number, nameOf: NameOf): SourceIndex => {
  const at = bucketOf(name, index.buckets.size);
  const buckets = index.buckets.update(at, [], (held) => held.concat(version));
  const size = index.size + 1;
  return { size, buckets: size > LOAD * buckets.size ? split(buckets, nameOf) : buckets };
};

export const removeSource = ({ buckets, size }: SourceIndex, name: string, version: number): SourceIndex => ({
  size: size - 1,
  buckets: buckets.update(bucketOf(name, buckets.size), [], (held) => held.filter((one) => one !== version)),
});
