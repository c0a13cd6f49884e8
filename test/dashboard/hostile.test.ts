/** Names and texts that mean harm are shown as what they are. */
import { Page } from 'playwright-core';
import { expecting } from '../support/app';
import { describeInBrowser, eventually, openStage, Stage } from './support/browser';
import { makeWorld, R, World } from './support/world';

const SCRIPT = '<script>window.wasRun = 1<\u002fscript>';
const MARKUP = '<img src=x onerror="window.wasRun = 2"><b>bold<\u002fb>';
const RIGHT_TO_LEFT = '\u202Egnitset\u202C אבג';
const EMOJI = '🦓👩‍👩‍👧‍👦';

/** What aliases and collections may be called (N2, N3): anything but a slash, a colon and an at sign. */
const namesOfHarm = [SCRIPT, MARKUP].map((text) => text.replaceAll('/', '')).concat([RIGHT_TO_LEFT, EMOJI, 'w'.repeat(128), '{{7*7}} ${7*7}', '"\'`;--']);

const DESCRIPTION = [
  SCRIPT, MARKUP, '[click](javascript:window.wasRun=3)', '[data](data:text/html,<script>1<\u002fscript>)', '![pixel](https://tracker.example/p.png)',
  '<iframe src="https://evil.example"><\u002fiframe>', '<a href="javascript:window.wasRun=4">here<\u002fa>', '<svg onload="window.wasRun=5">', 'x'.repeat(400), RIGHT_TO_LEFT, EMOJI,
].join('\n\n');

/** As JSON, in which `__proto__` is a name like any other. */
const METADATA: unknown = JSON.parse(`{ ${JSON.stringify(SCRIPT)}: ${JSON.stringify(MARKUP)}, ${JSON.stringify(RIGHT_TO_LEFT)}: "${EMOJI}",
  "${'k'.repeat(300)}": "${'v'.repeat(2_000)}", "__proto__": { "polluted": true }, "deep": { "constructor": { "prototype": ${JSON.stringify(SCRIPT)} } } }`);

describeInBrowser('what means harm', () => {
  let stage: Stage;
  let world: World;
  const name = SCRIPT.replaceAll('/', '');
  const C = `${R}/collections/${encodeURIComponent(name)}`;
  const tag = 't'.repeat(128);
  beforeAll(async () => {
    stage = await openStage();
    world = await makeWorld(stage.app);
    expecting(await world.ann.post(`${R}/collections`, { name, type: 'model', description: DESCRIPTION, tags: [tag] }), 201);
    const source = await world.log('net', { metadata: METADATA, metrics: { [MARKUP]: 1, [EMOJI]: 2 }, uri: 'javascript:window.wasRun=6' });
    expecting(await world.ann.post(`${C}/versions`, { source, aliases: namesOfHarm, reason: `${SCRIPT} ${MARKUP}` }), 201);
    expecting(await world.ann.post(`${C}/versions`, { source: await world.log('net', { metadata: {} }) }), 201);
    expecting(await world.ann.put(`${C}/versions/v0/tags/${tag}`), 200);
    expecting(await world.ann.patch(R, { description: `${SCRIPT} ${MARKUP}` }), 200);
  });
  afterEach(() => stage.settle());
  afterAll(() => stage.close());

  /** Nothing of it ran, nothing of it became an element, and the window is no wider for it. */
  const isHarmless = async (page: Page): Promise<void> => {
    expect(await page.evaluate('window.wasRun')).toBeUndefined();
    expect(await page.evaluate('({}).polluted')).toBeUndefined();
    expect(await page.locator('iframe, img, main script, a[href^="javascript:" i], a[href^="data:" i], svg[onload]').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  };

  test.each([1280, 360])('is text and nothing else, in a window of %i', async (width) => {
    const page = await stage.visit(world.ann, '/', { viewport: { width, height: 800 } });
    const main = page.getByRole('main');
    const shows = async (path: string, ...texts: ReadonlyArray<string>) => {
      await page.goto(path, { waitUntil: 'commit' });
      for (const text of texts) await main.getByText(text).first().waitFor();
      await eventually(async () => expect(await page.getByRole('status', { name: /^Loading/ }).count()).toBe(0));
      await isHarmless(page);
    };
    await shows('/', name, `${SCRIPT} ${MARKUP}`);
    await shows(R, name, `${SCRIPT} ${MARKUP}`);
    await shows(`${R}/settings`, 'Description');
    await shows(C, name);
    await shows(`${C}?tab=details`, SCRIPT, MARKUP, 'click', 'pixel', '<iframe src', 'javascript:window.wasRun=4', RIGHT_TO_LEFT);
    await shows(`${C}?tab=aliases`, ...namesOfHarm);
    await shows(`${C}?tab=timeline`, ...namesOfHarm.slice(0, 2));
    await shows(`${C}?tab=audit`, `${SCRIPT} ${MARKUP}`);
    await shows(`${C}/versions/v0`, ...namesOfHarm, tag, MARKUP, SCRIPT, 'javascript:window.wasRun=6');
    await shows(`${C}?compare=v0,v1`, SCRIPT);
    await shows('/artifacts/vision/zoo/net', 'v0');
  });

  test('is found, given and taken away as what it is', async () => {
    const page = await stage.visit(world.ann, `${C}/versions/v0`);
    await page.getByRole('group', { name: 'Aliases' }).getByText(EMOJI).waitFor();
    const typed = '<i>é & co';
    await page.getByRole('button', { name: 'Add an alias' }).click();
    await page.getByRole('combobox', { name: 'Alias for v0' }).fill(typed);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: `Take ${typed} away` }).waitFor();
    expect((await world.ann.get(`${C}/aliases`)).body.items).toContainEqual(expect.objectContaining({ alias: typed, version: 'v0' }));
    await page.keyboard.press('Control+k');
    await page.keyboard.type('script');
    await page.getByRole('option').filter({ hasText: name }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: `Take ${typed} away` }).click();
    await page.getByRole('button', { name: 'Take away', exact: true }).click();
    await eventually(async () => expect(await page.getByRole('button', { name: `Take ${typed} away` }).count()).toBe(0));
    await isHarmless(page);
  });
});
