import { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { Change, InCollection } from '../api/queries';
import { Icon, IconName } from './icon';
import { Person, VersionLink } from './texts';
import { When } from './time';

type Data = Readonly<Record<string, unknown>>;

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of a stored event as text; versions are stored as numbers. */
const textIn = (data: Data, member: string): string => {
  const value = data[member];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? `v${value}` : value === undefined || value === null ? '' : JSON.stringify(value);
};

const dataOf = ({ data }: Pick<Change, 'data'>): Data => (isData(data) ? data : {});

export const versionIn = (change: Change, member: string): string | null => {
  const value = dataOf(change)[member];
  return typeof value === 'number' ? `v${value}` : null;
};

export const aliasIn = (change: Change): string => textIn(dataOf(change), 'alias');
export const causeIn = (change: Pick<Change, 'data'>): string => textIn(dataOf(change), 'cause');

const icons: Readonly<Record<string, IconName>> = {
  VersionLinked: 'link',
  VersionUnlinked: 'link-off',
  AliasAdded: 'plus',
  AliasMoved: 'arrow-right',
  AliasRemoved: 'x',
  AliasProtected: 'lock',
  AliasUnprotected: 'lock',
  CollectionDeleted: 'trash',
  RegistryDeleted: 'trash',
  UsageRecorded: 'player-play',
};

const iconOf = ({ type, ...change }: Change): IconName => {
  if (type === 'AliasMoved' && causeIn(change) === 'rollback') return 'arrow-back-up';
  return icons[type] ?? (type.includes('Tag') ? 'tag' : type.includes('Role') || type.includes('Member') ? 'users' : 'history');
};

const Name = ({ children }: { children: ReactNode }) => <strong className="wrap-anywhere isolate">{children}</strong>;

const because: Readonly<Record<string, string>> = {
  link: ' with a link',
  unlink: ' when its version was unlinked',
  collection_deleted: ' with the collection',
};

/** What a change did, as a sentence without its subject. */
const Did = ({ change }: { change: Change }) => {
  const data = dataOf(change);
  const { registry, collection } = change;
  const text = (member: string) => textIn(data, member);
  const version = (member: string) =>
    registry === undefined || collection === undefined ? (
      <code className="version">{text(member)}</code>
    ) : (
      <VersionLink place={{ registry, collection }} version={text(member)} />
    );
  const cause = because[text('cause')] ?? '';
  switch (change.type) {
    case 'VersionLinked':
      return <>linked {version('version')} from <code className="mono wrap-anywhere">{text('source')}</code></>;
    case 'VersionUnlinked':
      return <>unlinked {version('version')}</>;
    case 'AliasAdded':
      return <>{text('cause') === 'rollback' ? 'rolled back' : 'gave'} <Name>{text('alias')}</Name> to {version('to')}{cause}</>;
    case 'AliasMoved':
      return <>{text('cause') === 'rollback' ? 'rolled back' : 'moved'} <Name>{text('alias')}</Name> from {version('from')} to {version('to')}{cause}</>;
    case 'AliasRemoved':
      return <>took <Name>{text('alias')}</Name> off {version('from')}{cause}</>;
    case 'AliasProtected':
      return <>protected the alias <Name>{text('alias')}</Name></>;
    case 'AliasUnprotected':
      return <>no longer protects the alias <Name>{text('alias')}</Name></>;
    case 'CollectionCreated':
      return <>created the collection</>;
    case 'CollectionRegistered':
      return <>registered the collection <Name>{text('collection')}</Name></>;
    case 'CollectionDescribed':
      return <>changed the collection’s description</>;
    case 'CollectionTagged':
      return <>tagged the collection <Name>{text('tag')}</Name></>;
    case 'CollectionUntagged':
      return <>took the tag <Name>{text('tag')}</Name> off the collection</>;
    case 'VersionTagged':
      return <>tagged {version('version')} <Name>{text('tag')}</Name></>;
    case 'VersionUntagged':
      return <>took the tag <Name>{text('tag')}</Name> off {version('version')}</>;
    case 'CollectionDeleted':
      return <>deleted the collection</>;
    case 'CollectionUnregistered':
      return <>unregistered the collection <Name>{text('collection')}</Name></>;
    case 'AliasProtectionSettled':
      return <>settled the protection of <Name>{text('alias')}</Name> in every collection</>;
    case 'RoleGranted':
      return <>made <Name>{text('principal')}</Name> {text('role').replace('_', ' ')}</>;
    case 'RoleRevoked':
      return <>took the role of <Name>{text('principal')}</Name> away</>;
    case 'RegistryDescribed':
      return <>changed the registry’s description</>;
    case 'VisibilityChanged':
      return <>made the registry visible to {text('visibility') === 'restricted' ? 'its members only' : 'the organization'}</>;
    case 'RegistryCreated':
      return <>created the registry</>;
    case 'RegistryDeleted':
      return <>deleted the registry</>;
    case 'RegistryDeletionSettled':
      return <>deleted the last collection of a deleted registry</>;
    case 'AcceptedTypesAdded':
      return <>let the registry accept {Array.isArray(data['types']) ? data['types'].join(', ') : 'any type'}</>;
    case 'DefaultRoleChanged':
      return <>made everyone in the organization {text('role').replace('_', ' ')}</>;
    case 'OrganizationFounded':
      return <>founded the organization <Name>{text('name')}</Name></>;
    case 'UserCreated':
      return <>made the user <Name>{text('name')}</Name>, {text('role')} of the organization</>;
    case 'ServiceAccountCreated':
      return <>made the service account <Name>{text('name')}</Name>, {text('role')} of the organization</>;
    case 'OrganizationRoleChanged':
      return <>made <Name>{text('principal')}</Name> {text('role')} of the organization</>;
    case 'PrincipalDisabled':
      return <>disabled <Name>{text('principal')}</Name></>;
    case 'PrincipalEnabled':
      return <>enabled <Name>{text('principal')}</Name></>;
    case 'TeamCreated':
      return <>made the team <Name>{text('name')}</Name></>;
    case 'TeamMemberAdded':
      return <>added <Name>{text('principal')}</Name> to the team <Name>{text('team')}</Name></>;
    case 'TeamMemberRemoved':
      return <>took <Name>{text('principal')}</Name> out of the team <Name>{text('team')}</Name></>;
    case 'KeyCreated':
      return <>made a key of <Name>{text('principal')}</Name>{text('label') === '' ? '' : ` with the label “${text('label')}”`}</>;
    case 'KeyRevoked':
      return <>revoked the key <code className="mono wrap-anywhere">{text('id')}</code></>;
    case 'ArtifactLogged':
      return <>logged {version('version')}</>;
    case 'ArtifactVersionDeleted':
      return <>deleted {version('version')}</>;
    case 'UsageRecorded':
      return <>recorded that <code className="mono">{text('run')}</code> used {version('version')}</>;
    default: {
      const members = Object.keys(data).map((member) => `${member} ${text(member)}`).join(', ');
      return <><code className="mono">{change.type}</code>{members === '' ? '' : ` (${members})`}</>;
    }
  }
};

/** `team/project/artifact` of an artifact's stream, whose events are about no registry. */
const artifactIn = (stream: string): { entity: string; project: string; artifact: string } | undefined => {
  const [, entity, project, artifact] = /^artifact-([^/]+)\/([^/]+)\/([^/]+)$/.exec(stream) ?? [];
  return entity === undefined || project === undefined || artifact === undefined
    ? undefined
    : { entity: decodeURIComponent(entity), project: decodeURIComponent(project), artifact: decodeURIComponent(artifact) };
};

const Where = ({ registry, collection, stream, type }: Pick<Change, 'stream' | 'type'> & Partial<InCollection>) => {
  const source = artifactIn(stream);
  if (source !== undefined)
    return <> of <Link className="link wrap-anywhere" to="/artifacts/$entity/$project/$artifact" params={source}>{Object.values(source).join('/')}</Link></>;
  if (registry === undefined) return null;
  if (collection === undefined)
    return <> {/^Registry(Created|Deleted)$/.test(type) ? '' : 'in '}<Link className="link wrap-anywhere" to="/registries/$registry" params={{ registry }}>{registry}</Link></>;
  return (
    <> in <Link className="link wrap-anywhere" to="/registries/$registry/collections/$collection" params={{ registry, collection }}>{`${registry}/${collection}`}</Link></>
  );
};

/** One change: who did what, where, when and why. */
export const ChangeLine = ({ change, where = false }: { change: Change; where?: boolean }) => (
  <>
    <span className="dim" style={{ marginTop: 2 }}><Icon name={iconOf(change)} size={15} /></span>
    <div className="grow">
      <span className="wrap-anywhere">
        <Person principal={change.by} /> <Did change={change} />
        {where && <Where {...change} />}
      </span>
      {change.reason !== null && <div className="reason clamp long" title={change.reason}>{change.reason}</div>}
    </div>
    <span className="dim tiny" style={{ flexShrink: 0 }}><When at={change.at} /></span>
  </>
);

export const Feed = ({ changes, where = false }: { changes: ReadonlyArray<Change>; where?: boolean }) => (
  <ul className="feed">
    {changes.map((change) => (
      <li key={`${change.stream}:${change.revision}`}><ChangeLine change={change} where={where} /></li>
    ))}
  </ul>
);
