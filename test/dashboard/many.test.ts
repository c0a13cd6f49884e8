/** A collection of 5,000 versions with 500 moves, in a browser. */
import { REGISTRY, writeLog } from '../../bench/log';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';
import { describeInBrowser, eventually, openStage, Stage, wordsOf } from './support/browser';

const COUNT = 5_000;
/** Versions in a page of the list. */
const PAGE = 200;
/** More than the 10,000 changes of a type that the timeline reads. */
const MOVES = 10_100;
/** Rows that may be made for what is seen, with some before and behind. */
const SEEN = 60;

describeInBrowser('with 5,000 versions', () => {
  let folder: TemporaryFolder;
  let stage: Stage;
  const many = `/registries/${REGISTRY}/collections/many`;
  beforeAll(async () => {
    folder = temporaryFolder();
    writeLog(folder.path, { seed: 7, collections: [{ name: 'many', versions: COUNT, moves: 500 }, { name: 'moved', versions: 30, moves: MOVES }] });
    stage = await openStage({ config: { dataDir: folder.path } });
  });
  afterEach(() => stage.settle());
  afterAll(async () => {
    await stage.close();
    folder.remove();
  });

  test('rows are made for what is seen, and pages are fetched as one scrolls', async () => {
    const asked: Array<string> = [];
    const page = await stage.visit(stage.app.admin, many, {
      prepare: async (fresh) => void fresh.on('request', (request) => /\/versions\?/.test(request.url()) && asked.push(request.url())),
    });
    const rows = page.getByRole('table', { name: 'Versions' }).getByRole('row');
    await rows.filter({ hasText: 'v4999' }).waitFor();
    await page.getByText('5,000 versions').first().waitFor();
    expect(await rows.count()).toBeLessThan(SEEN);
    const atFirst = asked.length;
    expect(atFirst).toBeLessThanOrEqual(2);
    const scroller = page.getByRole('region', { name: 'Versions, scrollable' });
    const before = await scroller.evaluate((element) => element.scrollHeight);
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await eventually(() => expect(asked.length).toBeGreaterThan(atFirst));
    await eventually(async () => expect(await scroller.evaluate((element) => element.scrollHeight)).toBeGreaterThan(before));
    expect(await rows.count()).toBeLessThan(SEEN);
    expect(asked.length).toBeLessThan(5);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('sorted by a metric all of them are asked for, once, and the best is the best of all', async () => {
    const asked: Array<string> = [];
    const page = await stage.visit(stage.app.admin, `${many}?metrics=accuracy&sort=-metric+accuracy`, {
      prepare: async (fresh) => void fresh.on('request', (request) => /\/versions\?/.test(request.url()) && asked.push(request.url())),
    });
    const rows = page.getByRole('table', { name: 'Versions' }).getByRole('row');
    await eventually(() => expect(asked.length).toBe(COUNT / PAGE), 90_000);
    let best = { version: '', accuracy: -1 };
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await stage.app.admin.get(`${many}/versions?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`);
      for (const { version, source } of body.items)
        if (source.metrics.accuracy > best.accuracy) best = { version, accuracy: source.metrics.accuracy };
      cursor = body.nextCursor;
    }
    await eventually(async () => expect(await wordsOf(rows.nth(1))).toMatch(new RegExp(`^${best.version} `)));
    expect(await rows.count()).toBeLessThan(SEEN);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('T1: as of an instant long ago the versions of then are found behind pages of later ones, and nothing is said of them before', async () => {
    const { body } = await stage.app.admin.get(`${many}/versions/v100`);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let pages = 0;
    const page = await stage.visit(stage.app.admin, `${many}?at=${body.linkedAt}`, {
      prepare: async (fresh) => void (await fresh.route(/\/versions\?.*cursor=/, async (route) => {
        pages += 1;
        if (pages > 2) await released;
        await route.continue();
      })),
    });
    await eventually(() => expect(pages).toBe(3));
    const count = page.getByRole('region', { name: 'Versions', exact: true }).getByRole('status').first();
    expect(await wordsOf(count)).toBe('Looking …');
    expect(await page.getByText('No version was linked then').count()).toBe(0);
    release();
    await page.getByText('101 versions', { exact: true }).waitFor({ timeout: 90_000 });
    expect(pages).toBe(COUNT / PAGE - 1);
    const rows = page.getByRole('table', { name: 'Versions' }).getByRole('row');
    await eventually(async () => expect(await wordsOf(rows.nth(1))).toMatch(/^v100 /));
  });

  test('the timeline has a lane for each alias, and the moves in them', async () => {
    const page = await stage.visit(stage.app.admin, `${many}?tab=timeline`);
    await page.getByRole('group', { name: /^production: held by v\d+ since .*; 500 holders/ }).waitFor();
    await page.getByRole('button', { name: 'All 22 lanes' }).click();
    await page.getByRole('group', { name: /^stage-19: held by v19/ }).waitFor();
    expect(await page.getByText('The timeline begins').count()).toBe(0);
  });

  test('of more changes than it reads the timeline draws the newest, holds every alias by whom the server says, and tells what it begins with', async () => {
    const moved = `/registries/${REGISTRY}/collections/moved`;
    const { items } = (await stage.app.admin.get(`${moved}/aliases`)).body as { items: ReadonlyArray<{ alias: string; version: string }> };
    const page = await stage.visit(stage.app.admin, `${moved}?tab=timeline`);
    await page.getByRole('button', { name: `All ${items.length} lanes` }).click();
    for (const { alias, version } of items) await page.getByRole('group', { name: new RegExp(`^${alias}: held by ${version} since`) }).waitFor();
    await page.getByRole('note').getByText(/^The timeline begins on .* UTC\. Changes older than that are not drawn/).waitFor();
    await page.goto(`${moved}/versions/v0`);
    const history = page.getByRole('region', { name: 'History of this version' });
    await history.getByText(/^Of the changes until .* UTC not all are listed here/).waitFor();
  });
});
