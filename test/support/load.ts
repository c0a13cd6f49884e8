/**
 * Changes of a few collections, through several nodes at once, and the account of what each was told: what
 * `examine.ts` then looks for in the log. Every change carries its own `reason`, by which it is found there.
 */
import { Called, Node } from './killable-node';

const REGISTRY = 'model';
export const pathOf = (collection: string): string => `/registries/${REGISTRY}/collections/${collection}`;

type Kind = 'link' | 'move' | 'batch' | 'rollback' | 'take' | 'unlink' | 'delete';

/**
 * - `done`: answered with success
 * - `refused`: the domain said no, or the request was not let in: nothing may be recorded
 * - `none`: not done, as the answer says (503)
 * - `unknown`: nobody can tell (503 with `outcome: "unknown"`, or no answer at all)
 * - `odd`: any other answer
 */
type Outcome = 'done' | 'refused' | 'none' | 'unknown' | 'odd';

type Request = {
  readonly kind: Kind;
  readonly method: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What it was about, to compare the log with. */
  readonly source?: string;
  readonly alias?: string;
  readonly version?: string;
};

export type Change = Request & {
  /** Its reason and, where it insists, its idempotency key. */
  readonly id: string;
  readonly collection: string;
  readonly outcome: Outcome;
  readonly status: number | undefined;
  readonly answer: Readonly<Record<string, unknown>>;
};

export type Account = {
  readonly changes: ReadonlyArray<Change>;
  /** The furthest position that an answer gave. */
  readonly position: string | undefined;
  /** The longest time to an answer, from nodes that were neither killed nor stopped meanwhile, in milliseconds. */
  readonly longest: number;
};

export type Load = {
  readonly account: () => Account;
  /** Waits for the last answers. */
  readonly stop: () => Promise<Account>;
  /** Resolves when all the commands are answered. */
  readonly over: Promise<Account>;
  /** How many changes were acknowledged so far. */
  readonly acknowledged: () => number;
};

export type LoadOptions = {
  /** Of which each command goes to any. */
  readonly nodes: ReadonlyArray<() => Node>;
  readonly collections: ReadonlyArray<string>;
  readonly clients: number;
  /** In all; until stopped unless given. */
  readonly commands?: number;
  /** Which part of the changes has an idempotency key, and is sent again, to any node, until it is answered. */
  readonly insisting: number;
  /** How long it is sent again after the load was stopped, in milliseconds; not at all unless given. */
  readonly patience?: number;
  /** After so many milliseconds an answer is not waited for any more; for ever unless given. */
  readonly givingUpAfter?: number;
};

const SOURCES = 150;
const ALIASES = ['production', 'staging', 'canary', 'candidate', 'best'];

const among = <A>(values: ReadonlyArray<A>): A => values[Math.floor(Math.random() * values.length)] as A;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const query = (parameters: Readonly<Record<string, string>>): string => `?${new URLSearchParams(parameters).toString()}`;

/** The team and the sources that changes link. */
export const prepareSources = async ({ call }: Node): Promise<void> => {
  await call('POST', '/teams', { name: 'team' });
  const log = (n: number) => call('POST', '/artifacts', { name: `team/p/s${n}`, type: 'model', digest: `sha256:${n}` });
  for (let n = 0; n < SOURCES; n += 15) await Promise.all(Array.from({ length: 15 }, (_, more) => log(n + more)));
};

/** What clients know of a collection from the answers so far. */
type Known = { readonly linked: Set<string>; readonly holders: Map<string, string | null> };

const anyChange = (collection: string, known: Known, reason: string): Request => {
  const path = pathOf(collection);
  const version = among([...known.linked, 'v0']);
  const alias = among(ALIASES);
  const expected = Math.random() < 0.5 ? { expected: known.holders.get(alias) ?? null } : {};
  const link = (): Request => {
    const source = `team/p/s${Math.floor(Math.random() * SOURCES)}:v0`;
    const aliases = Math.random() < 0.5 ? [among(ALIASES), among(ALIASES)] : [];
    return { kind: 'link', method: 'POST', path: `${path}/versions`, body: { source, aliases, reason }, source };
  };
  const move = (): Request =>
    ({ kind: 'move', method: 'PUT', path: `${path}/aliases/${alias}`, body: { version, ...expected, reason }, alias, version });
  const batch = (): Request => {
    const changes = ALIASES.filter(() => Math.random() < 0.5).map((each) => ({
      alias: each, version: Math.random() < 0.2 ? null : among([...known.linked, version]),
    }));
    if (changes.length === 0) return move();
    return { kind: 'batch', method: 'POST', path: `${path}/alias-changes`, body: { changes, reason } };
  };
  const rollback = (): Request =>
    ({ kind: 'rollback', method: 'POST', path: `${path}/aliases/${alias}/rollback`, body: { reason }, alias });
  const take = (): Request =>
    ({ kind: 'take', method: 'DELETE', path: `${path}/aliases/${alias}${query({ reason })}`, alias });
  const unlink = (): Request =>
    ({ kind: 'unlink', method: 'DELETE', path: `${path}/versions/${version}${query({ reason })}`, version });
  const remove = (): Request => ({ kind: 'delete', method: 'DELETE', path: `${path}${query({ reason })}` });
  if (known.linked.size === 0 && Math.random() < 0.7) return link();
  const kinds = [link, link, link, link, move, move, move, move, move, move, batch, batch, batch, rollback, rollback, take, unlink, unlink];
  return Math.random() < 0.003 ? remove() : among(kinds)();
};

