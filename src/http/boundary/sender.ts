/** Who sends a request, as far as its connection and headers tell. */
import { FastifyRequest } from 'fastify';
import { Problem, problem } from './problems';

/** The cookie that a session's token is kept in. */
export const SESSION_COOKIE = 'moniker_session';

const LONGEST_TOKEN = 512;

export type Sender = {
  /** The network that it comes from, which failed authentications are counted by. */
  readonly network: string;
  /** Whether it came over TLS, to this server or to the proxy that is trusted. */
  readonly overTls: boolean;
  /** The token of a session, if it brings one; not yet looked at. */
  readonly session: string | undefined;
  /** Whether the `Origin` is this server's own; none where there is no such header. */
  readonly origin: 'own' | 'foreign' | 'none';
  /** Whether the Registry App of this server sent it: only a page of ours sets that header (CORS is off). */
  readonly isOwnPage: boolean;
};

export const senderOf = (request: FastifyRequest): Sender => {
  const origin = originOf(request);
  return {
    network: networkOf(request.ip),
    overTls: request.protocol === 'https',
    session: sessionIn(request.headers.cookie),
    origin,
    isOwnPage: origin === 'own' && request.headers['moniker-request'] === '1',
  };
};

export const notOwnPage = (): Problem =>
  problem(
    'forbidden',
    'With a session this is done by the Registry App of this server only: with its own Origin and the header ' +
      '"Moniker-Request: 1". Elsewhere use a key: "Authorization: Bearer KEY".',
  );

const sessionIn = (cookies: string | undefined): string | undefined => {
  const pairs = (cookies ?? '').split(';').map((pair) => pair.trim());
  const token = pairs.find((pair) => pair.startsWith(`${SESSION_COOKIE}=`))?.slice(SESSION_COOKIE.length + 1);
  return token !== undefined && token.length <= LONGEST_TOKEN && /^[\w-]+$/.test(token) ? token : undefined;
};

/** By the host alone: a proxy that is not trusted may have taken TLS off. */
const originOf = ({ headers: { origin }, host }: FastifyRequest): Sender['origin'] => {
  if (origin === undefined) return 'none';
  const [, scheme, sent] = /^(https?):\/\/([^/?#@]+)$/i.exec(origin) ?? [];
  if (scheme === undefined || sent === undefined) return 'foreign';
  const shown = hostOf(scheme, sent);
  return shown !== undefined && shown === hostOf(scheme, host) ? 'own' : 'foreign';
};

/** Host and port as a URL shows them: in lower case, the scheme's own port left out. */
const hostOf = (scheme: string, host: string): string | undefined => {
  try {
    return new URL(`${scheme}://${host}`).host;
  } catch {
    return undefined;
  }
};

const LONGEST_ADDRESS = 64;

/** An IPv4 address, or the /64 that an IPv6 address is of: that is what one machine can choose from. */
const networkOf = (sent: string): string => {
  const address = sent.slice(0, LONGEST_ADDRESS);
  if (!address.includes(':') || address.includes('.')) return address;
  const [before = '', after] = address.split('::');
  const groups = before.split(':').filter((group) => group !== '');
  const rest = (after ?? '').split(':').filter((group) => group !== '');
  const zeros = Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  return [...groups, ...(after === undefined ? [] : zeros), ...rest].slice(0, 4).join(':');
};
