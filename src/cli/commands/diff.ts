/** `moniker diff`: what differs in a registry or a collection between two instants. */
import { ExitCode, exitCodes, wronglyAsked } from '../exit';
import { pastInstant } from '../instants';
import { requireOrganization } from '../organization';
import { parseScope } from '../scope';
import { plain } from '../table';
import { Terminal } from '../terminal';
import { withPast } from '../with-past';

export type DiffOptions = { readonly from: string; readonly to: string; readonly server?: string; readonly json?: boolean };

export const diff = async (terminal: Terminal, named: string, options: DiffOptions): Promise<ExitCode> => {
  const scope = parseScope(named);
  const [from, to] = [pastInstant('--from', options.from), pastInstant('--to', options.to)];
  if (from > to) throw wronglyAsked('--from must not lie after --to');
  await withPast(options.server, terminal, async (past) => {
    await requireOrganization(scope, past.organization);
    const found = await past.diff(scope, from, to);
    if (options.json === true) return terminal.line(JSON.stringify(found));
    const { linked, unlinked, aliases } = found;
    const lines = [
      ...linked.map(({ collection, version, source }) => `${collection}  + ${version}  ${source}`),
      ...unlinked.map(({ collection, version, source }) => `${collection}  - ${version}  ${source}`),
      ...aliases.map((moved) => `${moved.collection}  ${moved.alias}: ${moved.from ?? '-'} -> ${moved.to ?? '-'}`),
    ];
    for (const line of lines.length === 0 ? ['no difference'] : lines) await terminal.line(plain(line));
  });
  return exitCodes.done;
};
