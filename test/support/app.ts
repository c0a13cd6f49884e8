/**
 * The real application, in this process: everything that `moniker serve` starts, on a data folder of its own and a free
 * port.
 *
 * ```ts
 * let app: App;
 * beforeAll(async () => { app = await startApp(); });
 * afterAll(() => app.close());
 *
 * const ann = await app.as('user:ann', { teams: ['vision'] });
 * const { status, body } = await ann.post('/registries/model/collections', { name: 'net', type: 'model' });
 * ```
 *
 * Answers that are not as the OpenAPI document describes them fail (500), here and nowhere else.
 */
import { basename } from 'node:path';
import { Writable } from 'node:stream';
import { Level, pino } from 'pino';
import { Config } from '../../src/app/config';
import { Server, ServerOptions, startServer } from '../../src/app/server';
import { EventStore } from '../../src/event-store/event-store';
import { partOfStore } from './part-of-store';
import { temporaryFolder } from './temporary-folder';

type Headers = Readonly<Record<string, string>>;

/** An answer, read to its end; of a live stream what comes first. `body` is the JSON in it, undefined if it holds none. */
export type Reply = Awaited<ReturnType<typeof send>>;

/**
 * Sends requests as one principal. Paths are below `/api/v1` (`/registries`), unless they begin with `//`, which stands
 * for the server's root (`//health/live`). Bodies are sent as JSON; a string or bytes as they are.
 */
export type Client = {
  readonly key: string | undefined;
  readonly get: (path: string, headers?: Headers) => Promise<Reply>;
  readonly post: (path: string, body?: unknown, headers?: Headers) => Promise<Reply>;
  readonly put: (path: string, body?: unknown, headers?: Headers) => Promise<Reply>;
  readonly patch: (path: string, body?: unknown, headers?: Headers) => Promise<Reply>;
  readonly delete: (path: string, headers?: Headers) => Promise<Reply>;
  /** With a method that is only known when the test runs. */
  readonly send: (method: string, path: string, body?: unknown, headers?: Headers) => Promise<Reply>;
};

export type App = {
  /** `http://127.0.0.1:PORT`; another one after a restart. */
  readonly address: string;
  readonly config: Config;
  /** With the key of `user:admin`. */
  readonly admin: Client;
  /** Without a key. */
  readonly nobody: Client;
  /** With this key. */
  readonly withKey: (key: string) => Client;
  /**
   * A client of `user:ann` or `service:ci` with a key of its own, made with the principal and its teams where they are
   * not there yet (by this function, which remembers them). `role` is its role in the organization, `member` unless given.
   */
  readonly as: (
    principal: string,
    more?: { readonly role?: 'admin' | 'member' | 'viewer'; readonly teams?: ReadonlyArray<string> },
  ) => Promise<Client>;
  /** As the node has it now. */
  readonly store: () => EventStore;
  /** All that was logged so far, one JSON line each. */
  readonly logged: () => string;
  /** Stops the server, and starts it again on the same data folder; clients go on. */
  readonly restart: () => Promise<void>;
  /** Stops the server, and removes its data folder. */
  readonly close: () => Promise<void>;
};

export type AppOptions = ServerOptions & {
  readonly config?: Partial<Config>;
  /** From which level on `logged` has it; `info` unless given. */
  readonly level?: Level;
};

/** The EventStoreDB that tests are run on, of which each data folder has a part of its own; the embedded store unless given. */
const url = process.env['EVENTSTOREDB_URL'];

/** A node whose clock is the test's does not compare it with the store's. */
const partOf = (opened: EventStore, { dataDir }: Config, ownClock: boolean): EventStore => {
  const { clock, ...part } = partOfStore(basename(dataDir))(opened);
  return ownClock || clock === undefined ? part : { ...part, clock };
};

/** A clock that leaps makes read models of such a store look old, until they were next compared with it (R1). */
const COMPARED_WITHIN = 5_000;

const unlessBehind = async (ask: () => Promise<Reply>): Promise<Reply> => {
  for (const begun = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const reply = await ask();
    if (reply.body?.code !== 'read_model_behind' || Date.now() - begun > COMPARED_WITHIN) return reply;
  }
};

