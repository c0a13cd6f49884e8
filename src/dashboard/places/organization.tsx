import { Button, Modal, Select, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ReactNode, useState } from 'react';
import { api, done, Schemas } from '../api/client';
import { keys, organization, serviceAccounts, teams, users, whoAmI } from '../api/queries';
import { useFocusBack } from '../app/focus';
import { Action, IconAction } from '../parts/action';
import { Icon } from '../parts/icon';
import { Answered, Empty, ProblemNote, useTitle } from '../parts/states';
import { Copy, Person } from '../parts/texts';
import { fromLocalInput, When } from '../parts/time';
import { say } from '../parts/toasts';

type OrganizationRole = Schemas['OrganizationRole'];
type Account = Schemas['Account'];

const roles: ReadonlyArray<OrganizationRole> = ['admin', 'member', 'viewer'];
const roleFrom = (value: string | null): OrganizationRole => roles.find((role) => role === value) ?? 'member';
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const faultOf = (name: string) => (name === '' || PLAIN.test(name) ? undefined : 'Letters, digits, _ . and -, beginning with none of . and -.');

const Section = ({ title, hint, children }: { title: string; hint: string; children: ReactNode }) => (
  <section className="panel" aria-label={title}>
    <div className="panel-head"><div><h2 className="section-title">{title}</h2><div className="dim small">{hint}</div></div></div>
    {children}
  </section>
);

const NewOne = ({ label, withRole, add }: { label: string; withRole: boolean; add: (name: string, role: OrganizationRole) => Promise<unknown> }) => {
  const [name, setName] = useState('');
  const [role, setRole] = useState<OrganizationRole>('member');
  const create = useMutation({
    mutationFn: () => add(name, role),
    onSuccess: () => {
      say(<>Made <strong>{name}</strong>.</>);
      setName('');
    },
  });
  return (
    <form
      className="stack tight"
      style={{ padding: '12px 20px', borderTop: '1px solid var(--line)' }}
      onSubmit={(event) => {
        event.preventDefault();
        if (PLAIN.test(name)) create.mutate();
      }}
    >
      <div className="row wrap top">
        <TextInput size="xs" aria-label={`Name of the new ${label}`} placeholder={`New ${label}`} value={name} error={faultOf(name)} onChange={(event) => setName(event.currentTarget.value)} />
        {withRole && <Select size="xs" w={120} aria-label={`Role of the new ${label}`} allowDeselect={false} data={[...roles]} value={role} onChange={(value) => setRole(roleFrom(value))} />}
        <Button type="submit" size="xs" leftSection={<Icon name="plus" size={14} />} loading={create.isPending}>Add</Button>
      </div>
      {create.isError && <ProblemNote error={create.error} />}
    </form>
  );
};

const Accounts = ({ items, kind, change, newKey }: { items: ReadonlyArray<Account>; kind: 'user' | 'service'; change: (name: string, to: { role?: OrganizationRole; disabled?: boolean }) => Promise<unknown>; newKey: (principal: string) => void }) => {
  const apply = useMutation({ mutationFn: ({ name, ...to }: { name: string; role?: OrganizationRole; disabled?: boolean }) => change(name, to) });
  return (
    <>
      {items.length === 0 ? <div className="dim small" style={{ padding: '14px 20px' }}>None yet.</div> : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={kind === 'user' ? 'Users table' : 'Service accounts table'}>
          <table className="table">
            <thead><tr><th>Name</th><th>Role</th><th>Enabled</th><th><span className="hidden">Actions</span></th></tr></thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.name}>
                  <td><Person principal={`${kind}:${item.name}`} /></td>
                  <td><Select size="xs" w={120} aria-label={`Role of ${item.name}`} allowDeselect={false} data={[...roles]} value={item.role} onChange={(value) => apply.mutate({ name: item.name, role: roleFrom(value) })} /></td>
                  <td><Switch size="xs" aria-label={`${item.name} is enabled`} checked={!item.disabled} onChange={() => apply.mutate({ name: item.name, disabled: !item.disabled })} /></td>
                  <td className="number"><Button size="compact-xs" variant="subtle" color="gray" leftSection={<Icon name="key" size={14} />} onClick={() => newKey(`${kind}:${item.name}`)}>New key</Button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {apply.isError && <div style={{ padding: '0 20px 12px' }}><ProblemNote error={apply.error} /></div>}
    </>
  );
};

