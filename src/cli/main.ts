#!/usr/bin/env node
/** The `moniker` command. What a subcommand needs is loaded when it runs, so that the others start fast. */
import { Command, CommanderError, Option } from 'commander';
import type { DiffOptions } from './commands/diff';
import type { ExportOptions } from './commands/export';
import type { HeadsOptions } from './commands/heads';
import type { ImportOptions } from './commands/import';
import type { MigrateOptions } from './commands/migrate';
import type { RebuildOptions } from './commands/rebuild';
import type { ReplayOptions } from './commands/replay';
import type { VerifyOptions } from './commands/verify';
import { ExitCode, exitCodes, messageOf, Stop } from './exit';
import { createTerminal, Terminal } from './terminal';

type Run<A extends ReadonlyArray<unknown>> = (terminal: Terminal, ...asked: A) => Promise<ExitCode>;

const CODES = `
Exit codes: 0 done, and whole; 1 what was examined is not whole; 2 asked for wrongly; 3 could not be done;
130 or 143 stopped by Ctrl-C or SIGTERM; 141 the output was closed.`;

const SETTINGS = `
Reads the event store that MONIKER_STORE, MONIKER_DATA_DIR and EVENTSTOREDB_URL name; also beside a running server.`;

const OVER_API = `
With --server it asks that server, with the API key in MONIKER_KEY.`;

/** Runs a subcommand to its exit code; Ctrl-C lets it clear up first, and a second one does not. */
const running =
  <A extends ReadonlyArray<unknown>>(load: () => Promise<Run<A>>) =>
  async (...asked: A): Promise<void> => {
    const stopping = new AbortController();
    let stopped: ExitCode | undefined;
    const stop = (code: ExitCode): void => {
      if (stopped !== undefined) process.exit(code);
      stopped = code;
      stopping.abort();
    };
    process.on('SIGINT', () => stop(exitCodes.interrupted));
    process.on('SIGTERM', () => stop(exitCodes.terminated));
    // Whoever read has gone: there is nobody to tell.
    process.stdout.on('error', () => process.exit(exitCodes.outputClosed));
    process.stderr.on('error', () => undefined);
    const terminal = createTerminal(stopping.signal);
    let code: ExitCode;
    try {
      code = await (await load())(terminal, ...asked);
    } catch (error) {
      if (stopped === undefined) terminal.say(`moniker: ${messageOf(error)}`);
      code = error instanceof Stop ? error.exitCode : exitCodes.failed;
    }
    process.exitCode = stopped ?? code;
    // What is written goes out first; nothing else that is still open keeps the process.
    process.stdout.write('', () => process.exit());
  };

const server = (): Option => new Option('--server <url>', 'ask this server instead of reading the event store');
const json = (): Option => new Option('--json', 'write JSON');

const program = new Command('moniker')
  .description('A self-hosted artifact registry whose every change is an event')
  .enablePositionalOptions()
  .addHelpText('after', CODES)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'moniker: ')) });

const subcommand = (name: string, description: string, more: string): Command =>
  program.command(name).description(description).addHelpText('after', more + CODES);

subcommand(
  'serve',
  'run a node: the API, its event store or a connection to one, and its read models',
  '\nThe settings are environment variables; README.md lists them. Ends with 1 where it cannot start.',
).action(async () => {
  const { serve } = await import('../app/serve');
  await serve();
});

subcommand(
  'verify',
  'whether the history is whole: every chain, the rules that must hold, and the read models against a fresh replay',
  `${SETTINGS}${OVER_API}\nThe read models are compared when everything is verified, and only without --server.`,
)
  .argument('[registry/collection]', 'only this registry and its collections, or this collection')
  .option('--heads <file>', 'compare with the heads in a file that `moniker heads` has written')
  .option('--no-read-models', 'leave the read models out')
  .addOption(server())
  .addOption(json())
  .action(running<[string | undefined, VerifyOptions]>(async () => (await import('./commands/verify')).verify));

