/**
 * `npm run screenshots [NAME …]`: every place of the Registry App on a server that the demo has filled, in both schemes,
 * wide and narrow, into pictures/; and with `--docs` those of docs/app.md and the README into docs/pictures/.
 * A NAME takes only the pictures whose names begin so.
 *
 * MONIKER, MONIKER_KEY and MONIKER_DATA_DIR as for the demo; CHROMIUM is the browser, else the one on the PATH.
 */
'use strict';

const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { delimiter, join, resolve } = require('node:path');
const { chromium } = require('playwright-core');

const root = resolve(__dirname, '..');
const server = process.env.MONIKER ?? `http://127.0.0.1:${process.env.PORT ?? 8080}`;
const keyFile = join(process.env.MONIKER_DATA_DIR ?? 'data', 'admin-key');
const executable = [process.env.CHROMIUM ?? '', ...['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
  (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))].find((file) => file !== '' && existsSync(file));

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--force-color-profile=srgb'];
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } };
const LABEL = 'screenshots';
const EMPTY = 'empty-handed';
/** Names as they may be, and nobody wants them. */
const STRANGE = {
  registry: `Models of the ${'very '.repeat(16)}large team`,
  collection: `${'street-signs-'.repeat(8)}of-the-north`,
  aliases: ['غير مستقر', 'the-one-that-we-show-to-the-board-of-directors-in-spring-and-again-in-autumn', '🚦 go', '<b>bold'],
};

/** A picture as the browser itself encodes it; run in a page of its own. */
const AS_WEBP = `async ([data, quality]) => {
  const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + data)).blob());
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas.toDataURL('image/webp', quality).split(',')[1];
}`;

const C = '/registries/model/collections/street-signs';
const DAY = 86_400_000;
const daysAgo = (days) => new Date(Math.floor((Date.now() - days * DAY) / 60_000) * 60_000).toISOString();

const button = (name) => (page) => page.getByRole('button', { name, exact: typeof name === 'string' }).first().click();
const type = (label, text) => (page) => page.getByLabel(label, { exact: true }).first().fill(text);
const option = (label, text) => async (page) => {
  const input = page.getByRole('combobox', { name: label, exact: true }).or(page.getByRole('textbox', { name: label, exact: true })).last();
  await input.click();
  await page.getByRole('option', { name: text }).first().click();
};
const all = (...acts) => async (page) => {
  for (const act of acts) await act(page);
};

/** An answer of the API in place of the server's own, for the states that a healthy server does not show. */
const answering = (path, answer) => (page) => page.route((url) => url.pathname.startsWith('/api/v1') && path.test(url.pathname), answer);
const problem = (status, code, title, detail) => (route) =>
  route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: `about:blank#${code}`, title, status, detail, code }) });

