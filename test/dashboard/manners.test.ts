/** The manners of the page, as `app.md` lists them. */
import { Page } from 'playwright-core';
import { expecting } from '../support/app';
import { describeInBrowser, eventually, openStage, Stage, wordsOf } from './support/browser';
import { makeWorld, R, World } from './support/world';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const aliases = (page: Page) => page.getByRole('group', { name: 'Aliases' });
const query = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

describeInBrowser('the manners', () => {
  let stage: Stage;
  let world: World;
  beforeAll(async () => {
    stage = await openStage();
    world = await makeWorld(stage.app);
  });
  afterEach(() => stage.settle());
  afterAll(() => stage.close());

  test('alias +: suggests protected and used ones, explains reserved and malformed ones while they are typed, locks what one may not give', async () => {
    const C = await world.collection('plus');
    const page = await stage.visit(world.ann, `${C}/versions/v0`);
    await button(page, 'Add an alias').click();
    const field = page.getByRole('combobox', { name: 'Alias for v0' });
    const offered = page.getByRole('listbox', { name: 'Aliases of this registry' });
    await offered.getByRole('option', { name: /production.*on v1/ }).waitFor();
    await offered.getByRole('option', { name: /staging.*on v2/ }).waitFor();
    const explained = [
      ['latest', 'latest is reserved: Moniker gives latest and version numbers itself'], ['V12', 'V12 is reserved'], ['a/b', 'holds none of / : @'],
      ['..', 'is not . or ..'], ['PRODUCTION', 'Too much like the protected alias production'], ['x'.repeat(129), 'at most 128 characters'],
    ] as const;
    for (const [typed, why] of explained) {
      await field.fill(typed);
      await page.getByText(why).waitFor();
      expect(await page.getByRole('dialog').getByRole('button').isDisabled()).toBe(true);
    }
    await field.fill('production');
    await page.getByText('production is protected.').waitFor();
    await page.getByText(/Only admins of this registry give it: .*user:rolf/).waitFor();
    await field.fill('fre');
    await field.pressSequentially('sh');
    await page.keyboard.press('Enter');
    await aliases(page).getByText('fresh').waitFor();
    await eventually(async () => expect(await page.getByRole('dialog').count()).toBe(0));
    await button(page, 'Take fresh away').click();
    await page.getByRole('dialog').getByLabel('Reason').fill('not so fresh');
    await button(page, 'Take away').click();
    await eventually(async () => expect(await aliases(page).getByText('fresh').count()).toBe(0));
    const { items } = (await world.ann.get(`${C}/aliases/fresh/history`)).body;
    expect(items).toMatchObject([{ from: 'v0', to: null, reason: 'not so fresh' }, { from: null, to: 'v0' }]);
  });

  test('what one may not do is shown disabled with the reason, and never tried', async () => {
    const C = await world.collection('looked-at');
    const tried: Array<string> = [];
    const page = await stage.visit(world.audrey, `${C}/versions/v1`, {
      prepare: async (fresh) => void fresh.on('request', (request) => request.method() !== 'GET' && tried.push(request.url())),
    });
    const refuses = async (name: string, why: RegExp) => {
      const one = button(page, name).first();
      await one.waitFor();
      await eventually(async () => expect(await one.getAttribute('aria-description')).toMatch(why));
      expect(await one.getAttribute('aria-disabled')).toBe('true');
      await one.click({ force: true });
      // A dialog that was opened keeps these keys from opening theirs.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
      await page.keyboard.press('?');
      await page.getByRole('dialog').first().waitFor();
      expect(await page.getByRole('dialog').getByText('Find registries, collections, versions').count()).toBe(1);
      await page.keyboard.press('Escape');
      await eventually(async () => expect(await page.getByRole('dialog').count()).toBe(0));
    };
    const needsMember = /^Needs the role member in this registry; yours is viewer/;
    const needsAdmin = /^Needs the role admin in this registry; yours is viewer/;
    await refuses('Add an alias', needsMember);
    await refuses('Add a tag', needsAdmin);
    await refuses('Take production away', needsAdmin);
    await page.goto(`${C}?tab=aliases`);
    await refuses('Move production', needsAdmin);
    await refuses('Move staging', needsMember);
    await refuses('Move latest', /latest follows the newest link by itself/);
    await refuses('Link new version', needsMember);
    await page.goto(R);
    await refuses('New collection', needsMember);
    await page.goto(`${R}/settings`);
    await refuses('Protect', needsAdmin);
    await refuses('Take production away', needsAdmin);
    await refuses('Delete …', needsAdmin);
    await page.goto('/');
    await refuses('New registry', /Viewers of the organization create no registries/);
    await page.goto('/organization');
    await page.getByText('Users, teams and service accounts are for admins of the organization.').waitFor();
    expect(tried).toEqual([]);
  });

  test('every state has an address: filters, sorting, comparing and tabs; back and forward, and a colleague, find the same', async () => {
    const C = await world.collection('addressed');
    expecting(await world.ann.put(`${C}/versions/v0/tags/small`), 200);
    const page = await stage.visit(world.ann, C);
    await page.getByLabel('Filter by tag').fill('small');
    await page.keyboard.press('Enter');
    await page.getByText('1 version', { exact: true }).waitFor();
    expect(query(page)).toEqual({ tag: 'small' });
    await button(page, 'Clear filters').click();
    await page.getByRole('columnheader').getByRole('button', { name: 'Version' }).click();
    const rows = page.getByRole('table', { name: 'Versions' }).getByRole('row');
    await eventually(async () => expect(await wordsOf(rows.nth(1))).toMatch(/^v0 /));
    expect(query(page)).toEqual({ sort: 'version' });
    for (const version of ['v0', 'v2']) await page.getByRole('checkbox', { name: `Choose ${version} to compare` }).click();
    await button(page, 'Compare 2').click();
    await page.getByRole('heading', { name: 'Comparing 2 versions' }).waitFor();
    expect(query(page)).toEqual({ sort: 'version', compare: 'v0,v2' });
    const colleague = await stage.visit(world.audrey, page.url());
    await colleague.getByRole('heading', { name: 'Comparing 2 versions' }).waitFor();
    await page.goBack();
    await page.getByRole('table', { name: 'Versions' }).waitFor();
    await page.getByRole('tab', { name: 'Aliases' }).click();
    await page.getByRole('row', { name: /^production/ }).getByRole('link', { name: 'v1' }).click();
    await page.getByRole('heading', { name: 'addressed v1' }).waitFor();
    await page.goBack();
    await page.getByRole('row', { name: /^production/ }).waitFor();
    await page.goBack();
    await page.getByRole('table', { name: 'Versions' }).waitFor();
    await page.goForward();
    await page.getByRole('row', { name: /^production/ }).waitFor();

    await page.goto('/');
    await page.getByRole('textbox', { name: 'Search registries and collections' }).pressSequentially('addressed');
    await page.getByRole('region', { name: 'Collections found' }).getByRole('link', { name: 'addressed' }).waitFor();
    expect(query(page)).toEqual({ q: 'addressed' });
    await page.goto(R);
    await page.getByRole('textbox', { name: 'Filter by name' }).pressSequentially('addr');
    await page.getByText(/^1 of/).or(page.getByText('1 collection', { exact: true })).waitFor();
    await page.getByRole('table').getByRole('button', { name: 'production' }).click();
    await eventually(() => expect(query(page)).toEqual({ q: 'addr', sort: expect.stringContaining('alias production') }));
    await page.getByRole('row', { name: /addressed/ }).getByRole('link', { name: 'v1' }).waitFor();
  });

  test('Ctrl K finds registries, collections, versions, aliases and actions; ? lists the keys', async () => {
    stage.expectTrouble();
    const C = await world.collection('sought');
    const page = await stage.visit(world.rolf, '/');
    await page.getByRole('heading', { name: 'Registries' }).waitFor();
    const find = async (text: string, option: string | RegExp) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /^Find a registry/ }).fill(text);
      await page.getByRole('option', { name: option }).first().waitFor();
      await page.keyboard.press('Enter');
    };
    await find('golden', /^Golden Models/);
    await page.waitForURL(`**${R}`);
    await find('sought', /^sought/);
    await page.waitForURL(`**${C}`);
    await aliases(page).getByText('production').waitFor();
    await find('v1', /^v1/);
    await page.waitForURL(`**${C}/versions/v1`);
    await find('wandb-registry-Golden Models/sought:staging', /^wandb-registry-Golden Models\/sought:v2/);
    await page.waitForURL(`**${C}/versions/v2`);
    await page.goto('/organization');
    await page.getByRole('heading', { name: 'acme' }).waitFor();
    await find('sought:prod', /^sought:production/);
    await page.waitForURL(`**${C}/versions/v1`);
    await find('roll back production', /^Roll back production/);
    await page.getByRole('dialog', { name: 'Roll back production' }).waitFor();
    await page.keyboard.press('Escape');
    await eventually(async () => expect(await page.getByRole('dialog').count()).toBe(0));
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Link new version').waitFor();
    await page.keyboard.press('Escape');
    await eventually(async () => expect(await page.getByRole('dialog').count()).toBe(0));
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL('**/artifacts');
    await page.keyboard.press('n');
    await page.getByRole('dialog', { name: 'Link new version' }).waitFor();
  });

  test('WCAG 2.4.3: what is opened over the page gives the focus back, when it is closed, to what it was opened from', async () => {
    const C = await world.collection('focused');
    const page = await stage.visit(world.rolf, C);
    const hasFocus = (name: string) => eventually(async () => expect(await button(page, name).evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true));
    const leave = async (dialog: string) => {
      await page.getByRole('dialog', { name: dialog }).waitFor();
      await eventually(async () => expect(await page.evaluate("document.activeElement.closest('[role=dialog]') !== null")).toBe(true));
      await page.keyboard.press('Escape');
      await eventually(async () => expect(await page.getByRole('dialog').count()).toBe(0));
    };
    const find = 'Find or do … Ctrl K';
    for (const [opener, dialog] of [['Link new version', 'Link new version'], [find, 'Find and do']] as const) {
      await button(page, opener).click();
      await leave(dialog);
      await hasFocus(opener);
    }
    for (const [keys, dialog] of [['Control+k', 'Find and do'], ['?', 'Keys']] as const) {
      await button(page, 'More').focus();
      await page.keyboard.press(keys);
      await leave(dialog);
      await hasFocus('More');
    }
    await button(page, 'More for v1').click();
    await page.getByRole('menuitem', { name: 'Give an alias …' }).click();
    await leave('Give an alias to v1');
    await hasFocus('More for v1');
    // Over what was found, and not back to the field that it was found by.
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Find a registry/ }).fill('roll back production');
    await page.getByRole('option', { name: /^Roll back production/ }).first().waitFor();
    await page.keyboard.press('Enter');
    await leave('Roll back production');
    await hasFocus('More for v1');
    await page.goto('/organization');
    await button(page, 'New key of yours').click();
    await leave('New key of user:rolf');
    await hasFocus('New key of yours');
  });

  test('the timeline: a bar tells from when to when, who and why; its cursor is the whole page’s instant; two of them are the diff', async () => {
    stage.expectTrouble();
    const C = await world.collection('timed', 3);
    expecting(await world.rolf.delete(`${C}/versions/v0`), 200);
    const { items } = (await world.ann.get(`${C}/aliases/production/history`)).body;
    const first = Date.parse(items[1].at);
    const page = await stage.visit(world.ann, `${C}?tab=timeline`);
    const lane = page.getByRole('group', { name: /^production: held by v1/ });
    await lane.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    const tip = page.getByRole('status').filter({ hasText: 'production on v0' });
    expect(await wordsOf(tip)).toMatch(/From .* UTC To .* UTC given by rolf first roll-out/);
    await lane.blur();
    await lane.locator('.bar').last().hover();
    expect(await wordsOf(page.getByRole('status').filter({ hasText: 'production on v1' }))).toMatch(/Until now given by rolf better on the evaluation/);

    // The chart is pressed where it is free: in the row above the lanes.
    const chart = page.getByRole('group', { name: 'One lane per alias over time' });
    const box = await chart.boundingBox();
    if (box === null) throw new Error('no chart');
    await page.mouse.click(box.x + box.width - 200, box.y + 30);
    const cursor = page.getByRole('slider', { name: 'As of' });
    await cursor.waitFor();
    const pressed = query(page)['at'];
    await page.getByText(/^This collection/).waitFor();
    await cursor.focus();
    await page.keyboard.press('ArrowLeft');
    await eventually(() => expect(Date.parse(query(page)['at'] ?? '')).toBeLessThan(Date.parse(pressed ?? '')));
    const handle = await cursor.boundingBox();
    if (handle === null) throw new Error('no cursor');
    await page.mouse.move(handle.x + handle.width / 2, handle.y + 12);
    await page.mouse.down();
    await page.mouse.move(handle.x + 60, handle.y + 12, { steps: 4 });
    const before = query(page)['at'];
    await page.mouse.up();
    await eventually(() => expect(query(page)['at']).not.toBe(before));
    // One step back, however far it was moved.
    await page.goBack();
    await eventually(() => expect(query(page)).toEqual({ tab: 'timeline' }));

    const then = new Date(first).toISOString();
    await page.goto(`${C}?tab=timeline&at=${then}`);
    await aliases(page).getByRole('link', { name: 'production v0' }).waitFor();
    await page.getByRole('region', { name: 'As of the cursor' }).getByRole('link', { name: 'v0' }).waitFor();
    // Whoever opens a version from the past stays in it, also in that of another bar.
    await aliases(page).getByRole('link', { name: 'production v0' }).click();
    await page.waitForURL((url) => url.pathname === `${C}/versions/v0` && url.searchParams.get('at') === then);
    await page.goBack();
    for (const [presses, version, at] of [[2, 'v0', then], [1, 'v1', items[0].at]] as const) {
      await lane.focus();
      for (let press = 0; press < presses; press += 1) await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname === `${C}/versions/${version}` && url.searchParams.get('at') === at);
      await page.goBack();
    }
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('row', { name: /^Choose v0/ }).getByText('ann').waitFor();
    expect(query(page)).toMatchObject({ at: then });
    await page.goto(`${C}?tab=timeline&at=${then}&until=${new Date().toISOString()}`);
    const differences = page.getByRole('list', { name: 'Differences' });
    await differences.getByText('unlinked').waitFor();
    expect(await wordsOf(differences)).toMatch(/production v0 → v1/);
  });

  test('as of then: aliases, tags and description are those of then, and nothing can be changed', async () => {
    const C = await world.collection('past');
    expecting(await world.ann.patch(C, { description: 'as it was', addTags: ['old'] }), 200);
    expecting(await world.ann.put(`${C}/versions/v0/tags/before`), 200);
    const { items } = (await world.ann.get(`${C}/history?limit=1`)).body;
    const then = items[0].at;
    await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(then) + 2));
    expecting(await world.ann.patch(C, { description: 'as it is', addTags: ['new'], removeTags: ['old'] }), 200);
    expecting(await world.ann.delete(`${C}/versions/v0/tags/before`), 200);
    expecting(await world.ann.put(`${C}/versions/v0/tags/after`), 200);
    const page = await stage.visit(world.ann, `${C}?at=${then}`);
    const tags = page.getByRole('group', { name: 'Tags' });
    await tags.getByText('old').waitFor();
    expect(await tags.getByText('new').count()).toBe(0);
    await page.getByRole('row', { name: /^Choose v0/ }).getByText('before').waitFor();
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByText('as it was').waitFor();
    expect(await button(page, 'Edit').getAttribute('aria-description')).toMatch(/^This is the past/);
    await page.getByText(`past:production@${then}`).first().waitFor();
    await page.goto(`${C}/versions/v0?at=${then}`);
    await page.getByRole('group', { name: 'Tags' }).getByText('before').waitFor();
    await button(page, 'Back to now').click();
    await page.getByRole('group', { name: 'Tags' }).getByText('after').waitFor();
  });

  test('a version: source, digest, uri, run, metadata with search, metrics, lineage, history, and code', async () => {
    const C = await world.collection('shown', 2);
    expecting(await world.ann.post(`${C}/versions/v1/usage`, { run: 'vision/serving/deploy-9' }), 200);
    const page = await stage.visit(world.ann, `${C}/versions/v1`);
    const { body } = await world.ann.get(`${C}/versions/v1`);
    const about = page.getByRole('region', { name: 'Facts' });
    for (const text of [body.source.name, body.source.digest, body.source.uri, body.source.run]) await about.getByText(text).first().waitFor();
    await about.getByRole('link', { name: body.source.name }).waitFor();
    const graph = page.getByRole('region', { name: 'Lineage' });
    for (const node of [body.source.run, body.source.name, 'vision/serving/deploy-9']) await graph.getByTitle(node).first().waitFor();
    const metadata = page.getByRole('region', { name: 'Metadata' });
    await metadata.getByText('"adam"').waitFor();
    await metadata.getByLabel('Search the metadata').fill('rate');
    await eventually(async () => expect(await metadata.getByText('"adam"').count()).toBe(0));
    await page.getByRole('row', { name: /accuracy/ }).waitFor();
    await page.getByRole('region', { name: 'History of this version' }).getByText('better on the evaluation').waitFor();
    const code = page.getByRole('region', { name: 'Use it' });
    for (const language of ['Python', 'TypeScript', 'curl']) {
      await code.getByRole('tab', { name: language }).click();
      await code.getByText('shown:v1').first().waitFor();
    }
    await about.getByRole('link', { name: body.source.name }).click();
    await page.getByRole('link', { name: 'Golden Models/shown:v1' }).waitFor();
    expect(await page.locator('time').first().getAttribute('title')).toMatch(/ · \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/);
  });

  test('an artifact’s version is linked to a registry from its own page, into a new collection; where it is already is said', async () => {
    const source = await world.log('fresh-net');
    const page = await stage.visit(world.ann, '/artifacts');
    await page.getByRole('link', { name: /fresh-net/ }).click();
    await page.getByText('nowhere that you see').waitFor();
    await button(page, 'Link to registry').click();
    const drawer = page.getByRole('dialog', { name: 'Link to registry' });
    await drawer.getByRole('combobox', { name: 'Registry' }).click();
    await page.getByRole('option', { name: 'Golden Models' }).click();
    await drawer.getByRole('combobox', { name: 'Collection' }).click();
    await page.getByRole('option', { name: 'New collection' }).click();
    await drawer.getByLabel('Name of the new collection').fill('brand-new');
    await drawer.getByText('in a new collection').waitFor();
    expect(await wordsOf(drawer.getByRole('status'))).toContain('acme/wandb-registry-Golden Models/brand-new:v0');
    await drawer.getByLabel('Aliases').fill('latest');
    await page.keyboard.press('Enter');
    await drawer.getByText('latest is reserved').waitFor();
    await page.keyboard.press('Backspace');
    await button(page, 'Link').click();
    await page.waitForURL(`**${R}/collections/brand-new/versions/v0`);
    expect((await world.ann.get(`${R}/collections/brand-new/versions/v0`)).body).toMatchObject({ source: { name: source }, aliases: ['latest'] });
    await page.goto('/artifacts/vision/zoo/fresh-net');
    await page.getByRole('link', { name: 'Golden Models/brand-new:v0' }).waitFor();
  });

  test('V2: that a personal entity’s versions cannot be linked is explained before; they are shown and cannot be chosen', async () => {
    const C = await world.collection('team-only');
    expecting(await world.ann.post('/artifacts', { name: 'ann/own/net', type: 'model', digest: 'mine' }), 201);
    const page = await stage.visit(world.ann, C);
    await button(page, 'Link new version').click();
    const drawer = page.getByRole('dialog', { name: 'Link new version' });
    for (const [field, option] of [['Team', 'ann (personal)'], ['Project', 'own'], ['Artifact', 'net']] as const) {
      await drawer.getByRole('combobox', { name: field }).click();
      await page.getByRole('option', { name: option }).click();
    }
    await drawer.getByText('Artifacts of a personal entity cannot be linked').waitFor();
    await drawer.getByText('a team of yours (vision)').waitFor();
    await drawer.getByRole('combobox', { name: 'Version' }).click();
    expect(await page.getByRole('option', { name: /^v0/ }).getAttribute('data-combobox-disabled')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await button(page, 'Link').getAttribute('aria-description')).toBe('Versions of a personal entity cannot be linked.');
  });

  test('the audit: every change over all registries with filters, and what differs in a registry between two instants', async () => {
    const C = await world.collection('watched');
    const page = await stage.visit(world.pia, '/audit');
    const changes = page.getByRole('list', { name: 'Changes' });
    await changes.getByRole('listitem').first().waitFor();
    await page.getByLabel('By, as user:ann').fill('user:rolf');
    await page.getByRole('textbox', { name: 'Alias', exact: true }).fill('staging');
    await page.keyboard.press('Enter');
    await eventually(() => expect(query(page)).toEqual({ by: 'user:rolf', alias: 'staging' }));
    await eventually(async () => expect(await wordsOf(changes.getByRole('listitem').first())).toMatch(/rolf gave staging to v2 in Golden Models\/watched/));
    await changes.getByRole('button', { name: 'The event as it is stored' }).first().click();
    await changes.getByText(/^collection-Golden%20Models\/watched/).waitFor();
    await page.goto(`/audit?registry=Golden+Models&since=2020-01-01T00:00:00Z&until=${new Date().toISOString()}`);
    const differences = page.getByRole('list', { name: 'Differences' });
    await differences.getByRole('listitem').filter({ hasText: /watched production/ }).waitFor();
    expect((await world.ann.get(C)).status).toBe(200);
  });
});