subcommand(
  'heads',
  'the head of every stream, one line `CHAIN REVISION STREAM` each, to keep where nobody changes it with the store',
  `${SETTINGS}${OVER_API} These are the heads of the collections that the key may verify.`,
)
  .addOption(server())
  .addOption(json())
  .action(running<[HeadsOptions]>(async () => (await import('./commands/heads')).heads));

subcommand(
  'rebuild',
  'make all read models anew from the log',
  '\nOf the node whose MONIKER_DATA_DIR it is; refused while a server runs on that folder.',
)
  .addOption(json())
  .action(running<[RebuildOptions]>(async () => (await import('./commands/rebuild')).rebuild));

subcommand(
  'replay',
  'who moved an alias, when, from where and why, oldest first; or the version that a name meant at an instant',
  `${SETTINGS}${OVER_API}
Example: moniker replay wandb-registry-model/zoo_model:production --at 2026-01-31T14:05:00Z`,
)
  .argument('<full-name>', 'REGISTRY/COLLECTION:ALIAS, with or without wandb-registry- before it')
  .option('--at <instant>', 'what the name meant then (RFC 3339); it may also stand in the name, as @INSTANT')
  .addOption(server())
  .addOption(json())
  .action(running<[string, ReplayOptions]>(async () => (await import('./commands/replay')).replay));

subcommand(
  'diff',
  'what was linked, unlinked and moved between two instants',
  `${SETTINGS}${OVER_API}`,
)
  .argument('<registry/collection>', 'a registry, or one of its collections')
  .requiredOption('--from <instant>', 'RFC 3339; the state after all events up to it')
  .requiredOption('--to <instant>', 'RFC 3339, not before --from')
  .addOption(server())
  .addOption(json())
  .action(running<[string, DiffOptions]>(async () => (await import('./commands/diff')).diff));

subcommand(
  'export',
  'every event in the order of the log, one line of JSON each: to prove the history elsewhere, or to import it',
  `${SETTINGS}${OVER_API} A server exports one collection at a time.
docs/verification.md has the format, and a program to check it. The count is told on stderr, or on stdout with --output.`,
)
  .argument('[registry/collection]', 'only this registry and its collections, or this collection')
  .option('-o, --output <file>', 'write to a new file, which is there whole or not at all')
  .addOption(server())
  .addOption(new Option('--json', 'tell the count as JSON'))
  .action(running<[string | undefined, ExportOptions]>(async () => (await import('./commands/export')).exportEvents));

subcommand(
  'import',
  'what moniker export has written into an empty store: the same ids, data, metadata, chains and order',
  `
Writes to the event store that MONIKER_STORE, MONIKER_DATA_DIR and EVENTSTOREDB_URL name, which must be empty and without
a server. Every chain must hold before anything is written; a line that is broken is named, with exit code 1. An embedded
store is there whole or not at all; one in EventStoreDB is no store before it is whole, and goes on where it was when the
command is repeated.`,
)
  .argument('<file>', 'of a whole export')
  .addOption(json())
  .action(running<[string, ImportOptions]>(async () => (await import('./commands/import')).importEvents));

subcommand(
  'migrate',
  'an embedded store into an empty EventStoreDB, or back: the same ids, data, metadata, chains and order',
  `
The embedded store is that of MONIKER_DATA_DIR; without <url> it is EVENTSTOREDB_URL, so that no password stands among
the arguments. Refused while a server runs on the folder. What was interrupted goes on where it was when the command is
repeated; no node begins on a store that is not whole. Ends with a comparison of where every stream ends. Positions are
not kept: those of the other store are refused. Exit code 1: a chain is broken, or the copy is not the same; 3: the store
to fill holds something else, or somebody writes to the source.
Example: moniker migrate --to 'esdb://127.0.0.1:2113?tls=false'`,
)
  .option('--to [url]', 'copy the embedded store into this EventStoreDB')
  .option('--from [url]', 'copy this EventStoreDB into an empty folder')
  .addOption(json())
  .action(running<[MigrateOptions]>(async () => (await import('./commands/migrate')).migrate));

program.parseAsync().catch((error: unknown) => {
  // Help that was asked for ends with 0; anything else that commander says no to was asked wrongly.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.asked;
  else throw error;
});
