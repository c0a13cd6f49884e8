/** What can be asked of the read models: the prepared queries of each, on the one file. */
import { artifactQueries } from '../../projections/artifacts/queries';
import { collectionQueries } from '../../projections/collections/queries';
import { historyQueries } from '../../projections/history/queries';
import { organizationQueries } from '../../projections/organization/queries';
import { ReadModels } from '../../projections/catch-up/read-models';
import { registryQueries } from '../../projections/registries/queries';
import { remembering } from '../../projections/remembered';
import { usageQueries } from '../../projections/usage/queries';
import { PageOf } from '../messages';

export const createQueries = ({ db, onProgress }: Pick<ReadModels, 'db' | 'onProgress'>) => {
  const remember = remembering(onProgress);
  return {
    organization: organizationQueries(db, remember),
    registries: registryQueries(db),
    artifacts: artifactQueries(db),
    collections: collectionQueries(db, remember),
    usage: usageQueries(db),
    history: historyQueries(db),
    /** For what is made of several of them. */
    remember,
  };
};

export type Queries = ReturnType<typeof createQueries>;

/** A page of a list as the read models are asked for it: with one item more, which says that there is a next page. */
export const partOf = <K extends string | number>(page: PageOf<readonly [K]>) => ({
  limit: page.limit + 1,
  ...(page.after === undefined ? {} : { after: page.after[0] }),
});
