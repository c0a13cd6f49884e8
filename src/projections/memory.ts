/** What a read model has looked up, or put into its tables, and will soon need again. */
export type Memory<V> = {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => V;
  readonly delete: (key: string) => void;
};

/** @param most entries: one more, and all are forgotten */
export const createMemory = <V>(most: number): Memory<V> => {
  const entries = new Map<string, V>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      if (entries.size >= most) entries.clear();
      entries.set(key, value);
      return value;
    },
    delete: (key) => void entries.delete(key),
  };
};
