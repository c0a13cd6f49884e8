/** Random histories of collections, as the real decider makes them, and what a plain fold of their events says. */
import { isRight } from 'fp-ts/Either';
import * as fc from 'fast-check';
import { CollectionCommand } from '../../src/domain/collection/commands';
import { decide } from '../../src/domain/collection/decide';
import { CollectionEvent } from '../../src/domain/collection/events';
import { CollectionState, evolve, initial } from '../../src/domain/collection/state';
import { instantOf, millisecondsOf } from '../../src/domain/values/instants';
import { byCodePoint, LATEST } from '../../src/domain/values/names';
import { ProjectedEvent } from '../../src/projections/read-model';
import { AliasShown, DiffShown, VersionShown } from '../../src/projections/collections/shown';
import { projectedLog } from './projected-log';

export const REGISTRY = 'Golden Datasets';
export const NAMES = ['zoo', 'zoo model', 'Ümläut'] as const;
const ALIASES = ['production', 'staging', 'prüfung', '🚀', 'a'] as const;
const TAGS = ['vision', 'small', 'x y'] as const;
const PEOPLE = ['user:ann', 'user:bob', 'service:ci'] as const;
const BEGIN = millisecondsOf('2026-01-31T09:00:00.000Z');

type Step = {
  readonly pause: number; readonly name: number; readonly what: number; readonly by: number; readonly n: number;
  readonly m: number; readonly aliases: ReadonlyArray<string>;
};

const step: fc.Arbitrary<Step> = fc.record({
  /** Several events of one millisecond are common, long pauses are not. */
  pause: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(5_000_000_000)),
  name: fc.nat(NAMES.length - 1),
  what: fc.nat(29),
  by: fc.nat(PEOPLE.length - 1),
  n: fc.nat(12),
  m: fc.nat(12),
  aliases: fc.subarray([...ALIASES]),
});

const pick = <A>(from: ReadonlyArray<A>, n: number): A => from[n % from.length] as A;

const commandOf = (
  { what, n, m, aliases }: Step, name: string, state: CollectionState, protectedAliases: ReadonlyArray<string>,
): CollectionCommand => {
  const shelf = { acceptedTypes: 'any', protectedAliases } as const;
  const version = Math.max(0, state.nextVersion - 1 - (n % 4));
  const alias = pick(ALIASES, m);
  const role = 'admin';
  switch (what) {
    case 0:
    case 1:
      return {
        type: 'CreateCollection', registry: REGISTRY, name, artifactType: 'model', description: `made ${n}`,
        tags: TAGS.slice(0, m % 3), shelf,
      };
    case 2:
      return { type: 'ChangeCollection', description: `now ${n}`, addTags: [pick(TAGS, n)], removeTags: [pick(TAGS, m)] };
    case 3:
      return { type: 'DeleteCollection', role };
    case 4:
      return { type: 'CloseCollection', life: state.lives + (n % 2) };
    case 5:
    case 6:
    case 7:
      return { type: 'UnlinkVersion', version, role };
    case 8:
    case 9:
      return { type: 'TagVersion', version, tag: pick(TAGS, m), role };
    case 10:
      return { type: 'UntagVersion', version, tag: pick(TAGS, m), role };
    case 11:
    case 12:
      return { type: 'RemoveAlias', alias, role };
    case 13:
    case 14:
      return { type: 'RollBackAlias', alias, role };
    case 15:
      return { type: 'ChangeAliases', changes: aliases.map((each, i) => ({ alias: each, version: Math.max(0, version - i) })), role };
    case 16:
    case 17:
    case 18:
    case 19:
    case 20:
      return { type: 'AddAlias', alias, version, role };
    default:
      return {
        type: 'LinkArtifactVersion', registry: REGISTRY, name, aliases: aliases.slice(0, 2), role, teams: ['vision'], shelf,
        source: { name: `vision/zoo/model:v${n}`, digest: `sha256:${n}`, type: 'model', owner: 'team' },
        ...(m % 3 === 0 ? { run: `vision/zoo/run-${m}` } : {}),
      };
  }
};

