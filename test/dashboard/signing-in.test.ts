/** Signing in, in the browser: `app.md`, Signing in. */
import { expecting } from '../support/app';
import { describeInBrowser, eventually, openStage, Stage } from './support/browser';

describeInBrowser('signing in', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.settle());
  afterAll(() => stage.close());

  test('asks for a key, says what is wrong with one that is not known, and keeps it nowhere in the browser', async () => {
    stage.expectTrouble();
    const ann = await stage.app.as('user:ann');
    const page = await stage.visit(ann, '/registries/model', { signedOut: true });
    await page.getByLabel('API key').fill('k'.repeat(43));
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Is the key complete, and neither expired nor revoked?').waitFor();
    await page.getByLabel('API key').fill(ann.key ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'model' }).waitFor();
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state])');
    expect(kept).not.toContain(ann.key);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(JSON.stringify(cookie)).not.toContain(ann.key);
    await page.reload();
    await page.getByRole('heading', { name: 'model' }).waitFor();
  });

  test('ends with signing out, and the address is kept for who signs in next', async () => {
    stage.expectTrouble();
    const page = await stage.visit(await stage.app.as('user:ann'), '/');
    await page.getByRole('button', { name: 'Signed in as user:ann' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Moniker' }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await page.goto('/organization');
    await page.getByLabel('API key').fill((await stage.app.as('user:ben')).key ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('You are').waitFor();
    expect(page.url()).toBe(`${stage.app.address}/organization`);
  });

  test('again as somebody else shows nothing of what the one before was answered, nor what was typed', async () => {
    stage.expectTrouble();
    const { app } = stage;
    const pia = await app.as('user:pia', { role: 'admin' });
    const ann = await app.as('user:ann');
    const made = expecting(await pia.post('/keys', { principal: 'user:pia', label: 'lent' }), 201).body;
    expecting(await pia.post('/registries', { name: 'Secret', visibility: 'restricted' }), 201);
    const page = await stage.visit(app.withKey(made.key), '/registries/Secret');
    await page.getByRole('heading', { name: 'Secret' }).waitFor();
    await page.getByRole('button', { name: 'New collection' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('hush');
    // What is not answered to ann again cannot be taken for what was kept.
    await page.route('**/api/v1/registries*', (route) => route.abort());
    expecting(await pia.delete(`/keys/${made.id}`), 200);
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByLabel('API key').fill(ann.key ?? '');
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await again.count()).toBe(0));
    await page.getByRole('button', { name: 'Signed in as user:ann' }).waitFor();
    await page.getByText('it is restricted and you have no role in it').first().waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Secret' }).count()).toBe(0);
  });
});
