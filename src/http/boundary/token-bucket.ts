/** How often something may happen, for each of many keys, in bounded memory. */
import { LRUCache } from 'lru-cache';

const MOST_KEYS = 10_000;

/** `burst` at once, and `perSecond` in the long run. */
export type Rate = { readonly perSecond: number; readonly burst: number };

/** Takes one token of a key: 0, or the seconds until there is one. The least recently used keys are forgotten. */
export const tokenBuckets = (rate: Rate, now: () => number = Date.now): ((key: string) => number) => {
  const buckets = new LRUCache<string, { tokens: number; at: number }>({ max: MOST_KEYS });
  return (key) => {
    const at = now();
    const before = buckets.get(key) ?? { tokens: rate.burst, at };
    const tokens = Math.min(rate.burst, before.tokens + (Math.max(0, at - before.at) / 1000) * rate.perSecond);
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / rate.perSecond));
  };
};
