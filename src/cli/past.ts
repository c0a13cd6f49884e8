/** What `replay` and `diff` ask of the past, from the event store or over the API alike. */
import { AliasMove, Diff } from '../app/audit/past';
import { FullName, showPath } from '../domain/values/paths';
import { showVersionRef } from '../domain/values/versions';
import { Scope } from './scope';

/** A move with its position as clients see it. */
export type ShownMove = Omit<AliasMove, 'position'> & { readonly position: string };

/** The version that a name meant. */
export type Meant = {
  readonly fullName: string;
  readonly at: string;
  readonly version: string;
  /** `team/project/artifact:v7` */
  readonly source: string;
  readonly digest: string;
  readonly aliases: ReadonlyArray<string>;
  readonly linkedAt: string;
  readonly linkedBy: string;
};

/** Instants are RFC 3339 UTC, milliseconds. What is not there stops the command. */
export type Past = {
  /** The organization's name; undefined where none was founded. */
  readonly organization: () => Promise<string | undefined>;
  /** Oldest first. */
  readonly moves: (name: FullName, alias: string) => AsyncIterable<ShownMove>;
  readonly meaning: (name: FullName, at: string) => Promise<Meant>;
  readonly diff: (scope: Scope, from: string, to: string) => Promise<Diff>;
};

/** The name without its instant. */
export const shownName = (name: FullName): string => `${showPath(name.registry, name.collection)}:${showVersionRef(name.ref)}`;
