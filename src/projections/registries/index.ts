/** The read model of registries. */
import { ReadModel } from '../read-model';
import { statementsOf } from '../sql';
import { changes, project } from './project';
import { selects } from './queries';
import { schema, tables } from './tables';

export const registries: ReadModel = {
  name: 'registries',
  version: 1,
  schema,
  indexesOfQueries: {},
  tables,
  statements: statementsOf(changes, selects),
  project,
};
