/** All read models. */
import { artifacts } from './artifacts';
import { collections } from './collections';
import { history } from './history';
import { organization } from './organization';
import { ReadModel } from './read-model';
import { registries } from './registries';
import { usage } from './usage';

export const readModels: ReadonlyArray<ReadModel> = [organization, registries, artifacts, collections, usage, history];
