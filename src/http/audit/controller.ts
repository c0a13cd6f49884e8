import { Controller, Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { AskHistory } from '../../app/messages';
import { Caller, DecodedRequest, Handles, Problem, ReplyTo } from '../boundary';
import { malformed } from '../boundary/problems';
import { found, listed, placeOf, queryMeta } from '../replies';
import * as operations from './operations';

type Filters = DecodedRequest<typeof operations.audit>['query'];

/** `type` is a word of the API; in queries it says which query it is. */
const filterOf = ({ type, order = 'desc', ...filter }: Filters) => ({
  ...filter,
  order,
  ...(type === undefined ? {} : { eventType: type }),
});

const backwards = ({ from, to }: { readonly from?: string; readonly to?: string }): Problem | undefined =>
  from !== undefined && to !== undefined && from > to
    ? malformed([{ path: 'from', message: 'must not lie after "to"' }])
    : undefined;

@Controller()
export class AuditController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Handles(operations.collectionHistory)
  async ofCollection(
    request: DecodedRequest<typeof operations.collectionHistory>, caller: Caller,
  ): ReplyTo<typeof operations.collectionHistory> {
    const { params, query, page } = request;
    const asked = new AskHistory({ type: 'CollectionHistory', ...params, ...filterOf(query), page }, queryMeta(request, caller));
    return backwards(query) ?? listed(await this.queries.execute(asked), page, placeOf);
  }

  @Handles(operations.registryHistory)
  async ofRegistry(
    request: DecodedRequest<typeof operations.registryHistory>, caller: Caller,
  ): ReplyTo<typeof operations.registryHistory> {
    const { params, query, page } = request;
    const asked = new AskHistory({ type: 'RegistryHistory', ...params, ...filterOf(query), page }, queryMeta(request, caller));
    return backwards(query) ?? listed(await this.queries.execute(asked), page, placeOf);
  }

  @Handles(operations.audit)
  async ofAll(request: DecodedRequest<typeof operations.audit>, caller: Caller): ReplyTo<typeof operations.audit> {
    const { query, page } = request;
    const asked = new AskHistory({ type: 'OrganizationHistory', ...filterOf(query), page }, queryMeta(request, caller));
    return backwards(query) ?? listed(await this.queries.execute(asked), page, placeOf);
  }

  @Handles(operations.collectionDiff)
  async diffOfCollection(
    request: DecodedRequest<typeof operations.collectionDiff>, caller: Caller,
  ): ReplyTo<typeof operations.collectionDiff> {
    const { params, query } = request;
    const asked = new AskHistory({ type: 'CollectionDiff', ...params, ...query }, queryMeta(request, caller));
    return backwards(query) ?? found(await this.queries.execute(asked));
  }

  @Handles(operations.registryDiff)
  async diffOfRegistry(
    request: DecodedRequest<typeof operations.registryDiff>, caller: Caller,
  ): ReplyTo<typeof operations.registryDiff> {
    const { params, query } = request;
    const asked = new AskHistory({ type: 'RegistryDiff', ...params, ...query }, queryMeta(request, caller));
    return backwards(query) ?? found(await this.queries.execute(asked));
  }
}
