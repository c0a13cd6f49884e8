/**
 * A9, A10, C2, S4 over HTTP: what a member may not do with a protected alias, by every route there is; each refusal says
 * the alias and the role, and changes nothing.
 */
import { randomUUID } from 'node:crypto';
import { EventStore } from '../../src/event-store/event-store';
import { headOf, storedEvents } from '../support/app-events';
import { App, Client, expecting, Reply, startApp } from '../support/app';

const SHELF = '/registries/shelf';
const PRODUCTION = 'production';
const inShelf = (collection: string): string => `${SHELF}/collections/${encodeURIComponent(collection)}`;
const source = (version: number): string => `vision/zoo/net:v${version}`;

/** Ann is a member of the registry `shelf`, and of the team whose artifacts are linked into it. */
const makeShelf = async (app: App): Promise<Client> => {
  const ann = await app.as('user:ann', { teams: ['vision'] });
  expecting(await app.admin.post('/registries', { name: 'shelf' }), 201);
  expecting(await app.admin.put(`${SHELF}/members/user:ann`, { role: 'member' }), 200);
  for (const version of [0, 1, 2])
    expecting(await ann.post('/artifacts', { name: 'vision/zoo/net', type: 'model', digest: `${version}` }), 201);
  return ann;
};

/** v0 and v1, of which v1 holds the alias, and v0 has held it before. */
const fill = async (ann: Client, collection: string, alias: string): Promise<void> => {
  for (const version of [0, 1])
    expecting(await ann.post(`${inShelf(collection)}/versions`, { source: source(version), aliases: [alias] }), 201);
};

type Route = (as: Client, collection: string, alias: string) => Promise<Reply>;

const path = (collection: string): string => `wandb-registry-shelf/${collection}`;

/** Everything that gives or moves an alias. */
const giving: Readonly<Record<string, Route>> = {
  'link a new version with it': (as, c, alias) => as.post(`${inShelf(c)}/versions`, { source: source(2), aliases: ['x', alias] }),
  'link a version that is linked already with it': (as, c, alias) =>
    as.post(`${inShelf(c)}/versions`, { source: source(0), aliases: [alias] }),
  'link by path': (as, c, alias) => as.post('/links', { source: source(2), targetPath: path(c), aliases: [alias] }),
  'link by a path without its prefix': (as, c, alias) =>
    as.post('/links', { source: source(2), targetPath: `shelf/${c}`, aliases: [alias] }),
  'link by a path with the organization': (as, c, alias) =>
    as.post('/links', { source: source(2), targetPath: `acme/${path(c)}`, aliases: [alias] }),
  'link with an idempotency key': (as, c, alias) =>
    as.post(`${inShelf(c)}/versions`, { source: source(2), aliases: [alias] }, { 'idempotency-key': randomUUID() }),
  'move it': (as, c, alias) => as.put(`${inShelf(c)}/aliases/${encodeURIComponent(alias)}`, { version: 'v0' }),
  'move it, as expected': (as, c, alias) =>
    as.put(`${inShelf(c)}/aliases/${encodeURIComponent(alias)}`, { version: 'v0', expected: 'v1' }),
  'move it among others': (as, c, alias) =>
    as.post(`${inShelf(c)}/alias-changes`, { changes: [{ alias: 'x', version: 'v0' }, { alias, version: 'v0' }, { alias: 'y', version: 'v0' }] }),
  'roll it back': (as, c, alias) => as.post(`${inShelf(c)}/aliases/${encodeURIComponent(alias)}/rollback`, {}),
};

const taking: Readonly<Record<string, Route>> = {
  'take it away': (as, c, alias) => as.delete(`${inShelf(c)}/aliases/${encodeURIComponent(alias)}`),
  'take it away among others': (as, c, alias) =>
    as.post(`${inShelf(c)}/alias-changes`, { changes: [{ alias: 'x', version: 'v0' }, { alias, version: null }] }),
};

const touching: Readonly<Record<string, Route>> = {
  'unlink what holds it': (as, c) => as.delete(`${inShelf(c)}/versions/v1`),
  'tag what holds it': (as, c) => as.put(`${inShelf(c)}/versions/v1/tags/good`),
  'untag what holds it': (as, c) => as.delete(`${inShelf(c)}/versions/v1/tags/bad`),
  'delete the collection': (as, c) => as.delete(inShelf(c)),
};

const routes = { ...giving, ...taking, ...touching };
const names = Object.keys(routes);
const route = (name: string): Route => routes[name] as Route;

