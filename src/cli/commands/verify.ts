/** `moniker verify`: whether the history is whole. */
import { verifyLog } from '../../app/audit/verify-log';
import { Config, readModelsFile } from '../../app/config';
import { KeptHead, Problem } from '../../event-store/history/verify';
import { compareReadModels, Comparison } from '../../projections/catch-up/compare';
import { readModels } from '../../projections/models';
import { connectTo } from '../api';
import { ExitCode, exitCodes, failed } from '../exit';
import { readHeads } from '../heads-file';
import { organizationIn, requireOrganization } from '../organization';
import { isInScope, parseScope, Scope, showScope } from '../scope';
import { settings, Source, wholeLog, withSource } from '../sources';
import { plain } from '../table';
import { shownNumber, Terminal } from '../terminal';
import { verifiedCollections } from '../verified-collections';

export type VerifyOptions = {
  readonly heads?: string;
  readonly readModels: boolean;
  readonly server?: string;
  readonly json?: boolean;
};

/** What was verified, as `--json` shows it. */
type Verified = {
  readonly ok: boolean;
  readonly events: number;
  readonly streams: number;
  readonly seconds: number;
  /** How many heads were compared that had been kept elsewhere. */
  readonly heads: number;
  /** And how many were not: of streams that were not looked at. */
  readonly uncompared: number;
  readonly problems: ReadonlyArray<{ readonly stream: string; readonly revision: number; readonly message: string }>;
  /** How many there are, if more than are told. */
  readonly found: number;
  /** What is wrong with the files of the store, beside the events. */
  readonly damage: ReadonlyArray<string>;
  /** Null where they were not compared. */
  readonly readModels: Comparison | null;
};

type Kept = ReadonlyMap<string, KeptHead>;

const readModelsIn = (config: Config, source: Source, terminal: Terminal): Promise<Comparison> =>
  source.identity().then((identity) =>
    compareReadModels({
      file: readModelsFile(config), models: readModels, identity,
      events: () => wholeLog(source, terminal, 'replaying into read models'), signal: terminal.signal,
    }),
  );

const offline = async (
  config: Config, terminal: Terminal, scope: Scope | undefined, kept: Kept | undefined, comparing: boolean,
): Promise<Verified> => withSource(config, async (source) => {
  await requireOrganization(scope, () => organizationIn(source));
  const begun = Date.now();
  const isAsked = scope && isInScope(scope);
  const verified = await verifyLog({
    events: wholeLog(source, terminal, 'verifying'),
    gapless: source.gapless,
    ...(isAsked === undefined ? {} : { isAsked }),
    ...(kept === undefined ? {} : { kept }),
  });
  if (scope !== undefined && verified.events === 0) throw failed(`there are no events of ${showScope(scope)}`);
  const damage = scope === undefined ? source.damage() : [];
  const seconds = (Date.now() - begun) / 1000;
  const compared = comparing && scope === undefined ? await readModelsIn(config, source, terminal) : null;
  const same = compared === null || compared.differences.length + compared.problems.length === 0;
  const ok = verified.ok && damage.length === 0 && same;
  const heads = [...(kept?.keys() ?? [])].filter(isAsked ?? (() => true)).length;
  return { ...verified, ok, seconds, heads, uncompared: (kept?.size ?? 0) - heads, damage, readModels: compared };
});

const overApi = async (server: string, terminal: Terminal, scope: Scope | undefined, kept: Kept = new Map()): Promise<Verified> => {
  const api = connectTo(server, terminal.signal);
  await requireOrganization(scope, api.organization);
  const begun = Date.now();
  const problems: Array<Verified['problems'][number]> = [];
  let [events, streams, heads] = [0, 0, 0];
  for await (const { stream, verified } of verifiedCollections(api, { kept, ...(scope === undefined ? {} : { scope }) }, terminal)) {
    if (kept.has(stream)) heads += 1;
    streams += 1;
    events += Number(verified['events']);
    for (const problem of verified['problems'] as ReadonlyArray<Problem>) problems.push({ stream, ...problem });
  }
  const seconds = (Date.now() - begun) / 1000;
  return {
    ok: problems.length === 0, events, streams, seconds, heads, uncompared: kept.size - heads, problems, found: problems.length,
    damage: [], readModels: null,
  };
};

const tellComparison = async (terminal: Terminal, { position, readModels, differences, problems, notes }: Comparison): Promise<void> => {
  for (const text of [...problems, ...notes]) await terminal.line(plain(`read models: ${text}`));
  for (const { table, kept, missing } of differences) {
    for (const row of kept) await terminal.line(plain(`read models: ${table} has, against the log: ${row}`));
    for (const row of missing) await terminal.line(plain(`read models: ${table} lacks: ${row}`));
  }
  if (differences.length + problems.length === 0 && readModels.length > 0)
    await terminal.line(`read models: ${readModels.join(', ')} are what a replay makes, at position ${position}`);
};

const tell = async (terminal: Terminal, verified: Verified): Promise<void> => {
  const { ok, events, streams, seconds, heads, uncompared, problems, found, damage, readModels } = verified;
  for (const { stream, revision, message } of problems) await terminal.line(`${stream} ${revision}: ${message}`);
  if (found > problems.length) await terminal.line(`and ${shownNumber(found - problems.length)} more`);
  for (const message of damage) await terminal.line(`the store: ${message}`);
  if (readModels !== null) await tellComparison(terminal, readModels);
  if (uncompared > 0) await terminal.line(`${shownNumber(uncompared)} heads are of streams that were not looked at, and were not compared`);
  const rate = seconds > 0 ? `, ${shownNumber(events / seconds)} per second` : '';
  const compared = heads === 0 ? '' : `, ${shownNumber(heads)} heads compared`;
  await terminal.line(
    `${ok ? 'whole' : 'NOT WHOLE'}: ${shownNumber(events)} events of ${shownNumber(streams)} streams in ` +
      `${seconds.toFixed(1)} s${rate}${compared}`,
  );
};

export const verify = async (terminal: Terminal, named: string | undefined, options: VerifyOptions): Promise<ExitCode> => {
  const scope = named === undefined ? undefined : parseScope(named);
  const kept = options.heads === undefined ? undefined : await readHeads(options.heads);
  const verified =
    options.server === undefined
      ? await offline(settings(), terminal, scope, kept, options.readModels)
      : await overApi(options.server, terminal, scope, kept);
  if (options.json === true) await terminal.line(JSON.stringify(verified));
  else await tell(terminal, verified);
  return verified.ok ? exitCodes.done : exitCodes.broken;
};
