/** What there is to see: an organization with the people of `app.md`, made through the API. */
import { App, Client, expecting } from '../../support/app';

export type World = {
  /** Member of the team `vision`, and of the registry. */
  readonly ann: Client;
  /** Admin of the registry. */
  readonly rolf: Client;
  /** Admin of the organization. */
  readonly pia: Client;
  /** Viewer of the registry, without a right to change anything. */
  readonly audrey: Client;
  /** Logs one more version of `vision/zoo/NAME`; its full name. */
  readonly log: (name: string, more?: Readonly<Record<string, unknown>>) => Promise<string>;
  /**
   * A collection of the registry with versions v0, v1 … linked by ann from `vision/zoo/NAME`; then `production` was given
   * to v0 and moved to v1, `staging` to v2, by rolf, each with a reason.
   */
  readonly collection: (name: string, versions?: number) => Promise<string>;
};

/** The registry of all tests: it accepts models, and protects `production`. */
export const REGISTRY = 'Golden Models';
/** Its path in the API, and in the page. */
export const R = '/registries/Golden%20Models';

export const makeWorld = async (app: App): Promise<World> => {
  const pia = await app.as('user:pia', { role: 'admin', teams: ['vision'] });
  const ann = await app.as('user:ann', { teams: ['vision'] });
  const rolf = await app.as('user:rolf', { teams: ['vision'] });
  const audrey = await app.as('user:audrey', { role: 'viewer' });
  expecting(await pia.post('/registries', { name: REGISTRY, description: 'What may go out.', acceptedTypes: ['model'] }), 201);
  for (const [who, role] of [['ann', 'member'], ['rolf', 'admin'], ['audrey', 'viewer']])
    expecting(await pia.put(`${R}/members/user:${who}`, { role }), 200);
  expecting(await pia.put(`${R}/protected-aliases/production`), 200);

  let digest = 0;
  const log: World['log'] = async (name, more = {}) => {
    digest += 1;
    const artifact = {
      name: `vision/zoo/${name}`, type: 'model', digest: `sha256:${digest}`, uri: `s3://zoo/${name}/${digest}`, sizeBytes: 1_000_000 * digest,
      metrics: { accuracy: 0.9 + digest / 10_000, loss: 1 / digest }, metadata: { optimizer: { name: 'adam', rate: digest / 1000 } },
      run: `vision/zoo/run-${digest}`, ...more,
    };
    return expecting(await ann.post('/artifacts', artifact), 201).body.name as string;
  };

  return {
    ann, rolf, pia, audrey, log,
    collection: async (name, versions = 3) => {
      const C = `${R}/collections/${encodeURIComponent(name)}`;
      for (let version = 0; version < versions; version += 1)
        expecting(await ann.post(`${C}/versions`, { source: await log(name) }), 201);
      const give = async (alias: string, version: string, reason: string) =>
        expecting(await rolf.put(`${C}/aliases/${alias}`, { version, reason }), 200);
      await give('production', 'v0', 'first roll-out');
      if (versions > 1) await give('production', 'v1', 'better on the evaluation');
      if (versions > 2) await give('staging', 'v2', 'to be tried');
      return C;
    },
  };
};
