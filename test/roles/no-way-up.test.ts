/** Nobody locks the organization out, nobody gets more than was given to them, and who is disabled has nothing left. */
import { headOf } from '../support/app-events';
import { App, Client, expecting, Reply, startApp } from '../support/app';
import { follow } from '../support/follow';

const codeOf = ({ status, body }: Reply): string => `${status} ${body?.code ?? ''}`;

describe('the last organization admin', () => {
  const admins = ['user:ann', 'user:bob', 'service:ci'];
  const address = (principal: string): string => {
    const [kind, name] = principal.split(':');
    return kind === 'user' ? `/users/${name}` : `/service-accounts/${name}`;
  };
  let app: App;
  let clients: ReadonlyMap<string, Client>;
  beforeAll(async () => {
    app = await startApp();
    clients = new Map(
      await Promise.all(admins.map(async (principal) => [principal, await app.as(principal, { role: 'admin' })] as const)),
    );
    expecting(await (clients.get('user:ann') as Client).patch('/users/admin', { role: 'member' }), 200);
  });
  afterAll(() => app.close());

  const as = (principal: string): Client => clients.get(principal) as Client;

  /** Those of the three who are admins now, as one of them sees it. */
  const remaining = async (): Promise<ReadonlyArray<string>> => {
    for (const client of clients.values()) {
      const [users, services] = [await client.get('/users'), await client.get('/service-accounts')];
      if (users.status !== 200 || services.status !== 200) continue;
      const named = [
        ...users.body.items.map((item: object) => ({ ...item, kind: 'user' })),
        ...services.body.items.map((item: object) => ({ ...item, kind: 'service' })),
      ];
      return named.filter(({ role, disabled }) => role === 'admin' && !disabled).map(({ kind, name }) => `${kind}:${name}`);
    }
    return [];
  };

  /** Makes the three admins again, and no others. */
  const restore = async (): Promise<void> => {
    const [left = ''] = await remaining();
    for (const principal of admins) expecting(await as(left).patch(address(principal), { role: 'admin', disabled: false }), 200);
    expect(await remaining()).toEqual(expect.arrayContaining(admins));
  };

  test.each(admins)('%s, is neither demoted nor disabled, by itself or at all; once there is another it is', async (last) => {
    await restore();
    for (const other of admins.filter((each) => each !== last)) expecting(await as(last).patch(address(other), { role: 'member' }), 200);
    const before = await headOf(app);
    for (const change of [{ role: 'member' }, { role: 'viewer' }, { disabled: true }, { role: 'admin', disabled: true }, { role: 'viewer', disabled: true }])
      expect(codeOf(await as(last).patch(address(last), change))).toBe('409 last_admin');
    expect(await headOf(app)).toBe(before);
    const [next = ''] = admins.filter((each) => each !== last);
    expecting(await as(last).patch(address(next), { role: 'admin' }), 200);
    expecting(await as(last).patch(address(last), { role: 'member' }), 200);
    expect(codeOf(await as(next).patch(address(next), { disabled: true }))).toBe('409 last_admin');
    expect(await remaining()).toEqual([next]);
  });

  test.each([
    ['demote each other', { role: 'member' }],
    ['disable each other', { disabled: true }],
  ])('remains where all of them %s at once', async (_, change) => {
    for (let round = 0; round < 8; round++) {
      await restore();
      const replies = await Promise.all(
        admins.flatMap((by) => admins.filter((each) => each !== by).map((each) => as(by).patch(address(each), change))),
      );
      for (const reply of replies) expect(['200 ', '409 last_admin', '403 forbidden', '401 unauthenticated']).toContain(codeOf(reply));
      expect(await remaining()).toHaveLength(1);
    }
    await restore();
  });
});

