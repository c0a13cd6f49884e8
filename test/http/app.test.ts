import { App, expecting, startApp } from '../support/app';

describe('the application as it is served', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  test('knows its admin, and has the first registries (C5)', async () => {
    expect((await app.admin.get('/whoami')).body).toEqual({
      principal: 'user:admin', organizationRole: 'admin', teams: [],
    });
    const { items } = expecting(await app.admin.get('/registries'), 200).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['dataset', 'model']);
  });

  test('takes a list with any in it for any type, and never narrows that (C3)', async () => {
    expect((await app.admin.post('/registries', { name: 'all', acceptedTypes: ['model', 'any'] })).body).toMatchObject({ acceptedTypes: 'any' });
    expecting(await app.admin.post('/registries', { name: 'some', acceptedTypes: ['model'] }), 201);
    const accepted = async (addAcceptedTypes: unknown) => (await app.admin.patch('/registries/some', { addAcceptedTypes })).body;
    expect(await accepted(['dataset'])).toMatchObject({ acceptedTypes: ['model', 'dataset'] });
    expect(await accepted(['any'])).toMatchObject({ acceptedTypes: 'any' });
    expect(await accepted(['model'])).toMatchObject({ code: 'accepted_types_only_grow' });
  });

  test('answers 401 to who brings no key, and needs none for its health', async () => {
    expect((await app.nobody.get('/registries')).status).toBe(401);
    expect((await app.nobody.get('//health/ready')).status).toBe(200);
  });

  test('knows whom it made, also after a restart', async () => {
    const ann = await app.as('user:ann', { teams: ['vision'] });
    const ci = await app.as('service:ci', { role: 'viewer', teams: ['vision'] });
    await app.restart();
    expect((await ann.get('/whoami')).body).toMatchObject({ principal: 'user:ann', teams: ['vision'] });
    expect((await ci.get('/whoami')).body).toMatchObject({ principal: 'service:ci', organizationRole: 'viewer' });
    expect(app.logged()).not.toContain(ann.key);
  });
});
