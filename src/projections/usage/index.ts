/** The read model of usage: the runs that used a linked version. */
import { ReadModel } from '../read-model';
import { statementsOf } from '../sql';
import { changes, project } from './project';
import { selects } from './queries';
import { schema, tables } from './tables';

export const usage: ReadModel = {
  name: 'usage',
  version: 1,
  schema,
  indexesOfQueries: {},
  tables,
  statements: statementsOf(changes, selects),
  project,
};
