/** Who sees a registry (C3): the whole organization, or those with a role in it. */
import { oneOf } from './described';

export const visibilities = ['organization', 'restricted'] as const;
export type Visibility = (typeof visibilities)[number];
export const Visibility = oneOf('Visibility', visibilities);
