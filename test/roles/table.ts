/**
 * Who may do what, as data: every operation of the API, for everyone who may ask for it. The tests of `matrix.test.ts`
 * and the page `docs/roles.md` are made of it.
 */
import { OrganizationRole, RegistryRole } from '../../src/domain/values/principals';

/** Somebody who asks, each for a registry of its own in which it has just this role. */
export type Asker = {
  readonly name: string;
  /** As the page of the documentation heads its column. */
  readonly short: string;
  /** Undefined for a request without a key. */
  readonly kind: 'user' | 'service' | undefined;
  readonly organizationRole: OrganizationRole;
  /** Its role in the registry; undefined for none (the registry is restricted then, as where a role is granted). */
  readonly role: RegistryRole | undefined;
  /** Where the role comes from. */
  readonly by: 'grant' | 'team' | 'default';
  /** Lower roles that it has there too, from elsewhere. */
  readonly lower?: { readonly granted?: RegistryRole; readonly team?: RegistryRole; readonly default?: RegistryRole };
  /** Whether it is a member of the team whose artifacts are linked, logged and read. */
  readonly inTeam: boolean;
};

const asker = (name: string, short: string, more: Partial<Asker> = {}): Asker => ({
  name, short, kind: 'user', organizationRole: 'member', role: undefined, by: 'grant', inTeam: true, ...more,
});

const SHORT = { restricted_viewer: 'rv', viewer: 'v', member: 'm', admin: 'a' } as const;

const withRoles = (name: string, short: string, more: Partial<Asker>): ReadonlyArray<Asker> =>
  (['restricted_viewer', 'viewer', 'member', 'admin'] as const).map((role) =>
    asker(`${name} ${role}`, `${short}${SHORT[role]}`, { role, ...more }),
  );

/** In the order of the columns below. */
export const askers: ReadonlyArray<Asker> = [
  asker('no key', 'no key', { kind: undefined, inTeam: false }),
  asker('stranger (no role, not in the team)', 'stranger', { inTeam: false }),
  asker('no role', 'no role'),
  ...withRoles('granted', '', { by: 'grant' }),
  asker('granted member, not in the team', 'm, no team', { role: 'member', inTeam: false }),
  asker('organization admin, neither granted anything nor in the team', 'org a', { organizationRole: 'admin', inTeam: false }),
  ...withRoles('team', 'team ', { by: 'team' }),
  ...withRoles('default', 'default ', { by: 'default' }),
  asker('service account without a role', 'svc', { kind: 'service' }),
  asker('service account granted member', 'svc m', { kind: 'service', role: 'member' }),
  asker('service account granted admin', 'svc a', { kind: 'service', role: 'admin' }),
  asker('organization viewer without a role', 'org v', { organizationRole: 'viewer' }),
  ...withRoles('organization viewer granted', 'org v + ', { organizationRole: 'viewer' }),
  asker('granted viewer, default restricted_viewer, team member', 'm of several', { role: 'member', by: 'team', lower: { granted: 'viewer', default: 'restricted_viewer' } }),
  asker('team viewer, default member, granted admin', 'a of several', { role: 'admin', by: 'grant', lower: { team: 'viewer', default: 'member' } }),
  asker('service account, team viewer', 'svc, team v', { kind: 'service', role: 'viewer', by: 'team' }),
  asker('service account, default restricted_viewer', 'svc, default rv', { kind: 'service', role: 'restricted_viewer', by: 'default' }),
];

/** What comes of it, by the sign that stands for it. */
export const outcomes = {
  y: { means: 'done, or shown', status: 'ok' },
  o: { means: 'answered, with that left out', status: 'ok' },
  '0': { means: 'refused: it is not known who asks', status: 401, code: 'unauthenticated' },
  x: { means: 'refused: the role does not suffice', status: 403, code: 'forbidden' },
  p: { means: 'refused: a protected alias is in the way', status: 403, code: 'alias_protected' },
  r: { means: 'not found: to this asker there is no such registry', status: 404, code: 'registry_not_found' },
  s: { means: 'not found: to this asker there is no such artifact', status: 404, code: 'artifact_not_found' },
  e: { means: 'not found: to this asker there is no such entity', status: 404, code: 'entity_not_found' },
  k: { means: 'not found: to this asker there is no such key', status: 404, code: 'key_not_found' },
  h: { means: 'refused: a protected alias holds a version linked from it', status: 409, code: 'version_held_by_protected_alias' },
} as const;

export type Sign = keyof typeof outcomes;

