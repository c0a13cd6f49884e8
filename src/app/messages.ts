/** What travels on the buses: one message class per aggregate or read model, each carrying a tagged union. */
import { Command, Query } from '@nestjs/cqrs';
import { Either } from 'fp-ts/Either';
import { Failure } from '../decider/failure';
import { ArtifactRejection } from '../domain/artifact/rejections';
import { AliasChange } from '../domain/collection/commands';
import { CollectionRejection } from '../domain/collection/rejections';
import { OrganizationRejection } from '../domain/organization/rejections';
import { AcceptedTypes } from '../domain/values/accepted-types';
import { RegistryRejection } from '../domain/registry/rejections';
import { RequestRejection } from '../domain/request';
import { JsonObject, Metrics } from '../domain/values/json';
import { OrganizationRole, RegistryRole } from '../domain/values/principals';
import { Visibility } from '../domain/values/visibility';
import { SourceRef, VersionRef } from '../domain/values/versions';

/** Who asks, as the key that came with the request says. */
export type Caller = {
  /** `user:ann` or `service:ci` */
  readonly principal: string;
  readonly organizationRole: OrganizationRole;
  readonly teams: ReadonlyArray<string>;
  /** Lowercase hex SHA-256 of the key. */
  readonly keyHash: string;
  /** Of who comes with a session: when it ends, in milliseconds since 1970. */
  readonly sessionEnds?: number;
};

