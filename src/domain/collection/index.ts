/** The collection: single-holder aliases, numbers that only grow, and protection. */
import { decide } from './decide';
import { collectionEvents } from './events';
import { snapshot } from './snapshot';
import { CollectionState, evolve, initial, weight } from './state';

export const collection = { events: collectionEvents, initial: initial as CollectionState, evolve, decide, weight, snapshot };
