/** The settings, from the environment (`api.md`, Running it). */
import { isIP } from 'node:net';
import { join } from 'node:path';
import { Either, isLeft, left, right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { described, exactly, oneOf } from '../domain/values/described';
import { PlainName } from '../domain/values/names';
import { MOST_BYTES } from '../http/boundary';

export type Config = {
  readonly host: string;
  readonly port: number;
  readonly store: 'embedded' | 'eventstoredb';
  readonly dataDir: string;
  readonly eventStoreDbUrl: string | undefined;
  readonly organization: string;
  readonly adminKey: string | undefined;
  readonly logLevel: string;
  /** From which proxies `X-Forwarded-For` is believed. */
  readonly trustProxy: string | undefined;
  /** Requests per second of one principal; undefined for no limit. */
  readonly requestRate: number | undefined;
  /** Refused keys per second of one address; 10 unless given. */
  readonly refusalRate?: number;
  /** How large the body of a request may be; 768 KiB unless given. */
  readonly bodyBytes?: number;
  /** Which origins, beside its own, may use the API with a key (CORS); none unless given. */
  readonly origins?: ReadonlyArray<string>;
  /** How many connections are open at once; 4,096 unless given. */
  readonly connections?: number;
  /** How many commands are in work at once, and how many queries; 512 each unless given. */
  readonly inWork?: number;
  /** How many bytes the cached states of collections may take. */
  readonly stateBytes: number;
};

const text = (name: string, holds: (value: string) => boolean, message: string) =>
  described<string>(
    name,
    { type: 'string' },
    (value) => (typeof value === 'string' && holds(value) ? right(value) : left(message)),
    (value) => value,
  );

const whole = (from: number, to: number) =>
  described<number, string>(
    'WholeNumber',
    { type: 'integer' },
    (value) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) && Number(value) >= from && Number(value) <= to
        ? right(Number(value))
        : left(`must be a whole number from ${from} to ${to}`),
    String,
    (value): value is number => typeof value === 'number',
  );

export const ADMIN_KEY_RULE = '32 to 512 visible ASCII characters';
export const isAdminKey = (value: string): boolean => /^[\x21-\x7e]{32,512}$/.test(value);

/** What one proxy, or a network of them, is named by. */
const isProxy = (text: string): boolean => {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (['loopback', 'linklocal', 'uniquelocal'].includes(address)) return bits === undefined;
  const version = isIP(address);
  return version !== 0 && Number(bits ?? 1) >= 1 && Number(bits ?? 1) <= (version === 4 ? 32 : 128);
};

/** As browsers name an origin: nothing is left out, and nothing more is said. */
const isOrigin = (text: string): boolean =>
  /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const notEmpty = text('NotEmpty', (value) => value !== '', 'must not be empty');

const settings = {
  HOST: notEmpty,
  PORT: whole(0, 65_535),
  MONIKER_STORE: oneOf('Store', ['embedded', 'eventstoredb']),
  MONIKER_DATA_DIR: notEmpty,
  EVENTSTOREDB_URL: text(
    'ConnectionString',
    (value) => /^esdb(\+discover)?:\/\/./.test(value),
    'must be a connection string such as esdb://127.0.0.1:2113?tls=false',
  ),
  MONIKER_ORGANIZATION: PlainName,
  MONIKER_ADMIN_KEY: text('AdminKey', isAdminKey, `must have ${ADMIN_KEY_RULE}`),
  MONIKER_LOG: oneOf('LogLevel', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  MONIKER_TRUST_PROXY: text(
    'Proxies',
    (value) => value.split(',').every((part) => isProxy(part.trim())),
    'must be addresses, networks such as 10.0.0.0/8, loopback, linklocal or uniquelocal, with commas between them',
  ),
  MONIKER_REQUESTS_PER_SECOND: whole(1, 1_000_000),
  MONIKER_REFUSED_KEYS_PER_SECOND: whole(1, 1_000_000),
  MONIKER_BODY_KIB: whole(1, MOST_BYTES / 1024),
  MONIKER_CORS_ORIGINS: text(
    'Origins',
    (value) => value.split(',').every((part) => isOrigin(part.trim())),
    'must be origins such as https://app.example or http://localhost:3000, with commas between them',
  ),
  MONIKER_CONNECTIONS: whole(16, 1_000_000),
  MONIKER_REQUESTS_IN_WORK: whole(1, 1_000_000),
  MONIKER_STATE_CACHE_MIB: whole(16, 65_536),
};

const Settings = exactly({}, settings);

/** The names of all settings, for the documentation and its test. */
export const settingNames: ReadonlyArray<string> = Object.keys(settings);

/** The settings; Left has one line per fault that names the variable, and never its value. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>): Either<ReadonlyArray<string>, Config> => {
  const given = Object.fromEntries(
    Object.keys(settings).flatMap((name) => (env[name] === undefined || env[name] === '' ? [] : [[name, env[name]]])),
  );
  const decoded = Settings.decode(given);
  const faults = isLeft(decoded) ? decoded.left.map(faultLine) : [];
  const store = given['MONIKER_STORE'] ?? 'embedded';
  const missing =
    store === 'eventstoredb'
      ? ['EVENTSTOREDB_URL', 'MONIKER_ADMIN_KEY'].flatMap((name) =>
          given[name] === undefined ? [`${name} is missing: it is required with MONIKER_STORE=eventstoredb`] : [],
        )
      : [];
  if (isLeft(decoded) || missing.length > 0) return left([...faults, ...missing]);
  const set = decoded.right;
  return right({
    host: set.HOST ?? '127.0.0.1',
    port: set.PORT ?? 8080,
    store: set.MONIKER_STORE ?? 'embedded',
    dataDir: set.MONIKER_DATA_DIR ?? './data',
    eventStoreDbUrl: set.EVENTSTOREDB_URL,
    organization: set.MONIKER_ORGANIZATION ?? 'my-org',
    adminKey: set.MONIKER_ADMIN_KEY,
    logLevel: set.MONIKER_LOG ?? 'info',
    trustProxy: set.MONIKER_TRUST_PROXY,
    requestRate: set.MONIKER_REQUESTS_PER_SECOND,
    ...(set.MONIKER_REFUSED_KEYS_PER_SECOND === undefined ? {} : { refusalRate: set.MONIKER_REFUSED_KEYS_PER_SECOND }),
    ...(set.MONIKER_BODY_KIB === undefined ? {} : { bodyBytes: set.MONIKER_BODY_KIB * 1024 }),
    ...(set.MONIKER_CORS_ORIGINS === undefined
      ? {}
      : { origins: set.MONIKER_CORS_ORIGINS.split(',').map((part) => part.trim()) }),
    ...(set.MONIKER_REQUESTS_IN_WORK === undefined ? {} : { inWork: set.MONIKER_REQUESTS_IN_WORK }),
    ...(set.MONIKER_CONNECTIONS === undefined ? {} : { connections: set.MONIKER_CONNECTIONS }),
    stateBytes: (set.MONIKER_STATE_CACHE_MIB ?? 256) * 1024 * 1024,
  });
};

/** The file of a node's read models. */
export const readModelsFile = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'read-models.db');

/** The folder of a node's snapshots. */
export const snapshotsFolder = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'snapshots');

const faultLine = (fault: t.ValidationError): string => {
  const name = fault.context.map(({ key }) => key).find((key) => key !== '') ?? 'the environment';
  return `${name} ${fault.message ?? 'is not understood'}`;
};
