/** The read model of source artifacts. */
import { ReadModel } from '../read-model';
import { statementsOf } from '../sql';
import { changes, project } from './project';
import { selects } from './queries';
import { indexesOfQueries, schema, tables } from './tables';

export const artifacts: ReadModel = {
  name: 'artifacts',
  version: 1,
  schema,
  indexesOfQueries,
  tables,
  statements: statementsOf(changes, selects),
  project,
};