/** `as`: who looks; `before`: what is arranged; `act`: what is done; `full`: the whole length. */
const places = [
  { name: 'sign-in', path: '/', as: null },
  { name: 'home', path: '/', full: true },
  { name: 'home-search', path: '/?q=sign' },
  { name: 'home-viewer', path: '/', as: 'user:chloe' },
  { name: 'registry', path: '/registries/model' },
  { name: 'registry-web', path: '/registries/Web%20Models' },
  { name: 'registry-empty', path: `/registries/${EMPTY}` },
  { name: 'strange-registry', path: `/registries/${encodeURIComponent(STRANGE.registry)}` },
  { name: 'strange-collection', path: `/registries/${encodeURIComponent(STRANGE.registry)}/collections/${STRANGE.collection}` },
  { name: 'strange-aliases', path: `/registries/${encodeURIComponent(STRANGE.registry)}/collections/${STRANGE.collection}?tab=aliases`, full: true },
  { name: 'strange-timeline', path: `/registries/${encodeURIComponent(STRANGE.registry)}/collections/${STRANGE.collection}?tab=timeline` },
  { name: 'strange-version', path: `/registries/${encodeURIComponent(STRANGE.registry)}/collections/${STRANGE.collection}/versions/v0`, full: true },
  { name: 'registry-restricted', path: '/registries/Card%20Fraud' },
  { name: 'registry-viewer', path: '/registries/model', as: 'user:chloe' },
  { name: 'settings', path: '/registries/model/settings', full: true },
  { name: 'settings-viewer', path: '/registries/model/settings', as: 'user:chloe' },
  { name: 'versions', path: C },
  { name: 'versions-long', path: '/registries/Web%20Models/collections/tensorflow.tfjs' },
  { name: 'versions-viewer', path: C, as: 'user:chloe' },
  { name: 'versions-past', path: `${C}?at=${daysAgo(200)}` },
  { name: 'versions-lost', path: '/registries/model/collections/support-replies' },
  { name: 'compare', path: `${C}?compare=v7%2Cv10%2Cv12%2Cv14`, full: true },
  { name: 'aliases', path: `${C}?tab=aliases` },
  { name: 'aliases-history', path: `${C}?tab=aliases`, act: button(/^History of production/), full: true },
  { name: 'timeline', path: `${C}?tab=timeline` },
  { name: 'timeline-tip', path: `${C}?tab=timeline`, act: async (page) => page.getByRole('group', { name: /^production:/ }).locator('.bar').nth(3).hover() },
  { name: 'timeline-at', path: `${C}?tab=timeline&at=${daysAgo(141)}` },
  { name: 'timeline-diff', path: `${C}?tab=timeline&at=${daysAgo(205)}&until=${daysAgo(100)}`, full: true },
  { name: 'timeline-web', path: '/registries/Web%20Models/collections/onnxruntime-web?tab=timeline' },
  { name: 'details', path: `${C}?tab=details` },
  { name: 'audit-tab', path: `${C}?tab=audit` },
  { name: 'collection-empty', path: '/registries/Prompts/collections/ticket-triage' },
  { name: 'collection-empty-timeline', path: '/registries/Prompts/collections/ticket-triage?tab=timeline' },
  { name: 'version', path: `${C}/versions/v12`, full: true },
  { name: 'version-protected', path: `${C}/versions/v14`, as: 'user:chloe' },
  { name: 'version-lost', path: '/registries/model/collections/support-replies/versions/v1' },
  { name: 'version-past', path: `${C}/versions/v9?at=${daysAgo(140.8)}` },
  { name: 'version-gone', path: `${C}/versions/v3` },
  { name: 'artifacts', path: '/artifacts' },
  { name: 'artifact', path: '/artifacts/vision/street-signs/detector' },
  { name: 'audit', path: '/audit' },
  { name: 'audit-diff', path: `/audit?registry=model&since=${daysAgo(60)}&until=${daysAgo(1)}` },
  { name: 'organization', path: '/organization', full: true },
  { name: 'organization-viewer', path: '/organization', as: 'user:chloe' },
  { name: 'not-found', path: '/registries/nowhere' },
  { name: 'nowhere', path: '/somewhere/else' },
  { name: 'loading', path: C, before: answering(/versions$|aliases$/, () => undefined), impatient: true },
  { name: 'error', path: C, before: answering(/street-signs\/versions$/, problem(503, 'read_model_behind', 'Read model behind', 'This node has not reached the store’s head for 5 s; try again.')) },
  { name: 'offline', path: '/', act: async (page) => {
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Web Models' }).last().click();
    await page.getByRole('alert').first().waitFor({ timeout: 40_000 });
  } },
  { name: 'palette', path: C, act: async (page) => page.keyboard.press('Control+k') },
  { name: 'palette-typed', path: C, act: async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('prod');
  } },
  { name: 'keys', path: C, act: async (page) => page.keyboard.press('?') },
  { name: 'user-menu', path: '/', act: async (page) => page.getByRole('button', { name: /^Signed in as/ }).click() },
  { name: 'dialog-link', path: C, act: all(button('Link new version')) },
  { name: 'dialog-link-filled', path: C, act: all(button('Link new version'), option('Team', 'vision'), option('Project', 'street-signs'), option('Artifact', /^detector/), option('Version', /^v15/), type('Reason', 'Passed the first tests with roadworks')) },
  { name: 'dialog-link-personal', path: C, as: 'user:ben', act: all(button('Link new version'), option('Team', /^ben/)) },
  { name: 'dialog-link-from', path: '/artifacts/vision/street-signs/detector', act: async (page) => page.getByRole('button', { name: /^Link .*to.*registry|Link to registry/ }).first().click() },
  { name: 'dialog-move', path: `${C}?tab=aliases`, act: button('Move production') },
  { name: 'dialog-rollback', path: `${C}?tab=aliases`, act: button(/^Roll back.*production$/) },
  { name: 'dialog-remove', path: `${C}?tab=aliases`, act: button('Remove canary') },
  { name: 'dialog-unlink', path: C, act: async (page) => {
    await page.getByRole('button', { name: 'More for v13' }).click();
    await page.getByRole('menuitem', { name: 'Unlink …' }).click();
  } },
  { name: 'row-menu', path: C, as: 'user:chloe', act: async (page) => page.getByRole('button', { name: 'More for v13' }).click() },
  { name: 'metric-columns', path: C, act: button('Metrics') },
  { name: 'alias-plus', path: `${C}/versions/v13`, act: button('Add an alias') },
  { name: 'alias-plus-reserved', path: `${C}/versions/v13`, act: all(button('Add an alias'), type('Alias for v13', 'v7')) },
  { name: 'alias-plus-locked', path: `${C}/versions/v13`, as: 'user:ben', act: all(button('Add an alias'), type('Alias for v13', 'production')) },
  { name: 'promote', path: `${C}/versions/v14`, act: button('Promote') },
  { name: 'dialog-new-registry', path: '/', act: button('New registry') },
  { name: 'dialog-new-collection', path: '/registries/model', act: button('New collection') },
  { name: 'dialog-delete', path: '/registries/Prompts/settings', act: button('Delete …') },
  { name: 'dialog-key', path: '/organization', act: button('New key of yours') },
  { name: 'conflict', path: `${C}?tab=aliases`, act: async (page, { conflict }) => {
    await page.getByRole('button', { name: 'Move canary', exact: true }).click();
    await page.getByRole('dialog').getByText('v14').first().waitFor();
    await option('To version', /^v12/)(page);
    await type('Reason', 'v12 has driven 40 days without an incident')(page);
    await conflict();
    await page.getByRole('alert').first().waitFor();
  } },
];

