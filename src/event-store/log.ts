/** Where the stores tell what they go through; pino's loggers are such. */
export type Log = {
  readonly [level in 'info' | 'warn' | 'error']: (fields: Readonly<Record<string, unknown>>, message: string) => void;
};

export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
