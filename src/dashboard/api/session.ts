/** Whether somebody is signed in. The key goes to the server once and is kept nowhere here. */
import { useSyncExternalStore } from 'react';
import { offline, problemFrom } from './problem';

let ended = false;
const listeners = new Set<() => void>();

const set = (value: boolean) => {
  if (ended === value) return;
  ended = value;
  for (const listener of listeners) listener();
};

export const sessionEnded = () => set(true);
export const sessionBegun = () => set(false);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** True once the server has answered that it knows no session. */
export const useSessionEnded = (): boolean => useSyncExternalStore(subscribe, () => ended);

const request = async (method: 'POST' | 'DELETE', body?: unknown): Promise<void> => {
  const response = await fetch('/api/v1/session', {
    method,
    credentials: 'same-origin',
    headers: { 'Moniker-Request': '1', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw offline();
  });
  if (!response.ok) throw problemFrom(await response.json().catch(() => undefined), response);
};

/** Makes a session; the page takes it up with `sessionBegun`. @throws ProblemError */
export const signIn = (key: string): Promise<void> => request('POST', { key });

/** @throws ProblemError */
export const signOut = async (): Promise<void> => {
  await request('DELETE');
  set(true);
};
