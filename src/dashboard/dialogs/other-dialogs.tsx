import { Modal, SegmentedControl, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, done } from '../api/client';
import { collectionOf, InCollection, registryOf, Role, versionOf, whoAmI } from '../api/queries';
import { closeDialog } from '../app/dialogs';
import { keyList } from '../app/keys';
import { Icon } from '../parts/icon';
import { faultOfCollection, faultOfRegistry } from '../parts/names';
import { allRoles, roleNames, unless } from '../parts/roles';
import { say } from '../parts/toasts';
import { Frame, Reason, withReason } from './frame';

export const UnlinkDialog = ({ place, version }: { place: InCollection; version: string }) => {
  const [reason, setReason] = useState('');
  const navigate = useNavigate();
  const registry = useQuery(registryOf(place.registry));
  const linked = useQuery(versionOf(place, version));
  const unlink = useMutation({
    mutationFn: () =>
      done(
        api.DELETE('/registries/{registry}/collections/{collection}/versions/{ref}', {
          params: { path: { ...place, ref: version }, query: withReason(reason) },
        }),
      ),
    onSuccess: () => {
      say(<>Unlinked {version}. Its number is not used again.</>, 'link-off');
      closeDialog();
      void navigate({ to: '/registries/$registry/collections/$collection', params: place });
    },
  });
  const aliases = linked.data?.aliases ?? [];
  return (
    <Frame
      title={`Unlink ${version}`}
      submit="Unlink"
      danger
      pending={unlink.isPending}
      because={unless(registry.data?.role, linked.data?.protected === true ? 'admin' : 'member')}
      error={unlink.error}
      onSubmit={() => unlink.mutate()}
    >
      <div>
        {version} leaves this collection, and its number is not used again. The source artifact is untouched. {aliases.length > 0 && <>Its aliases go with it: <strong className="wrap-anywhere">{aliases.join(', ')}</strong>. </>}
        {aliases.includes('latest') && 'latest goes to the highest version that remains.'}
      </div>
      <Reason value={reason} onChange={setReason} example="Evaluated on the wrong split" />
    </Frame>
  );
};

const roleChoices = allRoles.map((value) => ({ value, label: roleNames[value] }));

export const NewRegistryDialog = () => {
  const navigate = useNavigate();
  const client = useQueryClient();
  const me = useQuery(whoAmI);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [types, setTypes] = useState<Array<string>>([]);
  const [visibility, setVisibility] = useState<'organization' | 'restricted'>('organization');
  const [defaultRole, setDefaultRole] = useState<Role>('restricted_viewer');
  const fault = faultOfRegistry(name);
  const create = useMutation({
    mutationFn: () =>
      done(
        api.POST('/registries', {
          body: { name, description, visibility, defaultRole, acceptedTypes: types.length === 0 ? 'any' : types },
        }),
      ),
    onSuccess: (registry) => {
      void client.invalidateQueries({ queryKey: ['registries'] });
      closeDialog();
      say(<>Created <strong>{registry.name}</strong>.</>);
      void navigate({ to: '/registries/$registry', params: { registry: registry.name } });
    },
  });
  return (
    <Frame
      title="New registry"
      submit="Create"
      pending={create.isPending}
      because={me.data?.organizationRole === 'viewer' ? 'Viewers of the organization create no registries.' : (fault ?? (name === '' ? 'Name it first.' : undefined))}
      error={create.error}
      onSubmit={() => create.mutate()}
    >
      <TextInput label="Name" required data-autofocus value={name} error={fault} onChange={(event) => setName(event.currentTarget.value)} />
      <Textarea label="Description" autosize minRows={2} maxLength={4096} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
      <TagsInput label="Accepted artifact types" description="None means any. Types are only ever added later." placeholder={types.length === 0 ? 'any' : ''} data={['model', 'dataset']} value={types} onChange={setTypes} />
      <div className="stack tight">
        <span className="small strong" id="visibility-label">Visible to</span>
        <SegmentedControl
          aria-labelledby="visibility-label"
          data={[{ value: 'organization', label: 'The organization' }, { value: 'restricted', label: 'Its members only' }]}
          value={visibility}
          onChange={(value) => setVisibility(value === 'restricted' ? 'restricted' : 'organization')}
        />
      </div>
      {visibility === 'organization' && (
        <Select label="Role of everyone in the organization" data={roleChoices} allowDeselect={false} value={defaultRole} onChange={(value) => setDefaultRole(allRoles.find((role) => role === value) ?? 'restricted_viewer')} />
      )}
    </Frame>
  );
};