const Teams = () => {
  const all = useQuery(teams);
  const [member, setMember] = useState<Readonly<Record<string, string>>>({});
  const change = useMutation({
    mutationFn: ({ team, principal, isIn }: { team: string; principal: string; isIn: boolean }) =>
      isIn
        ? done(api.PUT('/teams/{team}/members/{principal}', { params: { path: { team, principal } } }))
        : done(api.DELETE('/teams/{team}/members/{principal}', { params: { path: { team, principal } } })),
    onSuccess: (_answer, { team }) => setMember((old) => ({ ...old, [team]: '' })),
  });
  return (
    <Section title="Teams" hint="Own projects and their artifacts; a registry can give a team a role.">
      <Answered query={all} rows={2}>
        {(items) => (
          <>
            {items.map((team) => (
              <div key={team.name} className="stack tight" style={{ padding: '12px 20px', borderBottom: '1px solid var(--line)' }}>
                <div className="row strong small"><Icon name="users-group" /> {team.name}</div>
                <div className="row wrap" style={{ gap: 6 }}>
                  {team.members.map((principal) => (
                    <span key={principal} className="chip tag">
                      <span className="ellipsis">{principal}</span>
                      <button type="button" aria-label={`Take ${principal} out of ${team.name}`} onClick={() => change.mutate({ team: team.name, principal, isIn: false })}><Icon name="x" size={12} /></button>
                    </span>
                  ))}
                  <form
                    className="row"
                    onSubmit={(event) => {
                      event.preventDefault();
                      const principal = (member[team.name] ?? '').trim();
                      if (principal !== '') change.mutate({ team: team.name, principal: principal.includes(':') ? principal : `user:${principal}`, isIn: true });
                    }}
                  >
                    <TextInput size="xs" w={150} aria-label={`Add to ${team.name}`} placeholder="user:ann" value={member[team.name] ?? ''} onChange={(event) => { const { value } = event.currentTarget; setMember((old) => ({ ...old, [team.name]: value })); }} />
                    <Button type="submit" size="xs">Add</Button>
                  </form>
                </div>
              </div>
            ))}
            {items.length === 0 && <div className="dim small" style={{ padding: '14px 20px' }}>No team yet.</div>}
          </>
        )}
      </Answered>
      {change.isError && <div style={{ padding: '12px 20px' }}><ProblemNote error={change.error} /></div>}
      <NewOne label="team" withRole={false} add={(name) => done(api.POST('/teams', { body: { name } }))} />
    </Section>
  );
};

const KeyDialog = ({ principal, onClose }: { principal: string; onClose: () => void }) => {
  const [label, setLabel] = useState('');
  const [expires, setExpires] = useState('');
  const create = useMutation({
    mutationFn: () => done(api.POST('/keys', { body: { principal, label, expiresAt: fromLocalInput(expires) ?? null } })),
  });
  const made = create.data;
  useFocusBack();
  return (
    <Modal opened onClose={onClose} title={<strong>New key of {principal}</strong>} closeOnClickOutside={made === undefined} closeOnEscape={made === undefined}>
      {made === undefined ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <TextInput label="Label" placeholder="laptop" data-autofocus maxLength={256} value={label} onChange={(event) => setLabel(event.currentTarget.value)} />
          <TextInput label="Expires" description="Never, unless said" type="datetime-local" value={expires} onChange={(event) => setExpires(event.currentTarget.value)} />
          {create.isError && <ProblemNote error={create.error} />}
          <div className="row" style={{ justifyContent: 'flex-end' }}>
            <Button variant="subtle" color="gray" onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="filled" loading={create.isPending}>Make the key</Button>
          </div>
        </form>
      ) : (
        <div className="stack">
          <div className="note guard"><Icon name="info-circle" size={18} /> This key is shown once. Copy it now; only its hash is kept.</div>
          <div className="code-block"><pre tabIndex={0} aria-label="The key"><code>{made.key ?? 'The key was shown once already.'}</code></pre>{made.key !== null && <Copy text={made.key} what="the key" />}</div>
          <div className="row" style={{ justifyContent: 'flex-end' }}><Button variant="filled" onClick={onClose}>I have copied it</Button></div>
        </div>
      )}
    </Modal>
  );
};