describe('A9: a protected alias', () => {
  let app: App;
  let ann: Client;
  beforeAll(async () => {
    app = await startApp();
    ann = await makeShelf(app);
    // In use before it is protected.
    for (const [index] of names.entries()) await fill(ann, `c${index}`, PRODUCTION);
    expecting(await ann.post(`${inShelf('bare')}/versions`, { source: source(0) }), 201);
    expecting(await app.admin.put(`${SHELF}/protected-aliases/${PRODUCTION}`), 200);
  });
  afterAll(() => app.close());

  /** What one would see if something had changed. */
  const seen = async (collection: string) => [
    (await app.admin.get(inShelf(collection))).body, (await app.admin.get(`${inShelf(collection)}/versions`)).body,
    (await app.admin.get(SHELF)).body, await headOf(app),
  ];

  const expectRefused = (reply: Reply, alias = PRODUCTION): void => {
    expect(reply).toMatchObject({ status: 403, body: { code: 'alias_protected', alias, role: 'admin' } });
    expect(reply.body.detail).toContain(`"${alias}"`);
    expect(reply.body.detail).toContain('admins');
  };

  test.each([...names.entries()])('%d %s: refused to a member, with nothing changed; done by an admin', async (index, name) => {
    const collection = `c${index}`;
    // A request with an idempotency key is noted before it is judged; that is none of the registry's events.
    const noted = name.includes('idempotency') ? 2 : 0;
    const before = await seen(collection);
    expectRefused(await route(name)(ann, collection, PRODUCTION));
    const [head = 0, ...after] = (await seen(collection)).reverse();
    expect(after.reverse()).toEqual(before.slice(0, -1));
    expect(Number(head) - Number(before.at(-1))).toBe(noted);
    expect((await route(name)(app.admin, collection, PRODUCTION)).status).toBeLessThan(300);
  });

  test.each(Object.keys(giving).filter((name) => name.startsWith('move') && !name.includes('expected')))(
    '%s: also where nobody holds it', async (name) => {
      expectRefused(await route(name)(ann, 'bare', PRODUCTION));
      expect((await app.admin.get(`${inShelf('bare')}/aliases`)).body.items).toHaveLength(1);
    },
  );

  test('A10: is protected in a collection that is made later, created empty or by a first link', async () => {
    expecting(await ann.post(`${SHELF}/collections`, { name: 'later', type: 'model' }), 201);
    expecting(await ann.post(`${inShelf('later')}/versions`, { source: source(0) }), 201);
    expecting(await ann.post(`${inShelf('later by link')}/versions`, { source: source(0), aliases: ['candidate'] }), 201);
    for (const collection of ['later', 'later by link'])
      for (const name of ['move it', 'move it among others', 'link a version that is linked already with it'])
        expectRefused(await route(name)(ann, collection, PRODUCTION));
  });

  test('a version that holds one is shown as protected, and one that does not is not', async () => {
    await fill(app.admin, 'shown', PRODUCTION);
    for (const as of [ann, app.admin]) {
      expect((await as.get(`${inShelf('shown')}/versions/v1`)).body.protected).toBe(true);
      expect((await as.get(`${inShelf('shown')}/versions/v0`)).body.protected).toBe(false);
    }
  });

  test('what a member may do beside it goes on', async () => {
    await fill(app.admin, 'beside', PRODUCTION);
    const c = inShelf('beside');
    expecting(await ann.post(`${c}/versions`, { source: source(2), aliases: ['candidate'] }), 201);
    expecting(await ann.put(`${c}/versions/v0/tags/good`), 200);
    expecting(await ann.put(`${c}/aliases/candidate`, { version: 'v1' }), 200);
    expecting(await ann.delete(`${c}/versions/v2`), 200);
    expecting(await ann.delete(`${c}/versions/v0`), 200);
  });

  test('C4: the registry is deleted by an admin only', async () => {
    const before = await headOf(app);
    expect(await ann.delete(SHELF)).toMatchObject({ status: 403, body: { code: 'forbidden', role: 'admin of the registry' } });
    expect(await headOf(app)).toBe(before);
  });

  test('nor does a member say what is protected', async () => {
    const before = await headOf(app);
    for (const reply of [
      await ann.put(`${SHELF}/protected-aliases/other`), await ann.delete(`${SHELF}/protected-aliases/${PRODUCTION}`),
    ])
      expect(reply).toMatchObject({ status: 403, body: { code: 'forbidden', role: 'admin of the registry' } });
    expect(await headOf(app)).toBe(before);
  });

  test('S4: its source is not deleted by anybody, and the refusal names no registry and no collection', async () => {
    expecting(await app.admin.post('/registries', { name: 'hidden-shelf', visibility: 'restricted' }), 201);
    expecting(await app.admin.put(`/registries/hidden-shelf/protected-aliases/${PRODUCTION}`), 200);
    expecting(await ann.post('/artifacts', { name: 'vision/zoo/held', type: 'model', digest: '0' }), 201);
    const link = { source: 'vision/zoo/held:v0', aliases: [PRODUCTION] };
    expecting(await app.admin.post('/registries/hidden-shelf/collections/hidden-zoo/versions', link), 201);
    const before = await headOf(app);
    for (const as of [ann, app.admin]) {
      const reply = await as.delete('/entities/vision/projects/zoo/artifacts/held/versions/v0');
      expect(reply).toMatchObject({ status: 409, body: { code: 'version_held_by_protected_alias' } });
      expect(reply.text).not.toMatch(/hidden/);
    }
    expect(await headOf(app)).toBe(before);
    expect((await ann.get('/entities/vision/projects/zoo/artifacts/held/versions/v0')).body).toMatchObject({ available: true, links: [] });
  });

  test.each(Object.entries(giving).filter(([name]) => name.startsWith('link') && !name.includes('already')))(
    '%s: a first link that is refused makes no collection, shows nowhere, and takes no name', async (name, link) => {
      const collection = `first ${name.replace(/[^a-z ]/g, '')}`;
      const [registry, history] = [(await app.admin.get(SHELF)).body, (await app.admin.get(`${SHELF}/history`)).text];
      expectRefused(await link(ann, collection, PRODUCTION));
      expect((await app.admin.get(SHELF)).body).toEqual(registry);
      expect((await app.admin.get(`${SHELF}/history`)).text).toBe(history);
      for (const below of ['', '/versions', '/aliases', '/history', '/events', '/verification'])
        expect((await app.admin.get(inShelf(collection) + below)).body.code).toBe('collection_not_found');
      const events = await storedEvents(app);
      expect(events.filter(({ stream, data }) => stream.includes(encodeURIComponent(collection)) || data.includes(collection))).toEqual([]);
      const made = expecting(await ann.post(`${SHELF}/collections`, { name: collection, type: 'dataset' }), 201);
      expect(made.body).toMatchObject({ type: 'dataset', nextVersion: 'v0' });
    },
  );
});

