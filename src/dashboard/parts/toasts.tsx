import { CloseButton } from '@mantine/core';
import { ReactNode, useSyncExternalStore } from 'react';
import { Icon, IconName } from './icon';

type Toast = { readonly id: number; readonly icon: IconName; readonly text: ReactNode };

const STAYS = 7_000;
const AT_MOST = 4;

let toasts: ReadonlyArray<Toast> = [];
let lastId = 0;
const listeners = new Set<() => void>();

const set = (value: ReadonlyArray<Toast>) => {
  toasts = value;
  for (const listener of listeners) listener();
};

const remove = (id: number) => set(toasts.filter((toast) => toast.id !== id));

/** Says something beside the page, for a while. */
export const say = (text: ReactNode, icon: IconName = 'check'): void => {
  lastId += 1;
  const id = lastId;
  set([...toasts, { id, icon, text }].slice(-AT_MOST));
  setTimeout(() => remove(id), STAYS);
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const Toasts = () => {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, icon, text }) => (
        <div key={id} className="toast">
          <span style={{ color: 'var(--accent)' }}><Icon name={icon} size={18} /></span>
          <div className="grow">{text}</div>
          <CloseButton size="sm" aria-label="Close this message" onClick={() => remove(id)} />
        </div>
      ))}
    </div>
  );
};
