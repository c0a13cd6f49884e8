/** Signing in, in the browser: `app.md`, Signing in. */
import { describeInBrowser, openStage, Stage } from './support/browser';

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
});
