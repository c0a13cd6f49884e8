/** The store's clock, by the date that its server puts on whatever it answers, also to who may not ask it anything. */
import { readFileSync } from 'node:fs';
import { ClientHttp2Session, connect } from 'node:http2';
import { isIP } from 'node:net';
import { StoreError } from '../event-store';
import { ConnectionString, Endpoint } from './connection-string';

const TIMEOUT_MS = 1500;
/** The date has whole seconds, cut off. */
const HALF_A_SECOND = 500;

/** Milliseconds since 1970, to about a second, by the first node that answers. Rejects with `StoreError`. */
export const clockOf = (store: ConnectionString) => async (): Promise<number> => {
  try {
    return (await Promise.any(store.endpoints.map((endpoint) => dateOf(store, endpoint)))) + HALF_A_SECOND;
  } catch {
    throw new StoreError('Unavailable', `${store.name}: no node tells the time`);
  }
};

const dateOf = (store: ConnectionString, endpoint: Endpoint): Promise<number> =>
  new Promise((resolve, reject) => {
    const session = connected(store, endpoint);
    const fail = (): void => {
      clearTimeout(timer);
      session.destroy();
      reject(new Error(`${endpoint.host} tells no time`));
    };
    const timer = setTimeout(fail, TIMEOUT_MS);
    session.on('error', fail);
    const request = session.request({ ':path': '/health/live' });
    request.on('error', fail);
    request.on('response', ({ date }) => {
      const told = Date.parse(date ?? '');
      if (!Number.isNaN(told)) resolve(told);
      fail();
    });
    request.end();
  });

const connected = ({ tls, caFile }: ConnectionString, { host, port }: Endpoint): ClientHttp2Session => {
  if (!tls) return connect(`http://${host}:${port}`);
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile) };
  return connect(`https://${host}:${port}`, { ...ca, ...(isIP(host) === 0 ? { servername: host } : {}) });
};