describe('A9: an alias that differs from a protected one only in case', () => {
  const alike = [
    ['production', 'PRODUCTION'], ['Straße', 'STRASSE'], ['kelvin', '\u212Aelvin'], ['ﬁnal', 'FINAL'], ['σίσυφος', 'ΣΊΣΥΦΟΣ'],
  ] as const;
  let app: App;
  let ann: Client;
  beforeAll(async () => {
    app = await startApp();
    ann = await makeShelf(app);
    for (const [index, [, other]] of alike.entries()) await fill(ann, `c${index}`, other);
    for (const [protectedAlias] of alike)
      expecting(await app.admin.put(`${SHELF}/protected-aliases/${encodeURIComponent(protectedAlias)}`), 200);
  });
  afterAll(() => app.close());

  const confusable = (alias: string) => ({ status: 422, body: { code: 'alias_confusable', alias } });

  test.each(Object.entries(giving))('%s: refused to members and admins alike, with nothing changed', async (name, give) => {
    const noted = name.includes('idempotency') ? 2 : 0;
    for (const [index, [, other]] of alike.entries())
      for (const as of [ann, app.admin]) {
        const before = await headOf(app);
        expect(await give(as, `c${index}`, other)).toMatchObject(confusable(other));
        expect(await headOf(app)).toBe(before + noted);
      }
  });

  test('nor is it given with a first link, nor protected', async () => {
    for (const [, other] of alike) {
      const before = await headOf(app);
      expect(await ann.post(`${inShelf('first')}/versions`, { source: source(0), aliases: [other] })).toMatchObject(confusable(other));
      expect(await app.admin.put(`${SHELF}/protected-aliases/${encodeURIComponent(other)}`)).toMatchObject(confusable(other));
      expect(await headOf(app)).toBe(before);
    }
  });

  test('it may still be taken away, and then is not rolled back to', async () => {
    for (const [index, [, other]] of alike.entries()) {
      expecting(await (taking[index % 2 === 0 ? 'take it away' : 'take it away among others'] as Route)(ann, `c${index}`, other), 200);
      expect(await (giving['roll it back'] as Route)(app.admin, `c${index}`, other)).toMatchObject(confusable(other));
    }
  });

  test('latest and vN, in any case, are nobody\'s to give or to protect', async () => {
    for (const reservedAlias of ['latest', 'LATEST', 'Latest', 'late\u017Ft', 'v7', 'V7', 'v007']) {
      const before = await headOf(app);
      for (const reply of [
        await app.admin.put(`${inShelf('c0')}/aliases/${encodeURIComponent(reservedAlias)}`, { version: 'v0' }),
        await app.admin.put(`${SHELF}/protected-aliases/${encodeURIComponent(reservedAlias)}`),
      ])
        expect(reply).toMatchObject({ status: 422, body: { code: 'alias_reserved', alias: reservedAlias } });
      expect(await headOf(app)).toBe(before);
    }
  });
});