const Keys = ({ isAdmin, newKey }: { isAdmin: boolean; newKey: () => void }) => {
  const all = useQuery(keys);
  const revoke = useMutation({
    mutationFn: (id: string) => done(api.DELETE('/keys/{id}', { params: { path: { id } } })),
    onSuccess: () => say('The key is revoked. What still uses it is refused from now on.', 'key'),
  });
  const [asked, setAsked] = useState<string>();
  return (
    <Section title={isAdmin ? 'API keys' : 'Your API keys'} hint="Shown once when they are made, kept as a hash.">
      <Answered query={all} rows={2}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="key" title="No keys" />
          ) : (
            <div className="table-scroll" tabIndex={0} role="region" aria-label="Keys">
              <table className="table">
                <thead><tr><th>Label</th><th>Of</th><th>Made</th><th>Expires</th><th><span className="hidden">Revoke</span></th></tr></thead>
                <tbody>
                  {items.map((item) => (
                    <tr key={item.id}>
                      <td className="wrap-anywhere isolate">{item.label === '' ? <span className="dim">no label</span> : item.label} <code className="mono dim tiny">{item.id}</code></td>
                      <td><Person principal={item.principal} /></td>
                      <td className="dim"><When at={item.createdAt} /></td>
                      <td className="dim">{item.expiresAt === null ? 'never' : <When at={item.expiresAt} />}</td>
                      <td className="number">
                        {asked === item.id ? (
                          <Button size="compact-xs" color="red.8" variant="filled" loading={revoke.isPending} onClick={() => revoke.mutate(item.id)}>Really revoke</Button>
                        ) : (
                          <IconAction icon="trash" label={`Revoke the key ${item.label === '' ? item.id : item.label}`} onClick={() => setAsked(item.id)} />
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answered>
      {revoke.isError && <div style={{ padding: '12px 20px' }}><ProblemNote error={revoke.error} /></div>}
      <div style={{ padding: '12px 20px', borderTop: '1px solid var(--line)' }}><Button size="xs" leftSection={<Icon name="plus" size={14} />} onClick={newKey}>New key of yours</Button></div>
    </Section>
  );
};

const People = ({ newKey }: { newKey: (principal: string) => void }) => {
  const people = useQuery(users);
  const machines = useQuery(serviceAccounts);
  return (
    <>
      <Teams />
      <Section title="Users" hint="A disabled one keeps its name and is refused everywhere.">
        <Answered query={people} rows={3}>
          {(items) => <Accounts items={items} kind="user" newKey={newKey} change={(user, body) => done(api.PATCH('/users/{user}', { params: { path: { user } }, body }))} />}
        </Answered>
        <NewOne label="user" withRole add={(name, role) => done(api.POST('/users', { body: { name, role } }))} />
      </Section>
      <Section title="Service accounts" hint="For pipelines and deployers; not for people.">
        <Answered query={machines} rows={2}>
          {(items) => <Accounts items={items} kind="service" newKey={newKey} change={(service, body) => done(api.PATCH('/service-accounts/{service}', { params: { path: { service } }, body }))} />}
        </Answered>
        <NewOne label="service account" withRole add={(name, role) => done(api.POST('/service-accounts', { body: { name, role } }))} />
      </Section>
    </>
  );
};

export const OrganizationPlace = () => {
  useTitle('Organization');
  const me = useQuery(whoAmI);
  const name = useQuery(organization).data?.name;
  const [keyOf, setKeyOf] = useState<string>();
  return (
    <Answered query={me}>
      {({ principal, organizationRole, teams: mine }) => {
        const isAdmin = organizationRole === 'admin';
        return (
          <>
            <div className="head">
              <h1>{name ?? 'Organization'}</h1>
              <div className="small dim">You are <Person principal={principal} />, {organizationRole} of the organization{mine.length > 0 ? `, in ${mine.join(', ')}` : ', in no team'}.</div>
            </div>
            <div className="stack" style={{ maxWidth: 920 }}>
              <Keys isAdmin={isAdmin} newKey={() => setKeyOf(principal)} />
              {isAdmin ? <People newKey={setKeyOf} /> : (
                <div className="note"><Icon name="lock" /><div>Users, teams and service accounts are for admins of the organization. <Action size="compact-xs" because="Needs the role admin in the organization.">New user</Action></div></div>
              )}
            </div>
            {keyOf !== undefined && <KeyDialog principal={keyOf} onClose={() => setKeyOf(undefined)} />}
          </>
        );
      }}
    </Answered>
  );
};
