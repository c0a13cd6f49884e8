/** Bad input and bad days: the page says what is the matter and what to do, and loses nothing that was typed. */
import { Page } from 'playwright-core';
import { expecting } from '../support/app';
import { startTcpProxy } from '../support/tcp-proxy';
import { describeInBrowser, eventually, openStage, Stage } from './support/browser';
import { makeWorld, R, World } from './support/world';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const aliases = (page: Page) => page.getByRole('group', { name: 'Aliases' });

describeInBrowser('in trouble', () => {
  let stage: Stage;
  let world: World;
  beforeAll(async () => {
    stage = await openStage();
    world = await makeWorld(stage.app);
  });
  beforeEach(() => stage.expectTrouble());
  afterEach(() => stage.settle());
  afterAll(() => stage.close());

  /** The dialog to move production, with v2 and a reason in it. */
  const inTheMiddle = async (page: Page) => {
    await button(page, 'Move production').click();
    const dialog = page.getByRole('dialog', { name: 'Move production' });
    await dialog.getByRole('combobox', { name: 'To version' }).click();
    await page.getByRole('option', { name: 'v2' }).click();
    await dialog.getByLabel('Reason').fill('typed with care');
    return dialog;
  };
  const newest = async (C: string) => (await world.pia.get(`${C}/aliases/production/history`)).body.items[0];

  test('a key that is revoked in the middle of a dialog: one signs in again, and goes on where one was', async () => {
    const C = await world.collection('revoked');
    const made = expecting(await world.pia.post('/keys', { principal: 'user:rolf', label: 'lost laptop' }), 201).body;
    const page = await stage.visit(stage.app.withKey(made.key), `${C}?tab=aliases`);
    const dialog = await inTheMiddle(page);
    expecting(await world.pia.delete(`/keys/${made.id}`), 200);
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByText('what you typed is still there').waitFor();
    await again.getByLabel('API key').fill(made.key);
    await page.keyboard.press('Enter');
    await again.getByText('Is the key complete, and neither expired nor revoked?').waitFor();
    await again.getByLabel('API key').fill(world.rolf.key ?? '');
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await again.count()).toBe(0));
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('typed with care');
    await button(page, 'Move').click();
    await eventually(async () => expect(await newest(C)).toMatchObject({ to: 'v2', by: 'user:rolf', reason: 'typed with care' }));
  });

  test('a server that is gone is said; a change is kept in its dialog, and the page goes on when the server is back', async () => {
    const C = await world.collection('gone');
    const proxy = await startTcpProxy(Number(new URL(stage.app.address).port));
    try {
      const page = await stage.visit(world.rolf, `${C}?tab=aliases`, { baseURL: `http://127.0.0.1:${proxy.port}` });
      const dialog = await inTheMiddle(page);
      proxy.refuse = true;
      proxy.cut();
      await page.getByRole('alert').getByText('The server cannot be reached. What you see may be old').waitFor();
      await button(page, 'Move').click();
      await dialog.getByText('Nothing was lost. Check the connection').waitFor();
      expect(await dialog.getByLabel('Reason').inputValue()).toBe('typed with care');
      expecting(await world.pia.put(`${C}/aliases/staging`, { version: 'v0' }), 200);
      proxy.refuse = false;
      await eventually(async () => expect(await page.getByText('The server cannot be reached. What you see').count()).toBe(0));
      await aliases(page).getByText('staging').waitFor();
      await eventually(async () => expect(await aliases(page).innerText()).toMatch(/staging\s*v0/));
      await button(page, 'Move').click();
      await eventually(async () => expect(await dialog.count()).toBe(0));
      expect(await newest(C)).toMatchObject({ to: 'v2', reason: 'typed with care' });
    } finally {
      await proxy.stop();
    }
  });

  test('a place that is opened while the server is gone says so, and shows itself when the server is back', async () => {
    const C = await world.collection('back');
    const proxy = await startTcpProxy(Number(new URL(stage.app.address).port));
    try {
      const fetched: Array<string> = [];
      const page = await stage.visit(world.rolf, R, {
        baseURL: `http://127.0.0.1:${proxy.port}`,
        prepare: async (fresh) => void fresh.on('requestfinished', (request) => fetched.push(request.url())),
      });
      await page.getByRole('link', { name: 'back', exact: true }).waitFor();
      // The code of all places is fetched ahead; that of the organization comes last.
      await eventually(() => expect(fetched.some((url) => /assets\/organization-/.test(url))).toBe(true));
      proxy.refuse = true;
      proxy.cut();
      await page.getByRole('link', { name: 'back', exact: true }).click();
      await page.getByRole('alert').getByText('The server cannot be reached').first().waitFor();
      proxy.refuse = false;
      await aliases(page).getByRole('link', { name: 'production v1' }).waitFor();
      expect(new URL(page.url()).pathname).toBe(C);
    } finally {
      await proxy.stop();
    }
  });

  test('a change whose answer is lost is asked for again under its key, and done once', async () => {
    const C = await world.collection('once');
    const page = await stage.visit(world.rolf, `${C}?tab=aliases`);
    await inTheMiddle(page);
    let lost = 0;
    await page.route('**/aliases/production', async (route) => {
      if (route.request().method() !== 'PUT' || lost > 0) return route.fallback();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    await button(page, 'Move').click();
    await page.getByText('production moved from v1 to v2.').waitFor();
    expect(lost).toBe(1);
    const { items } = (await world.pia.get(`${C}/aliases/production/history`)).body;
    expect(items.map(({ to }: { to: string }) => to)).toEqual(['v2', 'v1', 'v0']);
  });

  test('where there is no live stream it is said, and the page asks again by itself', async () => {
    const C = await world.collection('polled');
    const behind = { type: '/api/docs#overloaded', title: 'Too many', status: 503, code: 'overloaded', detail: 'Later.' };
    const page = await stage.visit(world.ann, C, {
      prepare: (fresh) => fresh.route('**/api/v1/stream*', (route) => route.fulfill({ status: 503, json: behind })).then(() => undefined),
    });
    await page.getByRole('status').getByText('The server has no live stream for this page just now').waitFor();
    expecting(await world.rolf.put(`${C}/aliases/staging`, { version: 'v0' }), 200);
    await aliases(page).getByRole('link', { name: 'staging v0' }).waitFor();
    await page.unroute('**/api/v1/stream*');
    await page.getByRole('img', { name: /^Live/ }).waitFor();
    await eventually(async () => expect(await page.getByText('The server has no live stream').count()).toBe(0));
  });

  test('a slow server: places show that they are coming, and a button that was pressed cannot be pressed again', async () => {
    const C = await world.collection('slow');
    const page = await stage.visit(world.rolf, `${C}?tab=aliases`);
    const dialog = await inTheMiddle(page);
    let answer = (): void => undefined;
    const isTime = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let asked = 0;
    await page.route('**/aliases/production', async (route) => {
      if (route.request().method() === 'PUT') {
        asked += 1;
        await isTime;
      }
      await route.fallback();
    });
    await button(page, 'Move').click();
    const pressed = dialog.locator('button[type=submit]');
    await eventually(async () => expect(await pressed.getAttribute('data-loading')).toBe('true'));
    await pressed.click({ force: true });
    await dialog.getByLabel('Reason').press('Control+Enter');
    answer();
    await eventually(async () => expect(await dialog.count()).toBe(0));
    expect(asked).toBe(1);

    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    await page.route('**/api/v1/registries/*/collections/slow/versions*', async (route) => {
      await opened;
      await route.fallback();
    });
    await page.reload({ waitUntil: 'commit' });
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('status', { name: 'Loading' }).first().waitFor();
    open();
    await page.getByRole('row', { name: /^Choose v2/ }).waitFor();
  });

  test('a registry that is deleted under one’s feet: it is said, and what was typed stays', async () => {
    expecting(await world.pia.post('/registries', { name: 'Doomed' }), 201);
    expecting(await world.pia.post('/registries/Doomed/collections', { name: 'net', type: 'model', description: 'old' }), 201);
    const typing = await stage.visit(world.pia, '/registries/Doomed/collections/net?tab=details');
    await button(typing, 'Edit').click();
    await typing.getByLabel('Description, Markdown').fill('a long text');
    const settings = await stage.visit(world.pia, '/registries/Doomed/settings');
    await button(settings, 'Delete …').click();
    expect(await button(settings, 'Delete the registry').getAttribute('aria-description')).toBe('Type its name first.');
    await settings.getByLabel('To be sure, type its name').fill('Doomed');
    await button(settings, 'Delete the registry').click();
    await settings.waitForURL(`${stage.app.address}/`);
    await typing.getByRole('alert').getByText('There is no such registry').waitFor();
    expect(await typing.getByLabel('Description, Markdown').inputValue()).toBe('a long text');
    await button(typing, 'Save').click();
    await typing.getByRole('region', { name: 'Description' }).getByRole('alert').waitFor();
    expect(await typing.getByLabel('Description, Markdown').inputValue()).toBe('a long text');
  });

  test('a description that another saved while one was typing is shown before it is overwritten', async () => {
    const C = await world.collection('described');
    const page = await stage.visit(world.ann, `${C}?tab=details`);
    await button(page, 'Edit').click();
    await page.getByLabel('Description, Markdown').fill('mine');
    expecting(await world.rolf.patch(C, { description: 'from elsewhere' }), 200);
    const note = page.getByRole('alert').getByText('was changed while you were typing');
    await note.waitFor();
    await page.getByRole('alert').getByText('from elsewhere').waitFor();
    expect(await page.getByLabel('Description, Markdown').inputValue()).toBe('mine');
  });

  test('addresses of what one may not see, and of what there is not, say so and what to do', async () => {
    expecting(await world.pia.post('/registries', { name: 'Secret', visibility: 'restricted' }), 201);
    const C = await world.collection('known');
    const page = await stage.visit(world.ann, '/registries/Secret');
    const says = async (path: string, ...texts: ReadonlyArray<string>) => {
      await page.goto(path, { waitUntil: 'commit' });
      for (const text of texts) await page.getByText(text).first().waitFor();
    };
    await says('/registries/Secret', 'it is restricted and you have no role in it', 'All registries');
    await says('/registries/Secret/settings', 'it is restricted and you have no role in it');
    await says('/registries/Secret/collections/net/versions/v0', 'it is restricted and you have no role in it');
    await says(`${R}/collections/none`, 'There is no such collection');
    await says(`${C}/versions/v99`, 'There is no such version');
    await says(`${C}/versions/v03`, 'malformed');
    await says(`${C}?compare=v0,v99`, 'Not linked here, or not any more: v99.');
    await button(page, 'Compare the others').click();
    await page.getByRole('region', { name: 'Metrics table' }).getByText('accuracy').waitFor();
    await says('/artifacts/other/zoo/net', 'you are not in its team');
    await says('/audit', 'role');
    await says('/nowhere/at/all', 'There is nothing at this address', 'All registries');
  });

  test('T1: an instant before the beginning, one in the future, and what is no instant', async () => {
    const C = await world.collection('timely');
    const page = await stage.visit(world.ann, `${C}?at=1999-12-31T23:59:59Z`);
    await page.getByText('No aliases then').waitFor();
    await page.getByText('No version was linked then').waitFor();
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByText('No alias was held then.').waitFor();
    await page.getByRole('slider', { name: 'As of' }).waitFor();
    await page.goto(`${C}/versions/v1?at=1999-12-31T23:59:59Z`);
    await page.getByText('v1 was not linked then').waitFor();
    await page.goto(`${C}?at=2999-01-01T00:00:00Z`);
    await page.getByText('This instant has not come yet').waitFor();
    await button(page, 'Back to now').click();
    await aliases(page).getByRole('link', { name: 'production v1' }).waitFor();
    for (const path of [`${C}?at=yesterday`, `${C}/versions/v1?at=yesterday`, `${C}?tab=audit&from=yesterday`]) {
      await page.goto(path);
      await page.getByText('“yesterday” is no instant').waitFor();
      await button(page, 'Back to now').click();
      await aliases(page).getByText('production').waitFor();
    }
  });
});