describe('nobody gets more than was given', () => {
  let app: App;
  let owner: Client;
  let member: Client;
  let viewer: Client;
  let robot: Client;
  beforeAll(async () => {
    app = await startApp();
    owner = await app.as('user:owner', { teams: ['vision'] });
    member = await app.as('user:member');
    viewer = await app.as('user:viewer', { role: 'viewer' });
    robot = await app.as('service:robot');
    expecting(await owner.post('/registries', { name: 'own', visibility: 'restricted' }), 201);
    expecting(await app.admin.post('/registries', { name: 'other' }), 201);
    expecting(await app.admin.post('/teams', { name: 'spare' }), 201);
    expecting(await owner.put('/registries/own/members/user:member', { role: 'member' }), 200);
    expecting(await owner.put('/registries/own/members/service:robot', { role: 'admin' }), 200);
  });
  afterAll(() => app.close());

  /** Asks for each of these, and sees that nothing is recorded. */
  const expectRefused = async (asked: ReadonlyArray<readonly [Promise<Reply>, string]>): Promise<void> => {
    for (const [reply, code] of asked) expect(codeOf(await reply)).toBe(code);
  };
  const unchanged = async (work: () => Promise<void>): Promise<void> => {
    const before = await headOf(app);
    await work();
    expect(await headOf(app)).toBe(before);
  };

  test('in the organization: no role, no account, no team, no key of another, by whoever is no admin of it', () =>
    unchanged(async () => {
      for (const client of [owner, member, viewer, robot]) {
        const principal = (await client.get('/whoami')).body.principal as string;
        const [kind, name] = principal.split(':');
        const self = kind === 'user' ? `/users/${name}` : `/service-accounts/${name}`;
        await expectRefused([
          [client.patch(self, { role: 'admin' }), '403 forbidden'],
          [client.patch('/users/admin', { role: 'viewer' }), '403 forbidden'],
          [client.patch('/users/nobody', { role: 'viewer' }), '403 forbidden'],
          [client.post('/users', { name: 'friend', role: 'admin' }), '403 forbidden'],
          [client.post('/users', { name: 'admin', role: 'admin' }), '403 forbidden'],
          [client.post('/service-accounts', { name: 'friend', role: 'admin' }), '403 forbidden'],
          [client.post('/teams', { name: 'friends' }), '403 forbidden'],
          [client.put(`/teams/spare/members/${principal}`), '403 forbidden'],
          [client.put(`/teams/nowhere/members/${principal}`), '403 forbidden'],
          [client.delete('/teams/vision/members/user:owner'), '403 forbidden'],
          [client.post('/keys', { principal: 'user:admin' }), '403 forbidden'],
          [client.get('/audit'), '403 forbidden'],
        ]);
      }
    }));

  test('in a registry: its admins, though plain members of the organization, grant up to admin of it, and of no other', async () => {
    for (const role of ['restricted_viewer', 'viewer', 'member', 'admin'])
      expect((await owner.put('/registries/own/members/user:viewer', { role })).body).toMatchObject({ role });
    expecting(await owner.delete('/registries/own/members/user:viewer'), 200);
    await unchanged(() =>
      expectRefused([
        [owner.put('/registries/other/members/user:owner', { role: 'admin' }), '403 forbidden'],
        [owner.patch('/registries/other', { defaultRole: 'admin' }), '403 forbidden'],
        [owner.put('/registries/model/members/team:vision', { role: 'member' }), '403 forbidden'],
        [owner.put('/registries/own/members/user:member', { role: 'owner' }), '400 malformed_request'],
        [member.put('/registries/own/members/user:member', { role: 'admin' }), '403 forbidden'],
        [member.put('/registries/own/members/user:viewer', { role: 'restricted_viewer' }), '403 forbidden'],
        [member.delete('/registries/own/members/user:owner'), '403 forbidden'],
        [member.patch('/registries/own', { defaultRole: 'admin', visibility: 'organization' }), '403 forbidden'],
        [member.patch('/registries/own', { description: 'x', defaultRole: 'admin' }), '403 forbidden'],
        [viewer.put('/registries/own/members/user:viewer', { role: 'admin' }), '404 registry_not_found'],
      ]),
    );
  });

  test('a service account is granted member or admin, whoever grants it, and lets nobody in above itself', async () => {
    for (const role of ['restricted_viewer', 'viewer'])
      for (const client of [owner, app.admin, robot])
        await unchanged(() => expectRefused([[client.put('/registries/own/members/service:robot', { role }), '400 malformed_request']]));
    expecting(await owner.put('/registries/own/members/service:robot', { role: 'member' }), 200);
    await unchanged(() =>
      expectRefused([
        [robot.put('/registries/own/members/service:robot', { role: 'admin' }), '403 forbidden'],
        [robot.put('/registries/own/members/user:member', { role: 'admin' }), '403 forbidden'],
      ]),
    );
    expecting(await owner.put('/registries/own/members/service:robot', { role: 'admin' }), 200);
  });

  test('keys that one makes for oneself are worth no more than oneself, and do not outlive one\'s rights', async () => {
    const key = expecting(await member.post('/keys', { principal: 'user:member' }), 201).body.key as string;
    const again = app.withKey(key);
    await unchanged(() =>
      expectRefused([
        [again.put('/registries/own/members/user:member', { role: 'admin' }), '403 forbidden'],
        [again.post('/keys', { principal: 'user:owner' }), '403 forbidden'],
      ]),
    );
    expecting(await owner.delete('/registries/own/members/user:member'), 200);
    for (const client of [member, again]) {
      expect(codeOf(await client.get('/registries/own'))).toBe('404 registry_not_found');
      expect(codeOf(await client.post('/registries/own/collections', { name: 'late', type: 'model' }))).toBe('404 registry_not_found');
    }
    expecting(await owner.put('/registries/own/members/user:member', { role: 'member' }), 200);
  });

  test('an Idempotency-Key that another has used tells nothing of what came of it, and is not taken either', async () => {
    const once = { 'idempotency-key': 'of-the-owner' };
    const make = (client: Client) => client.post('/registries/own/collections', { name: 'once', type: 'model' }, once);
    expecting(await make(owner), 201);
    expect(codeOf(await make(viewer))).toBe('404 registry_not_found');
    expect(codeOf(await make(member))).toBe('409 collection_exists');
    expecting(await make(owner), 201);
  });

  test('an admin may give up its own role, and does not take it back', async () => {
    const other = await app.as('user:other');
    expecting(await other.post('/registries', { name: 'given up', visibility: 'restricted' }), 201);
    expecting(await other.put('/registries/given%20up/members/user:other', { role: 'viewer' }), 200);
    await unchanged(() =>
      expectRefused([[other.put('/registries/given%20up/members/user:other', { role: 'admin' }), '403 forbidden']]),
    );
    expecting(await app.admin.delete('/registries/given%20up/members/user:other'), 200);
    await unchanged(() => expectRefused([[other.get('/registries/given%20up'), '404 registry_not_found']]));
  });

  test('what is granted to nobody is not granted: unknown principals, teams, roles and kinds', () =>
    unchanged(async () => {
      const granted = (principal: string, role: unknown = 'member') =>
        owner.put(`/registries/own/members/${encodeURIComponent(principal)}`, { role });
      for (const principal of ['user:nobody', 'service:nobody', 'team:nobody', 'team:owner', 'user:vision', 'service:owner', 'user:Owner'])
        expect(codeOf(await granted(principal))).toBe('404 principal_not_found');
      for (const principal of ['owner', 'group:vision', 'user:', ':', 'user:a:b', 'USER:owner', 'user:owner ', 'user:ow\0ner', 'user:../owner', `user:${'x'.repeat(200)}`])
        expect(codeOf(await granted(principal))).toBe('400 malformed_request');
      for (const role of ['Admin', 'owner', '', 'admin ', null, 7, ['admin'], { role: 'admin' }, undefined])
        expect(codeOf(await granted('user:member', role === undefined ? null : role))).toBe('400 malformed_request');
      expect(codeOf(await owner.put('/registries/own/members/user:member', {}))).toBe('400 malformed_request');
      expect(codeOf(await owner.put('/registries/own/members/user:member', { role: 'member', also: 'admin' }))).toBe('400 malformed_request');
      expect(codeOf(await owner.delete('/registries/own/members/user:nobody'))).toBe('200 ');
      const { admin } = app;
      await expectRefused([
        [admin.put('/teams/vision/members/user:nobody'), '404 principal_not_found'],
        [admin.put('/teams/nowhere/members/user:owner'), '404 entity_not_found'],
        [admin.put('/teams/vision/members/team:spare'), '400 malformed_request'],
        [admin.delete('/teams/nowhere/members/user:owner'), '404 entity_not_found'],
        [admin.patch('/users/nobody', { role: 'admin' }), '404 principal_not_found'],
        [admin.patch('/service-accounts/owner', { role: 'admin' }), '404 principal_not_found'],
        [admin.patch('/users/owner', { role: 'owner' }), '400 malformed_request'],
        [admin.patch('/users/owner', { disabled: 'yes' }), '400 malformed_request'],
        [admin.post('/users', { name: 'new', role: 'restricted_viewer' }), '400 malformed_request'],
        [admin.post('/users', { name: 'user:new', role: 'member' }), '400 malformed_request'],
        [admin.post('/keys', { principal: 'user:nobody' }), '404 principal_not_found'],
      ]);
    }));
});

