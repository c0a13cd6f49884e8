/** `moniker verify`: whether the history is whole. */
import { verifyLog } from '../../app/audit/verify-log';
import { Config, readModelsFile } from '../../app/config';
import { collectionStream } from '../../domain/values/streams';
import { KeptHead, Problem } from '../../event-store/history/verify';
import { compareReadModels, Comparison } from '../../projections/catch-up/compare';
import { readModels } from '../../projections/models';
import { Api, collectionPath, connectTo } from '../api';
import { ExitCode, exitCodes, failed } from '../exit';
import { readHeads } from '../heads-file';
import { isInScope, parseScope, Scope, showScope } from '../scope';
import { settings, Source, wholeLog, withSource } from '../sources';
import { plain } from '../table';
import { shownNumber, Terminal } from '../terminal';

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
  readonly problems: ReadonlyArray<{ readonly stream: string; readonly revision: number; readonly message: string }>;
  /** How many there are, if more than are told. */
  readonly found: number;
  /** What is wrong with the files of the store, beside the events. */
  readonly damage: ReadonlyArray<string>;
  /** Null where they were not compared. */
  readonly readModels: Comparison | null;
};

type Kept = ReadonlyMap<string, KeptHead> | undefined;

const readModelsIn = (config: Config, source: Source, terminal: Terminal): Promise<Comparison> =>
  source.identity().then((identity) =>
    compareReadModels({
      file: readModelsFile(config), models: readModels, identity,
      events: () => wholeLog(source, terminal, 'replaying into read models'),
    }),
  );

const offline = async (
  config: Config, terminal: Terminal, scope: Scope | undefined, kept: Kept, comparing: boolean,
): Promise<Verified> => withSource(config, async (source) => {
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
  return { ...verified, ok, seconds, heads: kept?.size ?? 0, damage, readModels: compared };
});

const collectionsOf = async function* (api: Api, scope: Scope | undefined): AsyncIterable<Required<Scope>> {
  if (scope?.collection !== undefined) {
    yield { registry: scope.registry, collection: scope.collection };
    return;
  }
  const path = scope === undefined ? '/collections' : `/registries/${encodeURIComponent(scope.registry)}/collections`;
  for await (const { registry, name } of api.list(path)) yield { registry: String(registry), collection: String(name) };
};

const overApi = async (api: Api, scope: Scope | undefined, kept: Kept): Promise<Verified> => {
  const begun = Date.now();
  const problems: Array<Verified['problems'][number]> = [];
  let [events, streams, heads] = [0, 0, 0];
  for await (const { registry, collection } of collectionsOf(api, scope)) {
    const stream = collectionStream(registry, collection);
    const head = kept?.get(stream);
    if (head !== undefined) heads += 1;
    const query = head === undefined ? '' : `?revision=${head.revision}&chain=${head.chain}`;
    const verified = await api.get(`${collectionPath(registry, collection)}/verification${query}`);
    streams += 1;
    events += Number(verified['events']);
    for (const problem of verified['problems'] as ReadonlyArray<Problem>) problems.push({ stream, ...problem });
  }
  const seconds = (Date.now() - begun) / 1000;
  return { ok: problems.length === 0, events, streams, seconds, heads, problems, found: problems.length, damage: [], readModels: null };
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
  const { ok, events, streams, seconds, heads, problems, found, damage, readModels } = verified;
  for (const { stream, revision, message } of problems) await terminal.line(`${stream} ${revision}: ${message}`);
  if (found > problems.length) await terminal.line(`and ${shownNumber(found - problems.length)} more`);
  for (const message of damage) await terminal.line(`the store: ${message}`);
  if (readModels !== null) await tellComparison(terminal, readModels);
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
      : await overApi(connectTo(options.server, terminal.signal), scope, kept);
  if (options.json === true) await terminal.line(JSON.stringify(verified));
  else await tell(terminal, verified);
  return verified.ok ? exitCodes.done : exitCodes.broken;
};
