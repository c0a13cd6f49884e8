/** What is told of the past: every change, found by where, who, what and when, in parts, either way. */
import * as fc from 'fast-check';
import { artifactEvents } from '../../../src/domain/artifact/events';
import { collectionEvents } from '../../../src/domain/collection/events';
import { organizationEvents } from '../../../src/domain/organization/events';
import { registryEvents } from '../../../src/domain/registry/events';
import { usageEvents } from '../../../src/domain/usage/events';
import { instantOf } from '../../../src/domain/values/instants';
import { history } from '../../../src/projections/history';
import { ChangeShown, HistoryFilter, historyQueries, Scope } from '../../../src/projections/history/queries';
import { ProjectedEvent, Subject } from '../../../src/projections/read-model';
import { projectedLog, readModelsOf } from '../../support/projected-log';

const BEGIN = 1_767_225_600_000;
const DAY = 86_400_000;

const registry = (name: string, event: (Subject & { category: 'registry' })['event']): Subject => ({ category: 'registry', registry: name, event });
const inZoo = (event: (Subject & { category: 'collection' })['event'], collection = 'zoo', shelf = 'model'): Subject => ({
  category: 'collection', registry: shelf, collection, event,
});

/** One of each event that there is, in streams of every kind. */
const examples: ReadonlyArray<Subject> = [
  ...Object.entries({
    OrganizationFounded: { name: 'acme' }, UserCreated: { name: 'ann', role: 'admin' },
    ServiceAccountCreated: { name: 'ci', role: 'member' }, OrganizationRoleChanged: { principal: 'user:ann', role: 'member' },
    PrincipalDisabled: { principal: 'user:ann' }, PrincipalEnabled: { principal: 'user:ann' }, TeamCreated: { name: 'vision' },
    TeamMemberAdded: { team: 'vision', principal: 'user:ann' }, TeamMemberRemoved: { team: 'vision', principal: 'user:ann' },
    KeyCreated: { id: '1', principal: 'user:ann', hash: 'h', label: '', expiresAt: null }, KeyRevoked: { id: '1' },
  }).map(([type, data]) => ({ category: 'organization', event: { type, data } }) as Subject),
  ...Object.entries({
    RegistryCreated: { name: 'model', description: '', acceptedTypes: 'any', visibility: 'organization', defaultRole: 'viewer' },
    RegistryDescribed: { description: 'x' }, AcceptedTypesAdded: { types: ['model'] }, VisibilityChanged: { visibility: 'restricted' },
    DefaultRoleChanged: { role: 'member' }, RoleGranted: { principal: 'user:ann', role: 'admin' }, RoleRevoked: { principal: 'user:ann' },
    AliasProtected: { alias: 'gold' }, AliasUnprotected: { alias: 'gold' }, AliasProtectionSettled: { alias: 'gold', protected: true },
    CollectionRegistered: { collection: 'zoo', life: 1 }, CollectionUnregistered: { collection: 'zoo', life: 1 },
    RegistryDeleted: {}, RegistryDeletionSettled: {},
  }).map(([type, data]) => ({ category: 'registry', registry: 'model', event: { type, data } }) as Subject),
  ...Object.entries({
    CollectionCreated: { registry: 'model', name: 'zoo', type: 'model' }, CollectionDescribed: { description: 'x' },
    CollectionTagged: { tag: 'x' }, CollectionUntagged: { tag: 'x' },
    VersionLinked: { version: 0, source: 't/p/a:v0', digest: 'd', type: 'model' }, VersionUnlinked: { version: 0 },
    VersionTagged: { version: 0, tag: 'x' }, VersionUntagged: { version: 0, tag: 'x' },
    AliasAdded: { alias: 'gold', to: 0, cause: 'change' }, AliasMoved: { alias: 'gold', from: 0, to: 1, cause: 'rollback' },
    AliasRemoved: { alias: 'gold', from: 1, cause: 'unlink' }, AliasProtected: { alias: 'gold' }, AliasUnprotected: { alias: 'gold' },
    CollectionDeleted: {},
  }).map(([type, data]) => ({ category: 'collection', registry: 'model', collection: 'zoo', event: { type, data } }) as Subject),
  { category: 'usage', registry: 'model', collection: 'zoo', event: { type: 'UsageRecorded', data: { version: 0, run: 't/p/r' } } },
  ...Object.entries({
    ArtifactLogged: { version: 0, type: 'model', digest: 'd', uri: null, sizeBytes: null, metadata: {}, metrics: {}, run: null },
    AliasAdded: { alias: 'gold', to: 0, cause: 'log' }, AliasMoved: { alias: 'gold', from: 0, to: 1, cause: 'change' },
    AliasRemoved: { alias: 'gold', from: 0, cause: 'delete' }, ArtifactVersionDeleted: { version: 0 },
  }).map(([type, data]) => ({ category: 'artifact', artifact: 't/p/a', event: { type, data } }) as Subject),
];

