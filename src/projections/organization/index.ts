/** The read model of the organization. */
import { ReadModel } from '../read-model';
import { statementsOf } from '../sql';
import { changes, project } from './project';
import { selects } from './queries';
import { schema, tables } from './tables';

export const organization: ReadModel = {
  name: 'organization',
  version: 1,
  schema,
  indexesOfQueries: {},
  tables,
  statements: statementsOf(changes, selects),
  project,
};
