/** What the query handlers ask, put together. */
import { EventStore } from '../../event-store/event-store';
import { LastUses } from '../last-uses';
import { Positions } from '../positions';
import { Reach } from '../reaching';
import { createAccess } from './access';
import { answerArtifacts } from './artifacts';
import { createAsk, Freshness } from './ask';
import { answerCollections } from './collections';
import { AnswerQueries } from './handlers';
import { answerHistory } from './history';
import { answerOrganization } from './organization';
import { Queries } from './queries';
import { answerRegistries } from './registries';
import { answerStreams } from './streams';
import { createShowVersion } from './versions';

/** @param now milliseconds since 1970 */
export const createAnswers = (
  queries: Queries, readModels: Freshness, positions: Positions, reach: Reach, store: Pick<EventStore, 'readStream'>,
  uses: LastUses, now: () => number,
): AnswerQueries => {
  const access = createAccess(queries);
  const ask = createAsk(readModels, positions, reach);
  return {
    ask,
    registries: answerRegistries(queries, access),
    artifacts: answerArtifacts(queries, access),
    collections: answerCollections(queries, access, createShowVersion(queries), now),
    history: answerHistory(queries, access, positions),
    organization: answerOrganization(queries, access, uses),
    streams: answerStreams(store, ask, access, queries),
  };
};
