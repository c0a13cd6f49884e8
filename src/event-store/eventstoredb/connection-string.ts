/**
 * The connection string, checked before the client sees it: the client prints the whole of it, password included,
 * when it does not know an option.
 */
import { EventStoreDBClient } from '@eventstore/db-client';

const SETTING = 'EVENTSTOREDB_URL';

const OPTIONS = [
  'tls',
  'tlsCAFile',
  'userCertFile',
  'userKeyFile',
  'connectionName',
  'nodePreference',
  'maxDiscoverAttempts',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'defaultDeadline',
] as const;

export type Endpoint = { readonly host: string; readonly port: number };

export type ConnectionString = {
  /** `EVENTSTOREDB_URL (host:port, …)`, for messages. Never with the user or the password. */
  readonly name: string;
  readonly endpoints: ReadonlyArray<Endpoint>;
  readonly tls: boolean;
  readonly caFile: string | undefined;
  /** A client with connections of its own: gRPC shares those of clients whose settings are all equal. */
  readonly client: () => EventStoreDBClient;
};

/**
 * @param discoveryMs how long, about, the client looks for a node of the cluster before it says that there is none.
 *   Whatever the string says, as the store is asked again anyway, and an append that has to wait for a connection must
 *   be known not to have been sent
 * @throws one line that names the setting and what is wrong with it
 */
export const connectionString = (url: string, discoveryMs: number): ConnectionString => {
  const parts =
    /^(?<address>esdb(?:\+discover)?:\/\/(?:[^:@/?]+:[^:@/?]+@)?(?<hosts>[^@/?]+))\/*(?:\?(?<options>.*))?$/.exec(
      url.trim(),
    );
  if (parts?.groups === undefined)
    throw new Error(`${SETTING} must be esdb://[user:password@]host:port[,host:port…][?option=value&…]`);
  const { address = '', hosts = '', options = '' } = parts.groups;
  const endpoints = hosts.split(',').map((host) => endpoint(host.trim()));
  const given = new Map(options === '' ? [] : options.split('&').map(optionOf));
  const keepAlive = Number(given.get('keepAliveInterval') ?? 10_000);
  const interval = Math.max(1, Number(given.get('discoveryInterval') ?? 100));
  const attempts = Math.min(Number(given.get('maxDiscoverAttempts') ?? 10), Math.ceil(discoveryMs / interval));
  let clients = 0;
  const client = (): EventStoreDBClient => {
    const settings = new Map(given);
    if (keepAlive > 0) settings.set('keepAliveInterval', String(keepAlive + (clients % 1000)));
    settings.set('maxDiscoverAttempts', String(attempts));
    settings.set('gossipTimeout', given.get('gossipTimeout') ?? '2');
    clients += 1;
    return EventStoreDBClient.connectionString(
      `${address}?${[...settings].map(([key, value]) => `${key}=${value}`).join('&')}`,
    );
  };
  checked(client);
  const caFile = given.get('tlsCAFile');
  return {
    name: `${SETTING} (${endpoints.map(({ host, port }) => `${host}:${port}`).join(', ')})`,
    endpoints,
    tls: given.get('tls') !== 'false',
    caFile: caFile === undefined ? undefined : decodeURIComponent(caFile),
    client,
  };
};

const endpoint = (text: string): Endpoint => {
  const { host, port = '2113' } = /^(?<host>[^:\s]+)(?::(?<port>\d{1,5}))?$/.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) === 0 || Number(port) > 65_535)
    throw new Error(`${SETTING} has a host that is not host:port`);
  return { host, port: Number(port) };
};

const optionOf = (text: string): readonly [string, string] => {
  const [key = '', value = ''] = text.split('=', 2);
  if (key.toLowerCase() === 'tlsverifycert' && value !== 'true')
    throw new Error(`${SETTING} has tlsVerifyCert, which has no effect: name the CA's certificate, tlsCAFile=…`);
  const known = OPTIONS.find((option) => option.toLowerCase() === key.toLowerCase());
  if (known === undefined)
    throw new Error(`${SETTING} has an option that is not known here; known are ${OPTIONS.join(', ')}`);
  if (value === '') throw new Error(`${SETTING} has no value for ${known}`);
  return [known, value];
};

/** The client's refusals quote the connection string; of them only what is known to be harmless is told on. */
const checked = (make: () => EventStoreDBClient): void => {
  try {
    make();
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const harmless =
      /expected (?:LEADER|leader|follower|Integer|true or false|port number)[\w ]*/.exec(message)?.[0] ??
      /^(?:Failed to load certificate.*|userCertFile must.*|Invalid (?:keepAlive\w+|defaultDeadline))/.exec(
        message,
      )?.[0];
    throw new Error(`${SETTING} is not a connection string of EventStoreDB: ${harmless ?? 'it cannot be read'}`);
  }
};
