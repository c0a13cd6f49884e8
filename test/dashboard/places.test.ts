/** Every place: to be used by everyone, on every screen, in both colour schemes, from this server alone. */
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { Page } from 'playwright-core';
import { expecting } from '../support/app';
import { describeInBrowser, eventually, openStage, Stage } from './support/browser';
import { makeWorld, R, World } from './support/world';

type Place = {
  readonly name: string;
  readonly path: string;
  /** What shows that it is there. */
  readonly sign: string;
  /** What is opened in it first. */
  readonly open?: (page: Page) => Promise<void>;
};

const NET = `${R}/collections/net`;

const pressing = (name: string) => async (page: Page): Promise<void> => {
  await page.getByRole('button', { name, exact: true }).first().click();
  await page.getByRole('dialog').first().waitFor();
};

const places: ReadonlyArray<Place> = [
  { name: 'registries', path: '/', sign: 'Recent changes' },
  { name: 'search', path: '/?q=net', sign: 'Collections' },
  { name: 'a new registry', path: '/', sign: 'Recent changes', open: pressing('New registry') },
  { name: 'a registry', path: R, sign: 'What may go out.' },
  { name: 'an empty registry', path: '/registries/model', sign: 'No collection yet' },
  { name: 'settings', path: `${R}/settings`, sign: 'Members and roles' },
  { name: 'deleting a registry', path: `${R}/settings`, sign: 'Members and roles', open: pressing('Delete …') },
  { name: 'versions', path: NET, sign: 'staging' },
  { name: 'linking', path: NET, sign: 'staging', open: pressing('Link new version') },
  { name: 'the palette', path: NET, sign: 'staging', open: pressing('Find or do … Ctrl K') },
  { name: 'an empty collection', path: `${R}/collections/empty`, sign: 'No version linked yet' },
  { name: 'aliases', path: `${NET}?tab=aliases`, sign: 'Each names one version at a time' },
  { name: 'moving an alias', path: `${NET}?tab=aliases`, sign: 'Each names one version at a time', open: pressing('Move production') },
  { name: 'rolling back', path: `${NET}?tab=aliases`, sign: 'Each names one version at a time', open: pressing('Roll back to v0: production') },
  { name: 'the timeline', path: `${NET}?tab=timeline&at=NOW`, sign: 'As of' },
  { name: 'a diff', path: `${NET}?tab=timeline&at=2020-01-01T00:00:00Z&until=NOW`, sign: 'What changed from' },
  { name: 'details', path: `${NET}?tab=details`, sign: 'Use it' },
  { name: 'the audit of a collection', path: `${NET}?tab=audit`, sign: 'The record is whole' },
  { name: 'comparing', path: `${NET}?compare=v0,v1,v2`, sign: 'Comparing 3 versions' },
  { name: 'the past', path: `${NET}?at=NOW`, sign: 'as of' },
  { name: 'a deleted collection', path: `${R}/collections/ended`, sign: 'Its history stays.' },
  { name: 'a version', path: `${NET}/versions/v1`, sign: 'Lineage' },
  { name: 'adding an alias', path: `${NET}/versions/v1`, sign: 'Lineage', open: pressing('Add an alias') },
  { name: 'artifacts', path: '/artifacts', sign: 'zoo' },
  { name: 'an artifact', path: '/artifacts/vision/zoo/net', sign: 'Link to registry' },
  { name: 'the audit', path: `/audit?registry=Golden+Models&since=2020-01-01T00:00:00Z&until=NOW`, sign: 'Every change in the organization' },
  { name: 'the organization', path: '/organization', sign: 'Service accounts' },
  { name: 'what is not there', path: '/registries/none', sign: 'There is no such registry' },
  { name: 'nothing at all', path: '/nothing', sign: 'There is nothing at this address' },
];

/** Rules of good practice about the landmarks of a page. */
const beside = ['landmark-no-duplicate-banner', 'landmark-unique', 'region'];

const SIDE_BY_SIDE = 4;

