/** What the commands ask of a server with `--server`. */
import { failed, messageOf, wronglyAsked } from './exit';

export type Api = {
  /** The JSON of an answer. @param path below `/api/v1` @throws Stop with the problem's detail */
  readonly get: (path: string) => Promise<Record<string, unknown>>;
  /** The items of all pages of a list. */
  readonly list: (path: string) => AsyncIterable<Record<string, unknown>>;
  /** The name of its organization. */
  readonly organization: () => Promise<string>;
  /** The body as it comes. */
  readonly stream: (path: string) => Promise<AsyncIterable<Uint8Array>>;
};

type Page = { readonly items: ReadonlyArray<Record<string, unknown>>; readonly nextCursor: string | null };

/** @param server such as `https://moniker.example.org` */
export const connectTo = (server: string, signal: AbortSignal): Api => {
  const key = process.env['MONIKER_KEY'];
  if (key === undefined || key === '') throw wronglyAsked('MONIKER_KEY is missing: --server needs an API key in it');
  const address = URL.canParse(server) ? new URL(server) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol))
    throw wronglyAsked(`--server "${server}" is not an address such as http://127.0.0.1:8080`);
  const begin = `${address.origin}${address.pathname.replace(/\/$/, '')}/api/v1`;

  const send = async (path: string): Promise<Response> => {
    let answered: Response;
    try {
      answered = await fetch(begin + path, { headers: { authorization: `Bearer ${key}` }, redirect: 'error', signal });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw failed(`${address.origin} does not answer: ${messageOf(cause)}`);
    }
    if (answered.ok) return answered;
    const { code, detail } = (await answered.json().catch(() => ({}))) as { code?: string; detail?: string };
    const said = code === undefined ? `${address.origin} answered ${answered.status}` : `${code}: ${detail ?? ''}`;
    throw answered.status === 400 ? wronglyAsked(said) : failed(said);
  };
  const get = async (path: string): Promise<Record<string, unknown>> => {
    const answered = await send(path);
    try {
      return (await answered.json()) as Record<string, unknown>;
    } catch (error) {
      throw failed(`${address.origin} did not answer JSON: ${messageOf(error)}`);
    }
  };
  return {
    get,
    organization: async () => String((await get('/organization'))['name']),
    list: async function* (path) {
      const page = `${path}${path.includes('?') ? '&' : '?'}limit=500`;
      let next: string | null = page;
      while (next !== null) {
        const { items, nextCursor } = (await get(next)) as Page;
        yield* items;
        next = nextCursor === null ? null : `${page}&cursor=${nextCursor}`;
      }
    },
    stream: async (path) => (await send(path)).body ?? failedBody(),
  };
};

const failedBody = (): never => {
  throw failed('the server answered nothing');
};

/** `/registries/R/collections/C` */
export const collectionPath = (registry: string, collection: string): string =>
  `/registries/${encodeURIComponent(registry)}/collections/${encodeURIComponent(collection)}`;
