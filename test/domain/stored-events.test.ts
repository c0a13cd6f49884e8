/**
 * What is stored, to the letter: `stored-events.json` was written once, and old logs are full of such events. A test
 * that fails here means an upcaster, not another golden file; new events are added at the end of their stream.
 */
import { right } from 'fp-ts/Either';
import { appendable } from '../../src/event-store/appendable';
import { EventToStore } from '../../src/event-store/event-store';
import { decode, EMPTY, EventCodecs, Head, record } from '../../src/event-store/history/history';
import { Provenance } from '../../src/event-store/history/metadata';
import { artifactEvents, ArtifactEvent } from '../../src/domain/artifact/events';
import { collectionEvents, CollectionEvent } from '../../src/domain/collection/events';
import { organizationEvents, OrganizationEvent } from '../../src/domain/organization/events';
import { registryEvents, RegistryEvent } from '../../src/domain/registry/events';
import { requestEvents, RequestEvent } from '../../src/domain/request/events';
import { usageEvents, UsageEvent } from '../../src/domain/usage/events';
import { artifactStream, collectionStream, ORGANIZATION_STREAM, registryStream, requestStream, usageStream } from '../../src/domain/values/streams';
import { chainsOf, storedChains } from '../support/independent-chain';
import golden from './stored-events.json';

/** One of each, by type, in an order in which they might happen. */
type Each<E extends { readonly type: string; readonly data: unknown }> = { readonly [T in E['type']]: (E & { type: T })['data'] };

const organizationSelf: Each<OrganizationEvent> = {
  OrganizationFounded: { name: 'acme' },
  UserCreated: { name: 'admin', role: 'admin' },
  ServiceAccountCreated: { name: 'ci', role: 'member' },
  OrganizationRoleChanged: { principal: 'service:ci', role: 'viewer' },
  PrincipalDisabled: { principal: 'service:ci' },
  PrincipalEnabled: { principal: 'service:ci' },
  TeamCreated: { name: 'vision' },
  TeamMemberAdded: { team: 'vision', principal: 'service:ci' },
  TeamMemberRemoved: { team: 'vision', principal: 'service:ci' },
  KeyCreated: { id: 'k1', principal: 'service:ci', hash: '0f'.repeat(32), label: 'build', expiresAt: '2027-01-31T09:00:00.000Z' },
  KeyRevoked: { id: 'k1' },
};
const shelf: Each<RegistryEvent> = {
  RegistryCreated: {
    name: 'Golden Datasets', description: 'the best', acceptedTypes: ['dataset'], visibility: 'organization',
    defaultRole: 'restricted_viewer',
  },
  RegistryDescribed: { description: 'the very best' },
  AcceptedTypesAdded: { types: 'any' },
  VisibilityChanged: { visibility: 'restricted' },
  DefaultRoleChanged: { role: 'viewer' },
  RoleGranted: { principal: 'team:vision', role: 'member' },
  RoleRevoked: { principal: 'team:vision' },
  AliasProtected: { alias: 'production' },
  AliasUnprotected: { alias: 'production' },
  AliasProtectionSettled: { alias: 'production', protected: false },
  CollectionRegistered: { collection: 'zoo', life: 1 },
  CollectionUnregistered: { collection: 'zoo', life: 1 },
  RegistryDeleted: {},
  RegistryDeletionSettled: {},
};
const zoo: Each<CollectionEvent> = {
  CollectionCreated: { registry: 'Golden Datasets', name: 'zoo', type: 'dataset' },
  CollectionDescribed: { description: 'animals, "big" and small: \u{1f418} é \u2028 \u0001' },
  CollectionTagged: { tag: 'vision' },
  CollectionUntagged: { tag: 'vision' },
  VersionLinked: { version: 0, source: 'vision/zoo/animals:v7', digest: 'sha256:07', type: 'dataset', run: 'vision/zoo/run-1' },
  VersionTagged: { version: 0, tag: 'fast' },
  VersionUntagged: { version: 0, tag: 'fast' },
  AliasAdded: { alias: 'latest', to: 0, cause: 'link' },
  AliasMoved: { alias: 'latest', from: 0, to: 9007199254740991, cause: 'rollback' },
  AliasRemoved: { alias: 'latest', from: 9007199254740991, cause: 'collection_deleted' },
  VersionUnlinked: { version: 0 },
  AliasProtected: { alias: 'production' },
  AliasUnprotected: { alias: 'production' },
  CollectionDeleted: {},
};
const animals: Each<ArtifactEvent> = {
  ArtifactLogged: {
    version: 0, type: 'dataset', digest: 'sha256:07', uri: 's3://zoo/7', sizeBytes: 12, run: 'vision/zoo/run-1',
    metadata: { z: [1e21, 1e-7, -0.5, 1e20], a: { '\ue000': 1, '\u{1f418}': null, '': true } }, metrics: { loss: 0.1, accuracy: 1 },
  },
  AliasAdded: { alias: 'best', to: 0, cause: 'log' },
  AliasMoved: { alias: 'best', from: 0, to: 1, cause: 'change' },
  AliasRemoved: { alias: 'best', from: 1, cause: 'delete' },
  ArtifactVersionDeleted: { version: 0 },
};
const used: Each<UsageEvent> = { UsageRecorded: { version: 0, run: 'vision/zoo/run-2' } };
const asked: Each<RequestEvent> = {
  RequestBegun: { fingerprint: 'f', commandId: '00000000-0000-4000-8000-000000000001' },
  RequestCompleted: { status: 201, body: { version: 'v0', position: '1-a' } },
  RequestRefused: {},
};

