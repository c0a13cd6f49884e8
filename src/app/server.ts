/** The composition root: everything that a node is made of, put together and taken apart again. */
import { join } from 'node:path';
import { Module, Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyInstance } from 'fastify';
import { isLeft } from 'fp-ts/Either';
import { Logger } from 'pino';
import { pathIn as eventsFileIn } from '../event-store/embedded/events-file';
import { startWalThread, WalThread } from '../event-store/embedded/wal';
import { EventStore } from '../event-store/event-store';
import { AliasesController } from '../http/aliases/controller';
import { ArtifactsController } from '../http/artifacts/controller';
import { AuditController } from '../http/audit/controller';
import { StreamsController } from '../http/audit/streams-controller';
import { AUTHENTICATE, Authenticate, createHttpApp, createTurns, HttpOptions, Problem, problem } from '../http/boundary';
import { CollectionsController } from '../http/collections/controller';
import { FeedController } from '../http/feed/controller';
import { eventStream } from '../http/feed/encoding';
import { OrganizationController } from '../http/organization/controller';
import { servePage } from '../http/page/serve';
import { RegistriesController } from '../http/registries/controller';
import { BEGIN_SESSION, BeginSession, SessionController } from '../http/session/controller';
import { VersionsController } from '../http/versions/controller';
import { openReadModels, ReadModels } from '../projections/catch-up/read-models';
import { readModels as models } from '../projections/models';
import { createAuthenticate, createBeginSession, createCallerByKeyHash } from './authenticate';
import { begin } from './beginning';
import { AdminKey, adminKeyOf } from './bootstrap';
import { watchClock } from './clock';
import { Aggregates, createAggregates } from './commands/aggregates';
import { createArtifactCommands } from './commands/artifacts';
import { createJudge } from './commands/authority';
import { Commands, createCollectionCommands } from './commands/collections';
import { commandHandlers, RUN_COMMANDS, RunCommands } from './commands/handlers';
import { createOnce } from './commands/once';
import { createOrganizationCommands } from './commands/organization';
import { createPerform } from './commands/perform';
import { createProcesses, Processes } from './commands/processes';
import { createRegistryCommands } from './commands/registries';
import { Config, readModelsFile, snapshotsFolder } from './config';
import { createFeed, Feed, FeedLimits } from './feed/feed';
import { createSight } from './feed/sight';
import { serveHealth } from './health';
import { createLastUses } from './last-uses';
import { createMetrics, Metrics } from './metrics';
import { measured, openStore } from './open-store';
import { Positions } from './positions';
import { createReach } from './reaching';
import { ANSWER_QUERIES, AnswerQueries, FEED, queryHandlers } from './queries/handlers';
import { createAccess } from './queries/access';
import { createAnswers } from './queries/answers';
import { createQueries, Queries } from './queries/queries';
import { createResources } from './queries/resources';
import { Recovery, startRecovery } from './recovery';
import { openSnapshotFiles } from './snapshot-files';

export type Server = {
  /** `http://host:port` */
  readonly address: string;
  readonly adminKey: AdminKey;
  /** Resolves when the node is ready for the first time; rejects if it is closed before. */
  readonly ready: Promise<void>;
  /** Takes no more requests, finishes those in flight, and lets go of everything. */
  readonly close: () => Promise<void>;
};

/** What is not a setting: for tests. */
export type ServerOptions = {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** In place of what the settings give. */
  readonly http?: Partial<HttpOptions>;
  /** Beside the API's. */
  readonly controllers?: ReadonlyArray<Type>;
  /** Stands between the node and its store. */
  readonly store?: (opened: EventStore) => EventStore;
  /** The folder of the built Registry App. */
  readonly page?: string;
  /** Of the live streams. */
  readonly streams?: Partial<FeedLimits>;
};

const BUILT_PAGE = join(__dirname, '../../dist/dashboard');

/** How many commands may wait for one stream: one collection takes half of what is in work at most. */
const LONGEST_LANE = 256;

/** How many commands go on in one turn of the event loop, so that a query that comes meanwhile waits for few of them. */
const COMMANDS_IN_ONE_TURN = 8;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

type Parts = {
  readonly aggregates: Aggregates;
  readonly processes: Processes;
  readonly queries: Queries;
  readonly readModels: ReadModels;
  readonly positions: Positions;
  readonly store: EventStore;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly now: () => number;
};