const outcomeOf = (called: Called): Outcome => {
  if (called === 'killed') return 'unknown';
  const { status, body } = called;
  if (status === 200 || status === 201) return 'done';
  if (status === 503) return unavailable(body);
  return [400, 401, 403, 404, 409, 422].includes(status) ? 'refused' : 'odd';
};

const unavailable = ({ code, outcome }: Readonly<Record<string, unknown>>): Outcome => {
  if (code !== 'store_unavailable') return ['contention', 'overloaded', 'read_model_behind'].includes(String(code)) ? 'none' : 'odd';
  return outcome === 'none' || outcome === 'unknown' ? outcome : 'odd';
};

const isInProgress = (called: Called): boolean => called !== 'killed' && called.body['code'] === 'request_in_progress';

const learn = (known: Known, { kind, alias, version }: Request, { body }: Exclude<Called, 'killed'>): void => {
  const { linked, holders } = known;
  if (kind === 'link') linked.add(String(body['version']));
  if (kind === 'unlink' && version !== undefined) linked.delete(version);
  if (kind === 'delete') linked.clear();
  if (alias !== undefined) holders.set(alias, body['version'] as string | null);
};

const placeOf = (position: unknown): number => Number(String(position).split('-')[1]);

/** Begins at once. */
export const startLoad = ({
  nodes, collections, clients, commands = Infinity, insisting, patience = 0, givingUpAfter,
}: LoadOptions): Load => {
  const changes: Array<Change> = [];
  const knowns = new Map<string, Known>();
  let [begun, acknowledged, longest, isOver] = [0, 0, 0, false];
  let deadline = Infinity;
  let position: string | undefined;

  const send = async (request: Request, headers: Record<string, string>): Promise<Called> => {
    const node = among(nodes)();
    const [sent, signals] = [performance.now(), node.signals()];
    const called = await node.call(request.method, request.path, request.body, headers, givingUpAfter);
    if (node.signals() === signals) longest = Math.max(longest, performance.now() - sent);
    return called;
  };

  const untilAnswered = async (request: Request, id: string): Promise<Called> => {
    if (Math.random() >= insisting) return send(request, {});
    for (let [doubt, isUnderWay] = [false, false]; ; ) {
      const called = await send(request, { 'idempotency-key': id });
      const outcome = outcomeOf(called);
      if (outcome === 'done' || outcome === 'odd') return called;
      // What was given up reaches its node later, where it is judged anew after a refusal.
      if (outcome === 'refused' && !isInProgress(called)) return isUnderWay ? 'killed' : called;
      isUnderWay ||= called === 'killed' && givingUpAfter !== undefined;
      doubt ||= outcome === 'unknown' || isInProgress(called);
      // What one answer left in doubt a later one that says "not done" does not clear up.
      if (Date.now() > deadline) return doubt ? 'killed' : called;
      await pause(100);
    }
  };

  const client = async (name: number): Promise<void> => {
    for (let turn = 0; !isOver && begun < commands; turn++) {
      begun += 1;
      const id = `${collections[0]}/${name}/${turn}`;
      const collection = among(collections);
      const known = knowns.get(collection) ?? { linked: new Set(), holders: new Map() };
      knowns.set(collection, known);
      const request = anyChange(collection, known, id);
      const called = await untilAnswered(request, id);
      const outcome = outcomeOf(called);
      const { status, body } = called === 'killed' ? { status: undefined, body: {} } : called;
      changes.push({ ...request, id, collection, outcome, status, answer: body });
      if (outcome === 'done' && called !== 'killed') {
        acknowledged += 1;
        learn(known, request, called);
        if (position === undefined || placeOf(called.body['position']) > placeOf(position))
          position = String(called.body['position']);
      } else if (outcome !== 'refused') await pause(20 + Math.random() * 30);
    }
  };

  const account = (): Account => ({ changes, position, longest });
  const over = Promise.all(Array.from({ length: clients }, (_, name) => client(name))).then(account);
  return {
    account,
    over,
    acknowledged: () => acknowledged,
    stop: () => {
      isOver = true;
      deadline = Date.now() + patience;
      return over;
    },
  };
};