const changeOf = (event: ProjectedEvent): ChangeShown => ({
  type: event.event.type, stream: event.stream, revision: event.revision, position: event.position, at: event.at, by: event.by,
  command: event.command, causation: event.commandId, correlation: event.correlation, reason: event.reason,
  ...('registry' in event ? { registry: event.registry } : {}),
  ...('collection' in event ? { collection: event.collection } : {}),
  data: JSON.parse(event.data) as unknown,
});

describe('the history', () => {
  it('tells every event there is, as it was stored', () => {
    const [log, model] = [projectedLog(), readModelsOf(history)];
    for (const subject of examples) model.take(log.append(BEGIN, [subject]));
    const told = [...historyQueries(model.db).listChanges({}, { order: 'asc' }, { limit: 1000 })];
    expect(told).toEqual(log.events.map(changeOf));
    const codecs = [organizationEvents, registryEvents, collectionEvents, usageEvents, artifactEvents];
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(codecs.flatMap((each) => Object.keys(each))));
    const of = (scope: Scope) =>
      new Set([...historyQueries(model.db).listChanges(scope, { order: 'asc' }, { limit: 1000 })].map(({ stream }) => stream));
    expect(of({ registry: 'model' })).toEqual(new Set(['registry-model', 'collection-model/zoo', 'usage-model/zoo']));
    expect(of({ registry: 'model', collection: 'zoo' })).toEqual(new Set(['collection-model/zoo', 'usage-model/zoo']));
    expect(of({ registry: 'model', collection: 'ant' })).toEqual(new Set());
    expect(of({ registry: 'dataset' })).toEqual(new Set());
  });

  it('A8, A11: gives the reason of a command to each change of it, and to no other', () => {
    const [log, model] = [projectedLog(), readModelsOf(history)];
    const added = (alias: string) => inZoo({ type: 'AliasAdded', data: { alias, to: 0, cause: 'change' } });
    const appends = [
      log.append(BEGIN, [inZoo(examples.find(({ event }) => event.type === 'CollectionCreated')?.event as never)]),
      log.append(BEGIN, [added('a'), added('b'), added('c')], { reason: 'it passed', command: 'ChangeAliases' }),
      log.append(BEGIN, [added('d'), added('e')]),
      log.append(BEGIN, [registry('model', { type: 'RegistryDescribed', data: { description: 'x' } })], { reason: 'other' }),
      log.append(BEGIN, [added('f')]),
    ];
    // Also where a command's events come in two transactions, and one of them is undone and comes again.
    const all = appends.flat();
    model.take(all.slice(0, 2));
    model.takeInVain(all.slice(2, 5));
    model.take(all.slice(2, 3));
    model.reopen();
    const again = readModelsOf(history);
    again.take(all);
    model.take(all.slice(3));
    expect(again.rows()).toEqual(model.rows());
    const told = [...historyQueries(model.db).listChanges({}, { order: 'asc' }, { limit: 100 })];
    expect(told.map(({ reason }) => reason)).toEqual([null, 'it passed', 'it passed', 'it passed', null, null, 'other', null]);
  });

  it('E1: the history of an alias is its additions, moves and removals in one collection, newest first', () => {
    const [log, model] = [projectedLog(), readModelsOf(history)];
    const gold = (event: { type: string; data: object }, collection = 'zoo') =>
      inZoo({ type: event.type, data: { alias: 'gold', ...event.data } } as never, collection);
    model.take(log.append(BEGIN, [gold({ type: 'AliasProtected', data: {} })]));
    model.take(log.append(BEGIN + 1, [gold({ type: 'AliasAdded', data: { to: 0, cause: 'link' } })], { reason: 'first', by: 'user:bob' }));
    model.take(log.append(BEGIN + 2, [gold({ type: 'AliasAdded', data: { to: 7, cause: 'link' } }, 'ant')]));
    model.take(log.append(BEGIN + 3, [gold({ type: 'AliasMoved', data: { from: 0, to: 4, cause: 'rollback' } })], { command: 'RollBackAlias' }));
    model.take(log.append(BEGIN + 4, [gold({ type: 'AliasRemoved', data: { from: 4, cause: 'unlink' } })]));
    const queries = historyQueries(model.db);
    const told = queries.listAliasMoves('model', 'zoo', 'gold', { limit: 10 });
    const rest = { alias: 'gold', by: 'user:ann', command: 'Test', reason: null, causation: expect.any(String), correlation: expect.any(String) };
    expect(told).toEqual([
      { ...rest, from: 'v4', to: null, cause: 'unlink', at: instantOf(BEGIN + 4), revision: 3, position: 5 },
      { ...rest, from: 'v0', to: 'v4', cause: 'rollback', at: instantOf(BEGIN + 3), revision: 2, position: 4, command: 'RollBackAlias' },
      { ...rest, from: null, to: 'v0', cause: 'link', at: instantOf(BEGIN + 1), revision: 1, position: 2, by: 'user:bob', reason: 'first' },
    ]);
    expect(queries.listAliasMoves('model', 'zoo', 'gold', { limit: 1, after: 5 })).toEqual([told[1]]);
    expect(queries.listAliasMoves('model', 'zoo', 'silver', { limit: 10 })).toEqual([]);
  });

  /** Two of them begin alike, as do trace ids that begin with the time. */
  const traces = ['5759e9880123456789abcdef01234567', '5759e988fedcba9876543210fedcba98', '0af7651916cd43dd8448eb211c80319c'];

  /** Clocks of different nodes: streams are each in order, the log as a whole is not. */
  const happening = fc.record({
    subject: fc.oneof(
      fc.constantFrom(...examples),
      fc.tuple(fc.constantFrom('zoo', 'ant'), fc.constantFrom('model', 'dataset'), fc.constantFrom('gold', 'a')).map(
        ([collection, shelf, alias]) => inZoo({ type: 'AliasMoved', data: { alias, from: 0, to: 1, cause: 'change' } }, collection, shelf),
      ),
    ),
    by: fc.constantFrom('user:ann', 'user:bob', 'service:ci'),
    correlation: fc.constantFrom(...traces),
    at: fc.oneof(fc.nat(3 * DAY), fc.constantFrom(0, DAY - 1, DAY, DAY + 1, 40 * DAY)),
  });
  const scopes = fc.constantFrom<Scope>(
    {}, { registry: 'model' }, { registry: 'dataset' }, { registry: 'none' }, { registry: 'model', collection: 'zoo' },
    { registry: 'dataset', collection: 'zoo' }, { registry: 'model', collection: 'none' },
  );
  const instant = fc.oneof(fc.nat(4 * DAY), fc.constantFrom(0, DAY - 1, DAY, DAY + 1, 40 * DAY, -DAY)).map((ms) => instantOf(BEGIN + ms));
  const filters: fc.Arbitrary<HistoryFilter> = fc.record(
    {
      order: fc.constantFrom('asc', 'desc'), by: fc.constantFrom('user:ann', 'user:bob', 'user:nobody'),
      eventType: fc.constantFrom('AliasMoved', 'AliasAdded', 'RegistryDescribed', 'Nothing'),
      alias: fc.constantFrom('gold', 'a', 'none'), correlation: fc.constantFrom(...traces, '5759e988'), from: instant, to: instant,
    },
    { requiredKeys: ['order'] },
  );

  it('finds under any filters what a look through everything finds, in parts of any size, either way', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 80, size: 'max' }), fc.array(fc.tuple(scopes, filters), { minLength: 10, maxLength: 10 }),
        fc.integer({ min: 1, max: 30 }), fc.nat(12),
        (happened, asked, limit, many) => {
          const [log, model] = [projectedLog(), readModelsOf(history)];
          for (const { subject, by, correlation, at } of happened) model.take(log.append(BEGIN + at, [subject], { by, correlation }));
          const queries = historyQueries(model.db, many);
          for (const [scope, filter] of asked) {
            const { order, by, eventType, alias, correlation, from, to } = filter;
            const expected = log.events
              .filter(
                (event) =>
                  (scope.registry === undefined || ('registry' in event && event.registry === scope.registry)) &&
                  (scope.collection === undefined || ('collection' in event && event.collection === scope.collection)) &&
                  (by === undefined || event.by === by) && (eventType === undefined || event.event.type === eventType) &&
                  (alias === undefined || ('alias' in event.event.data && event.event.data.alias === alias)) &&
                  (correlation === undefined || event.correlation === correlation) &&
                  (from === undefined || event.at >= from) && (to === undefined || event.at < to),
              )
              .map(({ position }) => position);
            const found: Array<number> = [];
            for (;;) {
              const last = found.at(-1);
              const part = [...queries.listChanges(scope, filter, { limit, ...(last === undefined ? {} : { after: last }) })];
              if (part.length === 0) break;
              found.push(...part.map(({ position }) => position));
            }
            expect(found).toEqual(order === 'asc' ? expected : [...expected].reverse());
          }
          model.db.close();
        },
      ),
      { numRuns: 150 },
    );
  });
});
