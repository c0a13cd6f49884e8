/**
 * Changes as they are committed. The stream tells what changed, and what shows it is asked again; where there is no
 * stream, everything on the page is asked again every few seconds.
 */
import { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { type Change, whoAmI } from './queries';
import { sessionEnded } from './session';

export type LiveState = 'connecting' | 'live' | 'polling' | 'offline';

const POLL = 10_000;
const RECONNECT = 1_000;
const RECONNECT_AT_MOST = 30_000;
/** A stream that says nothing for so long is lost, in milliseconds: the server writes a comment every 15 s. */
const SILENCE = 40_000;
/** How long a page may be hidden before it gives up its stream, in milliseconds: a browser has six connections to a server, for all tabs. */
const HIDDEN = 5_000;
/** Changes that come together are answered by one round of questions. */
const GATHER = 150;

let state: LiveState = 'connecting';
const stateListeners = new Set<() => void>();
const changeListeners = new Set<(change: Change) => void>();

const setState = (value: LiveState) => {
  if (state === value) return;
  state = value;
  for (const listener of stateListeners) listener();
};

export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => void stateListeners.delete(listener);
    },
    () => state,
  );

/** Tells every change that was committed anywhere, one's own included. */
export const onChange = (listener: (change: Change) => void): (() => void) => {
  changeListeners.add(listener);
  return () => void changeListeners.delete(listener);
};

/** The questions whose answers a change may have changed, by the beginnings of their keys. */
const askedAgain = ({ registry, collection, stream }: Change): ReadonlyArray<ReadonlyArray<unknown>> => {
  if (registry === undefined) return stream.startsWith('artifact-') ? [['entities']] : [['people'], ['entities'], ['whoami']];
  const place = ['registry', registry];
  return [
    ['recent'],
    ['audit'],
    ['collections'],
    ...(collection === undefined
      ? [['registries'], place]
      : [[...place, 'collections'], [...place, 'collection', collection], [...place, 'history']]),
  ];
};

const asker = (client: QueryClient) => {
  const waiting = new Map<string, ReadonlyArray<unknown>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = () => {
    timer = undefined;
    for (const queryKey of waiting.values()) void client.invalidateQueries({ queryKey });
    waiting.clear();
  };
  return (change: Change) => {
    for (const key of askedAgain(change)) waiting.set(JSON.stringify(key), key);
    timer ??= setTimeout(ask, GATHER);
  };
};

type Message = { readonly id?: string; readonly data?: string };

/** One event of a stream of server-sent events; comments are empty. */
const messageOf = (block: string): Message => {
  const fields = block.split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')] as const] : [];
  });
  const all = (name: string) => fields.filter(([field]) => field === name).map(([, value]) => value);
  const id = all('id').at(-1);
  const data = all('data');
  return { ...(id === undefined ? {} : { id }), ...(data.length === 0 ? {} : { data: data.join('\n') }) };
};

const readMessages = async (body: ReadableStream<Uint8Array>, tell: (message: Message) => void, alive: () => void): Promise<void> => {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    rest += value.replaceAll('\r\n', '\n');
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) tell(messageOf(block));
  }
};

/**
 * Follows the stream until `signal`. It begins where the log was when it was answered who one is, which is asked before
 * anything else: what changed while the page was asking is told too. It resumes after the last change that was heard,
 * also when a page that was hidden is looked at again.
 */
export const follow = (client: QueryClient, signal: AbortSignal): void => {
  const again = asker(client);
  let after = client.getQueryData(whoAmI.queryKey)?.position;
  let pause = RECONNECT;
  /** Whether it was shown as away since all was asked again. */
  let wasAway = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends the stream there is, or the try to open one. */
  let running = new AbortController();
  let silence: ReturnType<typeof setTimeout> | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  let isResting = false;

  const hear = ({ id, data }: Message) => {
    if (id !== undefined) after = id;
    if (data === undefined) return;
    const change = JSON.parse(data) as Change;
    again(change);
    for (const listener of changeListeners) listener(change);
  };

  const later = (milliseconds: number) => {
    timer = setTimeout(() => void connect(), milliseconds);
  };

  const poll = () => {
    clearTimeout(silence);
    wasAway = true;
    setState('polling');
    void client.invalidateQueries({ type: 'active' });
    later(POLL);
  };

  /** There is never more than one: each would tell every change once more. */
  const release = () => {
    clearTimeout(timer);
    clearTimeout(silence);
    running.abort();
  };

  const lost = () => {
    release();
    wasAway = true;
    setState('offline');
    later(pause);
    pause = Math.min(pause * 2, RECONNECT_AT_MOST);
  };

  const alive = () => {
    clearTimeout(silence);
    if (!running.signal.aborted) silence = setTimeout(lost, SILENCE);
  };

  const connect = async (): Promise<void> => {
    release();
    running = new AbortController();
    const { signal: released } = running;
    alive();
    try {
      const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
      const response = await fetch(`/api/v1/stream${query}`, { signal: released, headers: { Accept: 'text/event-stream' } });
      if (response.status === 401) return sessionEnded();
      if (response.status === 400) after = undefined;
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      if (!response.ok || !isStream || response.body === null) return poll();
      setState('live');
      pause = RECONNECT;
      if (wasAway) void client.invalidateQueries({ type: 'active' });
      wasAway = false;
      await readMessages(response.body, hear, alive);
      if (released.aborted) return;
      clearTimeout(silence);
      setState('connecting');
      later(RECONNECT);
    } catch {
      if (!released.aborted) lost();
    }
  };

  const online = () => {
    pause = RECONNECT;
    if (!isResting) void connect();
  };
  const rest = () => {
    isResting = true;
    release();
    setState('connecting');
  };
  const looked = () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(rest, HIDDEN);
    else if (isResting) {
      isResting = false;
      online();
    }
  };
  window.addEventListener('online', online);
  document.addEventListener('visibilitychange', looked);
  signal.addEventListener('abort', () => {
    release();
    clearTimeout(hiding);
    window.removeEventListener('online', online);
    document.removeEventListener('visibilitychange', looked);
    setState('connecting');
  });
  void connect();
  looked();
};
