/** What an alias held before: the fold of its history that rule A7 describes. */
import type { AliasMove } from '../api/queries';

type Past = { readonly stack: ReadonlyArray<string>; readonly last: string | null };

const after = ({ stack, last }: Past, { from, to, cause }: AliasMove): Past => {
  if (to === null) return { stack, last: from };
  if (cause === 'rollback') return { stack: from === null ? stack : stack.slice(0, -1), last: null };
  const former = from ?? (last === to ? null : last);
  return { stack: former === null ? stack : [...stack, former], last: null };
};

/**
 * The version that a rollback would give the alias to, or undefined if there is none.
 * @param history newest first, as the API lists it
 */
export const rollbackTarget = (history: ReadonlyArray<AliasMove>, holder: string | null): string | undefined => {
  const { stack, last } = history.reduceRight(after, { stack: [], last: null });
  return (holder === null ? last : stack.at(-1)) ?? undefined;
};
