/** A figure is a ratio of two sides that are measured in turns in one run, so that a machine's moods fall on both. */

/** What one measurement came to; `value` in `unit`. */
export type Side = { readonly label: string; readonly unit: string; readonly measure: () => Promise<number> };

export type Figure = {
  readonly id: string;
  readonly what: string;
  /** A value to reach, and on which side of it is good; none where the figure only says how much it is. */
  readonly goal?: number;
  readonly good?: 'at least' | 'at most';
  readonly over: Side;
  /** Absent where the figure is no ratio but the one side alone, in its unit. */
  readonly under?: Side;
  /** How many count; one before them does not, unless this is 1. */
  readonly rounds: number;
};

export type Measured = {
  readonly id: string;
  readonly what: string;
  /** The median of all rounds. */
  readonly value: number;
  readonly unit: string;
  /** Of each round. */
  readonly values: ReadonlyArray<number>;
  readonly goal?: string;
  readonly reached?: boolean;
  readonly over: string;
  readonly under?: string;
};

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** @param part 0.99 for the 99th of a hundred */
export const percentile = (values: ReadonlyArray<number>, part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN;
};

const rounded = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

const shown = (value: number, { label, unit }: Side): string => `${label} ${rounded(value)} ${unit}`;

/** Measures one side, then the other, so many times, after a round that does not count. */
export const measure = async ({ id, what, goal, good = 'at least', over, under, rounds }: Figure): Promise<Measured> => {
  const overs: Array<number> = [];
  const unders: Array<number> = [];
  for (let round = rounds === 1 ? 1 : 0; round <= rounds; round++) {
    const sides = [await over.measure(), (await under?.measure()) ?? 1] as const;
    if (round === 0) continue;
    overs.push(sides[0]);
    unders.push(sides[1]);
  }
  const values = overs.map((value, index) => value / (unders[index] ?? NaN));
  const value = median(values);
  return {
    id,
    what,
    value,
    unit: under === undefined ? over.unit : '',
    values,
    ...(goal === undefined ? {} : { goal: `${good === 'at least' ? '≥' : '≤'} ${goal}` }),
    ...(goal === undefined ? {} : { reached: good === 'at least' ? value >= goal : value <= goal }),
    over: shown(median(overs), over),
    ...(under === undefined ? {} : { under: shown(median(unders), under) }),
  };
};

/** The figure itself, as it is written. */
export const valueShown = ({ value, unit }: Measured): string => (unit === '' ? value.toFixed(2) : `${rounded(value)} ${unit}`);

export const line = (measured: Measured): string => {
  const { id, what, goal, reached, over, under } = measured;
  const judged = goal === undefined ? '' : `goal ${goal} ${reached === true ? 'reached' : 'missed'}`;
  const sides = under === undefined ? over : `${over} ÷ ${under}`;
  return `${id.padEnd(4)} ${valueShown(measured).padStart(6)}  ${judged.padEnd(20)}  ${what}: ${sides}`;
};

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

/** Milliseconds that it takes. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begun) / 1e6;
};