describe('A10: protection set while members move the alias', () => {
  const MOVERS = 4;
  const COLLECTIONS = ['a', 'b', 'c'];
  let app: App;
  let movers: ReadonlyArray<Client>;
  beforeAll(async () => {
    app = await startApp();
    const ann = await makeShelf(app);
    movers = [ann];
    for (let n = 1; n < MOVERS; n++) {
      movers = [...movers, await app.as(`user:mover-${n}`, { teams: ['vision'] })];
      expecting(await app.admin.put(`${SHELF}/members/user:mover-${n}`, { role: 'member' }), 200);
    }
    for (const collection of COLLECTIONS) await fill(ann, collection, PRODUCTION);
  });
  afterAll(() => app.close());

  test('holds from its answer on, in old collections and in new ones, as often as it is set', async () => {
    for (let round = 0; round < 4; round++) {
      let [isProtected, isOver] = [false, false];
      const [moved, late]: [Array<number>, Array<number>] = [[], []];
      const move = async (mover: Client, n: number): Promise<void> => {
        for (let turn = 0; !isOver; turn++) {
          const begunLate = isProtected;
          const collection = turn % 3 === 2 ? `new-${round}-${n}-${turn}` : (COLLECTIONS[(turn + n) % 3] as string);
          const reply =
            turn % 3 === 2
              ? await mover.post(`${inShelf(collection)}/versions`, { source: source(0), aliases: [PRODUCTION] })
              : await mover.put(`${inShelf(collection)}/aliases/${PRODUCTION}`, { version: turn % 2 === 0 ? 'v0' : 'v1' });
          if (reply.status >= 300 && reply.body.code !== 'alias_protected') throw new Error(reply.text);
          (begunLate ? late : moved).push(reply.status);
        }
      };
      const moving = Promise.all(movers.map(move));
      // Aliases were moved, and given in new collections.
      while (moved.filter((status) => status < 300).length < 8 || !moved.includes(201)) await new Promise((resolve) => setTimeout(resolve, 5));
      expecting(await app.admin.put(`${SHELF}/protected-aliases/${PRODUCTION}`), 200);
      isProtected = true;
      while (late.length < 3 * MOVERS) await new Promise((resolve) => setTimeout(resolve, 5));
      isOver = true;
      await moving;
      expect(new Set(late)).toEqual(new Set([403]));
      expecting(await app.admin.delete(`${SHELF}/protected-aliases/${PRODUCTION}`), 200);
    }
    const guarded = new Map<string, boolean>();
    for (const { stream, type, data, metadata } of await storedEvents(app)) {
      if (!stream.startsWith('collection-') || JSON.parse(data).alias !== PRODUCTION) continue;
      if (type === 'AliasProtected' || type === 'AliasUnprotected') guarded.set(stream, type === 'AliasProtected');
      else expect({ stream, type, guarded: guarded.get(stream) ?? false, metadata }).toMatchObject({ guarded: false });
    }
    expect(guarded.size).toBeGreaterThan(COLLECTIONS.length);
  });
});

describe('A10: a first link that a protection under way overtakes', () => {
  let app: App;
  afterAll(() => app.close());

  test('takes no name either', async () => {
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let begun = (): void => undefined;
    const under = new Promise<void>((resolve) => (begun = resolve));
    const slowly = (store: EventStore): EventStore => ({
      ...store,
      append: async (stream, expected, events) => {
        if (stream === 'registry-shelf' && events.some(({ type }) => type === 'AliasProtected')) {
          begun();
          await held;
        }
        return store.append(stream, expected, events);
      },
    });
    app = await startApp({ store: slowly });
    const ann = await makeShelf(app);
    const protecting = app.admin.put(`${SHELF}/protected-aliases/${PRODUCTION}`);
    await under;
    const linking = ann.post(`${inShelf('first')}/versions`, { source: source(0), aliases: [PRODUCTION] });
    // Long enough for the link to be judged by the registry as it was; with less, this shows less.
    await new Promise((resolve) => setTimeout(resolve, 300));
    goOn();
    expecting(await protecting, 200);
    expect(await linking).toMatchObject({ status: 403, body: { code: 'alias_protected', alias: PRODUCTION } });
    expect((await app.admin.get(`${SHELF}/history?type=CollectionRegistered`)).body.items).toEqual([]);
  });
});