const runCommands = (parts: Parts): RunCommands => {
  const { aggregates, processes, queries, readModels, positions, store, metrics, log, now } = parts;
  const once = createOnce(aggregates, store, now);
  const perform = createPerform({
    now, once, waitFor: readModels.waitFor, turn: createTurns(COMMANDS_IN_ONE_TURN), showPosition: positions.show,
    observe: ({ command, commandId, correlationId, by }, result) => {
      const outcome = outcomeOf(result);
      metrics.commands.inc({ command, outcome });
      log.info({ command, commandId, correlationId, by, outcome }, 'command');
      if (isLeft(result) && result.left.type === 'CorruptHistory')
        log.error({ commandId, ...result.left }, 'the history that a command depends on cannot be read');
    },
  });
  const commands: Commands = {
    aggregates, judge: createJudge(aggregates), resources: createResources(queries), now, perform,
  };
  const upToDate = (milliseconds: number): Promise<boolean> =>
    store.head().then((head) => readModels.waitFor(head, milliseconds)).catch(() => false);
  return {
    collection: createCollectionCommands(commands),
    registry: createRegistryCommands(commands, processes),
    artifact: createArtifactCommands(commands, upToDate),
    organization: createOrganizationCommands(commands),
  };
};

const outcomeOf = (result: Awaited<ReturnType<RunCommands['collection']>>): string => {
  if (!isLeft(result)) return 'done';
  return result.left.type === 'Rejected' ? result.left.rejection.type : result.left.type;
};

/** The modules of the HTTP application: the buses with their handlers, and the controllers. */
const httpModule = (
  { run, answer, feed, authenticate, beginSession, controllers }: {
    readonly run: RunCommands; readonly answer: AnswerQueries; readonly feed: Feed; readonly authenticate: Authenticate;
    readonly beginSession: BeginSession; readonly controllers: ReadonlyArray<Type>;
  },
) => {
  @Module({
    imports: [CqrsModule.forRoot()],
    controllers: [
      RegistriesController, CollectionsController, VersionsController, AliasesController, AuditController,
      StreamsController, ArtifactsController, OrganizationController, SessionController, FeedController,
      ...controllers,
    ],
    providers: [
      { provide: RUN_COMMANDS, useValue: run },
      { provide: ANSWER_QUERIES, useValue: answer },
      { provide: AUTHENTICATE, useValue: authenticate },
      { provide: BEGIN_SESSION, useValue: beginSession },
      { provide: FEED, useValue: feed },
      ...commandHandlers,
      ...queryHandlers,
    ],
    exports: [AUTHENTICATE],
  })
  class ApiModule {}
  return ApiModule;
};

/**
 * Starts a node; it listens when this resolves, and answers the API once it is `ready`.
 * @throws an Error of one line where the settings or the data folder keep it from starting
 */
export const startServer = async (config: Config, log: Logger, options: ServerOptions = {}): Promise<Server> => {
  const metrics = createMetrics();
  const wal = startWalThread(
    [...(config.store === 'embedded' ? [eventsFileIn(config.dataDir)] : []), readModelsFile(config)], log,
  );
  const opened = await open(wal, config, log, metrics);
  const between = options.store?.(opened) ?? opened;
  const store = measured(between, {
    appended: (result, seconds) => metrics.appends.observe({ result }, seconds),
    read: (result, seconds) => metrics.reads.observe({ result }, seconds),
  });
  try {
    return await startOn(store, wal, config, log, metrics, options);
  } catch (error) {
    await wal.close();
    await store.close();
    throw error;
  }
};

const open = async (wal: WalThread, config: Config, log: Logger, metrics: Metrics): Promise<EventStore> => {
  const observer = {
    retried: (reason: string) => metrics.storeRetries.inc({ reason }),
    subscriptionLost: (reason: string) => metrics.subscriptionsLost.inc({ reason }),
  };
  try {
    return openStore(config, log, observer, wal.of(eventsFileIn(config.dataDir)));
  } catch (error) {
    await wal.close();
    throw error;
  }
};

