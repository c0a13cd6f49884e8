/** What the query handlers ask, put together. */
import { Positions } from '../positions';
import { createAccess } from './access';
import { answerArtifacts } from './artifacts';
import { createAsk, Freshness } from './ask';
import { AnswerQueries } from './handlers';
import { answerOrganization } from './organization';
import { Queries } from './queries';
import { answerRegistries } from './registries';

export const createAnswers = (queries: Queries, readModels: Freshness, positions: Positions): AnswerQueries => {
  const access = createAccess(queries);
  return {
    ask: createAsk(readModels, positions),
    registries: answerRegistries(queries, access),
    artifacts: answerArtifacts(queries, access),
    organization: answerOrganization(queries, access),
  };
};
