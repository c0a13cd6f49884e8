/** The past, replayed from the events themselves. */
import { isLeft } from 'fp-ts/Either';
import { decodeCollection, Diff, diffBetween, movesOf, States, statesAt } from '../app/audit/past';
import { createPositions } from '../app/positions';
import { CollectionEvent } from '../domain/collection/events';
import { sourceOf } from '../domain/collection/state';
import { byCodePoint } from '../domain/values/names';
import { FullName, showFullName, showPath } from '../domain/values/paths';
import { collectionStream, parseStream } from '../domain/values/streams';
import { showVersion } from '../domain/values/versions';
import { StoredEvent } from '../event-store/event-store';
import { Recorded } from '../event-store/history/history';
import { broken, failed } from './exit';
import { organizationIn } from './organization';
import { Meant, Past, shownName } from './past';
import { isInScope, showScope } from './scope';
import { Source, wholeLog } from './sources';
import { Terminal } from './terminal';

const recordedIn = (stored: StoredEvent): Recorded<CollectionEvent> => {
  const recorded = decodeCollection(stored);
  if (isLeft(recorded)) throw broken(`event ${stored.revision} of ${stored.stream}: ${recorded.left.reason}`);
  return recorded.right;
};

export const pastInStore = (source: Source, terminal: Terminal): Past => {
  const eventsOf = async function* ({ registry, collection }: FullName): AsyncIterable<Recorded<CollectionEvent>> {
    const stream = collectionStream(registry, collection);
    let end = 0;
    for await (const last of source.readStream(stream, { direction: 'backwards', limit: 1 })) end = last.revision + 1;
    const progress = terminal.progress('reading');
    let count = 0;
    try {
      for await (const stored of source.readStream(stream, { limit: Math.max(end, 1) })) {
        terminal.signal.throwIfAborted();
        count += 1;
        progress.tick(count / end, count);
        yield recordedIn(stored);
      }
    } finally {
      progress.end();
    }
    if (count === 0) throw failed(`there is no collection ${showPath(registry, collection)}`);
  };

  return {
    organization: () => organizationIn(source),

    moves: async function* (name, alias) {
      const positions = createPositions(await source.identity());
      const moveOf = movesOf(alias);
      for await (const recorded of eventsOf(name)) {
        const move = moveOf(recorded);
        if (move !== undefined) yield { ...move, position: positions.show(move.position) };
      }
    },

    meaning: async (name, at) => {
      const states = statesAt([at]);
      const links = new Map<number, Link>();
      for await (const recorded of eventsOf(name)) {
        states.take(recorded);
        const { event, metadata } = recorded;
        if (event.type === 'VersionLinked')
          links.set(event.data.version, { digest: event.data.digest, linkedAt: metadata.at, linkedBy: metadata.by });
      }
      return meaningIn(states, links, name, at);
    },

    diff: async (scope, from, to) => {
      const collections = new Map<string, States>();
      const isAsked = isInScope(scope);
      let none = true;
      for await (const stored of wholeLog(source, terminal, 'reading')) {
        if (!isAsked(stored.stream)) continue;
        none = false;
        const named = parseStream(stored.stream);
        const [, collection] = named?.names ?? [];
        if (named?.category !== 'collection' || collection === undefined) continue;
        const states = collections.get(collection) ?? statesAt([from, to]);
        collections.set(collection, states);
        states.take(recordedIn(stored));
      }
      if (none) throw failed(`there are no events of ${showScope(scope)}`);
      return allOf([...collections].sort(([a], [b]) => byCodePoint(a, b)).map(([name, states]) => diffIn(name, states)));
    },
  };
};

type Link = Pick<Meant, 'digest' | 'linkedAt' | 'linkedBy'>;

const meaningIn = (states: States, links: ReadonlyMap<number, Link>, name: FullName, at: string): Meant => {
  const none = (): never => {
    throw failed(`${shownName(name)} was no version at ${at}`);
  };
  const [state] = states.at();
  if (state?.type !== 'Live') return none();
  const version = name.ref.type === 'Version' ? name.ref.version : (state.aliases.get(name.ref.alias) ?? none());
  const [source, link] = [sourceOf(state, version) ?? none(), links.get(version) ?? none()];
  return {
    fullName: showFullName(name.registry, name.collection, version),
    at,
    version: showVersion(version),
    source,
    ...link,
    aliases: [...state.aliases].filter(([, holder]) => holder === version).map(([alias]) => alias).sort(byCodePoint),
  };
};

const NO_DIFFERENCE: Diff = { linked: [], unlinked: [], aliases: [] };

const diffIn = (name: string, states: States): Diff => {
  const [before, after] = states.at();
  return before === undefined || after === undefined ? NO_DIFFERENCE : diffBetween(name, before, after);
};

const allOf = (diffs: ReadonlyArray<Diff>): Diff => ({
  linked: diffs.flatMap(({ linked }) => linked),
  unlinked: diffs.flatMap(({ unlinked }) => unlinked),
  aliases: diffs.flatMap(({ aliases }) => aliases),
});
