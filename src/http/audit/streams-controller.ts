import { Controller, Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isLeft } from 'fp-ts/Either';
import { AskStreams } from '../../app/messages';
import { answer, Caller, DecodedRequest, Handles, malformed, ReplyTo } from '../boundary';
import { found, problemOf, queryMeta } from '../replies';
import * as operations from './streams-operations';

@Controller()
export class StreamsController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Handles(operations.readEvents)
  async read(request: DecodedRequest<typeof operations.readEvents>, caller: Caller): ReplyTo<typeof operations.readEvents> {
    const asked = new AskStreams({ type: 'ReadEvents', ...request.params }, queryMeta(request, caller));
    const lines = await this.queries.execute(asked);
    return isLeft(lines) ? problemOf(lines.left) : answer(200, lines.right.value, { position: lines.right.position });
  }

  @Handles(operations.verifyEvents)
  async verify(request: DecodedRequest<typeof operations.verifyEvents>, caller: Caller): ReplyTo<typeof operations.verifyEvents> {
    const { revision, chain } = request.query;
    if ((revision === undefined) !== (chain === undefined))
      return malformed([
        { path: chain === undefined ? 'chain' : 'revision', message: 'is missing: a head is a revision and its chain' },
      ]);
    const kept = revision === undefined || chain === undefined ? {} : { kept: { revision, chain } };
    const asked = new AskStreams({ type: 'VerifyEvents', ...request.params, ...kept }, queryMeta(request, caller));
    return found(await this.queries.execute(asked));
  }
}
