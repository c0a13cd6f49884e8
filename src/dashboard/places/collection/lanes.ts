/** The bars of the timeline: who held an alias from when to when, folded from its events. */
import type { Change, HeldAlias, Timeline } from '../../api/queries';
import { aliasIn, versionIn } from '../../parts/changes';

export type Bar = {
  readonly version: string;
  readonly start: Pick<Change, 'at' | 'by' | 'reason' | 'data'>;
  /** The change that ended it; undefined while it lasts. */
  readonly end: Change | undefined;
};

export type Lane = { readonly alias: string; readonly bars: ReadonlyArray<Bar> };

/** What is known of the change that gave an alias, where it is older than what the timeline begins with. */
const barOf = ({ version, since, by }: HeldAlias): Bar => ({ version, start: { at: since, by, reason: null, data: null }, end: undefined });

/** Those changes of a timeline that nothing is missing between. */
export const drawnOf = ({ changes, begins }: Timeline): ReadonlyArray<Change> =>
  begins === undefined ? changes : changes.filter(({ at }) => at > begins);

/**
 * @param held who held what before the changes
 * @param changes of one collection, oldest first
 */
export const lanesOf = (held: ReadonlyArray<HeldAlias>, changes: ReadonlyArray<Change>): ReadonlyArray<Lane> => {
  const lanes = new Map(held.map((item) => [item.alias, [barOf(item)]]));
  for (const change of changes) {
    if (!/^Alias(Added|Moved|Removed)$/.test(change.type)) continue;
    const alias = aliasIn(change);
    const bars = lanes.get(alias) ?? [];
    const open = bars.at(-1);
    if (open !== undefined && open.end === undefined) bars[bars.length - 1] = { ...open, end: change };
    const version = versionIn(change, 'to');
    if (version !== null) bars.push({ version, start: change, end: undefined });
    lanes.set(alias, bars);
  }
  return [...lanes].map(([alias, bars]) => ({ alias, bars }));
};

/** Protected ones first, then latest, then by their last change. */
export const inOrder = (lanes: ReadonlyArray<Lane>, protectedAliases: ReadonlyArray<string>): ReadonlyArray<Lane> => {
  const rank = ({ alias }: Lane) => (protectedAliases.includes(alias) ? 0 : alias === 'latest' ? 2 : 1);
  const last = ({ bars }: Lane) => bars.at(-1)?.start.at ?? '';
  return [...lanes].sort((a, b) => rank(a) - rank(b) || (last(a) < last(b) ? 1 : -1));
};
