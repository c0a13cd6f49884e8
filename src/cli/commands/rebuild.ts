/** `moniker rebuild`: all read models of a node anew, from the log; its snapshots are thrown away with them. */
import { rmSync } from 'node:fs';
import { readModelsFile, snapshotsFolder } from '../../app/config';
import { openStore } from '../../app/open-store';
import { EventStore } from '../../event-store/event-store';
import { silent } from '../../event-store/log';
import { openReadModels } from '../../projections/catch-up/read-models';
import { readModels } from '../../projections/models';
import { broken, ExitCode, exitCodes, failed, messageOf } from '../exit';
import { settings } from '../sources';
import { shownNumber, Terminal } from '../terminal';

export type RebuildOptions = { readonly json?: boolean };

type Rebuilt = { readonly readModels: number; readonly events: number; readonly seconds: number };

/** How often it is looked whether they stopped, in milliseconds. */
const LOOK = 50;

const rebuildFrom = async (store: EventStore, file: string, terminal: Terminal): Promise<Rebuilt> => {
  const [begun, head] = [Date.now(), await store.head()];
  for (const rest of ['', '-wal', '-shm']) rmSync(file + rest, { force: true });
  let events = 0;
  const progress = terminal.progress('rebuilding');
  const taken = (count: number): void => void (events += count);
  const built = openReadModels({ file, models: readModels, store, log: silent, observer: { taken, interrupted: () => undefined } });
  built.onProgress((position) => progress.tick(position / head, events));
  try {
    while (built.position() < head) {
      terminal.signal.throwIfAborted();
      const { stopped, interrupted } = built.status();
      if (stopped !== undefined)
        throw broken(`event ${stopped.revision} of ${stopped.stream} cannot be taken in: ${stopped.reason}`);
      if (interrupted !== undefined) throw failed(interrupted);
      await built.waitFor(head, LOOK);
    }
  } finally {
    progress.end();
    await built.close();
  }
  return { readModels: readModels.length, events, seconds: (Date.now() - begun) / 1000 };
};

const openAlone = (config: ReturnType<typeof settings>): EventStore => {
  try {
    return openStore(config, silent);
  } catch (error) {
    throw failed(`${messageOf(error)}: stop the server first`);
  }
};

export const rebuild = async (terminal: Terminal, { json = false }: RebuildOptions): Promise<ExitCode> => {
  const config = settings();
  const store = openAlone(config);
  try {
    rmSync(snapshotsFolder(config), { recursive: true, force: true });
    const rebuilt = await rebuildFrom(store, readModelsFile(config), terminal);
    const { events, seconds } = rebuilt;
    await terminal.line(
      json
        ? JSON.stringify(rebuilt)
        : `rebuilt ${rebuilt.readModels} read models from ${shownNumber(events)} events in ${seconds.toFixed(1)} s`,
    );
    return exitCodes.done;
  } finally {
    await store.close();
  }
};