/** A log of a few collections of one registry, each command decided by the real decider on the state before it. */
export const histories = (longest: number): fc.Arbitrary<ReadonlyArray<ProjectedEvent>> =>
  fc.array(step, { maxLength: longest, size: 'max' }).map((steps) => {
    const log = projectedLog();
    const states = new Map<string, CollectionState>(NAMES.map((name) => [name, initial]));
    let protectedAliases: ReadonlyArray<string> = [];
    let at = BEGIN;
    const carryOut = (name: string, command: CollectionCommand, by: string): void => {
      const state = states.get(name) ?? initial;
      const decided = decide(command, state);
      if (!isRight(decided)) return;
      states.set(name, decided.right.reduce(evolve, state));
      log.append(
        at, decided.right.map((event) => ({ category: 'collection', registry: REGISTRY, collection: name, event })), { by },
      );
    };
    for (const each of steps) {
      at += each.pause;
      const by = pick(PEOPLE, each.by);
      // A10: a protection goes to every collection of the registry, and to names that are only registered.
      if (each.what >= 28) {
        const alias = pick(ALIASES, each.m);
        const wanted = !protectedAliases.includes(alias);
        protectedAliases = wanted ? [...protectedAliases, alias] : protectedAliases.filter((other) => other !== alias);
        const listed = NAMES.filter((name) => states.get(name)?.type === 'Live' || each.n % 4 === 0);
        for (const name of listed) carryOut(name, { type: wanted ? 'ProtectAlias' : 'UnprotectAlias', alias }, by);
      } else {
        const name = pick(NAMES, each.name);
        carryOut(name, commandOf(each, name, states.get(name) ?? initial, protectedAliases), by);
      }
    }
    return log.events;
  });

type Linked = {
  readonly source: string; readonly run: string | null; readonly linkedAt: string; readonly linkedBy: string;
  readonly tags: ReadonlySet<string>;
};
type Held = { readonly version: number; readonly since: string; readonly by: string };
/** What a collection is, by nothing but its events. */
export type Folded = {
  readonly live: boolean;
  readonly type: string;
  readonly description: string;
  readonly tags: ReadonlySet<string>;
  readonly nextVersion: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly versions: ReadonlyMap<number, Linked>;
  readonly aliases: ReadonlyMap<string, Held>;
  readonly protectedAliases: ReadonlySet<string>;
};

const nothing: Folded = {
  live: false, type: '', description: '', tags: new Set(), nextVersion: 0, createdAt: '', createdBy: '', versions: new Map(),
  aliases: new Map(), protectedAliases: new Set(),
};

const with_ = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> => new Map([...map, [key, value]]);
const without = <K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> => new Map([...map].filter(([each]) => each !== key));
const less = (set: ReadonlySet<string>, item: string): ReadonlySet<string> => new Set([...set].filter((each) => each !== item));

const retagged = (state: Folded, version: number, change: (tags: ReadonlySet<string>) => ReadonlySet<string>): Folded => {
  const linked = state.versions.get(version);
  return linked ? { ...state, versions: with_(state.versions, version, { ...linked, tags: change(linked.tags) }) } : state;
};