/** What comes with any command beside what it asks for. */
export type CommandMeta = {
  readonly caller: Caller;
  readonly reason?: string;
  readonly traceparent?: string;
  /** `fingerprint`: of the whole request, to know it again. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
};

/** Where a collection is. */
export type InCollection = { readonly registry: string; readonly collection: string };

export type CollectionRequest =
  | ({ readonly type: 'CreateCollection'; readonly artifactType: string; readonly description: string;
      readonly tags: ReadonlyArray<string> } & InCollection)
  | ({ readonly type: 'ChangeCollection'; readonly description?: string; readonly addTags: ReadonlyArray<string>;
      readonly removeTags: ReadonlyArray<string> } & InCollection)
  | ({ readonly type: 'DeleteCollection' } & InCollection)
  | ({ readonly type: 'LinkArtifactVersion'; readonly source: SourceRef; readonly aliases: ReadonlyArray<string>;
      readonly run?: string;
      /** As written in front of a target path. */
      readonly organization?: string } & InCollection)
  | ({ readonly type: 'UnlinkVersion'; readonly version: number } & InCollection)
  | ({ readonly type: 'TagVersion' | 'UntagVersion'; readonly version: number; readonly tag: string } & InCollection)
  | ({ readonly type: 'RecordUsage'; readonly ref: VersionRef; readonly run: string } & InCollection)
  | ({ readonly type: 'AddAlias'; readonly alias: string; readonly version: number;
      readonly expected?: number | null } & InCollection)
  | ({ readonly type: 'RemoveAlias' | 'RollBackAlias'; readonly alias: string;
      readonly expected?: number | null } & InCollection)
  | ({ readonly type: 'ChangeAliases'; readonly changes: ReadonlyArray<AliasChange> } & InCollection);

export type RegistryRequest =
  | { readonly type: 'CreateRegistry'; readonly registry: string; readonly description: string;
      readonly acceptedTypes: AcceptedTypes; readonly visibility: Visibility; readonly defaultRole: RegistryRole }
  | { readonly type: 'ChangeRegistry'; readonly registry: string; readonly description?: string;
      readonly addAcceptedTypes?: AcceptedTypes; readonly visibility?: Visibility; readonly defaultRole?: RegistryRole }
  | { readonly type: 'DeleteRegistry'; readonly registry: string }
  | { readonly type: 'ProtectAlias' | 'UnprotectAlias'; readonly registry: string; readonly alias: string }
  | { readonly type: 'GrantRole'; readonly registry: string; readonly principal: string; readonly role: RegistryRole }
  | { readonly type: 'RevokeRole'; readonly registry: string; readonly principal: string };

export type ArtifactRequest =
  /** `artifact`: `entity/project/artifact`, as everywhere below. */
  | { readonly type: 'LogArtifact'; readonly artifact: string; readonly artifactType: string; readonly digest: string;
      readonly uri: string | null; readonly sizeBytes: number | null; readonly metadata: JsonObject;
      readonly metrics: Metrics; readonly run: string | null; readonly aliases: ReadonlyArray<string> }
  | { readonly type: 'AddSourceAlias'; readonly artifact: string; readonly alias: string; readonly version: number }
  | { readonly type: 'RemoveSourceAlias'; readonly artifact: string; readonly alias: string }
  | { readonly type: 'DeleteArtifactVersion'; readonly artifact: string; readonly version: number };

export type OrganizationRequest =
  | { readonly type: 'CreateTeam'; readonly name: string }
  | { readonly type: 'AddTeamMember' | 'RemoveTeamMember'; readonly team: string; readonly principal: string }
  | { readonly type: 'CreateUser' | 'CreateServiceAccount'; readonly name: string; readonly role: OrganizationRole }
  | { readonly type: 'ChangePrincipal'; readonly principal: string; readonly role?: OrganizationRole;
      readonly disabled?: boolean }
  | { readonly type: 'CreateKey'; readonly principal: string; readonly expiresAt: string | null; readonly label: string }
  | { readonly type: 'RevokeKey'; readonly id: string };

/** What the application says no with, beside what the aggregates do. */
export type ApplicationRejection =
  | { readonly type: 'unauthenticated' }
  /** `role`: the one that is needed, with where. */
  | { readonly type: 'forbidden'; readonly role: string }
  /** No version holds this alias. */
  | { readonly type: 'version_not_found'; readonly alias: string }
  | { readonly type: 'version_held_by_protected_alias' }
  | { readonly type: 'request_in_progress' }
  | { readonly type: 'read_model_behind' };

export type Rejection =
  | CollectionRejection
  | RegistryRejection
  | ArtifactRejection
  | OrganizationRejection
  | RequestRejection
  | ApplicationRejection;

export type CommandFailure = Failure<Rejection>;

/** A command's answer: an HTTP status of success, and the resource with `position`. */
export type CommandAnswer = { readonly status: 200 | 201; readonly body: Readonly<Record<string, unknown>> };
export type CommandResult = Either<CommandFailure, CommandAnswer>;

export class ChangeInCollection extends Command<CommandResult> {
  constructor(
    readonly request: CollectionRequest,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class ChangeInRegistry extends Command<CommandResult> {
  constructor(
    readonly request: RegistryRequest,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class ChangeInArtifact extends Command<CommandResult> {
  constructor(
    readonly request: ArtifactRequest,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class ChangeInOrganization extends Command<CommandResult> {
  constructor(
    readonly request: OrganizationRequest,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

/** What comes with any query. */
export type QueryMeta = {
  readonly caller: Caller;
  /** `Moniker-After`: a position that the answer has to include. */
  readonly after?: string;
};

/** A page of a list: at most `limit` items after the key of the last one shown. One more is answered if there is one. */
export type PageOf<K extends ReadonlyArray<string | number>> = { readonly limit: number; readonly after: K | undefined };

type AsOf = {
  /** The state at this instant (RFC 3339 UTC, milliseconds); absent for now. */
  readonly at?: string;
};
type CollectionFilter = { readonly artifactType?: string; readonly tag?: string;
  /** The beginning of the name. */
  readonly name?: string };
type HistoryFilter = { readonly by?: string; readonly eventType?: string; readonly alias?: string; readonly correlation?: string;
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string; readonly order: 'asc' | 'desc'; readonly page: PageOf<readonly [position: string]> };

export type CollectionsQuery =
  | ({ readonly type: 'GetCollection' } & InCollection)
  | ({ readonly type: 'ListCollections'; readonly registry: string; readonly page: PageOf<readonly [name: string]> } & CollectionFilter)
  | ({ readonly type: 'ListAllCollections'; readonly role?: RegistryRole;
      readonly page: PageOf<readonly [name: string, registry: string]> } & CollectionFilter)
  | ({ readonly type: 'GetVersion'; readonly ref: VersionRef } & InCollection & AsOf)
  | ({ readonly type: 'ListVersions'; readonly order: 'asc' | 'desc'; readonly tag?: string; readonly alias?: string;
      readonly source?: string; readonly page: PageOf<readonly [version: number]> } & InCollection)
  /** `{ items }`: the whole map. */
  | ({ readonly type: 'GetAliases' } & InCollection & AsOf)
  | ({ readonly type: 'Resolve'; readonly ref: VersionRef;
      /** As written in front of the full name. */
      readonly organization?: string } & InCollection & AsOf)
  | ({ readonly type: 'CompareMetrics'; readonly versions?: ReadonlyArray<number> } & InCollection)
  | ({ readonly type: 'GetLineage'; readonly version: number } & InCollection);

export type HistoryQuery =
  | ({ readonly type: 'AliasHistory'; readonly alias: string; readonly page: PageOf<readonly [position: string]> } & InCollection)
  | ({ readonly type: 'CollectionHistory' } & InCollection & HistoryFilter)
  | ({ readonly type: 'RegistryHistory'; readonly registry: string } & HistoryFilter)
  | ({ readonly type: 'OrganizationHistory' } & HistoryFilter)
  | ({ readonly type: 'CollectionDiff'; readonly from: string; readonly to: string } & InCollection)
  | { readonly type: 'RegistryDiff'; readonly registry: string; readonly from: string; readonly to: string };

export type RegistriesQuery =
  | { readonly type: 'GetRegistry'; readonly registry: string }
  | { readonly type: 'ListRegistries'; readonly name?: string; readonly page: PageOf<readonly [name: string]> }
  | { readonly type: 'ListMembers'; readonly registry: string; readonly page: PageOf<readonly [principal: string]> };

export type ArtifactsQuery =
  | { readonly type: 'ListEntities'; readonly page: PageOf<readonly [name: string]> }
  | { readonly type: 'ListProjects'; readonly entity: string; readonly page: PageOf<readonly [name: string]> }
  | { readonly type: 'ListArtifacts'; readonly entity: string; readonly project: string;
      readonly page: PageOf<readonly [name: string]> }
  /** `artifact`: `entity/project/artifact`. Newest first. */
  | { readonly type: 'ListSourceVersions'; readonly artifact: string; readonly page: PageOf<readonly [version: number]> }
  | { readonly type: 'GetSourceVersion'; readonly artifact: string; readonly ref: VersionRef };

export type OrganizationQuery =
  | { readonly type: 'GetOrganization' }
  | { readonly type: 'WhoAmI' }
  | { readonly type: 'ListTeams' | 'ListUsers' | 'ListServiceAccounts'; readonly page: PageOf<readonly [name: string]> }
  /** One's own; all for organization admins. */
  | { readonly type: 'ListKeys'; readonly withLastUse?: boolean; readonly page: PageOf<readonly [id: string]> };

/** The events of a collection as they are stored, also when it is deleted. */
export type StreamsQuery =
  | ({ readonly type: 'ReadEvents' } & InCollection)
  /** `kept`: a head that was kept elsewhere. */
  | ({ readonly type: 'VerifyEvents'; readonly kept?: { readonly revision: number; readonly chain: string } } & InCollection);

/** Which changes to follow; all that the caller may see unless one of these is given. */
export type FollowQuery = {
  readonly registry?: string;
  readonly collection?: string;
  readonly alias?: string;
  readonly eventType?: string;
  /** From which position on, as clients see it, and the parameter or header that told it; from now on unless given. */
  readonly after?: { readonly path: string; readonly position: string };
};

/** A resource of `api.md`, ready to be shown. */
export type Resource = Readonly<Record<string, unknown>>;

/** What a query says no with: a code of `api.md`. */
export type QueryRejection =
  | { readonly type:
        | 'registry_not_found' | 'collection_not_found' | 'version_not_found' | 'alias_not_found' | 'entity_not_found'
        | 'artifact_not_found' | 'artifact_version_not_found' | 'read_model_behind'
        /** As many follow as this node serves. */
        | 'overloaded' }
  | { readonly type: 'forbidden'; readonly role: string }
  /** The event store did not answer, for this reason. */
  | { readonly type: 'store_unavailable'; readonly reason: string }
  /** `path`: the parameter or header at fault. */
  | { readonly type: 'malformed_request'; readonly path: string; readonly message: string };

/** A page of a list, which may be shorter than was asked for though there are more items. */
export type Listed<A = Resource> = { readonly items: ReadonlyArray<A>; readonly more: boolean };

/** Queries with a page answer one. */
type ValueOf<Q> = Q extends { readonly page: unknown } ? Listed : Resource;

/** What was asked for, and the position that it is as of, as clients see it. */
export type Found<V> = { readonly value: V; readonly position: string };
export type QueryResult<V> = Either<QueryRejection, Found<V>>;

export class AskCollections<Q extends CollectionsQuery = CollectionsQuery> extends Query<QueryResult<ValueOf<Q>>> {
  constructor(
    readonly query: Q,
    readonly meta: QueryMeta,
  ) {
    super();
  }
}

export class AskHistory<Q extends HistoryQuery = HistoryQuery> extends Query<QueryResult<ValueOf<Q>>> {
  constructor(
    readonly query: Q,
    readonly meta: QueryMeta,
  ) {
    super();
  }
}

export class AskRegistries<Q extends RegistriesQuery = RegistriesQuery> extends Query<QueryResult<ValueOf<Q>>> {
  constructor(
    readonly query: Q,
    readonly meta: QueryMeta,
  ) {
    super();
  }
}

export class AskArtifacts<Q extends ArtifactsQuery = ArtifactsQuery> extends Query<QueryResult<ValueOf<Q>>> {
  constructor(
    readonly query: Q,
    readonly meta: QueryMeta,
  ) {
    super();
  }
}

export class AskOrganization<Q extends OrganizationQuery = OrganizationQuery> extends Query<QueryResult<ValueOf<Q>>> {
  constructor(
    readonly query: Q,
    readonly meta: QueryMeta,
  ) {
    super();
  }
}

/** Lines of events, some at a time; a reader that does not take them holds nothing up. */
type StreamAnswer<Q> = Q extends { readonly type: 'ReadEvents' } ? AsyncIterable<string> : Resource;

export class AskStreams<Q extends StreamsQuery = StreamsQuery> extends Query<QueryResult<StreamAnswer<Q>>> {
  constructor(
    readonly query: Q,
    readonly meta: QueryMeta,
  ) {
    super();
  }
}

/** Each change as it is committed, written as it was put together; it goes on until either side ends it. */
export class FollowChanges extends Query<QueryResult<AsyncIterable<Uint8Array>>> {
  constructor(
    readonly query: FollowQuery,
    readonly meta: QueryMeta,
  ) {
    super();
  }
}
