/** What is wrong with the file of the events itself, where its events may seem whole. */
import { EventsFile } from './events-file';
import { orStoreError } from './reading';

/** How many of each kind are told. */
const MOST = 20;

const checks = [
  {
    /** The driver reads a text up to its first NUL. */
    sql: `SELECT position FROM events WHERE instr(CAST(type AS BLOB), x'00') OR instr(CAST(data AS BLOB), x'00')
      OR instr(CAST(metadata AS BLOB), x'00') LIMIT ${MOST}`,
    message: 'has bytes behind a NUL, where nothing reads them',
  },
  {
    sql: `SELECT position FROM events WHERE NOT EXISTS (SELECT 1 FROM streams WHERE id = stream) LIMIT ${MOST}`,
    message: 'belongs to no stream, and is read by nothing',
  },
] as const;

/** Sentences; none when the file is whole. Takes about as long as reading it, and holds the thread. */
export const damageOf = ({ db }: EventsFile): ReadonlyArray<string> =>
  orStoreError(() => [
    ...(db.prepare(`PRAGMA integrity_check(${MOST})`).all() as ReadonlyArray<{ integrity_check: string }>)
      .map(({ integrity_check: said }) => said.replaceAll(/\s+/g, ' '))
      .filter((said) => said !== 'ok')
      .map((said) => `SQLite says: ${said}`),
    ...checks.flatMap(({ sql, message }) =>
      (db.prepare(sql).all() as ReadonlyArray<{ position: number }>).map(
        ({ position }) => `the event at position ${position} ${message}`,
      ),
    ),
  ]);
