/** Answers of what every request asks, so that the same is not read again and again. */

/** Calls the listener whenever the tables have changed. */
export type OnProgress = (listener: () => void) => unknown;

export type Remember = <A extends ReadonlyArray<unknown>, V>(
  keyOf: (...asked: A) => string, query: (...asked: A) => V, weigh?: (value: V) => number,
) => (...asked: A) => V;

/** Whatever is asked for, no more is kept than this. */
const MOST = 10_000;

/**
 * Makes queries whose answers are remembered by a key until the tables change. The answer must depend on the key and the
 * tables alone, and is shared by all who ask: nobody may change it. `weigh` says how much of the room it takes: 1, unless
 * given, for up to a kilobyte or so.
 */
export const remembering = (onProgress: OnProgress): Remember => (keyOf, query, weigh = () => 1) => {
  const answers = new Map<string, { readonly value: ReturnType<typeof query> }>();
  let weight = 0;
  const forget = (): void => {
    answers.clear();
    weight = 0;
  };
  onProgress(forget);
  return (...asked) => {
    const key = keyOf(...asked);
    const known = answers.get(key);
    if (known !== undefined) return known.value;
    const value = query(...asked);
    if (weight >= MOST) forget();
    weight += weigh(value);
    answers.set(key, { value });
    return value;
  };
};
