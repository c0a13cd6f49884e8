/** Several people at once: `app.md`, "Nothing is overwritten unseen", and the live stream in the page. */
import { Page } from 'playwright-core';
import { expecting } from '../support/app';
import { describeInBrowser, eventually, openStage, Stage, wordsOf } from './support/browser';
import { makeWorld, R, World } from './support/world';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const aliases = (page: Page) => page.getByRole('group', { name: 'Aliases' });

/** As where a proxy does not let streams through: the page learns of a conflict from the server's refusal. */
const withoutStream = async (page: Page): Promise<void> => {
  await page.route('**/api/v1/stream*', (route) => route.abort());
};

describeInBrowser('with several people at once', () => {
  let stage: Stage;
  let world: World;
  beforeAll(async () => {
    stage = await openStage();
    world = await makeWorld(stage.app);
  });
  afterEach(() => stage.settle());
  afterAll(() => stage.close());

  describe.each([['told by the live stream', undefined], ['told by the refusal', withoutStream]] as const)('a conflict, %s', (_how, prepare) => {
    const isLive = prepare === undefined;
    const name = (what: string) => `${what}-${isLive ? 'told' : 'refused'}`;
    const looks = isLive ? {} : { prepare };

    test('A4: a move says who moved the alias meanwhile, where and why, keeps what was typed, and asks again', async () => {
      stage.expectTrouble();
      const C = await world.collection(name('move'));
      const page = await stage.visit(world.rolf, `${C}?tab=aliases`, looks);
      await button(page, 'Move production').click();
      const dialog = page.getByRole('dialog', { name: 'Move production' });
      await dialog.getByRole('combobox', { name: 'To version' }).click();
      await page.getByRole('option', { name: 'v2' }).click();
      await dialog.getByLabel('Reason').fill('passed the evaluation');
      const meanwhile = await stage.visit(world.pia, `${C}?tab=aliases`);
      await button(meanwhile, 'Roll back to v0: production').click();
      await meanwhile.getByRole('dialog').getByLabel('Reason').fill('customers complain');
      await button(meanwhile, 'Roll back to v0').click();
      await meanwhile.getByRole('row', { name: /^production/ }).getByRole('link', { name: 'v0' }).waitFor();
      if (!isLive) await button(page, 'Move').click();
      const told = dialog.getByRole('alert');
      await told.getByText('production was moved while this was open. Nothing was changed.').waitFor();
      await eventually(async () => expect(await wordsOf(told)).toMatch(/pia gave it to v0 .*: customers complain It is held by v0 now/));
      expect(await dialog.getByLabel('Reason').inputValue()).toBe('passed the evaluation');
      expect((await world.rolf.get(`${C}/aliases`)).body.items).toContainEqual(expect.objectContaining({ alias: 'production', version: 'v0' }));
      await button(page, 'Move it all the same').click();
      await eventually(async () => expect(await dialog.count()).toBe(0));
      const { items } = (await world.rolf.get(`${C}/aliases/production/history`)).body;
      expect(items[0]).toMatchObject({ from: 'v0', to: 'v2', by: 'user:rolf', reason: 'passed the evaluation' });
    });

    test('A4, A7: a rollback and a removal are asked again too', async () => {
      stage.expectTrouble();
      const C = await world.collection(name('back'));
      const page = await stage.visit(world.rolf, `${C}?tab=aliases`, looks);
      await button(page, 'Roll back to v0: production').click();
      const dialog = page.getByRole('dialog', { name: 'Roll back production' });
      await dialog.getByRole('button', { name: 'Roll back to v0' }).waitFor();
      expecting(await world.pia.put(`${C}/aliases/production`, { version: 'v2', reason: 'mine' }), 200);
      if (!isLive) await dialog.getByRole('button', { name: 'Roll back to v0' }).click();
      await dialog.getByRole('alert').getByText('It is held by v2 now').waitFor();
      // It goes back from where it is now, and not from where it was.
      await dialog.getByText('v1 was given production by').waitFor();
      await button(page, 'Roll back all the same').click();
      await eventually(async () => expect(await dialog.count()).toBe(0));
      expect((await world.rolf.get(`${C}/aliases/production/history`)).body.items[0]).toMatchObject({ from: 'v2', to: 'v1', cause: 'rollback' });

      await button(page, 'Remove staging').click();
      const removal = page.getByRole('dialog', { name: 'Take staging away' });
      await removal.getByText('v2 holds staging').waitFor();
      expecting(await world.pia.put(`${C}/aliases/staging`, { version: 'v0' }), 200);
      if (!isLive) await button(page, 'Take away').click();
      await removal.getByRole('alert').getByText('It is held by v0 now').waitFor();
      await button(page, 'Take away all the same').click();
      await eventually(async () => expect(await removal.count()).toBe(0));
      expect((await world.rolf.get(`${C}/aliases/staging/history`)).body.items[0]).toMatchObject({ from: 'v0', to: null });
    });

    test('A4: giving an alias with + that was given to another version meanwhile asks first, and says by whom', async () => {
      stage.expectTrouble();
      const C = await world.collection(name('plus'));
      const page = await stage.visit(world.ann, `${C}/versions/v1`, looks);
      await button(page, 'Add an alias').click();
      await page.getByRole('combobox', { name: 'Alias for v1' }).fill('beta');
      await button(page, 'Give').waitFor();
      if (isLive) await page.route('**/aliases/beta', async (route) => {
        expecting(await world.rolf.put(`${C}/aliases/beta`, { version: 'v0', reason: 'quicker' }), 200);
        await route.continue();
      });
      else expecting(await world.rolf.put(`${C}/aliases/beta`, { version: 'v0', reason: 'quicker' }), 200);
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: /^(Move|Give) beta/ });
      await dialog.getByRole('alert').getByText('quicker').waitFor();
      expect(await wordsOf(dialog.getByRole('alert'))).toMatch(/rolf gave it to v0/);
      await page.unroute('**/aliases/beta');
      await button(page, 'Move it all the same').click();
      await aliases(page).getByText('beta').waitFor();
      expect((await world.ann.get(`${C}/aliases/beta/history`)).body.items[0]).toMatchObject({ from: 'v0', to: 'v1', by: 'user:ann' });
    });
  });

  test('what another changes moves on the page by itself, and says by whom and why', async () => {
    const C = await world.collection('live');
    const page = await stage.visit(world.ann, C);
    await aliases(page).getByRole('link', { name: 'staging v2' }).waitFor();
    await page.getByRole('img', { name: /^Live/ }).waitFor();
    const other = await stage.visit(world.rolf, `${C}/versions/v0`);
    await button(other, 'Add an alias').click();
    await other.getByRole('combobox', { name: 'Alias for v0' }).fill('staging');
    await other.keyboard.press('Enter');
    await other.getByRole('dialog', { name: 'Move staging' }).getByLabel('Reason').fill('v2 drifts');
    await button(other, 'Move').click();
    await aliases(page).getByRole('link', { name: 'staging v0' }).waitFor();
    await page.getByRole('status').getByText('rolf moved staging from v2 to v0').waitFor();
    await page.getByRole('status').getByText('v2 drifts').waitFor();
    await world.log('live');
    expecting(await world.rolf.post(`${C}/versions`, { source: 'vision/zoo/live:latest' }), 201);
    await page.getByRole('row', { name: /^Choose v3/ }).waitFor();
    expect(await page.evaluate("performance.getEntriesByType('navigation').length")).toBe(1);
  });

  test('A9: an alias that becomes protected is locked on the pages that are open, with who can', async () => {
    const C = await world.collection('guarded');
    const page = await stage.visit(world.ann, `${C}?tab=aliases`);
    await eventually(async () => expect(await button(page, 'Move staging').getAttribute('aria-disabled')).toBeNull());
    const settings = await stage.visit(world.pia, `${R}/settings`);
    await settings.getByLabel('Alias to protect').fill('staging');
    await settings.keyboard.press('Enter');
    await settings.getByText('staging is protected in every collection.').waitFor();
    await eventually(async () => expect(await button(page, 'Move staging').getAttribute('aria-disabled')).toBe('true'));
    expect(await button(page, 'Move staging').getAttribute('aria-description')).toContain('Needs the role admin in this registry; yours is member');
    await page.goto(`${C}/versions/v1`);
    await button(page, 'Add an alias').click();
    await page.getByRole('combobox', { name: 'Alias for v1' }).fill('staging');
    await page.getByText('Only admins of this registry give it').waitFor();
    await eventually(async () => expect(await page.getByText('Only admins of this registry give it').innerText()).toContain('user:rolf'));
    expect(await page.getByRole('dialog').getByRole('button').isDisabled()).toBe(true);
    await settings.getByRole('button', { name: 'Take staging away' }).click();
    await settings.getByText('staging is protected no more.').waitFor();
    await eventually(async () => expect(await page.getByRole('dialog').getByRole('button', { name: 'Move here …' }).isEnabled()).toBe(true));
  });
});
