/** Which artifact types a registry accepts (C3). */
import * as t from 'io-ts';
import { listOf } from './described';
import { ArtifactType } from './names';

/** C3 */
export const MAX_TYPES = 100;
export const AcceptedTypes = t.union([t.literal('any'), listOf(ArtifactType, { max: MAX_TYPES, min: 1, unique: true })]);
export type AcceptedTypes = t.TypeOf<typeof AcceptedTypes>;

/** What a list is meant to say: with `any` in it, every type (C3). */
export const acceptedTypesMeant = (types: AcceptedTypes): AcceptedTypes =>
  types !== 'any' && types.includes('any') ? 'any' : types;
