/** Lets so many in at once; the others wait in line. */
export type Gate = {
  /** Whether there was room in time; who got in has to leave. */
  readonly enter: (timeoutMs: number) => Promise<boolean>;
  readonly leave: () => void;
};

export const gate = (room: number): Gate => {
  let inside = 0;
  const line = new Set<() => void>();
  return {
    enter: (timeoutMs) =>
      new Promise((resolve) => {
        if (inside < room) {
          inside += 1;
          resolve(true);
          return;
        }
        const timer = setTimeout(() => {
          line.delete(admit);
          resolve(false);
        }, timeoutMs);
        const admit = (): void => {
          clearTimeout(timer);
          resolve(true);
        };
        line.add(admit);
      }),
    leave: () => {
      const [next] = line;
      if (next === undefined) inside -= 1;
      else {
        line.delete(next);
        next();
      }
    },
  };
};
