/** All read models. */
import { ReadModel } from './read-model';

export const readModels: ReadonlyArray<ReadModel> = [];
