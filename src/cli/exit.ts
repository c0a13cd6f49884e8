/** How the command ends. */
export const exitCodes = {
  done: 0,
  /** What was examined is not whole: a broken chain, a difference, a broken line. */
  broken: 1,
  /** It was not asked for properly: arguments, settings, a file that cannot be read. */
  asked: 2,
  /** It could not be done: the store or the server is away, refuses, or has not what was asked for. */
  failed: 3,
  interrupted: 130,
  terminated: 143,
  /** Whoever read the output has gone. */
  outputClosed: 141,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command with one line on stderr. */
export class Stop extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

export const wronglyAsked = (message: string): Stop => new Stop(exitCodes.asked, message);
export const failed = (message: string): Stop => new Stop(exitCodes.failed, message);
export const broken = (message: string): Stop => new Stop(exitCodes.broken, message);

export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ');
