/** What a command writes: results to stdout, as fast as they are taken; progress to stderr. */
import { Writable } from 'node:stream';

export type Terminal = {
  /** Writes to stdout, and waits where the reader is slow. */
  readonly write: (chunk: string | Uint8Array) => Promise<void>;
  readonly line: (text: string) => Promise<void>;
  /** A line on stderr. */
  readonly say: (text: string) => void;
  /** @param what is done, such as `verifying` */
  readonly progress: (what: string) => Progress;
  /** Aborted with Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
};

export type Progress = {
  /**
   * @param share of the work that is done, from 0 to 1; undefined where nobody knows how much there is
   * @param count of what was done, such as events
   */
  readonly tick: (share: number | undefined, count: number) => void;
  readonly end: () => void;
};

type ShownProgress = Progress & {
  /** Makes room on the terminal; the next tick shows it again. */
  readonly hide: () => void;
};

/** In milliseconds: when something takes so long that it is told, and how often on a terminal and elsewhere. */
const SILENT = 1000;
const ON_TERMINAL = 200;
const ELSEWHERE = 5000;

const number = new Intl.NumberFormat('en');
/** 12345.6 as `12,346`. */
export const shownNumber = (value: number): string => number.format(Math.round(value));

const duration = (seconds: number): string =>
  seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** `verifying: 41,000 events (41 %), 38,200 per second, 2 s left` */
const progressLine = (what: string, share: number | undefined, count: number, milliseconds: number): string => {
  const seconds = milliseconds / 1000;
  if (count === 0) return `${what}: ${duration(seconds)}`;
  if (share === undefined) return `${what}: ${shownNumber(count)} events, ${shownNumber(count / seconds)} per second`;
  const left = share > 0 ? `, ${duration((seconds / share) * (1 - share))} left` : '';
  return `${what}: ${shownNumber(count)} events (${Math.floor(share * 100)} %), ${shownNumber(count / seconds)} per second${left}`;
};

export const createProgress = (what: string, stream: Writable, isTerminal: boolean, now: () => number): ShownProgress => {
  const begun = now();
  let told = begun + SILENT - (isTerminal ? ON_TERMINAL : ELSEWHERE);
  let shown = false;
  const hide = (): void => {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  };
  return {
    tick: (share, count) => {
      const at = now();
      if (at - told < (isTerminal ? ON_TERMINAL : ELSEWHERE)) return;
      told = at;
      const line = progressLine(what, share === undefined ? undefined : Math.min(share, 1), count, at - begun);
      stream.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
      shown = isTerminal;
    },
    hide,
    end: hide,
  };
};

export const createTerminal = (signal: AbortSignal): Terminal => {
  const shown = new Set<ShownProgress>();
  const write = async (chunk: string | Uint8Array): Promise<void> => {
    if (process.stdout.isTTY) for (const progress of shown) progress.hide();
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  };
  return {
    write,
    line: (text) => write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
    progress: (what) => {
      const progress = createProgress(what, process.stderr, process.stderr.isTTY, Date.now);
      let [lastShare, lastCount]: [number | undefined, number] = [undefined, 0];
      // Also while nothing comes: what is waited for is told.
      const timer = setInterval(() => progress.tick(lastShare, lastCount), ON_TERMINAL);
      shown.add(progress);
      return {
        tick: (share, count) => {
          lastShare = share;
          lastCount = count;
          progress.tick(share, count);
        },
        end: () => {
          clearInterval(timer);
          shown.delete(progress);
          progress.end();
        },
      };
    },
    signal,
  };
};
