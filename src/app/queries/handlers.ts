/** What the query bus knows: one thin handler per message. */
import { Inject } from '@nestjs/common';
import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Either } from 'fp-ts/Either';
import {
  ArtifactsQuery, AskArtifacts, AskCollections, AskHistory, AskOrganization, AskRegistries, AskStreams, Caller, FollowChanges,
  CollectionsQuery, HistoryQuery, Listed, OrganizationQuery, QueryRejection, QueryResult, RegistriesQuery, Resource,
} from '../messages';
import { Feed } from '../feed/feed';
import { Ask } from './ask';
import { AnswerStreams } from './streams';

type Value = Resource | Listed;
type Answer<Q> = (query: Q, caller: Caller) => Either<QueryRejection, Value>;

/** What the handlers ask, by read model, and the way that all of it goes. */
export type AnswerQueries = {
  readonly ask: Ask;
  readonly registries: Answer<RegistriesQuery>;
  readonly artifacts: Answer<ArtifactsQuery>;
  readonly collections: Answer<CollectionsQuery>;
  readonly history: Answer<HistoryQuery>;
  readonly organization: Answer<OrganizationQuery>;
  readonly streams: AnswerStreams;
};

/** The provider of an `AnswerQueries`. */
export const ANSWER_QUERIES = Symbol('AnswerQueries');

@QueryHandler(AskRegistries)
class AskRegistriesHandler implements IQueryHandler<AskRegistries> {
  constructor(@Inject(ANSWER_QUERIES) private readonly answer: AnswerQueries) {}

  execute({ query, meta }: AskRegistries): Promise<QueryResult<Value>> {
    return this.answer.ask(meta, () => this.answer.registries(query, meta.caller));
  }
}

@QueryHandler(AskArtifacts)
class AskArtifactsHandler implements IQueryHandler<AskArtifacts> {
  constructor(@Inject(ANSWER_QUERIES) private readonly answer: AnswerQueries) {}

  execute({ query, meta }: AskArtifacts): Promise<QueryResult<Value>> {
    return this.answer.ask(meta, () => this.answer.artifacts(query, meta.caller));
  }
}

@QueryHandler(AskCollections)
class AskCollectionsHandler implements IQueryHandler<AskCollections> {
  constructor(@Inject(ANSWER_QUERIES) private readonly answer: AnswerQueries) {}

  execute({ query, meta }: AskCollections): Promise<QueryResult<Value>> {
    return this.answer.ask(meta, () => this.answer.collections(query, meta.caller));
  }
}

@QueryHandler(AskHistory)
class AskHistoryHandler implements IQueryHandler<AskHistory> {
  constructor(@Inject(ANSWER_QUERIES) private readonly answer: AnswerQueries) {}

  execute({ query, meta }: AskHistory): Promise<QueryResult<Value>> {
    return this.answer.ask(meta, () => this.answer.history(query, meta.caller));
  }
}

@QueryHandler(AskOrganization)
class AskOrganizationHandler implements IQueryHandler<AskOrganization> {
  constructor(@Inject(ANSWER_QUERIES) private readonly answer: AnswerQueries) {}

  execute({ query, meta }: AskOrganization): Promise<QueryResult<Value>> {
    return this.answer.ask(meta, () => this.answer.organization(query, meta.caller));
  }
}

@QueryHandler(AskStreams)
class AskStreamsHandler implements IQueryHandler<AskStreams> {
  constructor(@Inject(ANSWER_QUERIES) private readonly answer: AnswerQueries) {}

  execute({ query, meta }: AskStreams): Promise<QueryResult<Resource | AsyncIterable<string>>> {
    return this.answer.streams(query, meta);
  }
}

/** The provider of a `Feed`. */
export const FEED = Symbol('Feed');

@QueryHandler(FollowChanges)
class FollowChangesHandler implements IQueryHandler<FollowChanges> {
  constructor(@Inject(FEED) private readonly feed: Feed) {}

  execute({ query, meta }: FollowChanges): Promise<QueryResult<AsyncIterable<Uint8Array>>> {
    return this.feed.follow(query, meta);
  }
}

export const queryHandlers = [
  AskRegistriesHandler, AskArtifactsHandler, AskCollectionsHandler, AskHistoryHandler, AskOrganizationHandler,
  AskStreamsHandler, FollowChangesHandler,
];
