/**
 * A node in a process of its own, which kills itself with SIGKILL as soon as so many appends are stored, and before
 * anybody hears of the last of them. `node -r typescript.js killable-process.ts FOLDER APPENDS [URL PART]`; 0 for never,
 * a part of an EventStoreDB in place of a store of its own. It counts from the first line on stdin, and says its address on stdout when it is ready.
 */
import { pino } from 'pino';
import { startServer } from '../../src/app/server';
import { EventStore } from '../../src/event-store/event-store';
import { partOfStore } from './part-of-store';

const [folder = '', limit = '0', url, part = ''] = process.argv.slice(2);
let left: number | undefined;
process.stdin.once('data', () => {
  left = Number(limit);
  process.stdout.write('counting\n');
});

const partly = (store: EventStore): EventStore => (url === undefined ? store : partOfStore(part)(store));

const killing = (store: EventStore): EventStore => ({
  ...store,
  append: async (stream, expected, events) => {
    const result = await store.append(stream, expected, events);
    if (result._tag === 'Right' && left !== undefined && left > 0) {
      left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
    }
    return result;
  },
});

const main = async (): Promise<void> => {
  const server = await startServer(
    {
      host: '127.0.0.1', port: 0, store: url === undefined ? 'embedded' : 'eventstoredb', dataDir: folder,
      eventStoreDbUrl: url, organization: 'acme', adminKey: 'k'.repeat(40), logLevel: 'silent', trustProxy: undefined, requestRate: undefined, stateBytes: 32 * 1024 * 1024,
      // Races in which keys are taken away have more of them refused than an address is allowed.
      refusalRate: 1_000,
    },
    pino({ level: 'silent' }),
    { store: (store) => killing(partly(store)) },
  );
  await server.ready;
  process.stdout.write(`${server.address}\n`);
};

void main();
