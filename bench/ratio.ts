/** A figure is a ratio of two sides that are measured in turns in one run, so that a machine's moods fall on both. */

/** What one measurement came to; `value` in `unit`. */
export type Side = { readonly label: string; readonly unit: string; readonly measure: () => Promise<number> };

export type Figure = {
  readonly id: string;
  readonly what: string;
  /** A ratio to reach, and on which side of it is good. */
  readonly goal: number;
  readonly good: 'at least' | 'at most';
  readonly over: Side;
  readonly under: Side;
  readonly rounds: number;
};

export type Measured = {
  readonly id: string;
  readonly what: string;
  readonly ratio: number;
  readonly goal: string;
  readonly reached: boolean;
  readonly over: string;
  readonly under: string;
};

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

const shown = (value: number, { label, unit }: Side): string =>
  `${label} ${value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)} ${unit}`;

/** Measures one side, then the other, so many times, after a round that does not count. */
export const measure = async (figure: Figure): Promise<Measured> => {
  const overs: Array<number> = [];
  const unders: Array<number> = [];
  for (let round = 0; round <= figure.rounds; round++) {
    const [over, under] = [await figure.over.measure(), await figure.under.measure()];
    if (round === 0) continue;
    overs.push(over);
    unders.push(under);
  }
  const ratio = median(overs.map((over, index) => over / (unders[index] ?? NaN)));
  return {
    id: figure.id,
    what: figure.what,
    ratio,
    goal: `${figure.good === 'at least' ? '≥' : '≤'} ${figure.goal}`,
    reached: figure.good === 'at least' ? ratio >= figure.goal : ratio <= figure.goal,
    over: shown(median(overs), figure.over),
    under: shown(median(unders), figure.under),
  };
};

export const line = ({ id, what, ratio, goal, reached, over, under }: Measured): string =>
  `${id.padEnd(4)} ${ratio.toFixed(2).padStart(6)}  goal ${goal.padEnd(6)} ${reached ? 'reached' : 'missed '}  ${what}: ${over} ÷ ${under}`;

/** Runs so many at once until all are done; answers how many per second. */
export const perSecond = async (count: number, atOnce: number, work: (index: number) => Promise<unknown>): Promise<number> => {
  let next = 0;
  const begun = process.hrtime.bigint();
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return count / (Number(process.hrtime.bigint() - begun) / 1e9);
};