/** Starts the application, and waits until it is ready. */
export const startApp = async ({ config: given, level = 'info', ...options }: AppOptions = {}): Promise<App> => {
  const folder = temporaryFolder();
  const lines: Array<string> = [];
  const log = pino({ level }, new Writable({ write: (line, _encoding, done) => done(void lines.push(String(line))) }));
  const config: Config = {
    host: '127.0.0.1', port: 0, store: url === undefined ? 'embedded' : 'eventstoredb', dataDir: folder.path,
    eventStoreDbUrl: url, organization: 'acme',
    adminKey: undefined, logLevel: level, trustProxy: undefined, requestRate: undefined, stateBytes: 64 * 1024 * 1024,
    ...given,
  };
  // A store that a test names is its own.
  const isAlone = config.store === 'embedded' || given?.eventStoreDbUrl !== undefined;
  let store: EventStore;
  const start = async (): Promise<Server> => {
    const started = await startServer(config, log, {
      ...options,
      http: { verifyAnswers: true, ...options.http },
      store: (opened) => {
        const between = isAlone ? opened : partOf(opened, config, options.now !== undefined);
        store = options.store?.(between) ?? between;
        return store;
      },
    });
    await started.ready;
    return started;
  };
  let server = await start();

  const clientWith = (key: string | undefined): Client => {
    const request = (method: string) => (path: string, body?: unknown, headers?: Headers): Promise<Reply> => {
      const ask = () => send(server.address, method, path, key, body, headers);
      return isAlone || options.now === undefined ? ask() : unlessBehind(ask);
    };
    const bodiless = (method: string) => (path: string, headers?: Headers) => request(method)(path, undefined, headers);
    return {
      key,
      get: bodiless('GET'),
      post: request('POST'),
      put: request('PUT'),
      patch: request('PATCH'),
      delete: bodiless('DELETE'),
      send: (method, ...rest) => request(method)(...rest),
    };
  };
  const admin = clientWith(server.adminKey.key);
  const known = new Map([['user:admin', Promise.resolve(admin)]]);
  const teams = new Map<string, Promise<Reply>>();

  const make = async (principal: string, role: string): Promise<Client> => {
    const [kind, name] = principal.split(':');
    expecting(await admin.post(kind === 'user' ? '/users' : '/service-accounts', { name, role }), 201);
    return clientWith(expecting(await admin.post('/keys', { principal }), 201).body.key as string);
  };
  const remembered = <A>(map: Map<string, Promise<A>>, name: string, making: () => Promise<A>): Promise<A> => {
    const made = map.get(name) ?? making();
    map.set(name, made);
    return made;
  };

  return {
    get address() {
      return server.address;
    },
    config,
    admin,
    nobody: clientWith(undefined),
    withKey: clientWith,
    as: async (principal, more = {}) => {
      const client = await remembered(known, principal, () => make(principal, more.role ?? 'member'));
      for (const name of more.teams ?? []) {
        await remembered(teams, name, async () => expecting(await admin.post('/teams', { name }), 201));
        expecting(await admin.put(`/teams/${name}/members/${encodeURIComponent(principal)}`), 200);
      }
      return client;
    },
    store: () => store,
    logged: () => lines.join(''),
    restart: async () => {
      await server.close();
      server = await start();
    },
    close: async () => {
      await server.close();
      folder.remove();
    },
  };
};

const send = async (
  address: string, method: string, path: string, key: string | undefined, body: unknown, headers: Headers = {},
) => {
  const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const answered = await fetch(address + (path.startsWith('//') ? path.slice(1) : `/api/v1${path}`), {
    method,
    redirect: 'manual',
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
  });
  const isLive = answered.headers.get('content-type') === 'text/event-stream';
  const text = await (isLive ? beginningOf(answered) : answered.text());
  return { status: answered.status, headers: answered.headers, text, body: parsed(text) };
};

/** What comes first of an answer that does not end. */
const beginningOf = async ({ body }: Response): Promise<string> => {
  const reader = body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
};

const parsed = (text: string) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The answer, if it has this status. */
export const expecting = (reply: Reply, status: number): Reply => {
  if (reply.status !== status) throw new Error(`answered ${reply.status} instead of ${status}: ${reply.text}`);
  return reply;
};
