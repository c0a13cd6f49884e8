/** The collection: single-holder aliases, numbers that only grow, and protection. */
import { decide } from './decide';
import { collectionEvents } from './events';
import { evolve, initial, weight } from './state';

export const collection = { events: collectionEvents, initial, evolve, decide, weight };
