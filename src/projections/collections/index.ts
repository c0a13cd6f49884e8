/** The read model of collections: what is linked and what it is called, now and as of any instant. */
import { ReadModel } from '../read-model';
import { statementsOf } from '../sql';
import { changes, project } from './project';
import { selects } from './selects';
import { indexesOfQueries, schema, tables } from './tables';

export const collections: ReadModel = {
  name: 'collections',
  version: 2,
  schema,
  indexesOfQueries,
  tables,
  statements: statementsOf(changes, selects),
  project,
};
