/**
 * A node in a process of its own, for the figures over HTTP: with two operations that do nothing, which the same server
 * authenticates, decodes and answers. `FOLDER` is its data folder; says its address when it is ready.
 */
import { Controller } from '@nestjs/common';
import * as t from 'io-ts';
import { pino } from 'pino';
import { startServer } from '../src/app/server';
import { exactly } from '../src/domain/values/described';
import { AliasName, CollectionName, RegistryName, Reason } from '../src/domain/values/names';
import { Version } from '../src/domain/values/versions';
import { answer, Caller, DecodedRequest, Handles, operation, ReplyTo } from '../src/http/boundary';

export const KEY = 'bench-key-'.repeat(4);

const params = { registry: RegistryName, collection: CollectionName, alias: AliasName };

const write = operation({
  id: 'benchWrite', method: 'POST', path: '/bench/:registry/:collection/:alias', tag: 'Bench', kind: 'command', summary: 'Nothing',
  params, body: exactly({ version: Version }, { reason: Reason }), answers: { 200: exactly({ done: t.boolean }) }, codes: [],
});
const read = operation({
  id: 'benchRead', method: 'GET', path: '/bench/:registry/:collection/:alias', tag: 'Bench', kind: 'query', summary: 'Nothing',
  params, answers: { 200: exactly({ done: t.boolean }) }, codes: [], etag: true,
});

@Controller()
class BenchController {
  @Handles(write)
  async write(_request: DecodedRequest<typeof write>, _caller: Caller): ReplyTo<typeof write> {
    return answer(200, { done: true });
  }

  @Handles(read)
  async read(_request: DecodedRequest<typeof read>, _caller: Caller): ReplyTo<typeof read> {
    return answer(200, { done: true });
  }
}

const main = async (): Promise<void> => {
  const [folder = ''] = process.argv.slice(2);
  const server = await startServer(
    {
      host: '127.0.0.1', port: 0, store: 'embedded', dataDir: folder, eventStoreDbUrl: undefined, organization: 'bench',
      adminKey: KEY, logLevel: 'warn', trustProxy: undefined, requestRate: undefined, stateBytes: 256 * 1024 * 1024,
    },
    pino({ level: 'warn' }, pino.destination(2)),
    { controllers: [BenchController] },
  );
  await server.ready;
  process.stdout.write(`${server.address}\n`);
  process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
};

if (require.main === module) void main();
