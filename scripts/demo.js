/**
 * `npm run demo`: fills a running server from the release history of real packages (test/data/releases.json, as
 * `npm view --json` gave it), and has several people work on it. Repeating it doubles nothing: every step carries an
 * idempotency key.
 *
 * MONIKER (default http://127.0.0.1:8080) is the server; MONIKER_KEY, or the file MONIKER_DATA_DIR/admin-key, an
 * organization admin's key.
 */
'use strict';

const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const server = `${process.env.MONIKER ?? 'http://127.0.0.1:8080'}/api/v1`;
const keyFile = join(process.env.MONIKER_DATA_DIR ?? 'data', 'admin-key');
const releases = JSON.parse(readFileSync(join(__dirname, '..', 'test', 'data', 'releases.json'), 'utf8'));

const TEAM = 'web-ml';
const PEOPLE = [
  { name: 'ann', role: 'member', inRegistry: 'admin' },
  { name: 'ben', role: 'member', inRegistry: 'member' },
  { name: 'chloe', role: 'viewer', inRegistry: 'viewer' },
];

const fail = (line) => {
  process.stderr.write(`${line}\n`);
  process.exit(1);
};

const adminKey = process.env.MONIKER_KEY ?? (existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : undefined);
if (adminKey === undefined) fail(`No key: set MONIKER_KEY, or run this where ${keyFile} is.`);

let steps = 0;
let isNew = 0;

/** One call. `accept`: statuses that are as good as success here. */
const call = async (key, method, path, body, { step, accept = [] } = {}) => {
  const idempotency =
    step === undefined ? {} : { 'idempotency-key': `demo-${createHash('sha256').update(step).digest('hex').slice(0, 32)}` };
  const answer = await fetch(`${server}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...idempotency },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => fail(`No server at ${server}: start it with "npm start", or set MONIKER.`));
  const value = await answer.json();
  if (!answer.ok && !accept.includes(answer.status)) fail(`${method} ${path}: ${answer.status} ${value.detail}`);
  steps += 1;
  if (answer.status === 201) isNew += 1;
  return value;
};

const encoded = encodeURIComponent;
const began = Date.now();
let shown = 0;
const progress = (done, of, what) => {
  if (Date.now() - shown < (process.stderr.isTTY ? 100 : 2000) && done < of) return;
  shown = Date.now();
  const rate = steps / Math.max(0.001, (shown - began) / 1000);
  const line = `${done}/${of} ${what}, ${Math.round(rate)} calls/s`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}${done < of ? '' : '\n'}` : `${line}\n`);
};

/** The alias that a release moves: one for what is released, one for each kind of pre-release. */
const channelOf = (version) => (/-(alpha|beta|rc|dev|next)/.exec(version) ?? [null, 'stable'])[1];

const main = async () => {
  await call(adminKey, 'POST', '/teams', { name: TEAM }, { accept: [409] });
  for (const { name, role } of PEOPLE) await call(adminKey, 'POST', '/users', { name, role }, { accept: [409] });
  await call(adminKey, 'POST', '/service-accounts', { name: 'release-bot', role: 'member' }, { accept: [409] });
  for (const member of ['user:ann', 'user:ben', 'service:release-bot'])
    await call(adminKey, 'PUT', `/teams/${TEAM}/members/${encoded(member)}`);
  const registry = {
    name: 'Web Models', description: 'Runtimes and models for the browser, as they were released.', acceptedTypes: ['model', 'runtime'],
  };
  await call(adminKey, 'POST', '/registries', registry, { accept: [409] });
  const R = `/registries/${encoded(registry.name)}`;
  for (const { name, inRegistry } of PEOPLE)
    await call(adminKey, 'PUT', `${R}/members/${encoded(`user:${name}`)}`, { role: inRegistry });
  await call(adminKey, 'PUT', `${R}/members/${encoded('service:release-bot')}`, { role: 'member' });

  // The keys of this run; they are revoked at its end.
  const keys = {};
  for (const principal of ['user:ann', 'user:ben', 'service:release-bot'])
    keys[principal] = await call(adminKey, 'POST', '/keys', { principal, label: 'demo' });
  const [ann, ben, bot] = Object.values(keys).map(({ key }) => key);

  const total = releases.reduce((sum, { versions }) => sum + versions.length, 0);
  let done = 0;
  for (const { package: name, versions } of releases) {
    const artifact = name.replace(/^@/, '').replace(/\//g, '.');
    const C = `${R}/collections/${encoded(artifact)}`;
    const logged = [];
    for (const { version, integrity } of versions) {
      const source = await call(bot, 'POST', '/artifacts', {
        name: `${TEAM}/npm/${artifact}`, type: 'runtime', digest: integrity, uri: `npm:${name}@${version}`,
        metadata: { package: name, release: version },
        metrics: { major: Number(version.split('.')[0]) }, run: `${TEAM}/npm/release-${version}`.replace(/[^\w/.-]/g, '-'),
      }, { step: `log ${name} ${version}` });
      const linked = await call(bot, 'POST', `${C}/versions`, {
        source: source.name, aliases: [channelOf(version)], reason: `released as ${version}`,
      }, { step: `link ${name} ${version}` });
      logged.push(linked.version);
      done += 1;
      progress(done, total, `releases, now ${name}`);
    }
    // Ben tries two of them in production; the second burns, and Ann, who guards production from then on, rolls back.
    const [older, newer] = [logged.at(-3), logged.at(-1)];
    const ask = (key, version, reason) =>
      call(key, 'PUT', `${C}/aliases/production`, { version, reason }, { step: `production ${name} ${version} ${reason}`, accept: [403] });
    await ask(ben, older, 'first roll-out');
    await ask(ben, newer, 'faster on WebGPU');
    await call(adminKey, 'PATCH', C, { description: `${name}, as released to npm.`, addTags: ['npm', 'browser'] });
    await call(ann, 'POST', `${C}/aliases/production/rollback`, { reason: 'memory leak on Safari' }, { step: `rollback ${name}`, accept: [409] });
    await call(bot, 'POST', `${C}/versions/production/usage`, { run: `${TEAM}/npm/deploy-${artifact}` }, { step: `usage ${name}` });
    // Somebody who believes that nothing has moved is told otherwise.
    const late = { version: newer, expected: newer, reason: 'retry' };
    await call(ben, 'PUT', `${C}/aliases/production`, late, { accept: [403, 409] });
  }
  await call(ann, 'PUT', `${R}/protected-aliases/production`);
  for (const { id } of Object.values(keys)) await call(adminKey, 'DELETE', `/keys/${id}`, undefined, { accept: [404] });
  process.stdout.write(
    `${releases.length} collections with ${total} versions stand in the registry "${registry.name}" (${steps} calls, ` +
      `${isNew} made something new, ${((Date.now() - began) / 1000).toFixed(1)} s).\n`,
  );
};

void main();
