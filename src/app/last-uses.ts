/**
 * When keys were last used on this node since it started: in memory, as an event for each use would be one for each
 * request.
 */
import { LRUCache } from 'lru-cache';

const MOST_KEYS = 100_000;

export type LastUses = {
  /** @param at RFC 3339 UTC */
  readonly note: (keyHash: string, at: string) => void;
  /** Null for a key that was not used here. */
  readonly of: (keyHash: string) => string | null;
};

export const createLastUses = (): LastUses => {
  const uses = new LRUCache<string, string>({ max: MOST_KEYS });
  return {
    note: (keyHash, at) => void uses.set(keyHash, at),
    of: (keyHash) => uses.get(keyHash) ?? null,
  };
};