export const NewCollectionDialog = ({ registry: name }: { registry: string }) => {
  const navigate = useNavigate();
  const registry = useQuery(registryOf(name));
  const [collection, setCollection] = useState('');
  const [type, setType] = useState('');
  const [description, setDescription] = useState('');
  const [tags, setTags] = useState<Array<string>>([]);
  const accepted = registry.data?.acceptedTypes;
  const choices = Array.isArray(accepted) ? accepted : [];
  const artifactType = type === '' && choices.length === 1 ? (choices[0] ?? '') : type;
  const fault = faultOfCollection(collection);
  const create = useMutation({
    mutationFn: () =>
      done(
        api.POST('/registries/{registry}/collections', {
          params: { path: { registry: name } },
          body: { name: collection, type: artifactType, description, tags },
        }),
      ),
    onSuccess: (made) => {
      closeDialog();
      say(<>Created <strong>{made.name}</strong>.</>);
      void navigate({ to: '/registries/$registry/collections/$collection', params: { registry: name, collection: made.name } });
    },
  });
  return (
    <Frame
      title={`New collection in ${name}`}
      submit="Create"
      pending={create.isPending}
      because={unless(registry.data?.role, 'member') ?? fault ?? (collection === '' ? 'Name it first.' : artifactType === '' ? 'Say which type it holds.' : undefined)}
      error={create.error}
      onSubmit={() => create.mutate()}
    >
      <TextInput label="Name" required data-autofocus value={collection} error={fault} onChange={(event) => setCollection(event.currentTarget.value)} />
      {choices.length > 0 ? (
        <Select label="Type of its artifacts" description="It never changes." data={choices} value={artifactType === '' ? null : artifactType} onChange={(value) => setType(value ?? '')} />
      ) : (
        <TextInput label="Type of its artifacts" required description="It never changes." placeholder="model" value={type} onChange={(event) => setType(event.currentTarget.value)} />
      )}
      <Textarea label="Description" description="Markdown" autosize minRows={2} maxLength={4096} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
      <TagsInput label="Tags" value={tags} onChange={setTags} />
    </Frame>
  );
};

const TypedName = ({ name, value, onChange }: { name: string; value: string; onChange: (value: string) => void }) => (
  <TextInput label={<>To be sure, type its name: <span className="mono wrap-anywhere">{name}</span></>} data-autofocus autoComplete="off" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
);

export const DeleteCollectionDialog = ({ place }: { place: InCollection }) => {
  const navigate = useNavigate();
  const registry = useQuery(registryOf(place.registry));
  const collection = useQuery(collectionOf(place));
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const remove = useMutation({
    mutationFn: () =>
      done(
        api.DELETE('/registries/{registry}/collections/{collection}', { params: { path: place, query: withReason(reason) } }),
      ),
    onSuccess: () => {
      closeDialog();
      say(<>Deleted <strong>{place.collection}</strong>. Its history stays.</>, 'trash');
      void navigate({ to: '/registries/$registry', params: { registry: place.registry } });
    },
  });
  const guarded = collection.data?.aliases.some((alias) => alias.protected) === true;
  return (
    <Frame
      title={`Delete ${place.collection}`}
      submit="Delete the collection"
      danger
      pending={remove.isPending}
      because={unless(registry.data?.role, guarded ? 'admin' : 'member') ?? (typed === place.collection ? undefined : 'Type its name first.')}
      error={remove.error}
      onSubmit={() => remove.mutate()}
    >
      <div>Its {collection.data?.versions ?? ''} versions are unlinked and its aliases taken away. The source artifacts are untouched, and the history still answers.</div>
      <TypedName name={place.collection} value={typed} onChange={setTyped} />
      <Reason value={reason} onChange={setReason} example="Replaced by another" />
    </Frame>
  );
};

export const DeleteRegistryDialog = ({ registry: name }: { registry: string }) => {
  const navigate = useNavigate();
  const client = useQueryClient();
  const registry = useQuery(registryOf(name));
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const remove = useMutation({
    mutationFn: () =>
      done(api.DELETE('/registries/{registry}', { params: { path: { registry: name }, query: withReason(reason) } })),
    onSuccess: () => {
      closeDialog();
      void client.invalidateQueries({ queryKey: ['registries'] });
      say(<>Deleted the registry <strong>{name}</strong>.</>, 'trash');
      void navigate({ to: '/' });
    },
  });
  return (
    <Frame
      title={`Delete the registry ${name}`}
      submit="Delete the registry"
      danger
      pending={remove.isPending}
      because={unless(registry.data?.role, 'admin') ?? (typed === name ? undefined : 'Type its name first.')}
      error={remove.error}
      onSubmit={() => remove.mutate()}
    >
      <div>All its {registry.data?.collections ?? ''} collections are deleted, and what asks for their aliases is told that there are none. The source artifacts are untouched.</div>
      <TypedName name={name} value={typed} onChange={setTyped} />
      <Reason value={reason} onChange={setReason} example="Replaced by another" />
    </Frame>
  );
};

export const KeysDialog = () => (
  <Modal opened onClose={closeDialog} title={<strong>Keys</strong>}>
    <dl className="facts" style={{ gridTemplateColumns: 'max-content 1fr' }}>
      {keyList.map(({ keys, does }) => (
        <div key={does} style={{ display: 'contents' }}>
          <dt className="row" style={{ gap: 4 }}>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
    <p className="dim small row"><Icon name="keyboard" /> Everything else is reached with Tab, Enter, Space and the arrows.</p>
  </Modal>
);

