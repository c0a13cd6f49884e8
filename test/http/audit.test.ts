/** E2, A8, T1 over HTTP: on whose behalf, why and as part of what each change was made, and which instants can be asked for. */
import { App, Client, expecting, startApp } from '../support/app';

const ZOO = '/registries/model/collections/zoo';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;

type Item = Readonly<Record<string, unknown>>;

const itemsOf = async (client: Client, path: string): Promise<ReadonlyArray<Item>> => {
  const items: Array<Item> = [];
  const first = `${path}${path.includes('?') ? '&' : '?'}limit=2`;
  for (let page = first; ; ) {
    const { body } = expecting(await client.get(page), 200);
    items.push(...body.items);
    if (body.nextCursor === null) return items;
    page = `${first}&cursor=${body.nextCursor}`;
  }
};

const linked = async (app: App): Promise<Client> => {
  const ann = await app.as('user:ann', { teams: ['vision'] });
  expecting(await app.admin.put('/registries/model/members/user:ann', { role: 'admin' }), 200);
  for (const digest of ['a', 'b', 'c']) {
    expecting(await ann.post('/artifacts', { name: 'vision/p/net', type: 'model', digest }), 201);
    expecting(await ann.post(`${ZOO}/versions`, { source: 'vision/p/net:latest' }), 201);
  }
  return ann;
};

