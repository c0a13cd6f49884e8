/** `moniker replay`: who moved an alias, when, from where and why; or what a name meant at an instant. */
import { isLeft } from 'fp-ts/Either';
import { FullName, parseFullName } from '../../domain/values/paths';
import { showVersionRef } from '../../domain/values/versions';
import { ExitCode, exitCodes, failed, wronglyAsked } from '../exit';
import { pastInstant } from '../instants';
import { requireOrganization } from '../organization';
import { Meant, shownName, ShownMove } from '../past';
import { plain, writeTable } from '../table';
import { Terminal } from '../terminal';
import { withPast } from '../with-past';

export type ReplayOptions = { readonly at?: string; readonly server?: string; readonly json?: boolean };

const orNone = async function* (moves: AsyncIterable<ShownMove>, name: FullName): AsyncIterable<ShownMove> {
  let none = true;
  for await (const move of moves) {
    none = false;
    yield move;
  }
  if (none) throw failed(`no version ever was ${shownName(name)}`);
};

const rowsOf = async function* (moves: AsyncIterable<ShownMove>): AsyncIterable<ReadonlyArray<string>> {
  for await (const { at, by, from, to, cause, reason } of moves)
    yield [at, by, from ?? '-', to ?? '-', reason === null ? cause : `${cause}: ${reason}`];
};

const tellMoves = async (terminal: Terminal, moves: AsyncIterable<ShownMove>, json: boolean): Promise<void> => {
  if (!json) return writeTable(terminal, ['when', 'who', 'from', 'to', 'why'], rowsOf(moves));
  for await (const move of moves) await terminal.line(JSON.stringify(move));
};

const tellMeaning = async (terminal: Terminal, meant: Meant, json: boolean): Promise<void> => {
  if (json) return terminal.line(JSON.stringify(meant));
  const { fullName, source, digest, aliases, linkedAt, linkedBy } = meant;
  await terminal.line(plain(`${fullName} = ${source} (${digest})`));
  await terminal.line(plain(`linked ${linkedAt} by ${linkedBy}; aliases then: ${aliases.join(', ') || 'none'}`));
};

export const replay = async (terminal: Terminal, fullName: string, options: ReplayOptions): Promise<ExitCode> => {
  const parsed = parseFullName(fullName);
  if (isLeft(parsed)) throw wronglyAsked(`"${fullName}" ${parsed.left}`);
  const name = parsed.right;
  if (name.at !== undefined && options.at !== undefined)
    throw wronglyAsked('--at must not be given when the name holds an instant too');
  const instant = options.at ?? name.at;
  const at = instant === undefined ? undefined : pastInstant('--at', instant);
  const { ref } = name;
  if (at === undefined && ref.type === 'Version')
    throw wronglyAsked(`"${fullName}" is a version: name an alias, or an instant with --at`);
  const { json = false, server } = options;
  await withPast(server, terminal, async (past) => {
    await requireOrganization(name, past.organization);
    if (at !== undefined) return tellMeaning(terminal, await past.meaning(name, at), json);
    return tellMoves(terminal, orNone(past.moves(name, showVersionRef(ref)), name), json);
  });
  return exitCodes.done;
};
