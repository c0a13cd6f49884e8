/** Where the focus was on the page, and goes back to when what was opened over the page is closed (WCAG 2.4.3). */
import { useEffect } from 'react';

/** What is opened over the page, the menus that dialogs are opened from included. */
const OVER = '[role="dialog"], [role="menu"]';

type Focusable = Element & HTMLOrSVGElement;

let last: Focusable | undefined;

const focusableIn = ({ target }: FocusEvent): Focusable | undefined =>
  (target instanceof HTMLElement || target instanceof SVGElement) && target.closest(OVER) === null ? target : undefined;

const came = (event: FocusEvent) => {
  last = focusableIn(event) ?? last;
};

/** Whoever presses beside everything has left it. */
const went = (event: FocusEvent) => {
  if (event.relatedTarget === null && focusableIn(event) === last) last = undefined;
};

export const followFocus = (): (() => void) => {
  document.addEventListener('focusin', came);
  document.addEventListener('focusout', went);
  return () => {
    document.removeEventListener('focusin', came);
    document.removeEventListener('focusout', went);
  };
};

const giveBack = () => {
  const isLost = document.activeElement === null || document.activeElement === document.body;
  if (isLost && last?.isConnected === true) last.focus({ preventScroll: true });
};

/** For what is opened over the page and is gone when it is closed. */
export const useFocusBack = (): void => useEffect(() => giveBack, []);
