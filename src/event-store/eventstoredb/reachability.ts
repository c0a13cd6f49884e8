/** Why a store cannot be reached, in words: gRPC tells it of one address, and the discovery of a cluster of none. */
import { readFileSync } from 'node:fs';
import { connect, isIP, Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { ConnectionString, Endpoint } from './connection-string';

const TIMEOUT_MS = 1500;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ENOTFOUND: 'is not a known host name',
  EAI_AGAIN: 'is a host name that cannot be looked up now',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
};

/** A line such as `EVENTSTOREDB_URL (a:2113, b:2113): a:2113 refuses connections; b:2113 …`. */
export const whyUnreachable = async (store: ConnectionString): Promise<string> => {
  const reasons = await Promise.all(
    store.endpoints.map(async (endpoint) => `${endpoint.host}:${endpoint.port} ${await probe(store, endpoint)}`),
  );
  return `${store.name}: ${reasons.join('; ')}`;
};

const probe = async ({ tls, caFile }: ConnectionString, { host, port }: Endpoint): Promise<string> => {
  let ca: Buffer | undefined;
  try {
    ca = caFile === undefined ? undefined : readFileSync(caFile);
  } catch {
    return `cannot be trusted: ${caFile} cannot be read`;
  }
  return new Promise((resolve) => {
    const end = (reason: string): void => {
      socket.destroy();
      resolve(reason);
    };
    const well = (): void => end('accepts connections, but no store was found to answer there');
    const servername = isIP(host) === 0 ? host : undefined;
    const socket: Socket = tls ? connectSecurely({ host, port, ca, servername }, well) : connect({ host, port }, well);
    socket.setTimeout(TIMEOUT_MS, () => end(`does not answer within ${TIMEOUT_MS} ms`));
    socket.on('error', (error: NodeJS.ErrnoException) => end(reasonOf(error, tls)));
  });
};

const reasonOf = (error: NodeJS.ErrnoException, tls: boolean): string => {
  const code = error.code ?? '';
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (tls && /CERT|SIGNATURE|ISSUER/.test(code))
    return `has a certificate that is not trusted (${error.message}): name that of its CA with tlsCAFile=…`;
  if (tls && /EPROTO|ERR_SSL|ECONNRESET/.test(code)) return 'does not speak TLS, or broke it off; is it tls=false?';
  return error.message;
};
