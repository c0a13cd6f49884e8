import { Button, Drawer, Group, Select, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FormEvent, useState } from 'react';
import { api, done } from '../api/client';
import {
  allCollections, artifactsOf, entities, projectsOf, registries, registryOf, collectionOf, sourceVersionsOf, whoAmI, InCollection,
} from '../api/queries';
import { closeDialog } from '../app/dialogs';
import { Action } from '../parts/action';
import { Icon } from '../parts/icon';
import { faultOfAlias, faultOfCollection } from '../parts/names';
import { has, unless } from '../parts/roles';
import { ProblemNote } from '../parts/states';
import { say } from '../parts/toasts';
import { ago } from '../parts/time';
import { Reason, withReason } from './frame';

type LinkProps = { place?: InCollection; registry?: string; source?: string };

const NEW = '\u0000new';

/** `team/project/artifact:v7` in its parts. */
const partsOf = (source: string | undefined) => {
  const match = /^([^/]+)\/([^/]+)\/([^:]+):(.+)$/.exec(source ?? '');
  return { entity: match?.[1] ?? '', project: match?.[2] ?? '', artifact: match?.[3] ?? '', version: match?.[4] ?? '' };
};

const orNull = (text: string) => (text === '' ? null : text);

/** "Link new version", in the order of the documentation; or "Link to registry", from the side of the artifact. */
export const LinkDialog = ({ place, registry: startIn, source }: LinkProps) => {
  const navigate = useNavigate();
  const start = partsOf(source);
  const [entity, setEntity] = useState(start.entity);
  const [project, setProject] = useState(start.project);
  const [artifact, setArtifact] = useState(start.artifact);
  const [version, setVersion] = useState(start.version);
  const [registryName, setRegistryName] = useState(place?.registry ?? startIn ?? '');
  const [chosen, setChosen] = useState(place?.collection ?? '');
  const [newName, setNewName] = useState('');
  const [aliases, setAliases] = useState<Array<string>>([]);
  const [reason, setReason] = useState('');

  const me = useQuery(whoAmI);
  const owners = useQuery(entities);
  const projects = useQuery(projectsOf(entity));
  const artifacts = useQuery(artifactsOf({ entity, project }));
  const versions = useQuery(sourceVersionsOf({ entity, project, artifact }));
  const shelves = useQuery({ ...registries, enabled: place === undefined });
  const registry = useQuery({ ...registryOf(registryName), enabled: registryName !== '' });
  const linkable = useQuery({ ...allCollections('member'), enabled: place === undefined });

  const collection = chosen === NEW ? newName : chosen;
  const target = useQuery({
    ...collectionOf({ registry: registryName, collection }),
    enabled: registryName !== '' && collection !== '' && chosen !== NEW,
  });

  const isPersonal = owners.data?.find(({ name }) => name === entity)?.kind === 'user';
  const type = versions.data?.find((item) => item.version === version)?.type ?? artifacts.data?.find(({ name }) => name === artifact)?.type;
  const accepted = registry.data?.acceptedTypes;
  const typeFault =
    type === undefined
      ? undefined
      : Array.isArray(accepted) && !accepted.includes(type)
        ? `${registryName} accepts ${accepted.join(', ')}, and this is of type ${type}.`
        : target.data !== undefined && target.data.type !== type
          ? `${collection} holds artifacts of type ${target.data.type}, and this is of type ${type}.`
          : undefined;
  const guards = registry.data?.protectedAliases ?? [];
  const aliasFault =
    aliases.map((alias) => faultOfAlias(alias, guards)).find((fault) => fault !== undefined) ??
    (registry.data !== undefined && !has(registry.data.role, 'admin') && aliases.some((alias) => guards.includes(alias))
      ? `${aliases.filter((alias) => guards.includes(alias)).join(', ')} is protected: only admins of ${registryName} give it.`
      : undefined);
  const full = `${entity}/${project}/${artifact}:${version}`;
  const already = versions.data
    ?.find((item) => item.version === version)
    ?.links.find((link) => link.registry === registryName && link.collection === collection);

  const held = target.data?.aliases ?? [];
  const suggested = [...new Set([...(has(registry.data?.role, 'admin') ? guards : []), ...held.map(({ alias }) => alias)])].filter(
    (alias) => alias !== 'latest' && (has(registry.data?.role, 'admin') || !guards.includes(alias)),
  );
  const moved = held.filter(({ alias, version: holder }) => aliases.includes(alias) && holder !== already?.version);

  const link = useMutation({
    mutationFn: () =>
      done(
        api.POST('/registries/{registry}/collections/{collection}/versions', {
          params: { path: { registry: registryName, collection } },
          body: { source: full, aliases, ...withReason(reason) },
        }),
      ),
    onSuccess: (linked) => {
      closeDialog();
      say(already === undefined ? <>Linked as <strong>{linked.fullName}</strong>.</> : <>{linked.version} held it already; no version was added.</>, 'link');
      void navigate({
        to: '/registries/$registry/collections/$collection/versions/$version',
        params: { registry: registryName, collection, version: linked.version },
      });
    },
  });

  const because =
    unless(registryName === '' ? undefined : registry.data?.role, 'member') !== undefined && registry.data !== undefined
      ? unless(registry.data.role, 'member')
      : isPersonal
        ? 'Versions of a personal entity cannot be linked.'
        : version === ''
          ? 'Choose a version first.'
          : registryName === ''
            ? 'Choose a registry first.'
            : collection === ''
              ? 'Choose a collection, or name a new one.'
              : (faultOfCollection(collection) ?? typeFault ?? aliasFault);

  const clearFrom = (level: 'project' | 'artifact' | 'version') => {
    if (level === 'project') setProject('');
    if (level !== 'version') setArtifact('');
    setVersion('');
  };

  const inRegistry = (linkable.data ?? []).filter((item) => item.registry === registryName);

  return (
    <Drawer
      opened
      onClose={closeDialog}
      position="right"
      size={460}
      title={<strong>{source === undefined ? 'Link new version' : 'Link to registry'}</strong>}
    >
      <form
        className="stack"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (because === undefined && !link.isPending) link.mutate();
        }}
      >
        {place !== undefined && <div className="small dim wrap-anywhere">Into <span className="mono">{place.registry}/{place.collection}</span></div>}
        {source === undefined ? (
          <>
            <Select
              label="Team"
              placeholder={owners.isPending ? 'Loading' : 'Choose a team'}
              searchable
              data-autofocus
              data={(owners.data ?? []).map(({ name, kind }) => ({ value: name, label: kind === 'user' ? `${name} (personal)` : name }))}
              value={orNull(entity)}
              onChange={(value) => {
                setEntity(value ?? '');
                clearFrom('project');
              }}
              nothingFoundMessage="No team of yours has this name"
            />
            {owners.isError && <ProblemNote error={owners.error} retry={() => void owners.refetch()} />}
            {owners.data?.length === 0 && <div className="note">You are in no team yet. An admin of the organization adds you to one.</div>}
            {isPersonal && (
              <div className="note guard" role="status">
                <Icon name="info-circle" size={18} />
                <div>
                  Artifacts of a personal entity cannot be linked: the organization could not rely on them. Log it in a
                  project of a team{me.data !== undefined && me.data.teams.length > 0 ? ` of yours (${me.data.teams.join(', ')})` : ''}, and link it from there.
                </div>
              </div>
            )}
            <Select label="Project" placeholder="Choose a project" searchable disabled={entity === ''} data={(projects.data ?? []).map(({ name }) => name)} value={orNull(project)}
              onChange={(value) => {
                setProject(value ?? '');
                clearFrom('artifact');
              }}
            />
            <Select label="Artifact" placeholder="Choose an artifact" searchable disabled={project === ''} data={(artifacts.data ?? []).map(({ name, type: of }) => ({ value: name, label: `${name} (${of})` }))} value={orNull(artifact)}
              onChange={(value) => {
                setArtifact(value ?? '');
                clearFrom('version');
              }}
            />
            <Select label="Version" placeholder="Choose a version" searchable disabled={artifact === ''} value={orNull(version)}
              data={(versions.data ?? []).map((item) => ({
                value: item.version,
                label: [item.version, ...item.aliases].join(', ') + ` · ${ago(item.loggedAt)}`,
                disabled: isPersonal || !item.available,
              }))}
              onChange={(value) => setVersion(value ?? '')}
            />
          </>
        ) : (
          <div className="small">From <code className="mono wrap-anywhere">{source}</code>
            {isPersonal && (
              <div className="note guard" style={{ marginTop: 10 }}>
                <Icon name="info-circle" size={18} /> Artifacts of a personal entity cannot be linked. Log it in a project of a team first.
              </div>
            )}
          </div>
        )}
        {place === undefined && (
          <>
            <Select label="Registry" placeholder="Choose a registry" searchable value={orNull(registryName)}
              data={(shelves.data ?? []).map(({ name, role }) => ({ value: name, label: has(role, 'member') ? name : `${name} (needs the role member)`, disabled: !has(role, 'member') }))}
              onChange={(value) => {
                setRegistryName(value ?? '');
                setChosen('');
              }}
            />
            <Select label="Collection" placeholder="Choose a collection" searchable disabled={registryName === ''} value={orNull(chosen)}
              data={[{ value: NEW, label: '＋ New collection …' }, ...inRegistry.map(({ name, type: of }) => ({ value: name, label: name, disabled: type !== undefined && of !== type }))]}
              onChange={(value) => setChosen(value ?? '')}
            />
            {chosen === NEW && <TextInput label="Name of the new collection" value={newName} error={faultOfCollection(newName)} onChange={(event) => setNewName(event.currentTarget.value)} />}
          </>
        )}
        <TagsInput
          label="Aliases"
          description="latest and the version’s number are given by themselves."
          placeholder={aliases.length === 0 ? 'staging' : ''}
          data={suggested}
          value={aliases}
          onChange={setAliases}
          error={aliasFault}
        />
        {moved.length > 0 && (
          <div className="note guard" role="status">
            <Icon name="arrow-right" size={18} />
            <div className="wrap-anywhere">{moved.map(({ alias, version: holder }) => `${alias} is on ${holder} now and moves from there.`).join(' ')}</div>
          </div>
        )}
        <Reason value={reason} onChange={setReason} />
        {typeFault !== undefined && <div className="note guard"><Icon name="alert-triangle" /> {typeFault}</div>}
        {version !== '' && collection !== '' && (chosen === NEW || target.data !== undefined) && typeFault === undefined && !isPersonal && (
          <div className="note" role="status">
            <Icon name="link" size={18} />
            <div className="wrap-anywhere">
              {already === undefined ? (
                <>Will be <strong className="mono">{registry.data?.targetPath.replace(/\/$/, '') ?? registryName}/{collection}:{target.data?.nextVersion ?? 'v0'}</strong>{chosen === NEW ? ' in a new collection' : ''}, and <strong>latest</strong>.</>
              ) : (
                <>It is {already.version} there already: no version is added{aliases.length > 0 ? ', and the aliases are given to it' : ''}.</>
              )}
            </div>
          </div>
        )}
        {link.isError && <ProblemNote error={link.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={closeDialog}>Cancel</Button>
          <Action type="submit" variant="filled" because={because} loading={link.isPending}>Link</Action>
        </Group>
      </form>
    </Drawer>
  );
};
