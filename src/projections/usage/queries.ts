/** Questions about who used a linked version. */
import { Database } from '../read-model';
import { prepare } from '../sql';

export const selects = {
  runs: `SELECT run, at FROM usage_runs WHERE registry = :registry AND collection = :collection AND version = :version
    ORDER BY position DESC LIMIT :limit`,
} as const;

export type Usage = {
  /** `team/project/id` */
  readonly run: string;
  readonly at: string;
};

export const usageQueries = (db: Database) => {
  const select = prepare(db, selects);
  return {
    /** The newest runs that used a version, newest first. */
    runsOf: (registry: string, collection: string, version: number, limit: number): ReadonlyArray<Usage> =>
      (select.runs.all({ registry, collection, version, limit }) as ReadonlyArray<Usage>).map(({ run, at }) => ({ run, at })),
  };
};
