/** What is counted of the traffic with EventStoreDB. */
export type EventStoreDbMetrics = {
  /** A call was made again, for this reason (`not-leader`, `broken` …). */
  readonly retried: (reason: string) => void;
  /** A subscription ended that nobody left, for this reason. */
  readonly subscriptionLost: (reason: string) => void;
};

/** In milliseconds. */
export type Timeouts = {
  /** Until an append counts as not answered. */
  readonly append: number;
  /** Until a read counts as not answered, from its beginning and from each event of it. */
  readonly read: number;
  /** Between comparisons of a subscription with the head of the log. */
  readonly watch: number;
};

export const TIMEOUTS: Timeouts = { append: 5000, read: 5000, watch: 2000 };

export const uncounted: EventStoreDbMetrics = {
  retried: () => undefined,
  subscriptionLost: () => undefined,
};
