import { connectTo } from './api';
import { Past } from './past';
import { pastInStore } from './past-in-store';
import { pastOnServer } from './past-on-server';
import { settings, withSource } from './sources';
import { Terminal } from './terminal';

/** Asks the server, if one is named, or the event store. */
export const withPast = (server: string | undefined, terminal: Terminal, work: (past: Past) => Promise<void>): Promise<void> =>
  server === undefined
    ? withSource(settings(), (source) => work(pastInStore(source, terminal)))
    : work(pastOnServer(connectTo(server, terminal.signal)));
