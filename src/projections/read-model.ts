/** What a read model is: tables, and how each event changes them. All stand in one SQLite file and see each event once. */
import type { DatabaseSync } from '@photostructure/sqlite';
import { ArtifactEvent } from '../domain/artifact/events';
import { CollectionEvent } from '../domain/collection/events';
import { OrganizationEvent } from '../domain/organization/events';
import { RegistryEvent } from '../domain/registry/events';
import { UsageEvent } from '../domain/usage/events';

export type Database = InstanceType<typeof DatabaseSync>;

/** Whose event it is, by the category of its stream. */
export type Subject =
  | { readonly category: 'organization'; readonly event: OrganizationEvent }
  | { readonly category: 'registry'; readonly registry: string; readonly event: RegistryEvent }
  | { readonly category: 'collection'; readonly registry: string; readonly collection: string; readonly event: CollectionEvent }
  | { readonly category: 'usage'; readonly registry: string; readonly collection: string; readonly event: UsageEvent }
  /** `artifact`: `entity/project/artifact`. */
  | { readonly category: 'artifact'; readonly artifact: string; readonly event: ArtifactEvent };

/** An event on its way into the read models. */
export type ProjectedEvent = Subject & {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  /** RFC 3339 UTC, milliseconds. */
  readonly at: string;
  readonly by: string;
  /** The command's name, and its id. */
  readonly command: string;
  readonly commandId: string;
  readonly correlation: string;
  readonly reason: string | null;
  /** The event's data as stored (JSON text). */
  readonly data: string;
};

export type ReadModel = {
  readonly name: string;
  /** Raised with every change of the tables or of what is put into them: the model is then rebuilt at start. */
  readonly version: number;
  /** `CREATE TABLE` and `CREATE INDEX` statements; every name begins with the model's. */
  readonly schema: string;
  /**
   * Of the indexes in `schema`, those that only queries need, by name: while a long log is taken in from its beginning
   * they are left out, and made when all is there.
   */
  readonly indexesOfQueries: Readonly<Record<string, string>>;
  /** The names of the tables, to drop them before a rebuild. */
  readonly tables: ReadonlyArray<string>;
  /** All the SQL that the model runs, for its queries too: a test asks SQLite how each would be carried out. */
  readonly statements: Readonly<Record<string, string>>;
  /**
   * Prepares the statements, and answers the function that takes one event in. It must not fail on any sequence of
   * events that the domain can bring forth. It may remember what it has put into its tables: when a transaction is
   * undone it is not called again, and another one is asked for.
   */
  readonly project: (db: Database) => (event: ProjectedEvent) => void;
};
