/** A reader of the live stream that can be killed, stopped from reading, and asked what it has heard. */
import { IncomingMessage, request } from 'node:http';

export type Heard = { readonly event: string; readonly id: string; readonly data: Record<string, unknown> };

export type Follower = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** What was answered in place of a stream. */
  readonly body: () => string;
  /** All changes so far. */
  readonly heard: ReadonlyArray<Heard>;
  /** The `id` to come back with. */
  readonly lastId: () => string | undefined;
  readonly comments: () => number;
  /** Waits until what was heard is so; throws after some seconds. */
  readonly until: (holds: (heard: ReadonlyArray<Heard>) => boolean, seconds?: number) => Promise<void>;
  /** `whole`: as a server ends an answer; `broken`: in the middle of it. */
  readonly ended: Promise<'whole' | 'broken'>;
  /** Reads nothing more, but stays. */
  readonly stopReading: () => void;
  /** Breaks the connection. */
  readonly kill: () => void;
};

/**
 * @param query what follows `/api/v1/stream`
 * @param headers such as `authorization`
 */
export const follow = (address: string, query: string, headers: Readonly<Record<string, string>>): Promise<Follower> =>
  new Promise((resolve, reject) => {
    const sent = request(`${address}/api/v1/stream${query}`, { headers, agent: false });
    sent.on('error', reject);
    sent.on('response', (answered) => resolve(reading(answered)));
    sent.end();
  });

const reading = (answered: IncomingMessage): Follower => {
  const heard: Array<Heard> = [];
  let [rest, body, comments] = ['', '', 0];
  let lastId: string | undefined;
  const listeners = new Set<() => void>();

  const take = (block: string): void => {
    const lines = block.split('\n');
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    comments += lines.filter((line) => line.startsWith(':')).length;
    const id = field('id');
    if (id !== undefined) lastId = id;
    const data = field('data');
    if (data !== undefined) heard.push({ event: field('event') ?? '', id: id ?? '', data: JSON.parse(data) });
  };

  answered.setEncoding('utf8');
  answered.on('data', (chunk: string) => {
    if (answered.statusCode !== 200) body += chunk;
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    blocks.forEach(take);
    for (const listener of listeners) listener();
  });
  const ended = new Promise<'whole' | 'broken'>((resolve) => {
    answered.on('close', () => resolve(answered.complete ? 'whole' : 'broken'));
    answered.on('error', () => resolve('broken'));
  });

  const until: Follower['until'] = (holds, seconds = 20) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds(heard)) return;
        clearTimeout(timer);
        listeners.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        listeners.delete(look);
        const last = heard.slice(-3).map(({ event, id }) => `${event} ${id}`);
        reject(new Error(`after ${seconds} s ${heard.length} changes were heard, the last: ${last.join(', ')}`));
      }, seconds * 1000);
      listeners.add(look);
      look();
    });

  return {
    status: answered.statusCode ?? 0,
    headers: answered.headers,
    body: () => body,
    heard,
    lastId: () => lastId,
    comments: () => comments,
    until,
    ended,
    stopReading: () => void answered.pause(),
    kill: () => void answered.destroy(),
  };
};
