/** Everything that is asked for in the matrix, made beforehand and at once. */
import { App, Client, expecting } from '../support/app';
import { Asker } from './table';

/** Whose artifacts are linked, and what is protected in every registry. */
export const TEAM = 'makers';
export const PROTECTED = 'production';

/** What an asker finds. It is its own, so that what one may change stands in nobody else's way. */
export type Place = {
  readonly principal: string;
  /** Undefined for one who has none. */
  readonly key: string | undefined;
  /** Part of its names, that tells them from those of others. */
  readonly own: string;
  /** The registry that its role is in, and another of the same kind, to be deleted. */
  readonly registry: string;
  readonly doomed: string;
  readonly visibility: 'organization' | 'restricted';
  readonly defaultRole: string;
  /** The id of a key of its own, to be revoked, and of one of somebody else. */
  readonly spareKey: string;
  readonly keyOfAnother: string;
  /** Before the registries were made, and after. */
  readonly before: string;
  readonly instant: string;
};

/** Without and with a protected alias on v1. More than one of each: some rows use theirs up. */
const ORDINARY = ['zoo', 'zoo-2', 'zoo-3', 'zoo-4', 'zoo-6'];
const HELD = ['kept', 'kept-2', 'kept-3', 'kept-4', 'kept-5', 'kept-6'];

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const makeShared = async ({ admin }: App): Promise<string> => {
  for (const name of ['ann', 'bob']) expecting(await admin.post('/users', { name, role: 'member' }), 201);
  expecting(await admin.post('/service-accounts', { name: 'ci', role: 'member' }), 201);
  for (const name of [TEAM, 'spare']) expecting(await admin.post('/teams', { name }), 201);
  for (const version of [0, 1, 2])
    expecting(
      await admin.post('/artifacts', {
        name: `${TEAM}/p/net`, type: 'model', digest: `${version}`, uri: `s3://net/${version}`, metrics: { accuracy: 0.9 },
        run: `${TEAM}/p/run`,
      }),
      201,
    );
  expecting(await admin.post('/artifacts', { name: `${TEAM}/p/held`, type: 'model', digest: '0' }), 201);
  expecting(await admin.put(`/registries/model/protected-aliases/${PROTECTED}`), 200);
  const held = { source: `${TEAM}/p/held:v0`, aliases: [PROTECTED] };
  expecting(await admin.post('/registries/model/collections/held/versions', held), 201);
  return expecting(await admin.post('/keys', { principal: 'user:ann' }), 201).body.id as string;
};

const makePrincipal = async (admin: Client, { kind, organizationRole, inTeam }: Asker, own: string) => {
  const principal = `${kind ?? 'user'}:${own}`;
  expecting(await admin.post(kind === 'service' ? '/service-accounts' : '/users', { name: own, role: organizationRole }), 201);
  if (inTeam) expecting(await admin.put(`/teams/${TEAM}/members/${principal}`), 200);
  const [key, spare] = [
    expecting(await admin.post('/keys', { principal }), 201).body, expecting(await admin.post('/keys', { principal }), 201).body,
  ];
  return { principal, key: kind === undefined ? undefined : (key.key as string), spareKey: spare.id as string };
};

const makeRegistry = async (admin: Client, asker: Asker, name: string, principal: string) => {
  const { role, by, lower = {} } = asker;
  const byDefault = role !== undefined && by === 'default' ? role : lower.default;
  const visibility = byDefault === undefined ? ('restricted' as const) : ('organization' as const);
  const defaultRole = byDefault ?? 'admin';
  expecting(await admin.post('/registries', { name, visibility, defaultRole, acceptedTypes: ['model'] }), 201);
  expecting(await admin.put(`/registries/${name}/protected-aliases/${PROTECTED}`), 200);
  const byTeam = by === 'team' ? role : lower.team;
  if (byTeam !== undefined) {
    expecting(await admin.post('/teams', { name: `crew-${name}` }), 201);
    expecting(await admin.put(`/teams/crew-${name}/members/${principal}`), 200);
    expecting(await admin.put(`/registries/${name}/members/team:crew-${name}`, { role: byTeam }), 200);
  }
  const granted = by === 'grant' ? role : lower.granted;
  if (granted !== undefined) expecting(await admin.put(`/registries/${name}/members/${principal}`, { role: granted }), 200);
  return { visibility, defaultRole };
};

const makeCollections = async (admin: Client, registry: string): Promise<void> => {
  const link = async (collection: string, version: string, alias: string): Promise<void> => {
    const linked = { source: `${TEAM}/p/net:${version}`, aliases: [alias] };
    expecting(await admin.post(`/registries/${registry}/collections/${collection}/versions`, linked), 201);
  };
  const make = async (collection: string, alias: string): Promise<void> => {
    await link(collection, 'v0', alias);
    await link(collection, 'v1', alias);
  };
  await Promise.all([...ORDINARY.map((name) => make(name, 'staging')), ...HELD.map((name) => make(name, PROTECTED))]);
};

const makeArtifacts = async (admin: Client, own: string): Promise<void> => {
  for (const [name, aliases] of [[`aliased-${own}`, ['best']], [`deleted-${own}`, []]] as const)
    expecting(await admin.post('/artifacts', { name: `${TEAM}/p/${name}`, type: 'model', digest: '0', aliases }), 201);
};

/** Makes a place for each asker. */
export const makePlaces = async (app: App, askers: ReadonlyArray<Asker>): Promise<ReadonlyArray<Place>> => {
  const { admin } = app;
  const keyOfAnother = await makeShared(app);
  const before = new Date().toISOString();
  const places = await Promise.all(
    askers.map(async (asker, index) => {
      const own = `asker-${index}`;
      const [registry, doomed] = [`shelf-${index}`, `doomed-${index}`];
      const who = await makePrincipal(admin, asker, own);
      const [found] = await Promise.all([
        makeRegistry(admin, asker, registry, who.principal), makeRegistry(admin, asker, doomed, who.principal),
      ]);
      await Promise.all([makeCollections(admin, registry), makeArtifacts(admin, own)]);
      return { ...who, ...found, own, registry, doomed, keyOfAnother, before };
    }),
  );
  const instant = new Date().toISOString();
  // T1: what happens from now on is not in the state as of that instant.
  await pause(5);
  return places.map((place) => ({ ...place, instant }));
};
