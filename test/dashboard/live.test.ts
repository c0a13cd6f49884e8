/** The live stream of a page that is open for long: `app.md`, Manners and Live stream. */
import { Page } from 'playwright-core';
import { expecting } from '../support/app';
import { describeInBrowser, eventually, openStage, Stage } from './support/browser';
import { makeWorld, World } from './support/world';

const aliases = (page: Page) => page.getByRole('group', { name: 'Aliases' });
const isLive = (page: Page) => page.getByRole('img', { name: /^Live/ }).waitFor();

/** The streams of a page, by what was asked for: those that were opened, and those that are open. */
const streamsOf = (page: Page) => {
  const opened: Array<string> = [];
  const open = new Set<unknown>();
  page.on('request', (request) => {
    if (!request.url().includes('/api/v1/stream')) return;
    opened.push(request.url());
    open.add(request);
  });
  for (const over of ['requestfinished', 'requestfailed'] as const) page.on(over as 'requestfailed', (request) => void open.delete(request));
  return { opened, open };
};

const hide = (page: Page, isHidden: boolean) =>
  page.evaluate(`Object.defineProperties(document, { hidden: { configurable: true, value: ${isHidden} },
    visibilityState: { configurable: true, value: '${isHidden ? 'hidden' : 'visible'}' } });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`);

describeInBrowser('the live stream of a page', () => {
  let stage: Stage;
  let world: World;
  beforeAll(async () => {
    stage = await openStage();
    world = await makeWorld(stage.app);
  });
  afterEach(() => stage.settle());
  afterAll(() => stage.close());

  /** A page that follows the stream, and its streams from the first on. */
  const watched = async (place: string, prepare: (fresh: Page) => Promise<void> = () => Promise.resolve()) => {
    let streams: ReturnType<typeof streamsOf> = { opened: [], open: new Set() };
    const page = await stage.visit(world.ann, place, {
      prepare: async (fresh) => {
        streams = streamsOf(fresh);
        await prepare(fresh);
      },
    });
    await isLive(page);
    return { page, streams };
  };

  test('is one, however often the network comes and goes, and tells a change once', async () => {
    const C = await world.collection('one');
    const { page, streams } = await watched(C);
    for (let time = 1; time <= 3; time += 1) {
      await page.evaluate("window.dispatchEvent(new Event('online'))");
      await eventually(() => expect(streams.opened).toHaveLength(1 + time));
      await isLive(page);
    }
    await eventually(() => expect(streams.open.size).toBe(1));
    expecting(await world.rolf.put(`${C}/aliases/staging`, { version: 'v0', reason: 'told once' }), 200);
    await aliases(page).getByRole('link', { name: 'staging v0' }).waitFor();
    await page.getByRole('status').getByText('told once').first().waitFor();
    expect(await page.getByRole('status').getByText('told once').count()).toBe(1);
  });

  test('is given up while the page is hidden, without a word of alarm, and goes on when it is looked at', async () => {
    const C = await world.collection('hidden');
    const { page, streams } = await watched(C);
    await hide(page, true);
    await eventually(() => expect(streams.open.size).toBe(0));
    await page.getByRole('img', { name: 'Connecting to the live stream' }).waitFor();
    await page.evaluate("window.dispatchEvent(new Event('online'))");
    expecting(await world.rolf.put(`${C}/aliases/staging`, { version: 'v0', reason: 'while hidden' }), 200);
    expect(streams.opened).toHaveLength(1);
    await hide(page, false);
    await page.getByRole('status').getByText('while hidden').waitFor();
    await aliases(page).getByRole('link', { name: 'staging v0' }).waitFor();
    await isLive(page);
    expect(streams.opened).toHaveLength(2);
    expect(streams.opened[1]).toContain('after=');
  });

  test('is opened again where nothing at all comes any more, not even a comment', async () => {
    const C = await world.collection('silent');
    const { page, streams } = await watched(C, async (fresh) => {
      await fresh.clock.install();
      // The first stream is opened, and then as where a connection is dead and neither end was told.
      await fresh.addInitScript(`{
        const real = window.fetch;
        let isFirst = true;
        window.fetch = async (asked, ...rest) => {
          if (!isFirst || !String(asked).includes('/api/v1/stream')) return real(asked, ...rest);
          isFirst = false;
          return new Response(new ReadableStream({}), { headers: { 'Content-Type': 'text/event-stream' } });
        };
      }`);
    });
    await aliases(page).getByRole('link', { name: 'staging v2' }).waitFor();
    expecting(await world.rolf.put(`${C}/aliases/staging`, { version: 'v0', reason: 'in the silence' }), 200);
    await page.clock.fastForward(41_000);
    await page.getByRole('status').getByText('in the silence').waitFor();
    await aliases(page).getByRole('link', { name: 'staging v0' }).waitFor();
    await isLive(page);
    expect(streams.opened).toHaveLength(1);
  });

  test('begins before what the page asked first: a change between that and its opening is shown', async () => {
    const C = await world.collection('between');
    let open = (): void => undefined;
    const isTime = new Promise<void>((resolve) => {
      open = resolve;
    });
    const page = await stage.visit(world.ann, C, {
      prepare: (fresh) => fresh.route('**/api/v1/stream*', async (route) => {
        await isTime;
        await route.continue();
      }).then(() => undefined),
    });
    await aliases(page).getByRole('link', { name: 'staging v2' }).waitFor();
    expecting(await world.rolf.put(`${C}/aliases/staging`, { version: 'v0' }), 200);
    open();
    await isLive(page);
    await aliases(page).getByRole('link', { name: 'staging v0' }).waitFor();
  });
});
