/** A log with registries, collections and moves of an alias, as the rules make it. */
import { isLeft } from 'fp-ts/Either';
import { CollectionEvent } from '../../src/domain/collection/events';
import { collectionStream, registryStream } from '../../src/domain/values/streams';
import { EventStore } from '../../src/event-store/event-store';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { DomainLog, domainLog } from './domain-log';

export const SHELF = 'Golden Shelf';

export type Wanted = {
  /** Moves of `production` in each collection, between its three versions, by name of the collection. */
  readonly moves: Readonly<Record<string, number>>;
};

const must = <L, A>(decided: { readonly _tag: 'Left'; readonly left: L } | { readonly _tag: 'Right'; readonly right: A }): void => {
  if (isLeft(decided)) throw new Error(JSON.stringify(decided.left));
};

/** Appends to an empty store; the registry is `SHELF`, open to all as viewers. */
const appendHistory = async (store: EventStore, { moves }: Wanted): Promise<DomainLog> => {
  const log = domainLog(store);
  must(
    await log.registry([SHELF], {
      type: 'CreateRegistry', name: SHELF, description: 'the best', acceptedTypes: 'any', visibility: 'organization',
      defaultRole: 'restricted_viewer', creator: 'user:admin', creatorRole: 'admin',
    }),
  );
  for (const [name, count] of Object.entries(moves)) {
    must(await log.registry([SHELF], { type: 'RegisterCollection', collection: name, life: 1 }));
    for (const version of [0, 1, 2])
      must(
        await log.collection([SHELF, name], {
          type: 'LinkArtifactVersion', registry: SHELF, name, aliases: version === 0 ? ['production'] : [], role: 'admin',
          teams: ['vision'], shelf: { acceptedTypes: 'any', protectedAliases: [] },
          source: { name: `vision/zoo/${version}:v0`, digest: `sha256:${version}`, type: 'model', owner: 'team' },
        }, { reason: `link "${version}" – ünïcödé`, judgedBy: { [registryStream(SHELF)]: 0 } }),
      );
    await appendMoves(log, name, count);
  }
  return log;
};

/** Some in one append, so that long histories are made quickly. */
const appendMoves = async (log: DomainLog, name: string, count: number): Promise<void> => {
  const moves = Array.from({ length: count }, (_, n): CollectionEvent => ({
    type: 'AliasMoved', data: { alias: 'production', from: n % 3, to: (n + 1) % 3, cause: 'change' },
  }));
  const together = count > 1000 ? 100 : 1;
  for (let n = 0; n < count; n += together)
    await log.append(collectionStream(SHELF, name), moves.slice(n, n + together), {
      by: n % 2 === 0 ? 'user:ann' : 'service:ci', command: 'AddAlias', reason: `release ${n}`,
    });
};

/** Makes the embedded store of a folder. */
export const makeHistory = async (folder: string, wanted: Wanted): Promise<void> => {
  const store = openEmbeddedStore({ folder });
  await appendHistory(store, wanted);
  await store.close();
};