const foldOne = (state: Folded, event: CollectionEvent, at: string, by: string): Folded => {
  switch (event.type) {
    case 'CollectionCreated':
      return {
        ...nothing, live: true, type: event.data.type, createdAt: at, createdBy: by, nextVersion: state.nextVersion,
        protectedAliases: state.protectedAliases,
      };
    case 'CollectionDescribed':
      return { ...state, description: event.data.description };
    case 'CollectionTagged':
      return { ...state, tags: new Set([...state.tags, event.data.tag]) };
    case 'CollectionUntagged':
      return { ...state, tags: less(state.tags, event.data.tag) };
    case 'VersionLinked': {
      const { version, source, run = null } = event.data;
      return {
        ...state, nextVersion: version + 1,
        versions: with_(state.versions, version, { source, run, linkedAt: at, linkedBy: by, tags: new Set<string>() }),
      };
    }
    case 'VersionUnlinked':
      return { ...state, versions: without(state.versions, event.data.version) };
    case 'VersionTagged':
      return retagged(state, event.data.version, (tags) => new Set([...tags, event.data.tag]));
    case 'VersionUntagged':
      return retagged(state, event.data.version, (tags) => less(tags, event.data.tag));
    case 'AliasAdded':
    case 'AliasMoved':
      return { ...state, aliases: with_(state.aliases, event.data.alias, { version: event.data.to, since: at, by }) };
    case 'AliasRemoved':
      return { ...state, aliases: without(state.aliases, event.data.alias) };
    case 'AliasProtected':
      return { ...state, protectedAliases: new Set([...state.protectedAliases, event.data.alias]) };
    case 'AliasUnprotected':
      return { ...state, protectedAliases: less(state.protectedAliases, event.data.alias) };
    case 'CollectionDeleted':
      return { ...nothing, nextVersion: state.nextVersion };
  }
};

/** What a collection is after those of its events up to an instant; or after all, without one. */
export const folded = (events: ReadonlyArray<ProjectedEvent>, name: string, until?: string): Folded =>
  events.reduce(
    (state, each) =>
      each.category === 'collection' && each.collection === name && (until === undefined || each.at <= until)
        ? foldOne(state, each.event, each.at, each.by)
        : state,
    nothing,
  );

export const aliasesOf = (state: Folded): ReadonlyArray<AliasShown> | undefined =>
  state.live
    ? [...state.aliases].sort(([a], [b]) => byCodePoint(a, b)).map(([alias, { version, since, by }]) => ({
        alias, version: `v${version}`, kind: alias === LATEST ? 'default' : 'custom',
        protected: state.protectedAliases.has(alias), since, by,
      }))
    : undefined;

export const versionOf = (state: Folded, name: string, version: number): VersionShown | undefined => {
  const linked = state.versions.get(version);
  if (!state.live || linked === undefined) return undefined;
  const { tags, ...rest } = linked;
  const held = [...state.aliases].filter(([, holder]) => holder.version === version).map(([alias]) => alias).sort(byCodePoint);
  return {
    fullName: `wandb-registry-${REGISTRY}/${name}:v${version}`, registry: REGISTRY, collection: name, version: `v${version}`,
    type: state.type, aliases: held, protected: held.some((alias) => state.protectedAliases.has(alias)),
    tags: [...tags].sort(byCodePoint), ...rest,
  };
};

/** What differs between two states, told by comparing all of both. */
export const differenceOf = (name: string, a: Folded, b: Folded): DiffShown => {
  const missing = (from: Folded, to: Folded) =>
    [...to.versions]
      .filter(([version]) => !from.versions.has(version))
      .sort(([one], [other]) => one - other)
      .map(([version, { source }]) => ({ collection: name, version: `v${version}`, source }));
  const show = (held: Held | undefined) => (held === undefined ? null : `v${held.version}`);
  return {
    linked: missing(a, b),
    unlinked: missing(b, a),
    aliases: [...new Set([...a.aliases.keys(), ...b.aliases.keys()])]
      .sort(byCodePoint)
      .map((alias) => ({ collection: name, alias, from: show(a.aliases.get(alias)), to: show(b.aliases.get(alias)) }))
      .filter(({ from, to }) => from !== to),
  };
};

/** The instants at which something happened, those beside them, and those before and after all. */
export const instantsOf = (events: ReadonlyArray<ProjectedEvent>): ReadonlyArray<string> => {
  const all = new Set(
    [BEGIN, ...events.map(({ at }) => millisecondsOf(at))].flatMap((at) => [at - 1, at, at + 1, at + 86_400_000]),
  );
  return [...all].sort((a, b) => a - b).map(instantOf);
};
