/** The read model of the history: every change, to look through. */
import { ReadModel } from '../read-model';
import { statementsOf } from '../sql';
import { changes, project } from './project';
import { selects } from './queries';
import { indexesOfQueries, schema, tables } from './tables';

export const history: ReadModel = {
  name: 'history',
  version: 3,
  schema,
  indexesOfQueries,
  tables,
  statements: statementsOf(changes, selects),
  project,
};
