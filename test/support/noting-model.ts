/** A read model that notes each event that it is given, to see what the loop does. */
import { ReadModel } from '../../src/projections/read-model';

const indexOf = (name: string): string => `CREATE INDEX ${name}_by_type ON ${name}_events (type)`;

/** @param more a member of the rows; what is made with another value is another version of the model */
export const notingModel = (name: string, version = 1): ReadModel => ({
  name,
  version,
  schema: `CREATE TABLE ${name}_events (place INTEGER PRIMARY KEY, position INTEGER, stream TEXT, type TEXT, version INTEGER);
    ${indexOf(name)}`,
  indexesOfQueries: { [`${name}_by_type`]: indexOf(name) },
  tables: [`${name}_events`],
  statements: {},
  project: (db) => {
    const note = db.prepare(`INSERT INTO ${name}_events (position, stream, type, version) VALUES (?, ?, ?, ?)`);
    return ({ position, stream, event }) => void note.run(position, stream, event.type, version);
  },
});
