/**
 * Long histories, made fast: the events that commands would have brought forth, with their chains, written straight
 * into the file of the embedded store. Seeded: the same shape is the same log.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { ArtifactEvent } from '../src/domain/artifact/events';
import { CollectionEvent } from '../src/domain/collection/events';
import { RegistryEvent } from '../src/domain/registry/events';
import { LATEST } from '../src/domain/values/names';
import { artifactStream, collectionStream, registryStream } from '../src/domain/values/streams';
import { closeFile, idToBytes, openToAppend } from '../src/event-store/embedded/events-file';
import { EMPTY, Head, record } from '../src/event-store/history/history';

export const REGISTRY = 'bench';
/** What moves, where a collection has moves beside its links. */
export const MOVED = 'production';
/** How many aliases are given by the first links of a collection, one by each. */
export const ALIASES = 20;

export type CollectionShape = { readonly name: string; readonly versions: number; readonly moves?: number };
export type Shape = { readonly seed: number; readonly collections: ReadonlyArray<CollectionShape> };

const BEGIN = Date.parse('2024-01-01T00:00:00.000Z');
/** Between two appends, in milliseconds: four million of them end before now. */
const STEP = 20_000;
/** How many events share a transaction. */
const TOGETHER = 50_000;
const VERSIONS_OF_ARTIFACT = 100;

/** Mulberry32: evenly from 0 to 1. */
export const chance = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const artifactOf = (source: number): string =>
  `team/training/network-${String(Math.floor(source / VERSIONS_OF_ARTIFACT)).padStart(12, '0')}`;

/** Of forty characters. */
const nameOf = (source: number): string => `${artifactOf(source)}:v${source % VERSIONS_OF_ARTIFACT}`;

const digestOf = (source: number): string => `sha256:${createHash('sha256').update(String(source)).digest('hex')}`;

/** @returns the instant of the last event, RFC 3339 */
export const writeLog = (folder: string, { seed, collections }: Shape): string => {
  mkdirSync(folder, { recursive: true });
  const random = chance(seed);
  const file = openToAppend(folder);
  file.db.exec('PRAGMA synchronous = OFF; BEGIN');
  const streams = new Map<string, { readonly id: number; head: Head }>();
  let [appends, written] = [0, 0];
  const instant = (): string => new Date(BEGIN + appends * STEP).toISOString();

  const uuid = (): string => {
    const hex = createHash('md5').update(`${seed}/${appends}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };

  const append = (
    name: string, command: string, events: ReadonlyArray<RegistryEvent | ArtifactEvent | CollectionEvent>,
  ): void => {
    appends += 1;
    const stream = streams.get(name) ?? { id: Number(file.statement.addStream.run(name).lastInsertRowid), head: EMPTY };
    streams.set(name, stream);
    const commandId = uuid();
    const { stored, head } = record(name, stream.head, events, {
      commandId, command, by: random() < 0.9 ? 'service:ci' : 'user:admin', at: instant(), correlationId: commandId,
      ...(appends > 1 ? { judgedBy: { [registryStream(REGISTRY)]: 0 } } : {}),
    });
    stored.forEach(({ id, type, data, metadata }, index) =>
      file.statement.addEvent.run(stream.id, stream.head.revision + 1 + index, idToBytes(id), type, data, metadata),
    );
    stream.head = head;
    written += stored.length;
    if (written < TOGETHER) return;
    file.db.exec('COMMIT; BEGIN');
    written = 0;
  };

  append(registryStream(REGISTRY), 'CreateRegistry', [
    {
      type: 'RegistryCreated',
      data: { name: REGISTRY, description: '', acceptedTypes: 'any', visibility: 'organization', defaultRole: 'restricted_viewer' },
    },
  ]);
  const sources = Math.max(...collections.map(({ versions }) => versions));
  for (let version = 0; version < VERSIONS_OF_ARTIFACT; version++)
    for (let source = version; source < sources; source += VERSIONS_OF_ARTIFACT)
      append(artifactStream(artifactOf(source)), 'LogArtifact', [
        {
          type: 'ArtifactLogged',
          data: {
            version, type: 'model', digest: digestOf(source), uri: `s3://models/${source}`, sizeBytes: 1_000_000 + source,
            metadata: { framework: 'torch', layers: source % 50 }, run: `team/training/${source}`,
            metrics: { accuracy: random(), loss: random(), epochs: source % 90 },
          },
        },
        version === 0
          ? { type: 'AliasAdded', data: { alias: LATEST, to: 0, cause: 'log' } }
          : { type: 'AliasMoved', data: { alias: LATEST, from: version - 1, to: version, cause: 'log' } },
      ]);

  const states = collections.map((shape) => ({
    ...shape, stream: collectionStream(REGISTRY, shape.name), linked: 0, moved: 0, holder: undefined as number | undefined,
  }));
  for (const { name } of states)
    append(registryStream(REGISTRY), 'RegisterCollection', [{ type: 'CollectionRegistered', data: { collection: name, life: 1 } }]);

  const link = (state: (typeof states)[number]): void => {
    const version = state.linked++;
    append(state.stream, 'LinkArtifactVersion', [
      ...(version > 0 ? [] : [{ type: 'CollectionCreated' as const, data: { registry: REGISTRY, name: state.name, type: 'model' } }]),
      { type: 'VersionLinked', data: { version, source: nameOf(version), digest: digestOf(version), type: 'model' } },
      version === 0
        ? { type: 'AliasAdded', data: { alias: LATEST, to: 0, cause: 'link' } }
        : { type: 'AliasMoved', data: { alias: LATEST, from: version - 1, to: version, cause: 'link' } },
      ...(version >= ALIASES ? [] : [{ type: 'AliasAdded' as const, data: { alias: `stage-${version}`, to: version, cause: 'link' as const } }]),
    ]);
  };
  const move = (state: (typeof states)[number]): void => {
    const { holder, linked } = state;
    const drawn = Math.floor(random() * linked);
    const to = drawn === holder ? (drawn + 1) % linked : drawn;
    state.moved += 1;
    state.holder = to;
    append(state.stream, 'ChangeAliases', [
      holder === undefined
        ? { type: 'AliasAdded', data: { alias: MOVED, to, cause: 'change' } }
        : { type: 'AliasMoved', data: { alias: MOVED, from: holder, to, cause: 'change' } },
    ]);
  };

  /** Whose turn it is, shuffled: collections grow side by side. */
  const turns = Uint16Array.from(states.flatMap(({ versions, moves = 0 }, index) => new Array<number>(versions + moves).fill(index)));
  for (let last = turns.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [turns[last], turns[other]] = [turns[other] ?? 0, turns[last] ?? 0];
  }
  for (const turn of turns) {
    const state = states[turn];
    if (state === undefined) continue;
    const { versions, moves = 0, linked, moved } = state;
    const links = versions - linked;
    if (links > 0 && (linked < 2 || random() < links / (links + moves - moved))) link(state);
    else move(state);
  }
  const end = instant();
  file.db.exec('COMMIT');
  closeFile(file);
  return end;
};
