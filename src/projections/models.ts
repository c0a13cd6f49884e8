/** All read models. */
import { artifacts } from './artifacts';
import { organization } from './organization';
import { ReadModel } from './read-model';
import { registries } from './registries';

export const readModels: ReadonlyArray<ReadModel> = [organization, registries, artifacts];
