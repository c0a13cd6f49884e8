/** The organization: users, service accounts, teams, keys. */
import { decide } from './decide';
import { organizationEvents } from './events';
import { evolve, initial, weight } from './state';

export const organization = { events: organizationEvents, initial, evolve, decide, weight };
