/**
 * The API as the OpenAPI document describes it. Commands carry an idempotency key and are sent again under the same key
 * when the way there was broken, so none is done twice; queries ask for at least what one's own commands have changed.
 */
import createClient from 'openapi-fetch';
import type { components, paths } from '#openapi';
import { offline, problemFrom } from './problem';
import { sessionEnded } from './session';

export type Schemas = components['schemas'];

const TRIES = 3;
const PAUSE = 400;
/** How long after a command queries still name its position, in milliseconds. */
const OWN_WRITES = 60_000;

let ownPosition: { readonly position: string; readonly until: number } | undefined;

/** Also where the page is not served as a secure context, which `crypto.randomUUID` needs. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const isWorthAnother = (response: Response) => response.status === 502 || response.status === 503 || response.status === 504;

const send = async (request: Request): Promise<Response> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(request.clone());
      if (attempt === TRIES || !isWorthAnother(response)) return response;
    } catch (error) {
      if (request.signal.aborted) throw error;
      if (attempt === TRIES) throw offline();
    }
    await wait(PAUSE * attempt);
  }
};

export const api = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin', fetch: send });

api.use({
  onRequest: ({ request }) => {
    if (request.method !== 'GET') {
      request.headers.set('Moniker-Request', '1');
      request.headers.set('Idempotency-Key', newKey());
    } else if (ownPosition !== undefined && Date.now() < ownPosition.until) {
      request.headers.set('Moniker-After', ownPosition.position);
    }
    return request;
  },
});

type Answered<T> = { data?: T; error?: unknown; response: Response };

const positionIn = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'position' in value && typeof value.position === 'string'
    ? value.position
    : undefined;

/** The body of an answer. @throws ProblemError */
export const answered = async <T>(asked: Promise<Answered<T>>): Promise<T> => {
  const { data, error, response } = await asked;
  if (response.status === 401) sessionEnded();
  if (!response.ok || data === undefined) throw problemFrom(error, response);
  return data;
};

/** The body of an answer to a command, which later queries will include. @throws ProblemError */
export const done = async <T>(asked: Promise<Answered<T>>): Promise<T> => {
  const body = await answered(asked);
  const position = positionIn(body);
  if (position !== undefined) ownPosition = { position, until: Date.now() + OWN_WRITES };
  return body;
};

type PageOf<T> = { items: ReadonlyArray<T>; nextCursor: string | null };

type AskForPage<T> = (page: { limit: number; cursor?: string }) => Promise<PageOf<T>>;

/** The first `pages` pages of a list, and whether they are all of it. */
export const firstPages = async <T>(ask: AskForPage<T>, pages: number): Promise<{ items: ReadonlyArray<T>; isAll: boolean }> => {
  const items: Array<T> = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < pages && cursor !== null; page += 1) {
    const answer: PageOf<T> = await ask({ limit: 500, ...(cursor == null ? {} : { cursor }) });
    items.push(...answer.items);
    cursor = answer.nextCursor;
  }
  return { items, isAll: cursor === null };
};

/** All items of a list, or the first `pages` pages of it. */
export const everyPage = async <T>(ask: AskForPage<T>, pages = 20): Promise<ReadonlyArray<T>> => (await firstPages(ask, pages)).items;
