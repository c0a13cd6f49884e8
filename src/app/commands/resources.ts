/** What the answers of commands are made of: the read models, asked without judging anew who may see them. */
import { RegistryRole } from '../../domain/values/principals';
import { Caller } from '../messages';

export type Resource = Readonly<Record<string, unknown>>;

/** Each answers the resource of `api.md`; undefined where it is not there (any more, or not yet). */
export type Resources = {
  readonly registry: (caller: Caller, registry: string) => Resource | undefined;
  readonly member: (registry: string, principal: string) => Resource | undefined;
  readonly collection: (registry: string, collection: string) => Resource | undefined;
  /** With `at`, as it was then. */
  readonly version: (
    registry: string, collection: string, version: number, role: RegistryRole, at?: string,
  ) => Resource | undefined;
  /** The items of the whole map. */
  readonly aliases: (registry: string, collection: string) => ReadonlyArray<Resource>;
  readonly sourceVersion: (caller: Caller, artifact: string, version: number) => Resource | undefined;
  readonly team: (name: string) => Resource | undefined;
  /** A user or service account. */
  readonly account: (principal: string) => Resource | undefined;
  readonly key: (id: string) => Resource | undefined;
  /** The collections in which a source version is linked now, seen or not. */
  readonly linkedIn: (source: string) => ReadonlyArray<{ readonly registry: string; readonly collection: string }>;
};
