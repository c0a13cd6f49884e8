/** The source artifact: what a team has logged, version by version. */
import { decide } from './decide';
import { artifactEvents } from './events';
import { snapshot } from './snapshot';
import { evolve, initial, weight } from './state';

export const artifact = { events: artifactEvents, initial, evolve, decide, weight, snapshot };