describe('rights that end', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp();
    expecting(await app.admin.post('/registries', { name: 'shelf', visibility: 'restricted' }), 201);
  });
  afterAll(() => app.close());

  test('of one who is disabled: keys, sessions, repeats and streams, from the answer on; the name stays taken, and is the same when it is enabled', async () => {
    const eve = await app.as('user:eve', { teams: ['vision'] });
    expecting(await app.admin.put('/registries/shelf/members/user:eve', { role: 'member' }), 200);
    const once = { 'idempotency-key': 'once' };
    const make = () => eve.post('/registries/shelf/collections', { name: 'made', type: 'model' }, once);
    expecting(await make(), 201);
    const signedIn = expecting(await app.nobody.post('/session', { key: eve.key }), 204);
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const streams = [
      await follow(app.address, '', { authorization: `Bearer ${eve.key}` }), await follow(app.address, '?registry=shelf', { cookie }),
    ];
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);

    expecting(await app.admin.patch('/users/eve', { disabled: true }), 200);
    for (const reply of [
      await eve.get('/whoami'), await make(), await app.nobody.get('/whoami', { cookie }), await app.nobody.get('/stream', { cookie }),
      await eve.post('/keys', { principal: 'user:eve' }), await app.nobody.post('/session', { key: eve.key }),
    ])
      expect(codeOf(reply)).toBe('401 unauthenticated');
    expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(['whole', 'whole']);

    expect(codeOf(await app.admin.post('/users', { name: 'eve', role: 'member' }))).toBe('409 principal_exists');
    expect(codeOf(await app.admin.post('/teams', { name: 'eve' }))).toBe('409 entity_exists');
    expecting(await app.admin.post('/service-accounts', { name: 'eve', role: 'member' }), 201);
    const namesake = app.withKey(expecting(await app.admin.post('/keys', { principal: 'service:eve' }), 201).body.key);
    expect((await namesake.get('/whoami')).body).toEqual({ principal: 'service:eve', organizationRole: 'member', teams: [] });
    expect(codeOf(await namesake.get('/registries/shelf'))).toBe('404 registry_not_found');
    expect(codeOf(await namesake.post('/artifacts', { name: 'eve/p/a', type: 'model', digest: '1' }))).toBe('403 forbidden');

    expecting(await app.admin.patch('/users/eve', { disabled: false }), 200);
    expect((await eve.get('/whoami')).body.teams).toEqual(['vision']);
  });

  test('of one who leaves a team: what the team was granted, and what it owns', async () => {
    const bob = await app.as('user:bob', { teams: ['crew'] });
    expecting(await app.admin.put('/registries/shelf/members/team:crew', { role: 'admin' }), 200);
    expecting(await bob.post('/artifacts', { name: 'crew/p/net', type: 'model', digest: '1' }), 201);
    expecting(await bob.post('/registries/shelf/collections/crewed/versions', { source: 'crew/p/net:v0' }), 201);
    const stream = await follow(app.address, '?registry=shelf', { authorization: `Bearer ${bob.key}` });
    expecting(await app.admin.delete('/teams/crew/members/user:bob'), 200);
    expect(codeOf(await bob.get('/registries/shelf/collections/crewed'))).toBe('404 registry_not_found');
    expect(codeOf(await bob.put('/registries/shelf/members/user:bob', { role: 'admin' }))).toBe('404 registry_not_found');
    expect(codeOf(await bob.get('/entities/crew/projects/p/artifacts/net/versions/v0'))).toBe('404 artifact_not_found');
    expect(codeOf(await bob.delete('/entities/crew/projects/p/artifacts/net/versions/v0'))).toBe('404 artifact_not_found');
    expect(codeOf(await bob.post('/artifacts', { name: 'crew/p/net', type: 'model', digest: '2' }))).toBe('403 forbidden');
    expect(await stream.ended).toBe('whole');
  });

  test('C4: who makes a registry of a name that was deleted sees its past as all could, and not the uris of it', async () => {
    const mal = await app.as('user:mal');
    await app.as('user:maker', { teams: ['vision'] });
    const zoo = '/registries/reused/collections/zoo';
    const uriOf = async (client: Client, at?: string) => {
      const seen = await client.get(`${zoo}/versions/v0${at === undefined ? '' : `?at=${at}`}`);
      const resolved = await client.get(`/resolve?name=reused/zoo:v0${at === undefined ? '' : `@${at}`}`);
      return [seen, resolved].map((reply) => expecting(reply, 200).body.source.uri);
    };
    expecting(await app.admin.post('/artifacts', { name: 'vision/p/net', type: 'model', digest: '1', uri: 's3://net/1' }), 201);
    expecting(await app.admin.post('/registries', { name: 'reused' }), 201);
    const { linkedAt } = expecting(await app.admin.post(`${zoo}/versions`, { source: 'vision/p/net:v0' }), 201).body;
    expect(await uriOf(mal)).toEqual([null, null]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expecting(await app.admin.delete('/registries/reused'), 200);
    const { createdAt } = expecting(await mal.post('/registries', { name: 'reused' }), 201).body;
    expect(createdAt > linkedAt).toBe(true);
    expect(await uriOf(mal, linkedAt)).toEqual([null, null]);
    expect(await uriOf(app.admin, linkedAt)).toEqual(['s3://net/1', 's3://net/1']);
    const linkedAgain = expecting(await app.admin.post(`${zoo}/versions`, { source: 'vision/p/net:v0' }), 201).body;
    const uriNow = (await mal.get(`${zoo}/versions/${linkedAgain.version}?at=${linkedAgain.linkedAt}`)).body.source.uri;
    expect(uriNow).toBe('s3://net/1');
  });

  test('of a registry that was deleted: one of the same name begins with none of its grants, protections and types', async () => {
    const [dan, joe] = [await app.as('user:dan'), await app.as('user:joe', { teams: ['vision'] })];
    const twice = { name: 'twice', visibility: 'restricted', acceptedTypes: ['model'] };
    expecting(await app.admin.post('/registries', twice), 201);
    expecting(await app.admin.put('/registries/twice/members/user:dan', { role: 'admin' }), 200);
    expecting(await app.admin.put('/registries/twice/members/team:vision', { role: 'admin' }), 200);
    expecting(await dan.put('/registries/twice/protected-aliases/production'), 200);
    expecting(await dan.delete('/registries/twice'), 200);
    expect(codeOf(await dan.post('/registries', twice))).toBe('409 registry_exists');
    expecting(await app.admin.post('/registries', { ...twice, acceptedTypes: ['dataset'] }), 201);
    for (const client of [dan, joe]) {
      expect(codeOf(await client.get('/registries/twice'))).toBe('404 registry_not_found');
      expect(codeOf(await client.post('/registries/twice/collections', { name: 'c', type: 'dataset' }))).toBe('404 registry_not_found');
    }
    expect((await app.admin.get('/registries/twice/members')).body.items).toEqual([]);
    expect((await app.admin.get('/registries/twice')).body).toMatchObject({ protectedAliases: [], acceptedTypes: ['dataset'], collections: 0 });
  });
});
