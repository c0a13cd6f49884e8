/** What can be asked of the read models: the prepared queries of each, on the one file. */
import { artifactQueries } from '../../projections/artifacts/queries';
import { collectionQueries } from '../../projections/collections/queries';
import { historyQueries } from '../../projections/history/queries';
import { organizationQueries } from '../../projections/organization/queries';
import { ReadModels } from '../../projections/catch-up/read-models';
import { registryQueries } from '../../projections/registries/queries';
import { remembering } from '../../projections/remembered';
import { usageQueries } from '../../projections/usage/queries';
import { Listed, PageOf, Resource } from '../messages';

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

/** One after the other, each made when it is asked for. */
export function* mapped<A, B>(items: Iterable<A>, to: (item: A) => B): Iterable<B> {
  for (const item of items) yield to(item);
}

/** No page is much longer, nor a comparison of metrics: each is in memory until it is sent, and others wait while it is made. In bytes of JSON. */
export const LARGE = 4 * 1024 * 1024;

/**
 * A page of what a list has from there on: as many items as are asked for, fewer where they would be large, one at least.
 * @param items read only as far as they are taken, and one further, which says that there is a next page
 */
export const listed = ({ limit }: { readonly limit: number }, items: Iterable<Resource>): Listed => {
  const taken: Array<Resource> = [];
  let size = 0;
  for (const item of items) {
    if (taken.length === limit) return { items: taken, more: true };
    size += Buffer.byteLength(JSON.stringify(item));
    if (size > LARGE && taken.length > 0) return { items: taken, more: true };
    taken.push(item);
  }
  return { items: taken, more: false };
};
