/** `moniker serve`: a node for as long as the process lives. */
import { isLeft } from 'fp-ts/Either';
import { destination, pino } from 'pino';
import { loadConfig } from './config';
import { startServer } from './server';

/** How long a stop may take, in milliseconds. */
const LAST_CALL = 9_000;

/** Resolves when the server is ready; the process ends with SIGTERM or SIGINT, or with 1 where it could not start. */
export const serve = async (): Promise<void> => {
  const config = loadConfig(process.env);
  if (isLeft(config)) {
    process.stderr.write(config.left.map((line) => `${line}\n`).join(''));
    process.exitCode = 1;
    return;
  }
  const log = pino({ level: config.right.logLevel }, destination({ dest: 2, sync: true }));
  const server = await startServer(config.right, log).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), LAST_CALL).unref();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await server.ready.catch(() => undefined);
  if (stopping) return;
  const { adminKey } = server;
  const where = adminKey.isNew && adminKey.file !== undefined ? ` (the key of user:admin is in ${adminKey.file})` : '';
  process.stdout.write(`Moniker is ready at ${server.address}${where}\n`);
};
