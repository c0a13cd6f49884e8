/** A11, C2: the largest appends that the limits allow stay under what one append may be, with all that goes with them. */
import { isRight } from 'fp-ts/Either';
import { Decider, fold } from '../../src/decider/decider';
import { MAX_APPEND_BYTES, sizeOf } from '../../src/event-store/appendable';
import { EMPTY, EventCodecs, record } from '../../src/event-store/history/history';
import { artifact } from '../../src/domain/artifact';
import { collection } from '../../src/domain/collection';
import { CollectionCommand } from '../../src/domain/collection/commands';
import { registry } from '../../src/domain/registry';
import { Metadata, Metrics } from '../../src/domain/values/json';
import { AliasName, ArtifactName, CollectionName, PlainName, Reason, RegistryName, Run } from '../../src/domain/values/names';
import { artifactStream, collectionStream, ORGANIZATION_STREAM, registryStream } from '../../src/domain/values/streams';
import { aShelf, aSource, changes, create, link, remove, unlink } from '../support/collection-commands';

/** A name of the most code points, of four bytes each; each index makes another. */
const longest = (length: number, index = 0): string => `${'\u{1f418}'.repeat(length - 4)}${String(index).padStart(4, '0')}`;
const plain = (index = 0): string => `${'x'.repeat(124)}${String(index).padStart(4, '0')}`;

const registryName = longest(113);
const collectionName = longest(128);
const artifactName = `${plain()}/${plain()}/${plain()}`;
const run = artifactName;
const aliases = (count: number): ReadonlyArray<string> => Array.from({ length: count }, (_, index) => longest(128, index));
/** Each of these characters takes six bytes as JSON. */
const reason = '\u0001'.repeat(1000);
const LATE = Number.MAX_SAFE_INTEGER - 10_000;

/** All metadata that there can be, as long as it can be. */
const provenance = {
  commandId: '00000000-0000-4000-8000-000000000000',
  command: 'LinkArtifactVersion'.padEnd(40, 'x'),
  by: `service:${plain()}`,
  at: '2026-01-31T09:00:00.000Z',
  correlationId: '0'.repeat(36),
  traceparent: '0'.repeat(55),
  reason,
  judgedBy: {
    [ORGANIZATION_STREAM]: LATE, [registryStream(registryName)]: LATE, [artifactStream(artifactName)]: LATE,
    [collectionStream(registryName, collectionName)]: LATE,
  },
};

const size = <C, S, K extends EventCodecs, R>(
  decider: Decider<C, S, K, R>, stream: string, before: ReadonlyArray<C>, command: C,
): { readonly bytes: number; readonly events: number } => {
  let state = decider.initial;
  for (const asked of before) {
    const decided = decider.decide(asked, state);
    if (!isRight(decided)) throw new Error(JSON.stringify(decided.left));
    state = fold(decider, decided.right, state);
  }
  const decided = decider.decide(command, state);
  if (!isRight(decided)) throw new Error(JSON.stringify(decided.left));
  const { stored } = record(stream, { ...EMPTY, revision: LATE }, decided.right, provenance);
  return { bytes: sizeOf(stored), events: stored.length };
};

const inCollection = (before: ReadonlyArray<CollectionCommand>, command: CollectionCommand) =>
  size(collection, collectionStream(registryName, collectionName), before, command);

const named = { registry: registryName, name: collectionName };
const source = (index: number) => aSource(index, { name: `${artifactName}:v${LATE + index}`, digest: longest(256), type: 'x'.repeat(128) });
const admin = { role: 'admin' } as const;
const protecting = aShelf({ protectedAliases: aliases(100) });
const tags = Array.from({ length: 64 }, (_, index) => plain(index));

/** 500 aliases in a collection, all held by v0. */
const full: ReadonlyArray<CollectionCommand> = [
  link(0, { ...named, source: source(0), shelf: protecting, ...admin }),
  ...[0, 1, 2, 3, 4].map((block) =>
    changes(aliases(499).slice(100 * block, 100 * (block + 1)).map((alias) => ({ alias, version: 0 })), admin),
  ),
];

describe('A11: every append is under 1 MiB', () => {
  it('the names are as long as names may be', () => {
    expect(RegistryName.is(registryName)).toBe(true);
    expect(CollectionName.is(collectionName)).toBe(true);
    expect(aliases(500).every((alias) => AliasName.is(alias))).toBe(true);
    expect(AliasName.is(longest(129))).toBe(false);
    expect([PlainName.is(plain()), ArtifactName.is(artifactName), Run.is(run), Reason.is(reason)]).toEqual([true, true, true, true]);
  });

  it.each<readonly [string, ReadonlyArray<CollectionCommand>, CollectionCommand, number]>([
    [
      'a link that creates, with 100 protected aliases of 100', [],
      link(0, { ...named, source: source(0), run, aliases: aliases(100), shelf: protecting, ...admin }), 203,
    ],
    [
      'a creation with 100 protected aliases, in place of 100 others, and 64 tags',
      aliases(200).slice(100).map((alias) => ({ type: 'ProtectAlias', alias })),
      create({ ...named, shelf: protecting, tags, description: longest(4096), artifactType: 'x'.repeat(128) }), 266,
    ],
    ['a batch of 100', full, changes(aliases(100).map((alias) => ({ alias, version: null })), admin), 100],
    ['an unlink of what holds 500', full, unlink(0, admin), 501],
    ['a deletion with 500', full, remove(admin), 501],
  ])('%s', (_, before, command, count) => {
    const { bytes, events } = inCollection(before, command);
    expect(events).toBe(count);
    expect(bytes).toBeLessThan(MAX_APPEND_BYTES);
  });

  it('the types that a registry accepts', () => {
    const types = Array.from({ length: 100 }, (_, index) => plain(index));
    const creation = {
      type: 'CreateRegistry', name: registryName, description: longest(4096), acceptedTypes: types, visibility: 'restricted',
      defaultRole: 'restricted_viewer', creator: `service:${plain()}`, creatorRole: 'member',
    } as const;
    expect(size(registry, registryStream(registryName), [], creation).bytes).toBeLessThan(MAX_APPEND_BYTES);
  });

  it('S2: a source with all metadata and metrics that it may have, and 100 aliases', () => {
    const metadata = { '': Array.from({ length: 11_900 }, () => 1e20) };
    const metricsOf = (length: number) =>
      Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [longest(length, index), 1e20]));
    const metrics = metricsOf(127);
    const command = {
      type: 'LogArtifact', artifactType: 'x'.repeat(128), digest: longest(256), uri: longest(4096), sizeBytes: LATE, run,
      metadata, metrics, aliases: aliases(100),
    } as const;
    expect([Metadata.is(metadata), Metadata.is({ ...metadata, more: 'x'.repeat(1000) })]).toEqual([true, false]);
    expect([Metrics.is(metrics), Metrics.is(metricsOf(128))]).toEqual([true, false]);
    expect(size(artifact, artifactStream(artifactName), [], command).bytes).toBeLessThan(MAX_APPEND_BYTES);
  });

  it('a source version that holds 500 aliases is deleted', () => {
    const log = (names: ReadonlyArray<string>) => ({
      type: 'LogArtifact', artifactType: 'x', digest: 'd', uri: null, sizeBytes: null, run: null, metadata: {}, metrics: {},
      aliases: names,
    } as const);
    const deletion = { type: 'DeleteArtifactVersion', version: 0 } as const;
    const { bytes, events } = size(artifact, artifactStream(artifactName), [log(aliases(499))], deletion);
    expect(events).toBe(501);
    expect(bytes).toBeLessThan(MAX_APPEND_BYTES);
  });
});
