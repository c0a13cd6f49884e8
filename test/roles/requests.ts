/** How each row of the table is asked for, and what an answer shows where the row is about that. */
import { Operation } from '../../src/http/boundary';
import { Reply } from '../support/app';
import { Place, PROTECTED, TEAM } from './places';
import { Row } from './table';

export type Asked = {
  /** In the path of the operation, by name; those of the collection `zoo` of the asker's registry unless given. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether an answer shows what the row is about: tells the outcomes `y` and `o` apart. */
  readonly shows?: (reply: Reply) => boolean;
};

type Ask = (place: Place) => Asked;

const has = (member: string, value: (place: Place) => string) => (place: Place) => (reply: Reply): boolean =>
  reply.body.items.some((item: Record<string, unknown>) => item[member] === value(place));

const zoo = { collection: 'zoo' };
const kept = { collection: 'kept' };
const artifact = { entity: TEAM, project: 'p', artifact: 'net' };
const source = `${TEAM}/p/net:v0`;
const ann = 'user:ann';
const path = (place: Place, collection: string) => `wandb-registry-${place.registry}/${collection}`;
const span = ({ before, instant }: Place) => ({ from: before, to: instant });
const always = (asked: Asked): Ask => () => asked;
const logged = (entity: (place: Place) => string): Ask => (place) => ({
  body: { name: `${entity(place)}/p/logged-${place.own}`, type: 'model', digest: `d-${place.own}` },
});

