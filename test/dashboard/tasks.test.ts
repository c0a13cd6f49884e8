/** What each person of `app.md` comes to do, by keyboard alone and by mouse. */
import { Locator, Page } from 'playwright-core';
import { describeInBrowser, eventually, openStage, Stage } from './support/browser';
import { makeWorld, World } from './support/world';

/** How a person works: what they press, or what they click. */
type Hand = {
  readonly name: string;
  /** Goes to something that can be pressed, and presses it. */
  readonly press: (target: Locator) => Promise<void>;
  /** Writes into a field. */
  readonly write: (field: Locator, text: string) => Promise<void>;
  /** Chooses from a list that a field offers. */
  readonly choose: (field: Locator, option: string) => Promise<void>;
};

/** Tabs until the target has the focus: what cannot be reached so is out of reach of a keyboard. */
const tabTo = async (target: Locator): Promise<void> => {
  await target.waitFor();
  const { keyboard } = target.page();
  for (let steps = 0; steps < 150; steps += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not reach ${String(target)}`);
};

const byKeyboard: Hand = {
  name: 'by keyboard',
  press: async (target) => {
    await tabTo(target);
    await target.page().keyboard.press('Enter');
  },
  write: async (field, text) => {
    await tabTo(field);
    await field.page().keyboard.type(text);
  },
  choose: async (field, option) => {
    await tabTo(field);
    await field.page().keyboard.type(option);
    const shown = field.page().getByRole('option', { name: option }).first();
    await shown.waitFor();
    // Mantine looks which option is marked in a timer that it starts as a list opens. Marked before it ends, an option
    // stays marked, and Enter does not choose it. A person is slower than that, the keys here are not.
    await field.evaluate(() => new Promise((done) => setTimeout(done, 0)));
    await field.page().keyboard.press('ArrowDown');
    await field.page().keyboard.press('Enter');
  },
};

const byMouse: Hand = {
  name: 'by mouse',
  press: (target) => target.click(),
  write: (field, text) => field.fill(text),
  choose: async (field, option) => {
    await field.click();
    await field.page().getByRole('option', { name: option }).first().click();
  },
};

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });

describeInBrowser('the tasks', () => {
  let stage: Stage;
  let world: World;
  beforeAll(async () => {
    stage = await openStage();
    world = await makeWorld(stage.app);
  });
  afterEach(() => stage.settle());
  afterAll(() => stage.close());

  describe.each([byKeyboard, byMouse])('$name', (hand) => {
    const id = hand === byKeyboard ? 'keyboard' : 'mouse';

    test('an ML engineer links the version just trained, gives it staging, and sees what production is and how the metrics compare', async () => {
      const C = await world.collection(`net-${id}`);
      await world.log(`net-${id}`, { metrics: { accuracy: 0.97, loss: 0.01 } });
      const page = await stage.visit(world.ann, C);
      await hand.press(button(page, 'Link new version'));
      const drawer = page.getByRole('dialog', { name: 'Link new version' });
      for (const [field, option] of [['Team', 'vision'], ['Project', 'zoo'], ['Artifact', `net-${id}`], ['Version', 'v3']] as const)
        await hand.choose(drawer.getByRole('combobox', { name: field }), option);
      await drawer.getByText('Will be').getByText(`acme/wandb-registry-Golden Models/net-${id}:v3`).waitFor();
      await hand.write(drawer.getByLabel('Aliases'), 'staging');
      await page.keyboard.press('Enter');
      await drawer.getByText('staging is on v2 now and moves from there.').waitFor();
      await hand.write(drawer.getByLabel('Reason'), 'trained on more animals');
      await hand.press(drawer.getByRole('button', { name: 'Link', exact: true }));
      await page.waitForURL(`**${C}/versions/v3`);
      await page.getByRole('group', { name: 'Aliases' }).getByText('staging').waitFor();
      await hand.press(page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: `net-${id}` }));
      await page.getByRole('group', { name: 'Aliases' }).getByRole('link', { name: 'production v1' }).waitFor();
      for (const version of ['v1', 'v3']) {
        const box = page.getByRole('checkbox', { name: `Choose ${version} to compare` });
        if (hand === byKeyboard) {
          await tabTo(box);
          await page.keyboard.press('Space');
        } else await box.click();
      }
      await hand.press(button(page, 'Compare 2'));
      const metrics = page.getByRole('region', { name: 'Metrics table' });
      await metrics.getByRole('row', { name: /accuracy .*0\.97/ }).waitFor();
      expect(new URL(page.url()).searchParams.get('compare')).toBe('v1,v3');
      const { body } = await world.ann.get(`${C}/aliases/staging/history`);
      expect(body.items[0]).toMatchObject({ from: 'v2', to: 'v3', cause: 'link', by: 'user:ann' });
    });

    test('a release owner promotes with a reason in 3 clicks, or Ctrl K and a name, and rolls back when it burns', async () => {
      const C = await world.collection(`release-${id}`);
      const page = await stage.visit(world.rolf, `${C}/versions/v2`);
      await button(page, 'Promote').waitFor();
      if (hand === byKeyboard) {
        await page.keyboard.press('Control+k');
        await page.getByRole('option', { name: 'Move production' }).waitFor();
        await page.keyboard.type('move production');
        await page.keyboard.press('Enter');
      } else {
        await button(page, 'Promote').click();
        await page.getByRole('menuitem', { name: /^production/ }).click();
      }
      const dialog = page.getByRole('dialog', { name: 'Move production' });
      await hand.write(dialog.getByLabel('Reason'), 'passed');
      await hand.press(dialog.getByRole('button', { name: 'Move', exact: true }));
      await page.getByRole('group', { name: 'Aliases' }).getByText('production', { exact: true }).waitFor();
      const held = async () => (await world.rolf.get(`${C}/aliases/production/history`)).body.items[0];
      expect(await held()).toMatchObject({ from: 'v1', to: 'v2', cause: 'change', by: 'user:rolf', reason: 'passed' });

      await hand.press(page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: `release-${id}` }));
      if (hand === byKeyboard) {
        await tabTo(page.getByRole('tab', { name: 'Versions' }));
        await page.keyboard.press('ArrowRight');
      } else await page.getByRole('tab', { name: 'Aliases' }).click();
      const row = page.getByRole('row', { name: /^production/ });
      await row.getByText('Roll back to v1').waitFor();
      await hand.press(row.getByRole('button', { name: 'Roll back to v1: production' }));
      const burns = page.getByRole('dialog', { name: 'Roll back production' });
      await burns.getByText('better on the evaluation').waitFor();
      await hand.write(burns.getByLabel('Reason'), 'it burns');
      await hand.press(burns.getByRole('button', { name: 'Roll back to v1' }));
      await row.getByRole('link', { name: 'v1' }).waitFor();
      expect(await held()).toMatchObject({ from: 'v2', to: 'v1', cause: 'rollback', by: 'user:rolf', reason: 'it burns' });
    });

    test('a platform engineer makes a registry, roles, a protected alias and a service key', async () => {
      const page = await stage.visit(world.pia, '/');
      const name = `Shelf ${id}`;
      await hand.press(button(page, 'New registry'));
      const dialog = page.getByRole('dialog', { name: 'New registry' });
      await hand.write(dialog.getByLabel('Name'), name);
      await hand.press(dialog.getByRole('button', { name: 'Create' }));
      await page.getByRole('heading', { name, exact: true }).waitFor();

      await hand.press(page.getByRole('link', { name: 'Settings of this registry' }));
      const guards = page.getByRole('region', { name: 'Protected aliases' });
      await hand.write(guards.getByLabel('Alias to protect'), 'staging');
      await hand.press(guards.getByRole('button', { name: 'Protect' }));
      await guards.getByRole('button', { name: 'Take staging away' }).waitFor();
      const members = page.getByRole('region', { name: 'Members and roles' });
      await hand.write(members.getByLabel('Name'), 'ann');
      await hand.press(members.getByRole('button', { name: 'Add' }));
      await members.getByRole('row', { name: /ann/ }).waitFor();

      await hand.press(page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Organization' }));
      const machines = page.getByRole('region', { name: 'Service accounts' }).first();
      await hand.write(machines.getByLabel('Name of the new service account'), `ci-${id}`);
      await hand.press(machines.getByRole('button', { name: 'Add' }));
      const row = machines.getByRole('row', { name: new RegExp(`ci-${id}`) });
      await hand.press(row.getByRole('button', { name: 'New key' }));
      const keys = page.getByRole('dialog', { name: `New key of service:ci-${id}` });
      await hand.write(keys.getByLabel('Label'), 'pipeline');
      await hand.press(keys.getByRole('button', { name: 'Make the key' }));
      const key = (await keys.getByLabel('The key', { exact: true }).textContent()) ?? '';
      await page.keyboard.press('Escape');
      await hand.press(keys.getByRole('button', { name: 'I have copied it' }));
      await eventually(async () => expect(await keys.count()).toBe(0));

      expect((await stage.app.withKey(key).get('/whoami')).body).toMatchObject({ principal: `service:ci-${id}`, organizationRole: 'member' });
      const made = (await world.pia.get(`/registries/${encodeURIComponent(name)}`)).body;
      expect(made).toMatchObject({ protectedAliases: ['staging'], acceptedTypes: 'any', visibility: 'organization' });
      const { items } = (await world.pia.get(`/registries/${encodeURIComponent(name)}/members`)).body;
      expect(items).toEqual(expect.arrayContaining([expect.objectContaining({ principal: 'user:ann', role: 'member' })]));
    });

    test('an auditor says what production was on a day, who moved it since, and that the record is whole', async () => {
      const C = await world.collection(`audited-${id}`);
      const { items } = (await world.audrey.get(`${C}/aliases/production/history`)).body;
      // Between the two of them: production was on v0 then.
      const then = new Date(Date.parse(items[0].at) - 1).toISOString();
      const page = await stage.visit(world.audrey, `${C}?at=${then}`);
      await page.getByRole('status').getByText('as of').waitFor();
      await page.getByRole('group', { name: 'Aliases' }).getByRole('link', { name: 'production v0' }).waitFor();
      await hand.press(button(page, 'Back to now'));
      await page.getByRole('group', { name: 'Aliases' }).getByRole('link', { name: 'production v1' }).waitFor();
      if (hand === byKeyboard) {
        await tabTo(page.getByRole('tab', { name: 'Versions' }));
          await page.keyboard.press('End');
          await page.keyboard.press('Enter');
      } else await page.getByRole('tab', { name: 'Audit' }).click();
      await page.getByText(/The record is whole: \d+ events verified/).waitFor();
      const head = (await page.getByRole('region', { name: 'Is the record whole?' }).locator('code').textContent()) ?? '';
      expect(head).toBe((await world.audrey.get(`${C}/verification`)).body.head);
      await hand.write(page.getByRole('textbox', { name: 'Alias', exact: true }), 'production');
      await page.keyboard.press('Enter');
      const changes = page.getByRole('list', { name: 'Changes' });
      await eventually(async () => expect(await changes.getByRole('listitem').count()).toBe(3));
      expect(await changes.getByRole('listitem').first().innerText()).toMatch(/rolf\s*moved production from v0 to v1[^]*better on the evaluation/);
      const [download] = await Promise.all([page.waitForEvent('download'), hand.press(page.getByRole('link', { name: 'Export' }))]);
      const exported = await stage.app.withKey(world.audrey.key ?? '').get(`${C}/events`);
      expect((await (await download.createReadStream()).toArray()).join('')).toBe(exported.text);
    });
  });
});
