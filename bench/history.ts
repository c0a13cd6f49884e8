/** P4 and P5: what a long history costs: an alias set in a large store against a small one, and all read models made anew. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isLeft, right } from 'fp-ts/Either';
import { v4 as uuid } from 'uuid';
import { createAggregates } from '../src/app/commands/aggregates';
import { CommandContext } from '../src/decider/execute';
import { artifactStream, collectionStream, registryStream } from '../src/domain/values/streams';
import { openEmbeddedStore } from '../src/event-store/embedded/embedded-store';
import { EventStore } from '../src/event-store/event-store';
import { silent } from '../src/event-store/log';
import { openReadModels } from '../src/projections/catch-up/read-models';
import { readModels } from '../src/projections/models';
import { remove, temporaryFolder } from './folders';
import { call, Node, startNode } from './http';
import { median, perSecond } from './ratio';
import { scaled, Subject } from './subject';

const VERSIONS = scaled(1_000_000);
const LARGE = VERSIONS / 10;
const AT_ONCE = 64;

const context = (command: string): CommandContext => {
  const commandId = uuid();
  return { commandId, command, by: 'service:ci', at: new Date().toISOString(), correlationId: commandId };
};

/**
 * A tenth of the versions in one collection, the rest in a thousand others, each linked with the decider and an alias
 * that moves to every tenth.
 */
const fill = async (store: EventStore, versions: number): Promise<void> => {
  const { collection, registry, artifact } = createAggregates(
    store, { longestLane: 1_000, stateBytes: 2e9 }, { conflict: () => undefined, unknownOutcome: () => undefined },
  );
  const done = (result: { readonly _tag: string; readonly left?: unknown }): void => {
    if (result._tag === 'Left') throw new Error(JSON.stringify(result.left));
  };
  const shelf = { acceptedTypes: 'any', protectedAliases: [] } as const;
  done(
    await registry.execute(
      registryStream('bench'),
      () =>
        Promise.resolve(
          right({
            type: 'CreateRegistry', name: 'bench', description: '', acceptedTypes: 'any', visibility: 'organization',
            defaultRole: 'restricted_viewer', creator: 'user:admin', creatorRole: 'admin',
          }),
        ),
      context('CreateRegistry'),
    ),
  );
  done(
    await artifact.execute(
      artifactStream('team/p/a'),
      () =>
        Promise.resolve(
          right({
            type: 'LogArtifact', artifactType: 'model', digest: 'sha256:0', uri: null, sizeBytes: null, metadata: {},
            metrics: {}, run: null, aliases: [],
          }),
        ),
      context('LogArtifact'),
    ),
  );
  const large = Math.max(10, versions / 10);
  const others = Math.max(0, Math.min(1_000, Math.floor((versions - large) / 10)));
  const nameAt = (index: number): string => (index < large || others === 0 ? 'large' : `c${index % others}`);
  const names = new Set(Array.from({ length: others }, (_, index) => `c${index}`).concat('large'));
  for (const name of names)
    done(
      await registry.execute(
        registryStream('bench'),
        () => Promise.resolve(right({ type: 'RegisterCollection', collection: name, life: 1 })),
        context('RegisterCollection'),
      ),
    );
  await perSecond(versions, AT_ONCE, async (index) => {
    const name = nameAt(index);
    const result = await collection.execute(
      collectionStream('bench', name),
      () =>
        Promise.resolve(
          right({
            type: 'LinkArtifactVersion', registry: 'bench', name, role: 'member', teams: [], shelf,
            aliases: index % 10 === 0 ? ['staging'] : [],
            source: { name: `team/p/artifact-of-forty-characters-${index}:v0`, digest: `sha256:${index}`, type: 'model', owner: 'team' },
          }),
        ),
      context('LinkArtifactVersion'),
    );
    if (isLeft(result)) throw new Error(JSON.stringify(result.left));
  });
};

const filled = async (versions: number): Promise<string> => {
  const folder = temporaryFolder();
  const store = openEmbeddedStore({ folder });
  await fill(store, versions);
  await store.close();
  return folder;
};

/** The median of alias moves one after another, in milliseconds. */
const aliasMove = async (node: Node, offset: { next: number }): Promise<number> => {
  const times: Array<number> = [];
  for (let index = 0; index < 200; index++) {
    const version = `v${offset.next++ % 10}`;
    const begun = process.hrtime.bigint();
    await call(node, 'PUT', '/registries/bench/collections/large/aliases/production', { version });
    times.push(Number(process.hrtime.bigint() - begun) / 1e6);
  }
  return median(times);
};

const beginLargeStore: Subject['begin'] = async () => {
  const folders = [await filled(VERSIONS), await filled(10)] as const;
  const nodes = [await startNode(folders[0]), await startNode(folders[1])] as const;
  const [large, small] = [{ next: 0 }, { next: 0 }];
  return {
    figures: [
      {
        id: 'P4', goal: 1.2, good: 'at most', rounds: 5,
        what: `set an alias over HTTP in a store of ${VERSIONS.toLocaleString('en')} versions, a collection of ${LARGE.toLocaleString('en')}`,
        over: { label: 'median', unit: 'ms', measure: () => aliasMove(nodes[0], large) },
        under: { label: 'in a store of 10', unit: 'ms', measure: () => aliasMove(nodes[1], small) },
      },
    ],
    end: async () => {
      for (const node of nodes) await node.end();
      for (const folder of folders) remove(folder);
    },
  };
};

export const largeStore: Subject = { ids: ['P4'], begin: beginLargeStore };

const beginRebuild: Subject['begin'] = async () => {
  const folder = await filled(Math.min(VERSIONS, 100_000));
  const store = openEmbeddedStore({ folder });
  const read = async (): Promise<number> => {
    const begun = process.hrtime.bigint();
    let events = 0;
    for await (const event of store.readAll({ after: 0 })) events += event.data === '' ? 0 : 1;
    return events / (Number(process.hrtime.bigint() - begun) / 1e9);
  };
  const project = async (): Promise<number> => {
    const file = join(folder, 'rebuilt.db');
    const head = await store.head();
    const begun = process.hrtime.bigint();
    const models = openReadModels({ file, models: readModels, store, log: silent });
    await models.waitFor(head, 3_600_000);
    const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
    await models.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    return head / seconds;
  };
  return {
    figures: [
      {
        id: 'P5', what: 'all read models made anew from the log', goal: 0.5, good: 'at least', rounds: 3,
        over: { label: 'rebuilt', unit: 'events/s', measure: project },
        under: { label: 'raw read', unit: 'events/s', measure: read },
      },
    ],
    end: async () => {
      await store.close();
      remove(folder);
    },
  };
};

export const rebuild: Subject = { ids: ['P5'], begin: beginRebuild };
