/**
 * What the demo tells: an organization over thirteen months, one call after another. Three collections are the releases
 * of real packages in their real order (test/data/releases.json, as `npm view --json` gave it); the rest is made up.
 */
'use strict';

const { join } = require('node:path');
const releases = require(join(__dirname, '..', '..', 'test', 'data', 'releases.json'));

const encoded = encodeURIComponent;
const inRegistry = (registry) => `/registries/${encoded(registry)}`;
const inCollection = (registry, collection) => `${inRegistry(registry)}/collections/${encoded(collection)}`;

/** The first day of it all, counted back from the day on which it is told. */
const BEGINNING = 400;

/** Pairs of numbers from 0 to 1 that look like chance and are the same each time. */
const chance = (seed) => {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return x - Math.floor(x);
};

/** @returns steps `{ daysAgo, by, method, path, body?, refused? }`, oldest first; `refused`: a status that it is meant to get */
const tell = () => {
  const steps = [];
  const step = (daysAgo, by, method, path, body, more = {}) =>
    steps.push({ daysAgo, by, method, path, ...(body === undefined ? {} : { body }), ...more });
  const admin = (daysAgo, method, path, body) => step(daysAgo, 'user:admin', method, path, body);

  const log = (daysAgo, by, name, type, digest, more) => step(daysAgo, by, 'POST', '/artifacts', { name, type, digest, ...more });
  const link = (daysAgo, by, [registry, collection], source, more = {}) =>
    step(daysAgo, by, 'POST', `${inCollection(registry, collection)}/versions`, { source, ...more });
  const give = (daysAgo, by, [registry, collection], alias, version, reason, more = {}) =>
    step(daysAgo, by, 'PUT', `${inCollection(registry, collection)}/aliases/${encoded(alias)}`, { version, reason }, more);
  const rollBack = (daysAgo, by, [registry, collection], alias, reason) =>
    step(daysAgo, by, 'POST', `${inCollection(registry, collection)}/aliases/${encoded(alias)}/rollback`, { reason });
  const takeAway = (daysAgo, by, [registry, collection], alias, reason) =>
    step(daysAgo, by, 'DELETE', `${inCollection(registry, collection)}/aliases/${encoded(alias)}?reason=${encoded(reason)}`);
  const unlink = (daysAgo, by, [registry, collection], version, reason) =>
    step(daysAgo, by, 'DELETE', `${inCollection(registry, collection)}/versions/${version}?reason=${encoded(reason)}`);
  const tag = (daysAgo, by, [registry, collection], version, name) =>
    step(daysAgo, by, 'PUT', `${inCollection(registry, collection)}/versions/${version}/tags/${encoded(name)}`);
  const use = (daysAgo, by, [registry, collection], ref, run) =>
    step(daysAgo, by, 'POST', `${inCollection(registry, collection)}/versions/${encoded(ref)}/usage`, { run });
  const describe = (daysAgo, by, [registry, collection], description, addTags) =>
    step(daysAgo, by, 'PATCH', inCollection(registry, collection), { description, addTags });

  // Who there is.
  for (const team of ['vision', 'language', 'web-ml', 'risk']) admin(BEGINNING, 'POST', '/teams', { name: team });
  for (const [name, role] of [['ann', 'admin'], ['ben', 'member'], ['chloe', 'viewer'], ['dan', 'member'], ['erik', 'member'], ['fatima', 'member']])
    admin(BEGINNING, 'POST', '/users', { name, role });
  for (const name of ['release-bot', 'deployer']) admin(BEGINNING, 'POST', '/service-accounts', { name, role: 'member' });
  for (const [team, members] of Object.entries({
    vision: ['user:ann', 'user:ben', 'user:erik', 'service:release-bot'],
    language: ['user:ben', 'user:fatima', 'service:release-bot'],
    'web-ml': ['user:ann', 'service:release-bot'],
    risk: ['user:dan'],
  }))
    for (const member of members) admin(BEGINNING, 'PUT', `/teams/${team}/members/${encoded(member)}`);
  admin(120, 'PATCH', '/users/erik', { disabled: true });

  // Where things stand.
  admin(BEGINNING, 'PATCH', inRegistry('model'), { description: 'Models that serve customers. What production points to is what runs: ask Ann before you move it.', defaultRole: 'viewer' });
  admin(BEGINNING, 'PATCH', inRegistry('dataset'), { description: 'What the models were trained and judged on.', defaultRole: 'viewer' });
  step(BEGINNING - 1, 'user:ann', 'POST', '/registries', {
    name: 'Web Models', description: 'Runtimes and models for the browser, as they were released to npm.', acceptedTypes: ['model', 'runtime'], defaultRole: 'viewer',
  });
  step(210, 'user:dan', 'POST', '/registries', {
    name: 'Card Fraud', description: 'Scores for card payments. Restricted: its thresholds are nobody else’s business.', acceptedTypes: ['model'], visibility: 'restricted',
  });
  step(30, 'user:fatima', 'POST', '/registries', {
    name: 'Prompts', description: 'Prompts with the tests that they passed.', acceptedTypes: ['prompt'],
  });
  for (const [registry, members] of Object.entries({
    model: [['team:vision', 'member'], ['team:language', 'member'], ['user:ann', 'admin'], ['service:release-bot', 'member'], ['service:deployer', 'member']],
    dataset: [['team:vision', 'member'], ['team:language', 'member']],
    'Web Models': [['team:web-ml', 'member'], ['user:ben', 'member'], ['service:deployer', 'member']],
  }))
    for (const [principal, role] of members) admin(BEGINNING - 1, 'PUT', `${inRegistry(registry)}/members/${encoded(principal)}`, { role });
  step(209, 'user:dan', 'PUT', `${inRegistry('Card Fraud')}/members/${encoded('team:risk')}`, { role: 'member' });
  for (const [registry, alias, daysAgo] of [['model', 'production', 386], ['model', 'staging', 300], ['Web Models', 'production', 290]])
    step(daysAgo, 'user:ann', 'PUT', `${inRegistry(registry)}/protected-aliases/${encoded(alias)}`);

  // Street signs: a detector that gets better, burns twice, and is rolled back.
  const signs = ['model', 'street-signs'];
  const detector = (n, daysAgo, by, backbone, mAP, recall, latency, mebibytes, dataset, note, isLinked = true) => {
    const run = `vision/street-signs/train-${String(n + 101)}`;
    log(daysAgo + 0.2, by, 'vision/street-signs/detector', 'model', `sha256:${String(n).padStart(2, '0')}${'c9a1f04e7b'.repeat(6)}`, {
      uri: `s3://vision-models/street-signs/${n + 101}/model.onnx`, sizeBytes: Math.round(mebibytes * 1048576), run,
      metadata: {
        framework: { name: 'pytorch', version: n < 7 ? '2.4.1' : '2.6.0' }, backbone, input: [640, 640], precision: latency < 12 ? 'int8' : 'fp16',
        training: { dataset, epochs: 40 + 10 * (n % 4), batch_size: 64, optimizer: { name: 'adamw', lr: 0.0004, weight_decay: 0.05 }, seed: 17 + n },
        license: 'proprietary', note,
      },
      metrics: {
        mAP, recall, 'mAP.small': Number((mAP - 0.142 + 0.02 * chance(n)).toFixed(4)), 'latency.p50.ms': latency,
        'latency.p99.ms': Number((latency * (n === 9 ? 4.1 : 1.7 + 0.2 * chance(n + 50))).toFixed(1)), 'false_alarms_per_hour': Number((9.5 - 8 * mAP + chance(n + 9)).toFixed(2)),
      },
    });
    if (isLinked) link(daysAgo, by, signs, `vision/street-signs/detector:v${n}`, { run, reason: note });
  };
  detector(0, 395, 'user:ben', 'resnet50', 0.6121, 0.688, 31.2, 97.8, 'street-signs:v0', 'baseline');
  give(394, 'user:ben', signs, 'staging', 'v0', 'for the road test');
  give(388, 'user:ann', signs, 'production', 'v0', 'first model that beats the rules');
  describe(387, 'user:ann', signs, DETECTOR, ['vision', 'customer-facing']);
  detector(1, 362, 'user:erik', 'resnet50', 0.6544, 0.721, 31.0, 97.8, 'street-signs:v1', 'more night scenes');
  give(360, 'user:ben', signs, 'staging', 'v1', 'night scenes on the test route');
  give(351, 'user:ann', signs, 'production', 'v1', 'recall at night +6 points, no regression by day');
  detector(2, 334, 'user:erik', 'resnet50', 0.6583, 0.719, 30.8, 97.8, 'street-signs:v1', 'longer schedule');
  detector(3, 326, 'user:erik', 'resnet50', 0.6702, 0.733, 11.4, 24.9, 'street-signs:v1', 'quantised to int8');
  give(325, 'user:erik', signs, 'edge', 'v3', 'fits the camera’s own chip');
  give(318, 'user:ann', signs, 'production', 'v3', 'a third of the latency at the same recall');
  rollBack(317.4, 'user:ann', signs, 'production', 'INC-214: misses speed limits at dusk');
  unlink(315, 'user:ann', signs, 'v3', 'calibrated on the test split; its figures mean nothing');
  detector(4, 298, 'user:ben', 'convnext-t', 0.7015, 0.762, 24.6, 109.4, 'street-signs:v2', 'new backbone');
  give(296, 'user:ann', signs, 'staging', 'v4', 'road test in week 7');
  give(288, 'user:ann', signs, 'production', 'v4', 'passed the road test');
  tag(287, 'user:ann', signs, 'v4', 'road-tested');
  detector(5, 262, 'user:ben', 'convnext-t', 0.7112, 0.771, 24.7, 109.4, 'street-signs:v2', 'label clean-up');
  give(260, 'user:ben', signs, 'canary', 'v5', '5 % of the fleet');
  give(254, 'user:ann', signs, 'production', 'v5', 'canary clean for six days');
  detector(6, 233, 'user:erik', 'convnext-t', 0.7098, 0.779, 24.9, 109.4, 'street-signs:v3', 'tried focal loss');
  give(232, 'user:erik', signs, 'canary', 'v6', '5 % of the fleet');
  takeAway(228, 'user:ben', signs, 'canary', 'more false alarms than v5; not pursued');
  detector(7, 203, 'user:ben', 'convnext-s', 0.7388, 0.801, 27.3, 191.2, 'street-signs:v3', 'larger backbone, pruned');
  give(200, 'user:ann', signs, 'staging', 'v7', 'road test in week 21');
  give(191, 'user:ann', signs, 'production', 'v7', 'passed the road test');
  tag(190, 'user:ann', signs, 'v7', 'road-tested');
  detector(8, 166, 'user:ben', 'convnext-s', 0.7401, 0.799, 27.4, 191.2, 'street-signs:v3', 'ablation, no mosaic');
  detector(9, 152, 'user:ben', 'eva02-s', 0.7629, 0.822, 25.1, 88.6, 'street-signs:v4', 'transformer backbone');
  give(150, 'user:ben', signs, 'canary', 'v9', '5 % of the fleet');
  give(141, 'user:ann', signs, 'production', 'v9', 'best recall so far');
  rollBack(140.3, 'user:ann', signs, 'production', 'INC-377: p99 over 100 ms on older cameras');
  detector(10, 121, 'user:ben', 'eva02-s', 0.7606, 0.824, 22.8, 88.6, 'street-signs:v4', 'attention exported as one kernel');
  give(119, 'user:ann', signs, 'staging', 'v10', 'latency on all camera generations');
  give(109, 'user:ann', signs, 'production', 'v10', 'p99 is back at 41 ms');
  tag(108, 'user:ann', signs, 'v10', 'road-tested');
  give(104, 'user:ben', signs, 'edge', 'v10', 'the first since v3 that fits');
  detector(11, 83, 'user:ben', 'eva02-s', 0.7688, 0.829, 22.9, 88.6, 'street-signs:v5', 'rain and snow');
  detector(12, 61, 'service:release-bot', 'eva02-s', 0.7741, 0.836, 22.7, 88.6, 'street-signs:v5', 'weekly retraining');
  give(60, 'user:ben', signs, 'canary', 'v12', '5 % of the fleet');
  give(57, 'user:ann', signs, 'staging', 'v12', 'road test in week 42');
  give(46, 'user:ann', signs, 'production', 'v12', 'passed the road test; canary clean');
  tag(45, 'user:ann', signs, 'v12', 'road-tested');
  detector(13, 24, 'service:release-bot', 'eva02-s', 0.7738, 0.835, 22.8, 88.6, 'street-signs:v6', 'weekly retraining');
  detector(14, 9, 'service:release-bot', 'eva02-s', 0.7812, 0.844, 22.6, 88.6, 'street-signs:v6', 'weekly retraining');
  // Trained last night, and nobody has linked it yet.
  detector(15, 0.3, 'service:release-bot', 'eva02-s', 0.7829, 0.847, 22.5, 88.6, 'street-signs:v6', 'with roadworks', false);
  give(8.2, 'user:ann', signs, 'staging', 'v14', 'road test in week 47');
  give(7.9, 'user:ben', signs, 'canary', 'v14', '5 % of the fleet');
  give(2.1, 'user:ann', signs, 'production', 'v14', 'passed the road test; canary clean');
  rollBack(1.3, 'user:ann', signs, 'production', 'INC-460: roadworks read as stop signs near Graz');
  // Who believes that nothing has moved is told otherwise; that is an answer, and no event.
  step(1.2, 'user:ann', 'PUT', `${inCollection(...signs)}/aliases/production`, { version: 'v14', expected: 'v14', reason: 'retry' }, { refused: 409 });
  for (const [daysAgo, ref, run] of [
    [380, 'v0', 'fleet-2024-12'], [340, 'v1', 'fleet-2025-01'], [280, 'v4', 'fleet-2025-03'], [240, 'v5', 'fleet-2025-04'], [180, 'v7', 'fleet-2025-06'],
    [100, 'v10', 'fleet-2025-09'], [44, 'v12', 'fleet-2025-11'], [43, 'v12', 'night-evaluation'], [30, 'v12', 'map-matching-12'], [7, 'v14', 'road-test-47'], [2, 'v14', 'fleet-canary'],
  ])
    use(daysAgo, 'service:deployer', signs, ref, `vision/street-signs/${run}`);

  // Replies to customers: language models, with a source that was lost.
  const replies = ['model', 'support-replies'];
  const REPLIES = [
    // days ago, base, helpful, grounded, toxicity, tokens per second, by, note
    [340, 'mistral-7b', 0.61, 0.82, 0.004, 71, 'user:fatima', 'first fine-tune'],
    [301, 'mistral-7b', 0.66, 0.84, 0.004, 70, 'user:fatima', 'more of the hard tickets'],
    [255, 'qwen2.5-7b', 0.71, 0.88, 0.003, 84, 'user:ben', 'new base'],
    [198, 'qwen2.5-14b', 0.77, 0.91, 0.002, 46, 'user:fatima', 'twice as large'],
    [140, 'qwen2.5-7b', 0.76, 0.91, 0.002, 83, 'user:fatima', 'distilled from v3'],
    [75, 'qwen3-8b', 0.81, 0.93, 0.002, 79, 'user:fatima', 'preference-tuned'],
    [18, 'qwen3-8b', 0.82, 0.95, 0.002, 80, 'user:fatima', 'cites its sources'],
  ];
  REPLIES.forEach(([daysAgo, base, helpful, grounded, toxicity, speed, by, note], n) => {
    const run = `language/replies/tune-${n + 11}`;
    log(daysAgo + 0.3, by, 'language/replies/writer', 'model', `sha256:${'5eed'.repeat(15)}${String(n).padStart(4, '0')}`, {
      uri: `s3://language-models/replies/tune-${n + 11}`, sizeBytes: (base.includes('14b') ? 29 : 15) * 1_000_000_000, run,
      metadata: { base, method: n > 4 ? 'dpo' : 'lora', dataset: `support-tickets:v${Math.min(n, 4)}`, languages: ['en', 'de', 'fr'].slice(0, 1 + Math.floor(n / 2)), note },
      metrics: { helpful, grounded, toxicity, tokens_per_second: speed },
    });
    link(daysAgo, by, replies, `language/replies/writer:v${n}`, { run, reason: note });
  });
  describe(339, 'user:fatima', replies, WRITER, ['language', 'customer-facing']);
  for (const [daysAgo, version, reason] of [[330, 'v0', 'pilot with ten agents'], [290, 'v1', 'agents accept 6 points more'], [246, 'v2', 'faster, and better grounded'], [133, 'v4', 'as good as v3 at half the price'], [66, 'v5', 'accepted by the support leads']])
    give(daysAgo, 'user:ann', replies, 'production', version, reason);
  for (const [daysAgo, version] of [[299, 'v1'], [253, 'v2'], [196, 'v3'], [138, 'v4'], [73, 'v5'], [16, 'v6']])
    give(daysAgo, 'user:ann', replies, 'staging', version, 'for the support leads');
  give(190, 'user:fatima', replies, 'teacher', 'v3', 'to distil from');
  give(15, 'user:fatima', replies, 'shadow', 'v6', 'answers beside v5, shown to nobody');
  tag(65, 'user:ann', replies, 'v5', 'legal-approved');
  step(110, 'user:fatima', 'DELETE', '/entities/language/projects/replies/artifacts/writer/versions/v1');
  for (const [daysAgo, ref, run] of [[132, 'v4', 'desk-west'], [65, 'v5', 'desk-west'], [64, 'v5', 'desk-east'], [14, 'v6', 'shadow-48']])
    use(daysAgo, 'service:deployer', replies, ref, `language/replies/${run}`);

  // Datasets, used by the runs that trained on them.
  const dataset = (collection, team, project, days, rows, aliases) => {
    days.forEach((daysAgo, n) => {
      log(daysAgo + 0.1, team === 'vision' ? 'user:ben' : 'user:fatima', `${team}/${project}/${collection}`, 'dataset', `sha256:${'d47a'.repeat(15)}${collection.length}${n}`, {
        uri: `s3://datasets/${collection}/${n}/`, sizeBytes: rows[n] * (team === 'vision' ? 310_000 : 2_400), run: `${team}/${project}/export-${n + 1}`,
        metadata: { format: team === 'vision' ? 'coco' : 'parquet', split: { train: 0.8, validation: 0.1, test: 0.1 }, frozen: true }, metrics: { rows: rows[n] },
      });
      link(daysAgo, team === 'vision' ? 'user:ben' : 'user:fatima', ['dataset', collection], `${team}/${project}/${collection}:v${n}`, { aliases: aliases[n] ?? [] });
    });
  };
  dataset('street-signs', 'vision', 'data', [397, 365, 305, 240, 160, 90, 28], [41200, 58800, 58650, 73100, 96400, 121900, 130250], [['golden'], [], ['golden'], [], [], ['golden'], []]);
  dataset('support-tickets', 'language', 'data', [345, 308, 262, 150, 82], [18200, 26400, 39900, 71300, 88100], [[], [], ['golden'], [], ['golden']]);
  [[362, 'v1', 102], [298, 'v2', 105], [203, 'v3', 108], [121, 'v4', 111], [61, 'v5', 113], [9, 'v6', 115]].forEach(([daysAgo, version, run]) =>
    use(daysAgo, 'user:ben', ['dataset', 'street-signs'], version, `vision/street-signs/train-${run}`));

  // A restricted registry, and one in which nothing has been linked yet.
  const fraud = ['Card Fraud', 'scores'];
  [[205, 0.912, 'logistic regression'], [150, 0.934, 'gradient boosting'], [70, 0.951, 'with merchant history'], [12, 0.957, 'monthly retraining']].forEach(([daysAgo, auc, note], n) => {
    log(daysAgo + 0.1, 'user:dan', 'risk/cards/scorer', 'model', `sha256:${'f2a0'.repeat(15)}000${n}`, {
      uri: `s3://risk/cards/${n}.bin`, sizeBytes: 4_200_000 + 900_000 * n, run: `risk/cards/fit-${n + 1}`, metadata: { note }, metrics: { auc, 'recall.at.1pct': Number((auc - 0.23).toFixed(3)) },
    });
    link(daysAgo, 'user:dan', fraud, `risk/cards/scorer:v${n}`, { aliases: ['challenger'], reason: note });
  });
  give(204, 'user:dan', fraud, 'champion', 'v0', 'nothing to compare with yet');
  give(120, 'user:dan', fraud, 'champion', 'v1', 'a month as challenger');
  give(40, 'user:dan', fraud, 'champion', 'v2', 'a month as challenger');
  step(29, 'user:fatima', 'POST', `${inRegistry('Prompts')}/collections`, { name: 'ticket-triage', type: 'prompt', description: 'Sorts what comes in by urgency and team.', tags: ['language'] });

  // What Ben keeps for himself cannot be linked.
  log(33, 'user:ben', 'ben/scratch/signs-distilled', 'model', `sha256:${'be70'.repeat(15)}0001`, { metrics: { mAP: 0.742 }, run: 'ben/scratch/try-3' });

  // Real packages in the order of their releases; the days are made up.
  for (const { package: name, versions } of releases) {
    const artifact = name.replace(/^@/, '').replace(/\//g, '.');
    const C = ['Web Models', artifact];
    const dayOf = (index) => BEGINNING - 3 - (index * (BEGINNING - 6)) / versions.length - 0.9 * chance(index + name.length);
    const stable = [];
    versions.forEach(({ version, integrity }, index) => {
      const [, channel = 'stable'] = /-(alpha|beta|rc|dev|next)/.exec(version) ?? [];
      log(dayOf(index) + 0.01, 'service:release-bot', `web-ml/npm/${artifact}`, 'runtime', integrity, {
        uri: `npm:${name}@${version}`, metadata: { package: name, release: version }, run: `web-ml/npm/release-${version}`.replace(/[^\w/.-]/g, '-'),
      });
      link(dayOf(index), 'service:release-bot', C, `web-ml/npm/${artifact}:v${index}`, { aliases: [channel], reason: `released as ${version}` });
      if (channel === 'stable') stable.push(index);
    });
    describe(dayOf(0) - 0.1, 'user:ann', C, `[${name}](https://www.npmjs.com/package/${name}), as it was released to npm.`, ['npm', 'browser']);
    // Some releases go into production some days later; the last but one burns.
    const rolledOut = [...new Set([0.05, 0.2, 0.35, 0.5, 0.68, 0.84, 0.93].map((part) => stable[Math.floor(part * stable.length)]))];
    rolledOut.forEach((index, n) => {
      const daysAgo = Math.max(dayOf(index) - 2 - chance(index), 0.5);
      give(daysAgo, 'user:ann', C, 'production', `v${index}`, n === 0 ? 'first roll-out' : `${versions[index].version} has been out for days without complaint`);
      use(daysAgo - 0.1, 'service:deployer', C, `v${index}`, `web-ml/npm/deploy-${index}`);
      if (n === rolledOut.length - 2) rollBack(daysAgo - 0.4, 'user:ann', C, 'production', 'memory leak on Safari');
    });
  }

  // Last of all: whoever sees this tag sees the whole of it.
  step(0.02, 'user:ann', 'PATCH', inCollection(...signs), { addTags: [LAST_TAG] });
  return steps.sort((a, b) => b.daysAgo - a.daysAgo);
};

const LAST_TAG = 'featured';

const DETECTOR = `Finds **street signs** in the frames of a car's front camera, and says which of 43 kinds each one is.

| | what |
|---|---|
| input | 640 × 640, RGB |
| output | boxes, kinds, scores |
| runs on | cameras from generation 3 on |

## Before you move \`production\`

1. A road test in rain and at night.
2. Six days as \`canary\` on 5 % of the fleet.
3. Tell [#street-signs](https://chat.example.org/street-signs).

> After an incident roll back first, and look for the cause then.
`;

const WRITER = `Drafts answers to customers' tickets in English, German and French. An agent reads every one before it is sent.

- trained on \`dataset/support-tickets\`
- judged by the support leads, *not* by a model
`;

module.exports = { tell, LAST: { path: inCollection('model', 'street-signs'), tag: LAST_TAG } };
