/**
 * Who offers a node commands, in a process of its own: so many a second whether or not those before them are answered,
 * over many connections, each with one command at a time. A command that finds no connection free is not sent, and
 * counted; connections are opened and answered once before; so what is measured, from sending to the whole answer, holds no waiting on this side.
 */
import { connect, Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { headers } from './node';

export type Offer = {
  readonly port: number;
  readonly method: 'PUT' | 'POST';
  readonly paths: ReadonlyArray<string>;
  /** How many versions the aliases are moved between. */
  readonly versions: number;
  readonly connections: number;
  /** None: each connection sends its next command as soon as it has an answer. */
  readonly perSecond?: number;
  readonly seconds: number;
  /** Commands are numbered from here on; the number is their reason. */
  readonly first: number;
};

export type Offered = {
  /** Numbers of the commands that were sent are below it. */
  readonly next: number;
  /** Due, and no connection was free. */
  readonly notSent: number;
  /** Milliseconds until the whole answer was there, of what was done. */
  readonly done: ReadonlyArray<number>;
  /** Of what was refused. */
  readonly refused: ReadonlyArray<number>;
  readonly codes: Readonly<Record<string, number>>;
  /** Numbers of the commands that were refused. */
  readonly refusedNumbers: ReadonlyArray<number>;
  /** Numbers of the commands that were done and changed something. */
  readonly changed: ReadonlyArray<number>;
  /** Refusals that do not say when to ask again. */
  readonly withoutRetryAfter: number;
  /** Of this process, the 99th of a hundred, in milliseconds: what it adds to what it measures. */
  readonly ownDelay: number;
};

/** How long answers are waited for after the last command, in milliseconds. */
const PATIENCE = 30_000;
const HEAD = Object.entries({ host: 'bench', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('');

const run = async ({ port, method, paths, versions, connections, perSecond, seconds, first }: Offer): Promise<Offered> => {
  const done: Array<number> = [];
  const refused: Array<number> = [];
  const changed: Array<number> = [];
  const refusedNumbers: Array<number> = [];
  const codes: Record<string, number> = {};
  let [next, notSent, withoutRetryAfter, open] = [first, 0, 0, 0];
  const free: Array<(number: number) => void> = [];
  const count = (code: string): void => void (codes[code] = (codes[code] ?? 0) + 1);

  const ended = (number: number, milliseconds: number, head: string, body: string): void => {
    const status = Number(head.slice(9, 12));
    if (status < 300) {
      done.push(milliseconds);
      if ((JSON.parse(body) as { changed?: boolean }).changed === true) changed.push(number);
      return;
    }
    refused.push(milliseconds);
    refusedNumbers.push(number);
    count(`${status} ${(JSON.parse(body) as { code: string }).code}`);
    if (!/^retry-after: \d+\r$/im.test(head)) withoutRetryAfter += 1;
  };

  const connection = (): Promise<void> =>
    new Promise((resolve) => {
      const socket: Socket = connect(port, '127.0.0.1', () => socket.write(`GET /health/live HTTP/1.1\r\n${HEAD}\r\n`)).setNoDelay();
      let [number, begun, text] = [-1, 0, ''];
      const taken = (): void => {
        free.push(send);
        resolve();
      };
      const send = (which: number): void => {
        [number, begun, text] = [which, performance.now(), ''];
        open += 1;
        const body = JSON.stringify({ version: `v${(which * 7 + Math.floor(which / paths.length)) % versions}`, reason: String(which) });
        socket.write(`${method} ${paths[which % paths.length] ?? ''} HTTP/1.1\r\n${HEAD}content-length: ${body.length}\r\n\r\n${body}`);
      };
      socket.setEncoding('latin1').on('data', (part: string) => {
        text += part;
        const end = text.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = text.slice(0, end + 2);
        const length = Number(/^content-length: (\d+)\r$/im.exec(head)?.[1] ?? NaN);
        if (text.length < end + 4 + length) return;
        if (number < 0) return taken();
        open -= 1;
        ended(number, performance.now() - begun, head, text.slice(end + 4));
        number = -1;
        free.push(send);
      });
      socket.on('error', () => undefined).on('close', () => {
        resolve();
        if (number >= 0) {
          open -= 1;
          count('no answer');
        }
        const at = free.indexOf(send);
        if (at >= 0) free.splice(at, 1);
      });
    });

  for (let made = 0; made < connections; made += 50) await Promise.all(Array.from({ length: Math.min(50, connections - made) }, connection));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  for (let offered = 0; elapsed() < seconds; await new Promise((resolve) => (perSecond === undefined ? setImmediate(resolve) : setTimeout(resolve, 2)))) {
    for (const due = perSecond === undefined ? offered + free.length : perSecond * elapsed(); offered < due; offered++) {
      const send = free.shift();
      if (send === undefined) notSent += 1;
      else send(next++);
    }
  }
  delay.disable();
  for (const until = Date.now() + PATIENCE; open > 0 && Date.now() < until; ) await new Promise((resolve) => setTimeout(resolve, 20));
  if (open > 0) codes['no answer'] = (codes['no answer'] ?? 0) + open;
  return { next, notSent, done, refused, codes, refusedNumbers, changed, withoutRetryAfter, ownDelay: delay.percentile(99) / 1e6 };
};

if (require.main === module)
  process.once('message', (offer: Offer) => void run(offer).then((offered) => process.send?.(offered, () => process.exit(0))));
