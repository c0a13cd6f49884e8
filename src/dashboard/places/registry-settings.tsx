import { Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ReactNode, useState } from 'react';
import { api, done } from '../api/client';
import { membersOf, Registry, registryOf, Role } from '../api/queries';
import { openDialog } from '../app/dialogs';
import { Action, IconAction } from '../parts/action';
import { AliasChip } from '../parts/chips';
import { Icon } from '../parts/icon';
import { faultOfAlias } from '../parts/names';
import { allRoles, roleNames, unless } from '../parts/roles';
import { Answered, Empty, ProblemNote, useTitle } from '../parts/states';
import { Person } from '../parts/texts';
import { When } from '../parts/time';
import { say } from '../parts/toasts';

const route = getRouteApi('/registries/$registry/settings');

const roleChoices = allRoles.map((value) => ({ value, label: roleNames[value] }));
const roleFrom = (value: string | null): Role | undefined => allRoles.find((role) => role === value);

type Change = { description?: string; addAcceptedTypes?: 'any' | Array<string>; visibility?: 'organization' | 'restricted'; defaultRole?: Role };

const useChange = (registry: string, said: string) =>
  useMutation({
    mutationFn: (body: Change) => done(api.PATCH('/registries/{registry}', { params: { path: { registry } }, body })),
    onSuccess: () => say(said),
  });

const Section = ({ title, hint, children }: { title: string; hint?: ReactNode; children: ReactNode }) => (
  <section className="panel" aria-label={title}>
    <div className="panel-head">
      <div><h2 className="section-title">{title}</h2>{hint !== undefined && <div className="dim small">{hint}</div>}</div>
    </div>
    <div className="stack" style={{ padding: '16px 20px' }}>{children}</div>
  </section>
);

const Description = ({ registry }: { registry: Registry }) => {
  const [typed, setTyped] = useState<string>();
  const text = typed ?? registry.description;
  const save = useChange(registry.name, 'The description is saved.');
  const because = unless(registry.role, 'member');
  return (
    <Section title="Description">
      <Textarea aria-label="Description" autosize minRows={2} maxLength={4096} disabled={because !== undefined} value={text} onChange={(event) => setTyped(event.currentTarget.value)} />
      {save.isError && <ProblemNote error={save.error} />}
      <div><Action because={because ?? (text === registry.description ? 'Nothing was changed.' : undefined)} loading={save.isPending} onClick={() => save.mutate({ description: text }, { onSuccess: () => setTyped(undefined) })}>Save</Action></div>
    </Section>
  );
};

const Protected = ({ registry }: { registry: Registry }) => {
  const [text, setText] = useState('');
  const because = unless(registry.role, 'admin');
  const alias = text.trim();
  const fault = faultOfAlias(alias, registry.protectedAliases);
  const path = { registry: registry.name };
  const add = useMutation({
    mutationFn: () => done(api.PUT('/registries/{registry}/protected-aliases/{alias}', { params: { path: { ...path, alias } } })),
    onSuccess: () => {
      say(<><strong>{alias}</strong> is protected in every collection.</>, 'lock');
      setText('');
    },
  });
  const remove = useMutation({
    mutationFn: (name: string) => done(api.DELETE('/registries/{registry}/protected-aliases/{alias}', { params: { path: { ...path, alias: name } } })),
    onSuccess: (_answer, name) => say(<><strong>{name}</strong> is protected no more.</>, 'lock'),
  });
  return (
    <Section title="Protected aliases" hint="In every collection of this registry only its admins give, move or take them away. In force when it is answered.">
      <div className="row wrap">
        {registry.protectedAliases.length === 0 && <span className="dim small">None yet. production and staging are common ones.</span>}
        {registry.protectedAliases.map((name) => (
          <AliasChip key={name} place={{ registry: registry.name, collection: '' }} alias={name} isProtected onRemove={() => remove.mutate(name)} removeBecause={because} />
        ))}
      </div>
      <form
        className="row top wrap"
        onSubmit={(event) => {
          event.preventDefault();
          if (because === undefined && alias !== '' && fault === undefined) add.mutate();
        }}
      >
        <TextInput aria-label="Alias to protect" placeholder="production" value={text} error={fault} disabled={because !== undefined} onChange={(event) => setText(event.currentTarget.value)} />
        <Action type="submit" leftSection={<Icon name="plus" />} because={because} loading={add.isPending}>Protect</Action>
      </form>
      {add.isPending && <span className="dim small" role="status">Telling every collection …</span>}
      {(add.error ?? remove.error) !== null && <ProblemNote error={add.error ?? remove.error} />}
    </Section>
  );
};