/** By operation, and by which case of it. */
const requests: Readonly<Record<string, Readonly<Record<string, Ask>>>> = {
  beginSession: { '': ({ key }) => ({ body: { key: key ?? 'moniker_unknown' } }) },
  endSession: { '': always({}) },

  createRegistry: { '': ({ own }) => ({ body: { name: `new-${own}` } }) },
  listRegistries: {
    '': (place) => ({ query: { name: place.registry }, shows: has('name', ({ registry }) => registry)(place) }),
  },
  getRegistry: { '': (place) => ({ shows: ({ body }) => body.name === place.registry }) },
  changeRegistry: {
    'its description': ({ own }) => ({ body: { description: own } }),
    // What it has already: the right is judged all the same, and nobody else's place changes.
    'accepted types': always({ body: { addAcceptedTypes: ['model'] } }),
    visibility: ({ visibility }) => ({ body: { visibility } }),
    'default role': ({ defaultRole }) => ({ body: { defaultRole } }),
  },
  deleteRegistry: { '': ({ doomed }) => ({ params: { registry: doomed } }) },
  protectAlias: { '': always({ params: { alias: 'also' } }) },
  unprotectAlias: { '': always({ params: { alias: 'not-protected' } }) },
  listMembers: { '': always({}) },
  grantRole: {
    'to another': always({ params: { principal: ann }, body: { role: 'viewer' } }),
    'admin to oneself': ({ principal }) => ({ params: { principal }, body: { role: 'admin' } }),
  },
  revokeRole: { '': always({ params: { principal: 'user:bob' } }) },

  createCollection: { '': always({ body: { name: 'new', type: 'model' } }) },
  listCollections: { '': (place) => ({ shows: has('name', () => 'zoo')(place) }) },
  listAllCollections: {
    '': (place) => ({ query: { name: 'zoo', limit: '500' }, shows: has('registry', ({ registry }) => registry)(place) }),
    'that one may link to': (place) => ({
      query: { name: 'zoo', limit: '500', role: 'member' }, shows: has('registry', ({ registry }) => registry)(place),
    }),
  },
  getCollection: { '': always({ shows: ({ body }) => body.name === 'zoo' }) },
  changeCollection: {
    'its description': ({ own }) => ({ body: { description: own } }),
    'its tags': always({ body: { addTags: ['seen'] } }),
  },
  deleteCollection: {
    '': always({ params: { collection: 'zoo-2' } }),
    'that has a protected alias': always({ params: { collection: 'kept-2' } }),
  },

  linkVersion: {
    '': always({ body: { source: `${TEAM}/p/net:v2` } }),
    'with an ordinary alias': always({ body: { source, aliases: ['linked'] } }),
    'with a protected alias': always({ params: kept, body: { source, aliases: [PROTECTED] } }),
    'that creates the collection': always({ params: { collection: 'made-by-link' }, body: { source, aliases: ['first'] } }),
    'that creates the collection with a protected alias': always({
      params: { collection: 'made-protected' }, body: { source, aliases: [PROTECTED] },
    }),
  },
  linkByPath: {
    '': (place) => ({ body: { source, targetPath: path(place, 'made-by-path') } }),
    'with a protected alias': (place) => ({ body: { source, targetPath: path(place, 'kept'), aliases: [PROTECTED] } }),
  },
  listVersions: {
    '': always({ shows: ({ body }) => body.items.length > 1 }),
    uri: always({ shows: ({ body }) => body.items.every((item: { source: { uri: unknown } }) => item.source.uri !== null) }),
  },
  getVersion: {
    '': always({ params: { ref: 'v0' }, shows: ({ body }) => body.source.name === source }),
    'as of an instant': ({ instant }) => ({
      params: { ref: 'latest' }, query: { at: instant }, shows: ({ body }) => body.source.name === `${TEAM}/p/net:v1`,
    }),
    uri: always({ params: { ref: 'v0' }, shows: ({ body }) => body.source.uri !== null }),
    'uri as of an instant': ({ instant }) => ({
      params: { ref: 'v0' }, query: { at: instant }, shows: ({ body }) => body.source.uri !== null,
    }),
  },
  unlinkVersion: {
    '': always({ params: { collection: 'zoo-3', version: 'v1' } }),
    'that holds a protected alias': always({ params: { collection: 'kept-3', version: 'v1' } }),
  },
  tagVersion: {
    '': always({ params: { version: 'v0', tag: 'good' } }),
    'that holds a protected alias': always({ params: { ...kept, version: 'v1', tag: 'good' } }),
  },
  untagVersion: {
    '': always({ params: { version: 'v0', tag: 'bad' } }),
    'that holds a protected alias': always({ params: { ...kept, version: 'v1', tag: 'bad' } }),
  },
  getLineage: { '': always({ params: { version: 'v0' }, shows: ({ body }) => body.nodes.length > 1 }) },
  recordUsage: { '': ({ own }) => ({ params: { ref: 'latest' }, body: { run: `${TEAM}/p/run-${own}` } }) },
  compareMetrics: { '': always({ shows: ({ body }) => body.metrics.accuracy !== undefined }) },
  resolve: {
    '': (place) => ({ query: { name: `${path(place, 'zoo')}:v0` }, shows: ({ body }) => body.source.name === source }),
    'as of an instant': (place) => ({
      query: { name: `${path(place, 'zoo')}:latest@${place.instant}` },
      shows: ({ body }) => body.source.name === `${TEAM}/p/net:v1`,
    }),
    uri: (place) => ({ query: { name: `${path(place, 'zoo')}:v0` }, shows: ({ body }) => body.source.uri !== null }),
  },

  getAliases: { '': always({ shows: ({ body }) => body.items.length > 1 }) },
  addAlias: {
    '': always({ params: { alias: 'candidate' }, body: { version: 'v0' } }),
    'a protected one that is held': always({ params: { ...kept, alias: PROTECTED }, body: { version: 'v0' } }),
    'a protected one that nobody holds': always({ params: { ...zoo, alias: PROTECTED }, body: { version: 'v0' } }),
  },
  removeAlias: {
    '': always({ params: { collection: 'zoo-4', alias: 'staging' } }),
    'a protected one': always({ params: { collection: 'kept-4', alias: PROTECTED } }),
  },
  changeAliases: {
    '': always({ body: { changes: [{ alias: 'a', version: 'v0' }, { alias: 'b', version: 'v1' }] } }),
    'with a protected one given': always({
      body: { changes: [{ alias: 'c', version: 'v0' }, { alias: PROTECTED, version: 'v1' }] },
    }),
    'with a protected one taken away': always({
      params: { collection: 'kept-5' }, body: { changes: [{ alias: 'c', version: 'v0' }, { alias: PROTECTED, version: null }] },
    }),
  },
  rollBackAlias: {
    '': always({ params: { collection: 'zoo-6', alias: 'staging' } }),
    'a protected one': always({ params: { collection: 'kept-6', alias: PROTECTED } }),
  },
  aliasHistory: { '': always({ params: { alias: 'staging' }, shows: ({ body }) => body.items.length > 1 }) },

  collectionHistory: { '': always({ shows: ({ body }) => body.items.length > 1 }) },
  registryHistory: { '': always({ shows: ({ body }) => body.items.length > 1 }) },
  audit: { '': always({ shows: ({ body }) => body.items.length > 1 }) },
  collectionDiff: { '': (place) => ({ query: span(place), shows: ({ body }) => body.linked.length > 1 }) },
  registryDiff: { '': (place) => ({ query: span(place), shows: ({ body }) => body.linked.length > 1 }) },
  readEvents: { '': always({ shows: ({ text }) => text.includes('CollectionCreated') }) },
  verifyEvents: { '': always({ shows: ({ body }) => body.ok }) },
  followChanges: { 'that one may see': always({}), 'of a registry': ({ registry }) => ({ query: { registry } }) },

  logArtifact: {
    '': logged(() => TEAM),
    'in one\'s own personal entity': logged(({ own }) => own),
    'in the personal entity of another': logged(() => 'ann'),
  },
  listEntities: { '': (place) => ({ query: { limit: '500' }, shows: has('name', () => TEAM)(place) }) },
  listProjects: { '': (place) => ({ params: artifact, shows: has('name', () => 'p')(place) }) },
  listArtifacts: { '': (place) => ({ params: artifact, query: { limit: '500' }, shows: has('name', () => 'net')(place) }) },
  listSourceVersions: { '': always({ params: artifact, shows: ({ body }) => body.items.length > 1 }) },
  getSourceVersion: {
    '': always({ params: { ...artifact, ref: 'v0' }, shows: ({ body }) => body.uri !== null }),
    'where it is linked': ({ registry }) => ({
      params: { ...artifact, ref: 'v0' },
      shows: ({ body }) => body.links.some((link: { registry: string }) => link.registry === registry),
    }),
  },
  addSourceAlias: { '': ({ own }) => ({ params: { ...artifact, alias: `of-${own}` }, body: { version: 'v0' } }) },
  removeSourceAlias: { '': ({ own }) => ({ params: { ...artifact, artifact: `aliased-${own}`, alias: 'best' } }) },
  deleteArtifactVersion: {
    '': ({ own }) => ({ params: { ...artifact, artifact: `deleted-${own}`, version: 'v0' } }),
    'whose linked version holds a protected alias': always({ params: { ...artifact, artifact: 'held', version: 'v0' } }),
  },

  getOrganization: { '': always({}) },
  whoAmI: { '': ({ principal }) => ({ shows: ({ body }) => body.principal === principal }) },
  createTeam: { '': ({ own }) => ({ body: { name: `team-${own}` } }) },
  listTeams: { '': always({}) },
  addTeamMember: { '': always({ params: { team: 'spare', principal: ann } }) },
  removeTeamMember: { '': always({ params: { team: 'spare', principal: 'user:bob' } }) },
  createUser: { '': ({ own }) => ({ body: { name: `user-${own}`, role: 'viewer' } }) },
  listUsers: { '': always({}) },
  changeUser: { '': always({ params: { user: 'bob' }, body: { role: 'viewer' } }) },
  createServiceAccount: { '': ({ own }) => ({ body: { name: `service-${own}`, role: 'viewer' } }) },
  listServiceAccounts: { '': always({}) },
  changeServiceAccount: { '': always({ params: { service: 'ci' }, body: { role: 'viewer' } }) },
  createKey: {
    'for oneself': ({ principal }) => ({ body: { principal }, shows: ({ body }) => body.principal === principal }),
    'for another': always({ body: { principal: ann } }),
  },
  listKeys: {
    'one\'s own': (place) => ({ query: { limit: '500' }, shows: has('principal', ({ principal }) => principal)(place) }),
    'those of others': (place) => ({ query: { limit: '500' }, shows: has('principal', () => ann)(place) }),
  },
  revokeKey: {
    'one\'s own': ({ spareKey }) => ({ params: { id: spareKey } }),
    'of another': ({ keyOfAnother }) => ({ params: { id: keyOfAnother } }),
  },
};

/** The request of a row; undefined where there is none yet. */
export const requestOf = ({ operation, of }: Row): Ask | undefined => requests[operation]?.[of];

/** The request of a row as it is sent. */
export const sentFor = (row: Row, place: Place, operations: ReadonlyMap<string, Operation>) => {
  const operation = operations.get(row.operation);
  const asked = requestOf(row)?.(place);
  if (operation === undefined || asked === undefined) throw new Error(`${row.operation} cannot be asked for`);
  const params: Record<string, string> = { registry: place.registry, collection: 'zoo', ...asked.params };
  const path = operation.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? name));
  const query = asked.query === undefined ? '' : `?${new URLSearchParams(asked.query).toString()}`;
  return { method: operation.method, path: path + query, body: asked.body, shows: asked.shows };
};