describeInBrowser('every place', () => {
  let stage: Stage;
  let world: World;
  beforeAll(async () => {
    stage = await openStage();
    world = await makeWorld(stage.app);
    await world.collection('net');
    expecting(await world.ann.patch(NET, { description: '# Net\n\nA **net**, [linked](https://example.com).', addTags: ['vision'] }), 200);
    expecting(await world.rolf.put(`${NET}/versions/v1/tags/small`), 200);
    expecting(await world.ann.post(`${NET}/versions/v1/usage`, { run: 'vision/serving/deploy-7' }), 200);
    expecting(await world.ann.post(`${R}/collections`, { name: 'empty', type: 'model' }), 201);
    await world.collection('ended', 2);
    expecting(await world.pia.delete(`${R}/collections/ended?reason=over`), 200);
    expecting(await world.pia.post('/service-accounts', { name: 'ci', role: 'member' }), 201);
  });
  afterEach(() => stage.settle());
  afterAll(() => stage.close());

  const arrive = async (page: Page, { path, sign, open }: Place): Promise<void> => {
    const now = new Date().toISOString();
    await page.goto(path.replaceAll('NOW', now), { waitUntil: 'commit' });
    await page.getByRole('main').getByText(sign).first().waitFor();
    await eventually(async () => expect(await page.getByRole('status', { name: /^Loading/ }).count()).toBe(0));
    await open?.(page);
  };

  /** The same in all places, several at a time; what was found, by the places' names. */
  const inAll = async <A>(visit: () => Promise<Page>, look: (page: Page, place: Place) => Promise<A>): Promise<ReadonlyArray<readonly [string, A]>> => {
    const waiting = [...places];
    const found: Array<readonly [string, A]> = [];
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, async () => {
      const page = await visit();
      for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
        await arrive(page, place);
        found.push([place.name, await look(page, place)]);
      }
    }));
    return found;
  };

  test.each(['light', 'dark'] as const)('has nothing that axe would mend, %s', async (colorScheme) => {
    stage.expectTrouble();
    const found = await inAll(
      () => stage.visit(world.pia, '/', { colorScheme, reducedMotion: 'reduce' }),
      async (page, { open }) => {
        await page.evaluate(axe.source);
        // Mantine shows what is opened beside the page, in an element of its own with a header of its own.
        const rules = Object.fromEntries(beside.map((id) => [id, { enabled: open === undefined }]));
        const violations = await page.evaluate<ReadonlyArray<{ id: string; nodes: ReadonlyArray<{ html: string; failureSummary: string }> }>>(
          `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], rules: ${JSON.stringify(rules)}, resultTypes: ['violations'] }).then(({ violations }) => violations)`,
        );
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary}`);
      },
    );
    expect(found.filter(([, violations]) => violations.length > 0)).toEqual([]);
  });

  test('fits a window of 360 pixels', async () => {
    stage.expectTrouble();
    const found = await inAll(
      () => stage.visit(world.pia, '/', { viewport: { width: 360, height: 740 } }),
      async (page) => page.evaluate<number>('document.documentElement.scrollWidth'),
    );
    expect(found.filter(([, width]) => width > 360)).toEqual([]);
  });

  test('has a title and one main heading', async () => {
    stage.expectTrouble();
    const found = await inAll(
      () => stage.visit(world.pia, '/'),
      async (page, { open }) => ({ title: await page.title(), headings: open === undefined ? await page.locator('h1').count() : 1 }),
    );
    for (const [name, { title, headings }] of found) {
      expect({ name, title }).toEqual({ name, title: expect.stringMatching(/(^| · )Moniker$/) });
      expect({ name, headings: headings <= 1 }).toEqual({ name, headings: true });
    }
  });

  test('comes from this server alone, by a policy that lets no script in, and in few and small parts', async () => {
    const scripts: Array<Promise<number>> = [];
    const asked: Array<string> = [];
    const page = await stage.visit(world.ann, NET, {
      prepare: async (fresh) => {
        fresh.on('request', (request) => {
          if (request.url().includes('/api/')) asked.push(new URL(request.url()).pathname + new URL(request.url()).search);
        });
        fresh.on('response', (response) => {
          if (response.request().resourceType() === 'script') scripts.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
        });
      },
    });
    await page.getByRole('row', { name: /^Choose v2/ }).waitFor();
    const initial = (await Promise.all([...scripts])).reduce((sum, bytes) => sum + bytes, 0);
    const questions = [...asked];
    // What is fetched for later is not waited for, and not counted.
    expect(initial).toBeGreaterThan(50 * 1024);
    expect(initial).toBeLessThanOrEqual(250 * 1024);
    expect(questions.length).toBeLessThanOrEqual(10);
    expect(new Set(questions).size).toBe(questions.length);

    const answer = await page.request.get('/', { headers: { accept: 'text/html' } });
    const policy = answer.headers()['content-security-policy'] ?? '';
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    const stopped = page.waitForEvent('console', (message) => /Content Security Policy/.test(message.text()));
    stage.expectRefusals();
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<iframe srcdoc=\"x\"></iframe>'); document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.wasRun = true' }))");
    await stopped;
    expect(await page.evaluate('window.wasRun')).toBeUndefined();
  });
});
