/** The registry: what it accepts, what is protected in it, who may do what, and the closed list of its collections. */
import { decide } from './decide';
import { registryEvents } from './events';
import { evolve, initial, weight } from './state';

export const registry = { events: registryEvents, initial, evolve, decide, weight };
