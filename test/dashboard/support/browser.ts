/**
 * The page in a real browser: a Chromium of the system, driven by Playwright, on the real application.
 *
 * ```ts
 * describeInBrowser('the page', () => {
 *   let stage: Stage;
 *   beforeAll(async () => { stage = await openStage(); });
 *   afterEach(() => stage.settle());
 *   afterAll(() => stage.close());
 *
 *   test('…', async () => {
 *     const page = await stage.visit(await stage.app.as('user:ann'), '/registries/model');
 *     await page.getByRole('heading', { name: 'model' }).waitFor();
 *   });
 * });
 * ```
 *
 * Whatever test it is: a page that throws, writes an error into its console, asks another host, or is stopped by the
 * policy that it was served with, fails it in `settle`.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Browser, BrowserContext, BrowserContextOptions, chromium, Locator, Page } from 'playwright-core';
import { App, AppOptions, Client, startApp } from '../../support/app';

/** Where the system's Chromium is; undefined where it has none. */
export const executable = [process.env['CHROMIUM'] ?? '', ...['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
  (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)))].find((file) => file !== '' && existsSync(file));

const { skip } = describe;

/** Where there is no browser, its tests are skipped, and `npm test` says how many. */
export const describeInBrowser = executable === undefined ? skip : describe;

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];

/** How long anything on a page may take to come, in milliseconds: long, for machines that are busy with other tests. */
const PATIENCE = 30_000;

jest.setTimeout(4 * PATIENCE);

export type Looks = BrowserContextOptions & {
  /** Signed in by the page itself, in the test: no session is made before. */
  readonly signedOut?: boolean;
  /** Before anything is asked of the page. */
  readonly prepare?: (page: Page) => Promise<void>;
};

export type Stage = {
  readonly app: App;
  /** A browser of their own for somebody (cookies, storage), at this address of the page. */
  readonly visit: (who: Client, path: string, looks?: Looks) => Promise<Page>;
  /** Closes all pages; fails if one of them had an error, or asked another host. */
  readonly settle: () => Promise<void>;
  /**
   * From now on errors that the browser itself writes about answers with a status of 400 and above, and about
   * connections that broke, are part of the test.
   */
  readonly expectTrouble: () => void;
  /** From now on the browser's word that the page's policy stopped something is part of the test. */
  readonly expectRefusals: () => void;
  readonly close: () => Promise<void>;
};

/** What the browser writes when a request fails; the page handles it, or the test sees that it does not. */
const TROUBLE = /^Failed to load resource/;
const REFUSAL = /Content Security Policy/;

/** The application with its built page, and one browser for all who visit it. */
export const openStage = async (options: AppOptions = {}): Promise<Stage> => {
  const app = await startApp(options);
  const browser: Browser = await chromium.launch({ executablePath: executable ?? '', args: ARGUMENTS });
  const contexts: Array<BrowserContext> = [];
  let faults: Array<string> = [];
  let isTroubled = false;
  let isRefused = false;

  const watch = (page: Page, home: string): void => {
    page.on('pageerror', (error) => faults.push(`thrown: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error' || (isTroubled && TROUBLE.test(message.text())) || (isRefused && REFUSAL.test(message.text()))) return;
      faults.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && host !== home) faults.push(`asked another host: ${request.url()}`);
    });
  };

  return {
    app,
    visit: async (who, path, { signedOut = false, prepare, ...looks } = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: app.address, ...looks });
      contexts.push(context);
      context.setDefaultTimeout(PATIENCE);
      if (!signedOut) {
        const answer = await context.request.post('/api/v1/session', { data: { key: who.key } });
        if (answer.status() !== 204) throw new Error(`no session: ${answer.status()}`);
      }
      const page = await context.newPage();
      watch(page, new URL(looks.baseURL ?? app.address).host);
      await prepare?.(page);
      await page.goto(path, { waitUntil: 'commit' });
      return page;
    },
    settle: async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
      const found = faults;
      faults = [];
      isTroubled = false;
      isRefused = false;
      expect(found).toEqual([]);
    },
    expectTrouble: () => {
      isTroubled = true;
    },
    expectRefusals: () => {
      isRefused = true;
    },
    close: async () => {
      await browser.close();
      await app.close();
    },
  };
};

/** Until it does not throw any more; what it threw last after too long. */
export const eventually = async <A>(look: () => Promise<A> | A, patience = PATIENCE): Promise<A> => {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

/** What is to be read there, on one line. */
export const wordsOf = async (place: Locator): Promise<string> => (await place.innerText()).replace(/\s+/g, ' ');