describe('E2: on whose behalf, why and as part of what', () => {
  let app: App;
  let ann: Client;
  beforeAll(async () => {
    app = await startApp();
    ann = await linked(app);
  });
  afterAll(() => app.close());

  test('A6: all alias changes of one command are found together, with its reason on each', async () => {
    expecting(await ann.put(`${ZOO}/aliases/a`, { version: 'v0' }), 200);
    const changes = [{ alias: 'a', version: 'v1' }, { alias: 'b', version: 'v1' }, { alias: 'c', version: 'v2' }];
    expecting(await ann.post(`${ZOO}/alias-changes`, { changes, reason: 'release 7' }), 200);
    expecting(await ann.put(`${ZOO}/aliases/b`, { version: 'v0' }), 200);
    const [of] = await itemsOf(ann, `${ZOO}/aliases/a/history`);
    expect(of).toMatchObject({ by: 'user:ann', command: 'ChangeAliases', reason: 'release 7', cause: 'change', from: 'v0', to: 'v1' });
    // Without a trace a command correlates with itself.
    expect(of?.['correlation']).toBe(of?.['causation']);
    for (const scope of [ZOO, '/registries/model']) {
      const together = await itemsOf(ann, `${scope}/history?order=asc&correlation=${String(of?.['correlation'])}`);
      expect(together.map(({ type, data }) => [type, data])).toEqual([
        ['AliasMoved', { alias: 'a', from: 0, to: 1, cause: 'change' }],
        ['AliasAdded', { alias: 'b', to: 1, cause: 'change' }],
        ['AliasAdded', { alias: 'c', to: 2, cause: 'change' }],
      ]);
      for (const { by, command, reason, causation } of together)
        expect([by, command, reason, causation]).toEqual(['user:ann', 'ChangeAliases', 'release 7', of?.['causation']]);
    }
    expect(await itemsOf(ann, `/registries/dataset/history?correlation=${String(of?.['correlation'])}`)).toEqual([]);
    expect(app.logged()).toContain(`"commandId":"${String(of?.['causation'])}","correlationId":"${String(of?.['correlation'])}"`);
  });

  test('Moniker-Reason and traceparent are recorded; the commands of a trace are found together, over streams', async () => {
    const headers = { 'moniker-reason': 'gepr%C3%BCft', traceparent };
    expecting(await ann.put(`${ZOO}/aliases/traced`, { version: 'v0' }, headers), 200);
    expecting(await ann.put(`${ZOO}/aliases/traced`, { version: 'v1', reason: 'said in the body' }, headers), 200);
    expecting(await ann.put('/registries/model/protected-aliases/traced', undefined, headers), 200);
    const traced = await itemsOf(app.admin, `/audit?order=asc&correlation=${TRACE}`);
    expect(traced.map(({ type, stream, reason }) => [type, stream, reason])).toEqual([
      ['AliasAdded', 'collection-model/zoo', 'geprüft'],
      ['AliasMoved', 'collection-model/zoo', 'said in the body'],
      ['AliasProtected', 'registry-model', 'geprüft'],
      ['AliasProtected', 'collection-model/zoo', 'geprüft'],
      ['AliasProtectionSettled', 'registry-model', 'geprüft'],
    ]);
    expect(traced.map(({ correlation }) => correlation)).toEqual(traced.map(() => TRACE));
    // The three commands are told apart by their ids.
    expect(new Set(traced.map(({ causation }) => causation)).size).toBe(3);
    const lines = (await ann.get(`${ZOO}/events`)).text.trim().split('\n').map((line) => JSON.parse(line) as { metadata: object });
    expect(lines.at(-1)?.metadata).toMatchObject({ traceparent, reason: 'geprüft', $correlationId: TRACE });
    expect(await itemsOf(app.admin, `/audit?correlation=${TRACE.slice(0, 8)}`)).toEqual([]);
    expect(await itemsOf(ann, `${ZOO}/history?correlation=${TRACE}&alias=traced&by=user:ann&type=AliasMoved`)).toHaveLength(1);
  });

  test('A7, V5, C2: the cause says by what an alias was moved, and the command too', async () => {
    expecting(await ann.put(`${ZOO}/aliases/moved`, { version: 'v0' }), 200);
    expecting(await ann.put(`${ZOO}/aliases/moved`, { version: 'v2' }), 200);
    expecting(await ann.post(`${ZOO}/aliases/moved/rollback`, { reason: 'errors' }), 200);
    expecting(await ann.put(`${ZOO}/aliases/moved`, { version: 'v2' }), 200);
    expecting(await ann.delete(`${ZOO}/versions/v2?reason=withdrawn`), 200);
    expecting(await ann.put(`${ZOO}/aliases/moved`, { version: 'v0' }), 200);
    expecting(await ann.delete(`${ZOO}?reason=over`), 200);
    const moves = await itemsOf(ann, `${ZOO}/aliases/moved/history`);
    expect(moves.map(({ from, to, cause, command, reason }) => [from, to, cause, command, reason])).toEqual([
      ['v0', null, 'collection_deleted', 'DeleteCollection', 'over'],
      [null, 'v0', 'change', 'AddAlias', null],
      ['v2', null, 'unlink', 'UnlinkVersion', 'withdrawn'],
      ['v0', 'v2', 'change', 'AddAlias', null],
      ['v2', 'v0', 'rollback', 'RollBackAlias', 'errors'],
      ['v0', 'v2', 'change', 'AddAlias', null],
      [null, 'v0', 'change', 'AddAlias', null],
    ]);
    for (const move of moves)
      expect(Object.keys(move).sort()).toEqual(
        ['alias', 'at', 'by', 'causation', 'cause', 'command', 'correlation', 'from', 'position', 'reason', 'revision', 'to'],
      );
  });

  test.each([
    ['correlation', '', 'must not be empty'],
    ['correlation', 'a%20b', 'must match'],
    ['correlation', 'x'.repeat(129), 'must have at most 128'],
    ['causation', 'x', 'is not known here'],
  ])('a filter that is none is malformed: %s=%s', async (path, value, message) => {
    const { status, body } = await app.admin.get(`/audit?${path}=${value}`);
    expect([status, body.errors]).toEqual([400, [{ path, message: expect.stringContaining(message) }]]);
  });

  test('a cursor of another list, or under other filters, is refused', async () => {
    const { body } = await app.admin.get('/audit?order=asc&limit=1');
    for (const path of [
      '/audit?limit=1', '/audit?order=asc&correlation=x&limit=1', '/audit?order=asc&by=user:ann&limit=1', '/registries/model/history?order=asc&limit=1',
      `${ZOO}/history?order=asc&limit=1`, `${ZOO}/aliases/a/history?limit=1`,
    ]) {
      const { status, body: refused } = await app.admin.get(`${path}&cursor=${body.nextCursor}`);
      expect([path, status, refused.errors?.[0]?.path]).toEqual([path, 400, 'cursor']);
    }
    expect((await app.admin.get(`/audit?order=asc&limit=1&cursor=${body.nextCursor}`)).status).toBe(200);
  });
});

