/** Which dialog is open. Any place may open one; it stays, with what was typed, until it is done or closed. */
import { useSyncExternalStore } from 'react';
import type { InCollection } from '../api/queries';

export type DialogIntent =
  /** `seen`: who was shown as the holder when it was asked for, null for none; who holds it then, unless given. */
  | { kind: 'move'; place: InCollection; alias?: string; version?: string; seen?: string | null }
  | { kind: 'rollback'; place: InCollection; alias: string }
  | { kind: 'remove'; place: InCollection; alias: string }
  | { kind: 'unlink'; place: InCollection; version: string }
  | { kind: 'link'; place?: InCollection; registry?: string; source?: string }
  | { kind: 'new-registry' }
  | { kind: 'new-collection'; registry: string }
  | { kind: 'delete-collection'; place: InCollection }
  | { kind: 'delete-registry'; registry: string }
  | { kind: 'keys-help' };

let open: DialogIntent | undefined;
const listeners = new Set<() => void>();

const set = (intent: DialogIntent | undefined) => {
  open = intent;
  for (const listener of listeners) listener();
};

export const openDialog = (intent: DialogIntent): void => set(intent);
export const closeDialog = (): void => set(undefined);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useDialog = (): DialogIntent | undefined => useSyncExternalStore(subscribe, () => open);