const first: Provenance = {
  commandId: '00000000-0000-4000-8000-000000000001', command: 'First', by: 'user:ann', at: '2026-01-31T09:00:00.000Z',
  correlationId: '4bf92f3577b34da6a3ce929d0e0e4736', reason: 'passed the "release" checks é',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', judgedBy: { 'registry-b': 3, 'organization-self': 12 },
};
/** The clock has run backwards since (E3). */
const second: Provenance = {
  commandId: '00000000-0000-4000-8000-000000000002', command: 'Second', by: 'service:ci', at: '2026-01-31T08:59:59.000Z',
  correlationId: '00000000-0000-4000-8000-000000000002',
};

type Decided = { readonly type: string; readonly data: unknown };

/** One of each: the first two of the first command, the others of the second. */
const recordEach = (stream: string, events: Readonly<Record<string, unknown>>): ReadonlyArray<EventToStore> => {
  const all: ReadonlyArray<Decided> = Object.entries(events).map(([type, data]) => ({ type, data }));
  const append = (head: Head, some: ReadonlyArray<Decided>, from: Provenance) => record(stream, head, some, from);
  const beginning = append(EMPTY, all.slice(0, 2), first);
  return all.length <= 2 ? beginning.stored : [...beginning.stored, ...append(beginning.head, all.slice(2), second).stored];
};

const aggregates: ReadonlyArray<readonly [stream: string, codecs: EventCodecs, events: Readonly<Record<string, unknown>>]> = [
  [ORGANIZATION_STREAM, organizationEvents, organizationSelf],
  [registryStream('Golden Datasets'), registryEvents, shelf],
  [collectionStream('Golden Datasets', 'zoo'), collectionEvents, zoo],
  [artifactStream('vision/zoo/animals'), artifactEvents, animals],
  [usageStream('Golden Datasets', 'zoo'), usageEvents, used],
  [requestStream('0f'), requestEvents, asked],
];

const inStore = (stream: string) =>
  (golden as Record<string, ReadonlyArray<EventToStore> | undefined>)[stream]?.map((event, revision) => ({
    ...event, stream, revision, position: revision + 1,
  })) ?? [];

describe.each(aggregates)('E5: %s, as it is stored', (stream, codecs, events) => {
  it('has each of its events', () => {
    expect(Object.keys(events).sort()).toEqual(Object.keys(codecs).sort());
    expect(inStore(stream).map(({ type }) => type)).toEqual(Object.keys(events));
  });

  it('is what is recorded today, to the letter', () => {
    expect(recordEach(stream, events)).toEqual((golden as Record<string, unknown>)[stream]);
  });

  it('E4: is read as what it was', () => {
    const read = inStore(stream).map((event) => decode(codecs)(event));
    expect(read).toEqual(
      Object.entries(events).map(([type, data]) => right(expect.objectContaining({ event: { type, data } }))),
    );
  });

  it('is a chain, as it is made from the words of the rule', () => {
    expect(storedChains(inStore(stream))).toEqual(chainsOf(inStore(stream)));
  });

  it('is taken by a store', () => {
    expect(appendable(stream, 'no_stream', recordEach(stream, events))).toMatchObject({ _tag: 'Right' });
  });
});

describe('E5: the chain', () => {
  const stream = collectionStream('Golden Datasets', 'zoo');
  const events = () => inStore(stream);
  const honest = (changed: ReadonlyArray<ReturnType<typeof events>[number]>) => {
    const [said, made] = [storedChains(changed), chainsOf(changed)];
    return said.every((chain, index) => chain === made[index]);
  };

  it('begins with 64 zeros and a newline', () => {
    expect(honest(events())).toBe(true);
    expect(storedChains(events())[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['edited data', (event: ReturnType<typeof events>[number]) => ({ ...event, data: '{"tag":"audio"}' })],
    ['edited metadata', (event: ReturnType<typeof events>[number]) => ({ ...event, metadata: event.metadata.replace('ci', 'cd') })],
    ['another type', (event: ReturnType<typeof events>[number]) => ({ ...event, type: 'CollectionUntagged' })],
    ['another id', (event: ReturnType<typeof events>[number]) => ({ ...event, id: events()[0]?.id ?? '' })],
    ['another stream', (event: ReturnType<typeof events>[number]) => ({ ...event, stream: 'collection-a/b' })],
    ['another revision', (event: ReturnType<typeof events>[number]) => ({ ...event, revision: 7 })],
  ])('shows %s', (_, edit) => {
    expect(honest(events().map((event, index) => (index === 2 ? edit(event) : event)))).toBe(false);
  });

  it('shows a dropped event, and two that changed places', () => {
    const [one, two, ...more] = events();
    if (!one || !two) throw new Error('there are more');
    expect(honest([one, ...more])).toBe(false);
    expect(honest([two, one, ...more])).toBe(false);
  });

  it('E2, A11: only the first event of an append has reason and judgedBy', () => {
    const metadata = events().map((event) => Object.keys(JSON.parse(event.metadata) as object));
    expect(metadata[0]).toEqual(
      ['$causationId', '$correlationId', 'at', 'by', 'chain', 'command', 'judgedBy', 'reason', 'traceparent'],
    );
    expect(metadata[1]).toEqual(['$causationId', '$correlationId', 'at', 'by', 'chain', 'command', 'traceparent']);
    expect(metadata[2]).toEqual(['$causationId', '$correlationId', 'at', 'by', 'chain', 'command']);
  });

  it('ids follow from the command, its name, the stream and the place in the append', () => {
    const ids = aggregates.flatMap(([name]) => inStore(name).map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(recordEach(stream, zoo).map(({ id }) => id)).toEqual(events().map(({ id }) => id));
    const other = record(stream, EMPTY, [{ type: 'CollectionDeleted', data: {} }], { ...first, command: 'Other' });
    expect(other.stored[0]?.id).not.toBe(events()[0]?.id);
  });
});