describe('T1: instants', () => {
  const NOON = Date.parse('2026-03-01T12:00:00.000Z');
  let clock = NOON;
  let app: App;
  let ann: Client;
  beforeAll(async () => {
    app = await startApp({ now: () => clock });
    ann = await linked(app);
    for (const [milliseconds, version] of [[1_000, 'v0'], [2_000, 'v1'], [3_000, 'v2']] as const) {
      clock = NOON + milliseconds;
      expecting(await ann.put(`${ZOO}/aliases/production`, { version }), 200);
    }
  });
  afterAll(() => app.close());

  const instant = (milliseconds: number): string => new Date(NOON + milliseconds).toISOString();
  /** What `production` was at an instant, by each way to ask for it. */
  const held = async (at: string): Promise<string> => {
    const encoded = encodeURIComponent(at);
    const [beside, within, map, version] = await Promise.all([
      ann.get(`/resolve?name=model/zoo:production&at=${encoded}`),
      ann.get(`/resolve?name=${encodeURIComponent(`model/zoo:production@${at}`)}`),
      ann.get(`${ZOO}/aliases?at=${encoded}`),
      ann.get(`${ZOO}/versions/production?at=${encoded}`),
    ]);
    const of = ({ status, body }: { status: number; body: Record<string, string> }) => `${status} ${body['version'] ?? body['code'] ?? ''}`;
    const inMap = (map.body.items as ReadonlyArray<Record<string, string>> | undefined)?.find(({ alias }) => alias === 'production')?.['version'];
    const answers = new Set([of(beside), of(within), of(version)]);
    expect(answers.size).toBe(1);
    const [answer = ''] = answers;
    expect(map.status).toBe(answer === '404 collection_not_found' || answer.startsWith('400') ? version.status : 200);
    if (map.status === 200) expect(inMap).toBe(version.status === 200 ? version.body.version : undefined);
    if (beside.status === 200) expect(Date.parse(beside.body.resolvedAt)).toBe(Date.parse(at));
    return answer;
  };

  test.each<readonly [what: string, at: string, answer: string]>([
    ['long before the beginning', '1970-01-01T00:00:00Z', '404 collection_not_found'],
    ['before there was time', '0000-01-01T00:00:00Z', '404 collection_not_found'],
    ['just before the collection', instant(-1), '404 collection_not_found'],
    ['when the collection was made', instant(0), '404 version_not_found'],
    ['just before the first change', instant(999), '404 version_not_found'],
    ['on the millisecond of a change, which counts', instant(1_000), '200 v0'],
    ['one after', instant(1_001), '200 v0'],
    ['just before the next', instant(1_999), '200 v0'],
    ['on the next', instant(2_000), '200 v1'],
    ['with an offset to the east', '2026-03-01T17:45:02.000+05:45', '200 v1'],
    ['with an offset to the west, the day before', '2026-02-28T12:01:01.999-23:59', '200 v0'],
    ['with an unknown offset', '2026-03-01T12:00:02-00:00', '200 v1'],
    ['without a fraction', '2026-03-01T12:00:01Z', '200 v0'],
    ['with one digit of a fraction', '2026-03-01T12:00:01.9Z', '200 v0'],
    ['in lower case', '2026-03-01t12:00:02z', '200 v1'],
    ['much later', '2026-10-01T00:00:00Z', '200 v2'],
  ])('%s', async (_what, at, answer) => expect(await held(at)).toBe(answer));

  // The clock of those who ask is that of the machine.
  test('an instant up to a minute in the future is as now, one beyond is malformed', async () => {
    const ahead = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
    expect(await held(ahead(30_000))).toBe('200 v2');
    expect(await held(ahead(120_000))).toBe('400 malformed_request');
    expect(await held('9999-12-31T23:59:59.999Z')).toBe('400 malformed_request');
    const { body } = await ann.get(`${ZOO}/aliases?at=${ahead(120_000)}`);
    expect(body.errors).toEqual([{ path: 'at', message: 'must not lie in the future' }]);
  });

  test.each([
    '', 'yesterday', '2026-03-01', '2026-03-01T12:00:02', '2026-03-01 12:00:02Z', '2026-03-01T12:00Z', '2026-03-01T12:00:02.0001Z',
    '2026-03-01T12:00:02.Z', '2026-03-01T12:00:02,5Z', '2026-02-29T12:00:02Z', '2026-13-01T12:00:02Z', '2026-03-00T12:00:02Z',
    '2026-03-01T24:00:00Z', '2026-03-01T12:60:00Z', '2016-12-31T23:59:60Z', '2026-03-01T12:00:02+24:00', '2026-03-01T12:00:02+05',
    '2026-03-01T12:00:02+0545', '1772366402', '02026-03-01T12:00:02Z', '+002026-03-01T12:00:02Z', '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01', '٢٠٢٦-03-01T12:00:02Z', 'Sun, 01 Mar 2026 12:00:02 GMT',
  ])('is malformed: %j', async (at) => {
    if (at !== '') expect(await held(at)).toBe('400 malformed_request');
    const encoded = encodeURIComponent(at);
    for (const [path, parameter] of [
      [`${ZOO}/aliases?at=${encoded}`, 'at'], [`${ZOO}/history?from=${encoded}`, 'from'], ['/registries/model/history?to=' + encoded, 'to'],
      [`/audit?from=${encoded}`, 'from'], [`${ZOO}/diff?to=${instant(0)}&from=${encoded}`, 'from'],
      [`/registries/model/diff?from=${instant(0)}&to=${encoded}`, 'to'],
    ] as const) {
      const { status, body } = await app.admin.get(path);
      expect([path, status, body.errors]).toEqual([path, 400, [{ path: parameter, message: expect.stringMatching(/RFC 3339/) }]]);
    }
  });

  test('an instant in the name and beside it is malformed, and so is a diff without one', async () => {
    expect((await ann.get(`/resolve?name=${encodeURIComponent(`model/zoo:production@${instant(0)}`)}&at=${instant(0)}`)).status).toBe(400);
    expect((await ann.get(`${ZOO}/diff?from=${instant(0)}`)).body.errors).toEqual([{ path: 'to', message: expect.any(String) }]);
    expect((await ann.get(`${ZOO}/diff`)).body.errors).toHaveLength(2);
  });

  test('ranges of histories have their beginning and not their end; of diffs both states count', async () => {
    const moves = async (from: number, to: number, more = '') =>
      (await itemsOf(ann, `${ZOO}/history?alias=production&from=${instant(from)}&to=${instant(to)}${more}`)).map(({ data }) => (data as { to: number }).to);
    expect(await moves(1_000, 3_000)).toEqual([1, 0]);
    expect(await moves(1_000, 3_001, '&order=asc')).toEqual([0, 1, 2]);
    expect(await moves(1_001, 2_000)).toEqual([]);
    expect(await moves(2_000, 2_000)).toEqual([]);
    expect(await moves(2_000, 2_001)).toEqual([1]);
    const diff = async (from: number, to: number) =>
      expecting(await ann.get(`${ZOO}/diff?from=${instant(from)}&to=${instant(to)}`), 200).body;
    const moved = (from: string | null, to: string) => ({ linked: [], unlinked: [], aliases: [{ collection: 'zoo', alias: 'production', from, to }] });
    expect(await diff(999, 1_000)).toEqual(moved(null, 'v0'));
    expect(await diff(1_000, 3_000)).toEqual(moved('v0', 'v2'));
    expect(await diff(2_000, 2_000)).toEqual({ linked: [], unlinked: [], aliases: [] });
    expect(await diff(-1, 3_000)).toMatchObject({ linked: [{ version: 'v0' }, { version: 'v1' }, { version: 'v2' }], aliases: [{ alias: 'latest' }, { alias: 'production' }] });
    for (const path of [`${ZOO}/diff`, '/registries/model/diff', `${ZOO}/history`, '/registries/model/history', '/audit']) {
      const { status, body } = await app.admin.get(`${path}?from=${instant(2)}&to=${instant(1)}`);
      expect([path, status, body.errors]).toEqual([path, 400, [{ path: 'from', message: 'must not lie after "to"' }]]);
    }
  });
});
