/** Finishes what somebody has begun and not ended: a process that was killed, here or on another node (C1, C4, A10). */
import { isLeft } from 'fp-ts/Either';
import { Log } from '../event-store/log';
import { Processes, Unfinished } from './commands/processes';

/** What is unfinished, as the read models know it, and on whose behalf it was begun. */
export type UnfinishedWork = Unfinished & {
  readonly by: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly at: string;
};

/** How often a node looks, and how long it leaves a process to the node that runs it, in milliseconds. */
const EVERY = 2_000;
const PATIENCE = 10_000;

export type Recovery = { readonly stop: () => Promise<void> };

/** @param alone whether nobody else can be running a process: what is unfinished at start has then been killed */
export const startRecovery = (
  processes: Processes, unfinished: () => ReadonlyArray<UnfinishedWork>, now: () => number, alone: boolean, log: Log,
): Recovery => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const look = async (patience: number): Promise<void> => {
    for (const work of unfinished()) {
      if (stopped) return;
      if (now() - Date.parse(work.at) < patience) continue;
      const { by, commandId, correlationId } = work;
      const at = new Date(now()).toISOString();
      const finished = await processes.finish(work, { commandId, command: work.type, by, at, correlationId });
      if (isLeft(finished)) log.warn({ work, failure: finished.left }, 'what was begun could not be finished yet');
      else log.info({ work }, 'finished what was begun');
    }
  };

  const next = (patience: number): void => {
    running = look(patience).catch((error: unknown) => log.error({ err: error }, 'recovery failed'));
    void running.then(() => {
      if (!stopped) timer = setTimeout(() => next(PATIENCE), EVERY);
    });
  };
  next(alone ? 0 : PATIENCE);

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