/**
 * For every kind of operation a sign for each asker, grouped as `askers` above: no key; strangers and those without a
 * role; granted; outside the team; organization admin; by team; by default; services; viewers of the organization; those
 * of several roles, and services by their team and by default.
 */
export const kinds = {
  'for anyone, without a key':   'y yy yyyy y y yyyy yyyy yyy yyyyy yy yy',
  'with any key':                '0 yy yyyy y y yyyy yyyy yyy yyyyy yy yy',
  'restricted viewer':           '0 rr yyyy y y yyyy yyyy ryy ryyyy yy yy',
  'viewer':                      '0 rr xyyy y y xyyy xyyy ryy rxyyy yy yx',
  'the uri: viewer':             '0 rr oyyy y y oyyy oyyy ryy royyy yy yo',
  'member':                      '0 rr xxyy y y xxyy xxyy ryy rxxyy yy xx',
  'admin':                       '0 rr xxxy x y xxxy xxxy rxy rxxxy xy xx',
  'protected alias':             '0 rr xxpy p y xxpy xxpy rpy rxxpy py xx',
  'link':                        '0 rr xxyy s y xxyy xxyy ryy rxxyy yy xx',
  'link with a protected alias': '0 rr xxpy s y xxpy xxpy rpy rxxpy py xx',
  'listed':                      '0 oo yyyy y y yyyy yyyy oyy oyyyy yy yy',
  'listed to link to':           '0 oo ooyy y y ooyy ooyy oyy oooyy yy oo',
  'create a registry':           '0 yy yyyy y y yyyy yyyy yyy xxxxx yy yy',
  'log an artifact':             '0 xy yyyy x y yyyy yyyy yyy xxxxx yy yy',
  'log one of its own':          '0 yy yyyy y y yyyy yyyy eee xxxxx yy ee',
  'log one of another user':     '0 xx xxxx x y xxxx xxxx xxx xxxxx xx xx',
  'entities listed':             '0 oy yyyy o y yyyy yyyy yyy yyyyy yy yy',
  'read an entity':              '0 ey yyyy e y yyyy yyyy yyy yyyyy yy yy',
  'read an artifact':            '0 sy yyyy s y yyyy yyyy yyy yyyyy yy yy',
  'where an artifact is linked': '0 so yyyy s y yyyy yyyy oyy oyyyy yy yy',
  'change an artifact':          '0 sy yyyy s y yyyy yyyy yyy xxxxx yy yy',
  'delete what is held':         '0 sh hhhh s h hhhh hhhh hhh xxxxx hh hh',
  'organization admin':          '0 xx xxxx x y xxxx xxxx xxx xxxxx xx xx',
  'keys of others listed':       '0 oo oooo o y oooo oooo ooo ooooo oo oo',
  'keys of others':              '0 kk kkkk k y kkkk kkkk kkk kkkkk kk kk',
} as const;

export type Kind = keyof typeof kinds;

/** An operation, which case of it, and the kind that says who may do it. */
export type Row = { readonly operation: string; readonly of: string; readonly kind: Kind };

const row = (operation: string, kind: Kind, of = ''): Row => ({ operation, of, kind });

