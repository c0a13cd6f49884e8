/** What is measured, for Prometheus. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

export const createMetrics = () => {
  const registers = [new Registry()];
  const [register] = registers as [Registry];
  collectDefaultMetrics({ register });
  const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  return {
    register,
    requests: new Histogram({
      name: 'moniker_http_request_seconds', help: 'HTTP requests by operation and status, in seconds', registers,
      labelNames: ['operation', 'status'], buckets: seconds,
    }),
    commands: new Counter({
      name: 'moniker_commands_total', help: 'Commands by name and outcome', registers, labelNames: ['command', 'outcome'],
    }),
    conflicts: new Counter({ name: 'moniker_append_conflicts_total', help: 'Appends decided again on a newer history', registers }),
    unknownOutcomes: new Counter({
      name: 'moniker_append_unknown_outcomes_total', help: 'Appends whose outcome was not known, and which were tried again',
      registers,
    }),
    appends: new Histogram({
      name: 'moniker_store_append_seconds', help: 'Appends to the event store by result, in seconds', registers,
      labelNames: ['result'], buckets: seconds,
    }),
    reads: new Histogram({
      name: 'moniker_store_read_seconds', help: 'Reads of streams from the event store by result, in seconds', registers,
      labelNames: ['result'], buckets: seconds,
    }),
    following: new Gauge({ name: 'moniker_streams', help: 'Live streams that are open', registers }),
    cutOff: new Counter({
      name: 'moniker_streams_cut_off_total', help: 'Live streams that were cut off because nobody read them', registers,
    }),
    projected: new Counter({ name: 'moniker_projected_events_total', help: 'Events taken into the read models', registers }),
    projecting: new Histogram({
      name: 'moniker_projection_seconds', help: 'From the delivery of events to their commit in the read models, in seconds',
      registers, buckets: seconds,
    }),
    subscriptionRestarts: new Counter({
      name: 'moniker_subscription_restarts_total', help: 'How often the catch-up subscription was begun anew', registers,
    }),
    subscriptionsLost: new Counter({
      name: 'moniker_subscriptions_lost_total', help: 'Subscriptions that EventStoreDB ended or let fall silent, by reason',
      registers, labelNames: ['reason'],
    }),
    storeRetries: new Counter({
      name: 'moniker_store_retries_total', help: 'What the event store was asked again, by reason', registers,
      labelNames: ['reason'],
    }),
    lagSeconds: new Gauge({
      name: 'moniker_projection_lag_seconds', help: 'Since when the read models are known to be behind the store, in seconds',
      registers,
    }),
    lagPositions: new Gauge({
      name: 'moniker_projection_lag_positions',
      help: 'How far the read models are behind the head of the store: events in an embedded store, bytes in EventStoreDB',
      registers,
    }),
    lagEvents: new Gauge({
      name: 'moniker_projection_lag_events',
      help: 'The same in events: exact in an embedded store; in EventStoreDB by the mean size of those taken in since the start',
      registers,
    }),
    position: new Gauge({
      name: 'moniker_projection_position', help: 'The position in the log that the read models include', registers,
    }),
    clockAhead: new Gauge({
      name: 'moniker_clock_ahead_seconds', help: "How far this node's clock is ahead of the event store's, in seconds", registers,
    }),
    ready: new Gauge({ name: 'moniker_ready', help: '1 while the node is ready', registers }),
  };
};
