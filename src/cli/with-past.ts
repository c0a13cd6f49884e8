import { connectTo } from './api';
import { Past } from './past';
import { pastInStore } from './past-in-store';
import { pastOnServer } from './past-on-server';
import { settings, withSource } from './sources';
import { Terminal } from './terminal';

/** Asks the server, if one is named, or the event store. */
export const withPast = async (
  server: string | undefined, terminal: Terminal, work: (past: Past) => Promise<void>,
): Promise<void> => {
  if (server === undefined) return withSource(settings(), (source) => work(pastInStore(source, terminal)));
  const progress = terminal.progress('asking the server');
  try {
    await work(pastOnServer(connectTo(server, terminal.signal)));
  } finally {
    progress.end();
  }
};
