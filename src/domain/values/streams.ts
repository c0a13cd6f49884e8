/**
 * The names of streams. They are storage: a changed name is another stream. The category is the text before the
 * first `-`, as EventStoreDB takes it.
 */
import { isNone, tryCatch } from 'fp-ts/Option';

export const categories = ['organization', 'registry', 'collection', 'artifact', 'usage', 'request'] as const;
export type Category = (typeof categories)[number];

const named = (category: Category, ...names: ReadonlyArray<string>): string =>
  `${category}-${names.map(encodeURIComponent).join('/')}`;

/** One organization per deployment, one stream. */
export const ORGANIZATION_STREAM = 'organization-self';
export const registryStream = (registry: string): string => named('registry', registry);
export const collectionStream = (registry: string, collection: string): string =>
  named('collection', registry, collection);
/** Of the artifact `entity/project/artifact`. */
export const artifactStream = (artifact: string): string => named('artifact', ...artifact.split('/'));
export const usageStream = (registry: string, collection: string): string => named('usage', registry, collection);
/** One for each principal and idempotency key, by their hash. */
export const requestStream = (hash: string): string => named('request', hash);

export type StreamName = { readonly category: Category; readonly names: ReadonlyArray<string> };

/** The category and names of a stream; undefined for one that is not Moniker's. */
export const parseStream = (stream: string): StreamName | undefined => {
  const category = categories.find((known) => stream.startsWith(`${known}-`));
  if (category === undefined) return undefined;
  const names = tryCatch(() => stream.slice(category.length + 1).split('/').map(decodeURIComponent));
  return isNone(names) ? undefined : { category, names: names.value };
};
