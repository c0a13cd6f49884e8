/** The past, as a server tells it. */
import { Diff } from '../app/audit/past';
import { showVersion } from '../domain/values/versions';
import { Api, collectionPath } from './api';
import { Meant, Past, shownName, ShownMove } from './past';

const MOVES = ['AliasAdded', 'AliasMoved', 'AliasRemoved'];

const shownOrNull = (version: unknown): string | null => (typeof version === 'number' ? showVersion(version) : null);

export const pastOnServer = (api: Api): Past => ({
  organization: api.organization,

  moves: async function* (name, alias) {
    const path = `${collectionPath(name.registry, name.collection)}/history?order=asc&alias=${encodeURIComponent(alias)}`;
    for await (const item of api.list(path)) {
      if (!MOVES.includes(String(item['type']))) continue;
      const { at, by, reason, command, correlation, revision, position, data } = item as ShownMove & {
        readonly data: Readonly<Record<string, unknown>>;
      };
      yield {
        alias, from: shownOrNull(data['from']), to: shownOrNull(data['to']), cause: String(data['cause']),
        at, by, reason, command, correlation, revision, position,
      };
    }
  },

  meaning: async (name, at) => {
    const resolved = await api.get(`/resolve?name=${encodeURIComponent(shownName(name))}&at=${encodeURIComponent(at)}`);
    const { fullName, version, aliases, linkedAt, linkedBy, source } = resolved as Omit<Meant, 'source'> & {
      readonly source: { readonly name: string; readonly digest: string };
    };
    return { fullName, at, version, source: source.name, digest: source.digest, linkedAt, linkedBy, aliases };
  },

  diff: async ({ registry, collection }, from, to) => {
    const path = collection === undefined ? `/registries/${encodeURIComponent(registry)}` : collectionPath(registry, collection);
    return (await api.get(`${path}/diff?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`)) as Diff;
  },
});
