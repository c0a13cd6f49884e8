/**
 * Whether the log holds what the changes of a load were told: every acknowledged one once, as it was answered, and none
 * of those that were refused; and whether each collection is one that the rules can make.
 */
import { Node } from './killable-node';
import { chainsOf } from './independent-chain';
import { Account, Change, pathOf } from './load';
import { append, holders, NaiveCollection, naiveCollection } from './naive-collection';

export type Line = {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly chain: string;
};

/** The changes by number, and in words what is not as it should be. */
export type Findings = {
  readonly operations: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Answered that they were not done: 503 with `outcome: "none"`, `contention`, `overloaded`. */
  readonly notDone: number;
  readonly unknown: number;
  /** Acknowledged, and not in the log. */
  readonly lost: number;
  /** In the log more than once. */
  readonly doubled: number;
  /** Anything else: recorded though refused, or not as answered. */
  readonly wrong: ReadonlyArray<string>;
};

/** The appends of a stream: what one command recorded at once. */
const appendsOf = (lines: ReadonlyArray<Line>): ReadonlyArray<ReadonlyArray<Line>> => {
  const appends: Array<Array<Line>> = [];
  let cause: unknown;
  for (const line of lines) {
    if (line.metadata['$causationId'] === cause) appends.at(-1)?.push(line);
    else appends.push([line]);
    cause = line.metadata['$causationId'];
  }
  return appends;
};

/** All events of a collection, read from the store by the node. */
export const eventsOf = async ({ address }: Node, key: string, collection: string): Promise<ReadonlyArray<Line>> => {
  const answered = await fetch(`${address}/api/v1${pathOf(collection)}/events`, { headers: { authorization: `Bearer ${key}` } });
  if (answered.status !== 200) throw new Error(`the events of ${collection}: ${answered.status} ${await answered.text()}`);
  const text = await answered.text();
  return text === '' ? [] : text.slice(0, -1).split('\n').map((line) => JSON.parse(line) as Line);
};

const shown = (version: unknown): string | null => (typeof version === 'number' ? `v${version}` : null);

/** What an answer of success says that was recorded; undefined where it may be that nothing was. */
const mustBeRecorded = ({ kind, status, answer }: Change): boolean | undefined => {
  switch (kind) {
    case 'link':
      return status === 201 ? true : undefined;
    case 'move':
    case 'rollback':
    case 'take':
      return answer['changed'] === true;
    case 'batch':
      return (answer['changes'] as ReadonlyArray<unknown>).length > 0;
    case 'unlink':
    case 'delete':
      return true;
  }
};

const aliasChanges = (lines: ReadonlyArray<Line>) =>
  lines
    .filter(({ type }) => /^Alias(Added|Moved|Removed)$/.test(type))
    .map(({ data }) => ({ alias: data['alias'], from: shown(data['from']), to: shown(data['to']) }));

/** Whether what was recorded is what was answered. */
const isAsAnswered = ({ kind, status, answer, source, alias, version }: Change, lines: ReadonlyArray<Line>): boolean => {
  const find = (type: string) => lines.find((line) => line.type === type)?.data;
  const changes = aliasChanges(lines);
  switch (kind) {
    case 'link': {
      const linked = find('VersionLinked');
      return status === 201
        ? linked?.['source'] === source && shown(linked?.['version']) === answer['version']
        : linked === undefined;
    }
    case 'move':
    case 'rollback':
    case 'take':
      return changes.some(
        (each) => each.alias === alias && each.from === answer['previous'] && each.to === answer['version'],
      );
    case 'batch': {
      const told = answer['changes'] as ReadonlyArray<Record<string, unknown>>;
      return told.length === changes.length &&
        told.every((one) => changes.some(({ alias: name, from, to }) => name === one['alias'] && from === one['from'] && to === one['to']));
    }
    case 'unlink':
      return shown(find('VersionUnlinked')?.['version']) === version;
    case 'delete':
      return find('CollectionDeleted') !== undefined;
  }
};

/**
 * @param collections all that the load was about
 * @returns what was found, and each collection as its events make it
 * @throws where the events of a collection break a rule or its chain
 */
export const examine = (
  { changes }: Account, collections: ReadonlyMap<string, ReadonlyArray<Line>>,
): { readonly findings: Findings; readonly made: ReadonlyMap<string, NaiveCollection> } => {
  const made = new Map<string, NaiveCollection>();
  const recorded = new Map<string, Array<ReadonlyArray<Line>>>();
  for (const [collection, lines] of collections) {
    const state = naiveCollection();
    const appends = appendsOf(lines);
    for (const each of appends) {
      append(state, each);
      const reason = each[0]?.metadata['reason'];
      if (typeof reason === 'string') recorded.set(reason, [...(recorded.get(reason) ?? []), each]);
    }
    made.set(collection, state);
    const chains = chainsOf(
      lines.map(({ stream, revision, id, type, data, metadata }) =>
        ({ stream, revision, id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) })),
    );
    const broken = lines.findIndex(({ chain, revision }, n) => chain !== chains[n] || revision !== n);
    if (broken >= 0) throw new Error(`E5: the chain of ${collection} is broken at event ${broken}`);
  }
  const wrong: Array<string> = [];
  let [lost, doubled] = [0, 0];
  for (const change of changes) {
    const { id, kind, outcome, status, answer } = change;
    const found = recorded.get(id) ?? [];
    const [first] = found;
    if (found.length > 1) doubled += 1;
    if (outcome === 'odd') wrong.push(`${kind} "${id}" was answered ${status}: ${JSON.stringify(answer)}`);
    if (outcome === 'done') {
      const must = mustBeRecorded(change);
      if (must === true && first === undefined) lost += 1;
      if (must === false && first !== undefined) wrong.push(`${kind} "${id}" changed nothing by its answer, and is recorded`);
      if (first !== undefined && !isAsAnswered(change, first))
        wrong.push(`${kind} "${id}" was answered ${JSON.stringify(answer)} and recorded as ${JSON.stringify(first)}`);
    }
    if ((outcome === 'refused' || outcome === 'none') && first !== undefined)
      wrong.push(`${kind} "${id}" was answered ${status} ${JSON.stringify(answer)}, and is recorded`);
  }
  const count = (outcome: Change['outcome']): number => changes.filter((change) => change.outcome === outcome).length;
  return {
    made,
    findings: {
      operations: changes.length, acknowledged: count('done'), refused: count('refused'), notDone: count('none'),
      unknown: count('unknown'), lost, doubled, wrong,
    },
  };
};

/** The aliases of a collection as its events make them. */
export const aliasesOf = (state: NaiveCollection): Readonly<Record<string, string>> =>
  Object.fromEntries([...holders(state)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([alias, version]) => [alias, `v${version}`]));