export const rows: ReadonlyArray<Row> = [
  row('beginSession', 'with any key'),
  row('endSession', 'for anyone, without a key'),

  row('createRegistry', 'create a registry'),
  row('listRegistries', 'listed'),
  row('getRegistry', 'restricted viewer'),
  row('changeRegistry', 'member', 'its description'),
  row('changeRegistry', 'admin', 'accepted types'),
  row('changeRegistry', 'admin', 'visibility'),
  row('changeRegistry', 'admin', 'default role'),
  row('deleteRegistry', 'admin'),
  row('protectAlias', 'admin'),
  row('unprotectAlias', 'admin'),
  row('listMembers', 'restricted viewer'),
  row('grantRole', 'admin', 'to another'),
  row('grantRole', 'admin', 'admin to oneself'),
  row('revokeRole', 'admin'),

  row('createCollection', 'member'),
  row('listCollections', 'restricted viewer'),
  row('listAllCollections', 'listed'),
  row('listAllCollections', 'listed to link to', 'that one may link to'),
  row('getCollection', 'restricted viewer'),
  row('changeCollection', 'member', 'its description'),
  row('changeCollection', 'member', 'its tags'),
  row('deleteCollection', 'member'),
  row('deleteCollection', 'protected alias', 'that has a protected alias'),

  row('linkVersion', 'link'),
  row('linkVersion', 'link', 'with an ordinary alias'),
  row('linkVersion', 'link with a protected alias', 'with a protected alias'),
  row('linkVersion', 'link', 'that creates the collection'),
  row('linkVersion', 'link with a protected alias', 'that creates the collection with a protected alias'),
  row('linkByPath', 'link'),
  row('linkByPath', 'link with a protected alias', 'with a protected alias'),
  row('listVersions', 'restricted viewer'),
  row('listVersions', 'the uri: viewer', 'uri'),
  row('getVersion', 'restricted viewer'),
  row('getVersion', 'restricted viewer', 'as of an instant'),
  row('getVersion', 'the uri: viewer', 'uri'),
  row('getVersion', 'the uri: viewer', 'uri as of an instant'),
  row('unlinkVersion', 'member'),
  row('unlinkVersion', 'protected alias', 'that holds a protected alias'),
  row('tagVersion', 'member'),
  row('tagVersion', 'protected alias', 'that holds a protected alias'),
  row('untagVersion', 'member'),
  row('untagVersion', 'protected alias', 'that holds a protected alias'),
  row('getLineage', 'restricted viewer'),
  row('recordUsage', 'viewer'),
  row('compareMetrics', 'restricted viewer'),
  row('resolve', 'restricted viewer'),
  row('resolve', 'restricted viewer', 'as of an instant'),
  row('resolve', 'the uri: viewer', 'uri'),

  row('getAliases', 'restricted viewer'),
  row('addAlias', 'member'),
  row('addAlias', 'protected alias', 'a protected one that is held'),
  row('addAlias', 'protected alias', 'a protected one that nobody holds'),
  row('removeAlias', 'member'),
  row('removeAlias', 'protected alias', 'a protected one'),
  row('changeAliases', 'member'),
  row('changeAliases', 'protected alias', 'with a protected one given'),
  row('changeAliases', 'protected alias', 'with a protected one taken away'),
  row('rollBackAlias', 'member'),
  row('rollBackAlias', 'protected alias', 'a protected one'),
  row('aliasHistory', 'restricted viewer'),

  row('collectionHistory', 'restricted viewer'),
  row('registryHistory', 'restricted viewer'),
  row('audit', 'organization admin'),
  row('collectionDiff', 'restricted viewer'),
  row('registryDiff', 'restricted viewer'),
  row('readEvents', 'viewer'),
  row('verifyEvents', 'viewer'),
  row('followChanges', 'with any key', 'that one may see'),
  row('followChanges', 'restricted viewer', 'of a registry'),

  row('logArtifact', 'log an artifact'),
  row('logArtifact', 'log one of its own', 'in one\'s own personal entity'),
  row('logArtifact', 'log one of another user', 'in the personal entity of another'),
  row('listEntities', 'entities listed'),
  row('listProjects', 'read an entity'),
  row('listArtifacts', 'read an entity'),
  row('listSourceVersions', 'read an artifact'),
  row('getSourceVersion', 'read an artifact'),
  row('getSourceVersion', 'where an artifact is linked', 'where it is linked'),
  row('addSourceAlias', 'change an artifact'),
  row('removeSourceAlias', 'change an artifact'),
  row('deleteArtifactVersion', 'change an artifact'),
  row('deleteArtifactVersion', 'delete what is held', 'whose linked version holds a protected alias'),

  row('getOrganization', 'with any key'),
  row('whoAmI', 'with any key'),
  row('createTeam', 'organization admin'),
  row('listTeams', 'organization admin'),
  row('addTeamMember', 'organization admin'),
  row('removeTeamMember', 'organization admin'),
  row('createUser', 'organization admin'),
  row('listUsers', 'organization admin'),
  row('changeUser', 'organization admin'),
  row('createServiceAccount', 'organization admin'),
  row('listServiceAccounts', 'organization admin'),
  row('changeServiceAccount', 'organization admin'),
  row('createKey', 'with any key', 'for oneself'),
  row('createKey', 'organization admin', 'for another'),
  row('listKeys', 'with any key', 'one\'s own'),
  row('listKeys', 'keys of others listed', 'those of others'),
  row('revokeKey', 'with any key', 'one\'s own'),
  row('revokeKey', 'keys of others', 'of another'),
];

const isSign = (text: string): text is Sign => Object.hasOwn(outcomes, text);

/** The sign of each asker for a kind. */
export const signsOf = (kind: Kind): ReadonlyArray<Sign> => [...kinds[kind]].filter(isSign);
