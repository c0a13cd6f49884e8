import { Controller, Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isLeft } from 'fp-ts/Either';
import { FollowChanges, FollowQuery } from '../../app/messages';
import { answer, Caller, DecodedRequest, Handles, ReplyTo } from '../boundary';
import { LAST_EVENT_ID } from '../boundary/request';
import { problemOf, queryMeta } from '../replies';
import * as operations from './operations';

/** Nothing on the way is to keep, gather or compress what comes; the connection ends with the stream. */
const HEADERS = { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', connection: 'close' };

@Controller()
export class FeedController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Handles(operations.followChanges)
  async follow(
    request: DecodedRequest<typeof operations.followChanges>, caller: Caller,
  ): ReplyTo<typeof operations.followChanges> {
    const followed = await this.queries.execute(new FollowChanges(asked(request), queryMeta(request, caller)));
    return isLeft(followed)
      ? problemOf(followed.left)
      : answer(200, followed.right.value, { position: followed.right.position, headers: HEADERS });
  }
}

/** A browser comes back to the address that it began with: what it has heard since counts before that. */
const asked = ({ query, headers }: DecodedRequest<typeof operations.followChanges>): FollowQuery => {
  const { type, after, ...where } = query;
  const { lastEventId } = headers;
  return {
    ...where,
    ...(type === undefined ? {} : { eventType: type }),
    ...(after === undefined ? {} : { after: { path: 'after', position: after } }),
    ...(lastEventId === undefined ? {} : { after: { path: LAST_EVENT_ID, position: lastEventId } }),
  };
};
