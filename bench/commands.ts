/**
 * P1: link and alias commands in-process, against raw appends of the same events; to EventStoreDB too where
 * EVENTSTOREDB_URL names one.
 */
import { isLeft, right } from 'fp-ts/Either';
import { v4 as uuid } from 'uuid';
import { createAggregates } from '../src/app/commands/aggregates';
import { CommandContext } from '../src/decider/execute';
import { CollectionCommand } from '../src/domain/collection/commands';
import { collectionStream } from '../src/domain/values/streams';
import { openEmbeddedStore } from '../src/event-store/embedded/embedded-store';
import { EventStore, EventToStore, expecting } from '../src/event-store/event-store';
import { openEventStoreDb } from '../src/event-store/eventstoredb/eventstoredb-store';
import { silent } from '../src/event-store/log';
import { remove, temporaryFolder } from './folders';
import { Figure, perSecond } from './ratio';
import { scaled, Subject } from './subject';

const COMMANDS = scaled(10_000);
const AT_ONCE = 64;

const context = (command: string): CommandContext => {
  const commandId = uuid();
  return {
    commandId, command, by: 'service:ci', at: new Date().toISOString(), correlationId: commandId,
    judgedBy: { 'organization-self': 12, 'registry-bench': 34 },
  };
};

const shelf = { acceptedTypes: 'any', protectedAliases: [] } as const;

/** A link for every new version, and an alias that moves to it. */
export const commandAt = (collection: string, index: number): CollectionCommand =>
  index % 2 === 0
    ? {
        type: 'LinkArtifactVersion', registry: 'bench', name: collection, role: 'member', teams: [], shelf, aliases: [],
        source: { name: `team/project/${collection}-artifact:v${index / 2}`, digest: `sha256:${index}`, type: 'model', owner: 'team' },
      }
    : { type: 'ChangeAliases', role: 'member', changes: [{ alias: 'staging', version: (index - 1) / 2 }] };

type Append = { readonly stream: string; readonly revision: number; readonly events: ReadonlyArray<EventToStore> };

/** A store to append to, and what lets go of it. */
type Opened = { readonly store: EventStore; readonly leave: () => Promise<void> };
type Open = () => Opened;

const openEmbedded: Open = () => {
  const folder = temporaryFolder();
  const store = openEmbeddedStore({ folder });
  return {
    store,
    leave: async () => {
      await store.close();
      remove(folder);
    },
  };
};

const openShared = (url: string): Open => () => {
  const store = openEventStoreDb({ url, prefixes: ['collection-'], log: silent });
  return { store, leave: store.close };
};

/** Commands on streams of their own. @param appends where what they append is noted */
const commandsPerSecond = async (open: Open, collections: number, appends: Array<Append>): Promise<number> => {
  const { store: opened, leave } = open();
  const store: EventStore = {
    ...opened,
    append: (stream, expected, events) => {
      appends.push({ stream, revision: expected === 'no_stream' ? -1 : expected, events });
      return opened.append(stream, expected, events);
    },
  };
  const { collection } = createAggregates(
    store, { longestLane: 1_000, stateBytes: 1e9 }, { conflict: () => undefined, unknownOutcome: () => undefined },
  );
  const registry = `bench ${uuid()}`;
  const rate = await perSecond(COMMANDS, AT_ONCE, async (index) => {
    const name = `c${index % collections}`;
    const command = commandAt(name, Math.floor(index / collections));
    const done = await collection.execute(collectionStream(registry, name), () => Promise.resolve(right(command)), context(command.type));
    if (isLeft(done)) throw new Error(JSON.stringify(done.left));
  });
  await leave();
  return rate;
};

const raw = async (open: Open, appends: ReadonlyArray<Append>): Promise<number> => {
  const { store, leave } = open();
  const copy = uuid();
  // Where others may append too, nothing keeps those of one stream in order but waiting for each.
  const isOneStream = appends.every(({ stream }) => stream === appends[0]?.stream);
  const rate = await perSecond(appends.length, isOneStream && !store.exclusive ? 1 : AT_ONCE, async (index) => {
    const { stream, revision, events } = appends[index] as Append;
    const done = await store.append(`${stream} ${copy}`, expecting(revision), events);
    if (isLeft(done)) throw new Error(JSON.stringify(done.left));
  });
  await leave();
  return rate;
};

const figure = (open: Open, where: string, what: string, collections: number): Figure => {
  let appends: Array<Append> = [];
  return {
    id: 'P1', what: `64 commands at once ${what}, ${where}`, goal: 0.8, good: 'at least', rounds: 5,
    over: { label: 'commands', unit: '/s', measure: () => commandsPerSecond(open, collections, (appends = [])) },
    under: { label: 'raw appends', unit: '/s', measure: () => raw(open, appends) },
  };
};

const url = process.env['EVENTSTOREDB_URL'] ?? '';

const stores: ReadonlyArray<readonly [where: string, open: Open]> = [
  ['embedded', openEmbedded],
  ...(url === '' ? [] : [['EventStoreDB', openShared(url)] as const]),
];

export const commands: Subject = {
  ids: ['P1'],
  begin: async () => ({
    figures: stores.flatMap(([where, open]) => [
      figure(open, where, 'over 1,000 collections', 1_000),
      figure(open, where, 'on one collection', 1),
    ]),
    end: async () => undefined,
  }),
};
