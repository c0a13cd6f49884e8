/**
 * `npm run demo`: people at work over thirteen months (scripts/demo/story.js), so that every place has something to see.
 *
 * On an empty data folder it is told by a server inside this process whose clock is set back before each step, and left
 * for `npm start`. On a server that runs already (at MONIKER, default http://127.0.0.1:8080) everything happens now:
 * nobody can date back what a running server records. Told twice it changes nothing.
 *
 * MONIKER_KEY, or the file MONIKER_DATA_DIR/admin-key, is an organization admin's key.
 */
'use strict';

const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { tell, LAST } = require('./demo/story');
const { root, say, requireNode, install, isBuilt, build } = require('./prepare');

const DAY = 86_400_000;
const KEY_LABEL = 'demo';
const FILLING = 'demo.filling';
const dataDir = resolve(process.env.MONIKER_DATA_DIR ?? 'data');
const given = process.env.MONIKER ?? `http://127.0.0.1:${process.env.PORT ?? 8080}`;

class Fault extends Error {}

const isServed = () => fetch(`${given}/health/live`).then(({ ok }) => ok, () => false);

/** A server of this process on a folder, and the way to set its clock. */
const serverWithClock = (folder) => {
  requireNode();
  install();
  if (!isBuilt()) build();
  const dist = (name) => require(join(root, 'dist', name));
  const { pino } = require('pino');
  const loaded = dist('app/config').loadConfig({ ...process.env, PORT: '0', HOST: '127.0.0.1', MONIKER_DATA_DIR: folder });
  if (loaded._tag === 'Left') throw new Fault(loaded.left.join('\n'));
  let now = Date.now();
  const setClock = (instant) => {
    now = Math.max(now, instant);
  };
  return {
    setClock,
    start: async (begin) => {
      now = begin;
      const server = await dist('app/server').startServer(loaded.right, pino({ level: 'error' }), { now: () => now });
      await server.ready;
      return server;
    },
  };
};

/** Calls as one of the people; `key` is theirs. */
const createCall = (address, counted) => async (key, { method, path, body, refused }, idempotency) => {
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`, 'content-type': 'application/json',
      ...(idempotency === undefined ? {} : { 'idempotency-key': idempotency }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value = await answer.json();
  counted(answer.status);
  if (answer.ok ? refused !== undefined : answer.status !== refused)
    throw new Fault(`${method} ${path}: ${answer.status} ${value.detail ?? ''}`);
  return value;
};

const progress = (done, of) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done}/${of} steps${done < of ? '' : '\n'}`);
  else if (done % 250 === 0 || done === of) process.stderr.write(`${done}/${of} steps\n`);
};

/** A step's own, whenever it is told: what stood before is not done again. */
const idempotencyKeyOf = ({ by, method, path, body }, turn) =>
  `demo-${createHash('sha256').update(JSON.stringify([turn, by, method, path, body ?? null])).digest('hex').slice(0, 32)}`;

/** The whole of it, with keys that are revoked at its end. */
const perform = async (address, adminKey, steps, setClock) => {
  let conflicts = 0;
  const call = createCall(address, (status) => {
    if (status === 409) conflicts += 1;
  });
  const asAdmin = (method, path, body) => call(adminKey, { method, path, body });
  const revokeKeys = async () => {
    const { items } = await asAdmin('GET', '/keys?limit=500');
    for (const { id, label } of items) if (label === KEY_LABEL) await asAdmin('DELETE', `/keys/${id}`);
  };
  await revokeKeys();
  const keys = new Map([['user:admin', adminKey]]);
  const keyOf = async (principal) => {
    const key = keys.get(principal) ?? (await asAdmin('POST', '/keys', { principal, label: KEY_LABEL })).key;
    keys.set(principal, key);
    return key;
  };
  for (const [index, step] of steps.entries()) {
    setClock(step.daysAgo);
    await call(await keyOf(step.by), step, idempotencyKeyOf(step, index));
    progress(index + 1, steps.length);
  }
  setClock(0);
  await revokeKeys();
  return conflicts;
};

const isTold = async (address, adminKey) => {
  const answer = await fetch(`${address}/api/v1${LAST.path}`, { headers: { authorization: `Bearer ${adminKey}` } });
  if (answer.status === 401) throw new Fault(`${address} does not know this key: set MONIKER_KEY to an organization admin's.`);
  return answer.ok && (await answer.json()).tags.includes(LAST.tag);
};

const onServer = async (address) => {
  const file = join(dataDir, 'admin-key');
  const adminKey = process.env.MONIKER_KEY ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
  if (adminKey === undefined) throw new Fault(`No key: set MONIKER_KEY, or run this where ${file} is.`);
  if (await isTold(address, adminKey)) return `The demo is on ${address} already; nothing was changed.`;
  const steps = tell();
  const conflicts = await perform(address, adminKey, steps, () => undefined);
  return `${steps.length} steps on ${address}, all of them now (${conflicts} refused as a conflict, as told). For a history of months run this on an empty data folder, without a server.`;
};

/** Beside the data first, and put in its place when it is whole. */
const onEmptyFolder = async () => {
  const filling = join(dataDir, FILLING);
  rmSync(filling, { recursive: true, force: true });
  mkdirSync(filling, { recursive: true });
  const { start, setClock } = serverWithClock(filling);
  const steps = tell();
  const end = Date.now();
  const instant = (daysAgo) => end - daysAgo * DAY;
  const server = await start(instant(steps[0].daysAgo + 1));
  try {
    const conflicts = await perform(server.address, server.adminKey.key, steps, (daysAgo) => setClock(instant(daysAgo)));
    await server.close();
    for (const name of readdirSync(filling)) renameSync(join(filling, name), join(dataDir, name));
    rmSync(filling, { recursive: true });
    return `${steps.length} steps over ${Math.round(steps[0].daysAgo)} days are in ${dataDir} (${conflicts} of them refused as a conflict, as told). Now: npm start`;
  } catch (error) {
    await server.close();
    throw error;
  }
};

const main = async () => {
  if (process.env.MONIKER !== undefined || (await isServed())) {
    if (!(await isServed())) throw new Fault(`No server at ${given}: start it, or leave MONIKER unset to fill an empty data folder.`);
    return onServer(given);
  }
  if ((process.env.MONIKER_STORE ?? 'embedded') !== 'embedded')
    throw new Fault(`No server at ${given}: start it first, with "npm start".`);
  if (existsSync(dataDir) && readdirSync(dataDir).some((name) => name !== FILLING))
    throw new Fault(`${dataDir} is not empty: start its server with "npm start" and run this again, or set MONIKER_DATA_DIR to an empty folder.`);
  return onEmptyFolder();
};

main().then(
  (line) => process.stdout.write(`${line}\n`),
  (error) => {
    say(error instanceof Fault ? error.message : error.stack);
    process.exitCode = 1;
  },
);