const Members = ({ registry }: { registry: Registry }) => {
  const members = useQuery(membersOf(registry.name));
  const [kind, setKind] = useState('user');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('member');
  const because = unless(registry.role, 'admin');
  const grant = useMutation({
    mutationFn: ({ principal, role: given }: { principal: string; role: Role }) =>
      done(api.PUT('/registries/{registry}/members/{principal}', { params: { path: { registry: registry.name, principal } }, body: { role: given } })),
    onSuccess: ({ principal, role: given }) => {
      say(<>{principal} is {given === null ? 'no member' : roleNames[given].toLowerCase()} now.</>, 'users');
      setName('');
    },
  });
  const revoke = useMutation({
    mutationFn: (principal: string) =>
      done(api.DELETE('/registries/{registry}/members/{principal}', { params: { path: { registry: registry.name, principal } } })),
    onSuccess: ({ principal }) => say(<>{principal} has no role of its own here any more.</>, 'users'),
  });
  return (
    <Section title="Members and roles" hint="The highest of one’s own role, those of one’s teams, and the default role counts. Admins of the organization are admins here.">
      <Answered query={members} rows={3}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="users" title="Nobody has a role of their own here yet" />
          ) : (
            <div className="table-scroll" tabIndex={0} role="region" aria-label="Members" style={{ margin: '-16px -20px 0' }}>
              <table className="table">
                <thead><tr><th>Who</th><th>Role</th><th>Since</th><th>By</th><th><span className="hidden">Take away</span></th></tr></thead>
                <tbody>
                  {items.map((member) => (
                    <tr key={member.principal}>
                      <td><Person principal={member.principal} /> <span className="dim tiny">{member.principal.split(':')[0]}</span></td>
                      <td>
                        <Select
                          aria-label={`Role of ${member.principal}`}
                          size="xs"
                          w={170}
                          allowDeselect={false}
                          disabled={because !== undefined}
                          data={roleChoices.map((choice) => ({ ...choice, disabled: member.principal.startsWith('service:') && choice.value !== 'member' && choice.value !== 'admin' }))}
                          value={member.role}
                          onChange={(value) => {
                            const chosen = roleFrom(value);
                            if (chosen !== undefined) grant.mutate({ principal: member.principal, role: chosen });
                          }}
                        />
                      </td>
                      <td className="dim">{member.since !== null && <When at={member.since} />}</td>
                      <td>{member.by !== null && <Person principal={member.by} avatar={false} />}</td>
                      <td className="number"><IconAction icon="x" label={`Take the role of ${member.principal} away`} because={because} onClick={() => revoke.mutate(member.principal)} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answered>
      <form
        className="row wrap"
        onSubmit={(event) => {
          event.preventDefault();
          if (because === undefined && name.trim() !== '') grant.mutate({ principal: `${kind}:${name.trim()}`, role });
        }}
      >
        <Select aria-label="Kind" w={120} allowDeselect={false} data={[{ value: 'user', label: 'User' }, { value: 'team', label: 'Team' }, { value: 'service', label: 'Service' }]} value={kind}
          onChange={(value) => {
            setKind(value ?? 'user');
            if (value === 'service' && role !== 'admin') setRole('member');
          }}
          disabled={because !== undefined}
        />
        <TextInput aria-label="Name" placeholder="Name" value={name} disabled={because !== undefined} onChange={(event) => setName(event.currentTarget.value)} />
        <Select aria-label="Role" w={170} allowDeselect={false} data={roleChoices.filter(({ value }) => kind !== 'service' || value === 'member' || value === 'admin')} value={role} disabled={because !== undefined} onChange={(value) => setRole(roleFrom(value) ?? 'member')} />
        <Action type="submit" leftSection={<Icon name="plus" />} because={because} loading={grant.isPending}>Add</Action>
      </form>
      {(grant.error ?? revoke.error) !== null && <ProblemNote error={grant.error ?? revoke.error} />}
    </Section>
  );
};

const Access = ({ registry }: { registry: Registry }) => {
  const because = unless(registry.role, 'admin');
  const [types, setTypes] = useState<Array<string>>([]);
  const change = useChange(registry.name, 'Saved.');
  const isAny = registry.acceptedTypes === 'any';
  return (
    <Section title="What it accepts, and who sees it">
      <div className="stack tight">
        <span className="small strong">Accepted types</span>
        <div className="row wrap">{Array.isArray(registry.acceptedTypes) ? registry.acceptedTypes.map((type) => <span key={type} className="chip tag">{type}</span>) : <span className="chip tag">any</span>}</div>
        {isAny ? (
          <span className="dim small">Any type; that cannot be narrowed later.</span>
        ) : (
          <div className="row top wrap">
            <TagsInput aria-label="Types to add" placeholder={types.length === 0 ? 'Types to add' : ''} value={types} onChange={setTypes} disabled={because !== undefined} miw={220} />
            <Action because={because ?? (types.length === 0 ? 'Name a type first.' : undefined)} onClick={() => change.mutate({ addAcceptedTypes: types }, { onSuccess: () => setTypes([]) })}>Add</Action>
            <Action because={because} onClick={() => change.mutate({ addAcceptedTypes: 'any' })}>Accept any</Action>
          </div>
        )}
        {!isAny && <span className="dim tiny">A type that was added stays.</span>}
      </div>
      <div className="row wrap top" style={{ gap: 20 }}>
        <Select label="Visible to" w={220} allowDeselect={false} disabled={because !== undefined} data={[{ value: 'organization', label: 'The organization' }, { value: 'restricted', label: 'Its members only' }]} value={registry.visibility} onChange={(value) => change.mutate({ visibility: value === 'restricted' ? 'restricted' : 'organization' })} />
        <Select label="Default role" description={registry.visibility === 'restricted' ? 'Counts when it is visible to the organization' : 'Of everyone in the organization'} inputWrapperOrder={['label', 'input', 'description']} w={220} allowDeselect={false} disabled={because !== undefined} data={roleChoices} value={registry.defaultRole}
          onChange={(value) => {
            const chosen = roleFrom(value);
            if (chosen !== undefined) change.mutate({ defaultRole: chosen });
          }}
        />
      </div>
      {because !== undefined && <div className="note"><Icon name="lock" /> {because}</div>}
      {change.isError && <ProblemNote error={change.error} />}
    </Section>
  );
};

export const RegistrySettings = () => {
  const { registry: name } = route.useParams();
  useTitle('Settings', name);
  const registry = useQuery(registryOf(name));
  return (
    <Answered query={registry} isPlace>
      {(shelf) => (
        <>
          <div className="head">
            <h1>Settings of <span className="isolate">{shelf.name}</span></h1>
            <div className="small dim">Made <When at={shelf.createdAt} /> by <Person principal={shelf.createdBy} avatar={false} /> · <Link className="link" to="/registries/$registry" params={{ registry: name }}>Back to its collections</Link></div>
          </div>
          <div className="stack" style={{ maxWidth: 860 }}>
            <Protected registry={shelf} />
            <Members registry={shelf} />
            <Access registry={shelf} />
            <Description registry={shelf} />
            <Section title="Delete this registry" hint="With all its collections. The source artifacts are untouched.">
              <div><Action variant="default" style={{ color: 'var(--bad)', borderColor: 'var(--bad)' }} because={unless(shelf.role, 'admin')} onClick={() => openDialog({ kind: 'delete-registry', registry: name })}>Delete …</Action></div>
            </Section>
          </div>
        </>
      )}
    </Answered>
  );
};

