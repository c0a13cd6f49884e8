/** The live stream (`app.md`). */
import { exactly } from '../../domain/values/described';
import { AliasName, CollectionName, RegistryName } from '../../domain/values/names';
import { Change } from '../answers';
import { EventType } from '../audit/operations';
import { operation } from '../boundary';
import { PositionInHeader } from '../boundary/request';

export const followChanges = operation({
  id: 'followChanges', method: 'GET', path: '/stream', tag: 'Live stream', kind: 'query',
  summary: 'Every change as it is committed',
  description:
    'Server-sent events: `event` is the type of the change, `id` its position, `data` the change as the histories have ' +
    'it, on one line. Without `after` it begins now. What comes first has no data: how long to wait before coming back, ' +
    'and the position to come back with. Coming back with the last `id`, at any node, neither leaves out a change nor ' +
    'repeats one. It ends when the right to follow is lost, when the node stops or falls behind, and when nobody reads it.',
  query: exactly(
    {},
    {
      registry: RegistryName, collection: CollectionName, alias: AliasName, type: EventType, after: PositionInHeader,
    },
  ),
  answers: { 200: Change },
  codes: ['registry_not_found'],
  media: 'text/event-stream',
  live: true,
});