/** The pictures of the documents: which place, and how much of it. */
const documents = [
  { picture: 'timeline', of: 'timeline-diff', height: 860 },
  { picture: 'versions', of: 'versions', width: 1440, height: 800 },
  { picture: 'compare', of: 'compare', height: 760 },
  { picture: 'version', of: 'version', height: 900 },
  { picture: 'link', of: 'dialog-link-filled', height: 860 },
  { picture: 'alias', of: 'alias-plus', height: 560 },
  { picture: 'rollback', of: 'dialog-rollback', height: 640 },
  { picture: 'settings', of: 'settings', height: 860 },
  { picture: 'audit', of: 'audit-tab', height: 760 },
  { picture: 'timeline-dark', of: 'timeline-at', height: 760, scheme: 'dark' },
  // Last: it moves something.
  { picture: 'conflict', of: 'conflict', height: 720 },
];

const fail = (line) => {
  process.stderr.write(`moniker: ${line}\n`);
  process.exit(1);
};

const api = (key) => async (method, path, body) => {
  const answer = await fetch(`${server}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok && answer.status !== 409) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};

const main = async () => {
  if (executable === undefined) fail('There is no Chromium: set CHROMIUM, or install one of the system.');
  const adminKey = process.env.MONIKER_KEY ?? (existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : fail(`No key: set MONIKER_KEY, or run this where ${keyFile} is.`));
  const asked = process.argv.slice(2);
  const forDocs = asked.includes('--docs');
  const option = (name) => asked.find((text) => text.startsWith(`--${name}=`))?.split('=')[1];
  const names = asked.filter((text) => !text.startsWith('--'));
  const admin = api(adminKey);
  const keys = {};
  for (const principal of ['user:ann', 'user:ben', 'user:chloe']) keys[principal] = await admin('POST', '/keys', { principal, label: LABEL });
  const ann = api(keys['user:ann'].key);
  if (!forDocs) {
    await ann('POST', '/registries', { name: EMPTY, acceptedTypes: ['model'] });
    await ann('POST', '/registries', { name: STRANGE.registry, description: 'word '.repeat(90), acceptedTypes: ['model'] });
    const source = 'vision/street-signs/detector:v14';
    await ann('POST', '/links', { source, targetPath: `${STRANGE.registry}/${STRANGE.collection}`, aliases: STRANGE.aliases, reason: 'because '.repeat(60) });
  }

  /** Ben is faster: the alias goes elsewhere, and back for the next picture. */
  const conflict = async () => {
    const canary = (version, reason) => api(keys['user:ben'].key)('PUT', '/registries/model/collections/street-signs/aliases/canary', { version, reason });
    await canary('v13', 'v14 fails on the older cameras');
    return () => canary('v14', '5 % of the fleet');
  };

  const browser = await chromium.launch({ executablePath: executable, args: ARGUMENTS });
  const sessions = {};
  const context = async (who, scheme, viewport, deviceScaleFactor) => {
    const made = await browser.newContext({ baseURL: server, colorScheme: scheme, viewport, deviceScaleFactor, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/Vienna' });
    if (who === null) return made;
    if (sessions[who] === undefined) {
      await made.request.post('/api/v1/session', { data: { key: keys[who].key } });
      sessions[who] = (await made.storageState()).cookies;
    } else await made.addCookies(sessions[who]);
    return made;
  };

  const take = async ({ path, as = 'user:ann', before, act, full = false, impatient = false }, { scheme, viewport, scale = 1 }) => {
    const made = await context(as, scheme, viewport, scale);
    let undo;
    try {
      const page = await made.newPage();
      page.setDefaultTimeout(15_000);
      await before?.(page);
      await page.goto(path, { waitUntil: 'load' });
      if (!impatient) {
        await page.locator('main').waitFor();
        // An answer may have another question follow.
        for (let times = 0; times < 3; times += 1) {
          await page.locator('[role=status][aria-label^=Loading]').first().waitFor({ state: 'hidden' });
          await page.waitForTimeout(120);
        }
      } else await page.waitForTimeout(1_500);
      await act?.(page, { conflict: async () => { undo = await conflict(); } });
      await page.waitForTimeout(act === undefined ? 100 : 400);
      return await page.screenshot({ fullPage: full, animations: 'disabled' });
    } finally {
      await made.close();
      await undo?.();
    }
  };

  const asWebp = async (page, png, quality) => Buffer.from(await page.evaluate(`(${AS_WEBP})(${JSON.stringify([png.toString('base64'), quality])})`), 'base64');

  try {
    if (forDocs) {
      const folder = join(root, 'docs', 'pictures');
      mkdirSync(folder, { recursive: true });
      const blank = await browser.newPage();
      for (const { picture, of, width = 1280, height, scheme = 'light' } of documents) {
        if (names.length > 0 && !names.some((name) => picture.startsWith(name))) continue;
        const place = places.find(({ name }) => name === of);
        const png = await take({ ...place, full: false }, { scheme, viewport: { width, height }, scale: 1.5 });
        const webp = await asWebp(blank, png, 0.86);
        writeFileSync(join(folder, `${picture}.webp`), webp);
        process.stdout.write(`docs/pictures/${picture}.webp ${Math.round(webp.length / 1024)} KiB\n`);
      }
      return;
    }
    const folder = join(root, 'pictures');
    mkdirSync(folder, { recursive: true });
    for (const [size, viewport] of Object.entries(SIZES)) {
      if (option('size') !== undefined && option('size') !== size) continue;
      for (const scheme of ['light', 'dark']) {
        if (option('scheme') !== undefined && option('scheme') !== scheme) continue;
        for (const place of places) {
          if (names.length > 0 && !names.some((name) => place.name.startsWith(name))) continue;
          try {
            writeFileSync(join(folder, `${place.name}.${scheme}.${size}.png`), await take(place, { scheme, viewport }));
            process.stdout.write(`${place.name}.${scheme}.${size}\n`);
          } catch (error) {
            process.stdout.write(`${place.name}.${scheme}.${size}: ${error.message.split('\n').slice(0, 3).join(' ')}\n`);
            process.exitCode = 1;
          }
        }
      }
    }
  } finally {
    await browser.close();
    for (const name of forDocs ? [] : [EMPTY, STRANGE.registry]) await ann('DELETE', `/registries/${encodeURIComponent(name)}`);
    for (const { id } of Object.values(keys)) await admin('DELETE', `/keys/${id}`);
  }
};

void main();
