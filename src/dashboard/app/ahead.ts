/** The code of places and dialogs that are not shown yet, fetched while nobody waits: they open at once, and without a server. */
const parts: ReadonlyArray<() => Promise<unknown>> = [
  () => import('../places/home'),
  () => import('../places/registry'),
  () => import('../places/collection'),
  () => import('../places/version'),
  () => import('../dialogs'),
  () => import('./palette'),
  () => import('../places/collection/aliases'),
  () => import('../places/collection/timeline'),
  () => import('../places/collection/details'),
  () => import('../places/collection/audit'),
  () => import('../places/collection/compare'),
  () => import('../places/collection/deleted'),
  () => import('../parts/lineage-graph'),
  () => import('../places/registry-settings'),
  () => import('../places/artifacts'),
  () => import('../places/audit'),
  () => import('../places/organization'),
];

/** After what is shown, in milliseconds. */
const LATER = 1_500;

/** One after the other; what cannot be had now is asked for when it is needed. */
export const fetchAhead = (): (() => void) => {
  const timer = setTimeout(async () => {
    for (const part of parts) await part().catch(() => undefined);
  }, LATER);
  return () => clearTimeout(timer);
};