const startOn = async (
  store: EventStore, wal: WalThread, config: Config, log: Logger, metrics: Metrics,
  { now = Date.now, http: httpOptions, controllers = [], page = BUILT_PAGE, streams }: ServerOptions,
): Promise<Server> => {
  const adminKey = adminKeyOf(config.adminKey, config.dataDir);
  const observer = { conflict: () => metrics.conflicts.inc(), unknownOutcome: () => metrics.unknownOutcomes.inc() };
  const snapshots = openSnapshotFiles(snapshotsFolder(config), log);
  const aggregates = createAggregates(
    store, { longestLane: LONGEST_LANE, stateBytes: config.stateBytes }, observer, snapshots,
  );
  const readModels = openReadModels({
    file: readModelsFile(config), models, store, log, now, moving: wal.of(readModelsFile(config)),
    observer: {
      taken: (events, milliseconds) => {
        metrics.projected.inc(events);
        metrics.projecting.observe(milliseconds / 1000);
      },
      interrupted: () => metrics.subscriptionRestarts.inc(),
    },
  });
  const beginning = begin(store, aggregates, config.organization, adminKey.key, now, log);
  const clock = watchClock(store, now);
  const { positions, sessions } = beginning;
  const parts: Parts = {
    aggregates, store, readModels, metrics, log, now, processes: createProcesses(aggregates),
    queries: createQueries(readModels), positions,
  };
  const { queries, processes } = parts;
  const callerByKeyHash = createCallerByKeyHash(
    queries.organization.callerByKeyHash, aggregates, () => store.exclusive && readModels.fresh(), now,
  );
  const uses = createLastUses();
  const authenticate = createAuthenticate(callerByKeyHash, sessions, uses, now);
  const beginSession = createBeginSession(callerByKeyHash, sessions, now);
  const reach = createReach(readModels, positions, store);
  const answer = createAnswers(queries, readModels, positions, reach, store, uses, now);
  const access = createAccess(queries);
  const feed = createFeed({
    readModels, positions, reach, access, now, history: queries.history, ask: answer.ask, encoding: eventStream,
    sightOf: createSight(queries, access, now), ...(streams === undefined ? {} : { limits: streams }),
    observer: { following: (open) => metrics.following.set(open), cutOff: () => metrics.cutOff.inc() },
  });
  const api = httpModule({ run: runCommands(parts), answer, feed, authenticate, beginSession, controllers });
  const { app } = await createHttpApp([api], {
    log,
    ...(config.trustProxy === undefined ? {} : { trustProxy: config.trustProxy }),
    ...(config.requestRate === undefined
      ? {}
      : { requestsOfPrincipal: { perSecond: config.requestRate, burst: 2 * config.requestRate } }),
    ...(config.refusalRate === undefined
      ? {}
      : { failedAuthentications: { perSecond: config.refusalRate, burst: 5 * config.refusalRate } }),
    ...(config.bodyBytes === undefined ? {} : { mostBytes: config.bodyBytes }),
    ...(config.origins === undefined ? {} : { origins: config.origins }),
    ...(config.connections === undefined ? {} : { connections: config.connections }),
    ...(config.inWork === undefined ? {} : { inWork: config.inWork }),
    ...httpOptions,
  });
  const readiness = () => {
    const waiting = beginning.waitingFor();
    if (waiting !== undefined) return [`waiting for the event store: ${waiting}`];
    return [...notReady(readModels, now()), ...[clock.fault()].filter((fault) => fault !== undefined)];
  };
  const http: FastifyInstance = app.getHttpAdapter().getInstance();
  http.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.operation && beginning.waitingFor() !== undefined) throw notBegun();
  });
  serveHealth(http, readiness, metrics, () => {
    const { seconds, positions: behind, events } = readModels.lag();
    metrics.ready.set(readiness().length === 0 ? 1 : 0);
    metrics.clockAhead.set((clock.ahead() ?? NaN) / 1000);
    metrics.position.set(readModels.position());
    metrics.lagPositions.set(behind);
    metrics.lagEvents.set(events);
    metrics.lagSeconds.set(seconds);
  });
  servePage(http, page);
  http.addHook('onResponse', (request, reply, done) => {
    const { operation } = request.routeOptions.config;
    if (operation?.live !== true)
      metrics.requests.observe({ operation: operation?.id ?? 'other', status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
  await app.listen(config.port, config.host);
  const address = addressOf(app.getHttpServer().address(), config.host);

  let closing = false;
  let recovery: Recovery | undefined;
  const ready = (async () => {
    while (!closing && readiness().length > 0) await pause(20);
    if (closing) throw new Error('closed before it was ready');
    const unsettled = () => (readModels.fresh() ? queries.registries.unsettled() : []);
    recovery = startRecovery(processes, unsettled, now, store.exclusive, log);
  })();
  return {
    address,
    adminKey,
    ready,
    close: async () => {
      closing = true;
      clock.stop();
      beginning.stop();
      await feed.close();
      await app.close();
      await recovery?.stop();
      await wal.close();
      await readModels.close();
      await snapshots.close();
      await store.close();
      await beginning.over;
    },
  };
};

/** To who asks before the store has answered for the first time. */
const notBegun = (): Problem =>
  problem(
    'store_unavailable', 'The event store has not answered since this node was started, and nothing was changed; try again.',
    { outcome: 'none' }, { 'retry-after': '1' },
  );

const addressOf = (address: string | { readonly port: number } | null, host: string): string => {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
};

/** What keeps a node from being ready, each in a sentence. Anybody may read it: it names no stream. */
const notReady = (readModels: ReadModels, now: number): ReadonlyArray<string> => {
  const { caughtUp, stopped, interrupted, behindSince } = readModels.status();
  if (stopped !== undefined)
    return [`the read models are stopped at an event that cannot be taken in (${stopped.reason}); the log names it`];
  const since = behindSince == null ? '' : ` since ${Math.round((now - behindSince) / 1000)} s`;
  return [
    ...(interrupted === undefined ? [] : [`the event store does not answer: ${interrupted}`]),
    ...(caughtUp ? [] : ['the read models have not caught up yet']),
    ...(caughtUp && behindSince !== undefined ? [`the read models are behind the event store${since}`] : []),
  ];
};
