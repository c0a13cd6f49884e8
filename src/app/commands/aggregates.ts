/** The decider loop of every aggregate, on one store. */
import { artifact } from '../../domain/artifact';
import { collection } from '../../domain/collection';
import { organization } from '../../domain/organization';
import { registry } from '../../domain/registry';
import { request } from '../../domain/request';
import { usage } from '../../domain/usage';
import { Decider } from '../../decider/decider';
import { createExecute, Execute, Observer } from '../../decider/execute';
import { createLanes } from '../../decider/lane';
import { Snapshots } from '../../decider/snapshots';
import { createStates, States } from '../../decider/states';
import { EventStore } from '../../event-store/event-store';
import { EventCodecs, EventOf } from '../../event-store/history/history';

export type Aggregate<C, S, E, R> = {
  readonly execute: Execute<C, S, E, R>;
  readonly load: States<S>['load'];
};

export type AggregateLimits = {
  /** How many commands may wait for one stream. */
  readonly longestLane: number;
  /** How many bytes the cached states of collections may take; those of the others take a part of that. */
  readonly stateBytes: number;
};

/** All loops, each with its own cache of states, and snapshots behind them where somebody keeps those. */
export const createAggregates = (
  store: EventStore, limits: AggregateLimits, observer: Observer, snapshots?: Snapshots,
) => {
  const aggregate = <C, S, K extends EventCodecs, R>(
    decider: Decider<C, S, K, R>, share: number,
  ): Aggregate<C, S, EventOf<K>, R> => {
    const states = createStates(decider, store, Math.round(limits.stateBytes * share), snapshots);
    return {
      execute: createExecute(decider, store, states, createLanes<S>(limits.longestLane), observer),
      load: states.load,
    };
  };
  return {
    collection: aggregate(collection, 1),
    registry: aggregate(registry, 0.25),
    artifact: aggregate(artifact, 0.25),
    organization: aggregate(organization, 0.25),
    usage: aggregate(usage, 0.25),
    request: aggregate(request, 0.1),
  };
};

export type Aggregates = ReturnType<typeof createAggregates>;
