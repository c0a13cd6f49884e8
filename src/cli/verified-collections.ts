/** Collections as a server verifies them, one after another. */
import { collectionStream, parseStream } from '../domain/values/streams';
import { KeptHead } from '../event-store/history/verify';
import { Api, collectionPath } from './api';
import { messageOf } from './exit';
import { isInScope, Scope } from './scope';
import { Terminal } from './terminal';

type Place = Required<Pick<Scope, 'registry' | 'collection'>>;

export type VerifiedCollection = {
  readonly stream: string;
  /** The answer of `GET C/verification`. */
  readonly verified: Readonly<Record<string, unknown>>;
};

const listed = async (api: Api, scope: Scope | undefined): Promise<ReadonlyArray<Place>> => {
  if (scope?.collection !== undefined) return [{ registry: scope.registry, collection: scope.collection }];
  const places: Array<Place> = [];
  const path = scope === undefined ? '/collections' : `/registries/${encodeURIComponent(scope.registry)}/collections`;
  for await (const { registry, name } of api.list(path)) places.push({ registry: String(registry), collection: String(name) });
  return places;
};

/** Of which heads were kept: they may have been deleted since, and are not listed. */
const keptIn = (kept: ReadonlyMap<string, KeptHead>, scope: Scope | undefined): ReadonlyArray<Place> =>
  [...kept.keys()].filter(scope === undefined ? () => true : isInScope(scope)).flatMap((stream) => {
    const [registry = '', collection = ''] = namesIn(stream);
    return collectionStream(registry, collection) === stream ? [{ registry, collection }] : [];
  });

const namesIn = (stream: string): ReadonlyArray<string> => {
  try {
    return parseStream(stream)?.names ?? [];
  } catch {
    return [];
  }
};

/**
 * The collections that the key may verify: all, or those in scope, and those of which heads were kept.
 * @param kept heads, by stream; each is compared
 */
export const verifiedCollections = async function* (
  api: Api, { scope, kept = new Map() }: { readonly scope?: Scope; readonly kept?: ReadonlyMap<string, KeptHead> }, terminal: Terminal,
): AsyncIterable<VerifiedCollection> {
  const progress = terminal.progress('verifying');
  try {
    const asked = await listed(api, scope);
    const places = new Map<string, Place>();
    for (const place of [...asked, ...keptIn(kept, scope)]) places.set(collectionStream(place.registry, place.collection), place);
    let [done, events] = [0, 0];
    for (const [stream, { registry, collection }] of places) {
      const head = kept.get(stream);
      const query = head === undefined ? '' : `?revision=${head.revision}&chain=${head.chain}`;
      const path = `${collectionPath(registry, collection)}/verification${query}`;
      done += 1;
      const verified = await api.get(path).catch((error: unknown) => {
        // Its registry was deleted since, or is not for this key to see: the head cannot be compared.
        if (done > asked.length && messageOf(error).startsWith('registry_not_found')) return undefined;
        throw error;
      });
      if (verified === undefined) continue;
      events += Number(verified['events']);
      progress.tick(done / places.size, events);
      yield { stream, verified };
    }
  } finally {
    progress.end();
  }
};
