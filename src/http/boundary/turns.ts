/**
 * Turns of the event loop for work that must not keep others waiting: however many ask, only so many of them go on in one
 * turn, in the order in which they came, and in between everything else has its turn.
 */
export const createTurns = (inOne: number): (() => Promise<void>) => {
  const waiting: Array<() => void> = [];
  const next = (): void => {
    for (const goOn of waiting.splice(0, inOne)) goOn();
    if (waiting.length > 0) setImmediate(next);
  };
  return () =>
    new Promise((goOn) => {
      waiting.push(goOn);
      if (waiting.length === 1) setImmediate(next);
    });
};
