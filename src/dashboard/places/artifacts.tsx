import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { artifactsOf, entities, projectsOf, sourceVersionsOf } from '../api/queries';
import { openDialog } from '../app/dialogs';
import { Action } from '../parts/action';
import { Icon } from '../parts/icon';
import { Answered, Empty, useTitle } from '../parts/states';
import { Code, Copy, Person, plural, sizeOf } from '../parts/texts';
import { When } from '../parts/time';

const logCode = `curl -X POST "${window.location.origin}/api/v1/artifacts" \\
  -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
  -d '{"name": "team/project/artifact", "type": "model", "digest": "sha256:…", "uri": "s3://bucket/model"}'`;

const Project = ({ entity, project }: { entity: string; project: string }) => {
  const artifacts = useQuery(artifactsOf({ entity, project }));
  return (
    <div style={{ padding: '12px 20px', borderTop: '1px solid var(--line)' }} className="stack tight">
      <h3 className="small dim" style={{ margin: 0, fontWeight: 550 }}>{project}</h3>
      <Answered query={artifacts} rows={1}>
        {(items) => (
          <ul className="picker">
            {items.map((item) => (
              <li key={item.name}>
                <Link className="nav-item" style={{ border: '1px solid var(--line)' }} to="/artifacts/$entity/$project/$artifact" params={{ entity, project, artifact: item.name }}>
                  <Icon name="package" />
                  <span className="ellipsis grow">{item.name}</span>
                  <span className="dim tiny nums">{item.type} · {item.versions}</span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </div>
  );
};

const Owner = ({ name, kind }: { name: string; kind: string }) => {
  const projects = useQuery(projectsOf(name));
  return (
    <section className="panel" aria-label={name}>
      <div className="panel-head" style={{ borderBottom: 0 }}>
        <h2 className="section-title row"><Icon name={kind === 'team' ? 'users-group' : 'user'} /> {name}</h2>
        {kind === 'user' && <span className="chip tag" title="Versions of a personal entity cannot be linked">personal</span>}
      </div>
      <Answered query={projects} rows={2}>
        {(items) => (items.length === 0 ? <div className="dim small" style={{ padding: '0 20px 16px' }}>Nothing was logged here yet.</div> : <>{items.map((project) => <Project key={project.name} entity={name} project={project.name} />)}</>)}
      </Answered>
    </section>
  );
};

export const Artifacts = () => {
  useTitle('Artifacts');
  const owners = useQuery(entities);
  return (
    <>
      <div className="head">
        <h1>Artifacts</h1>
        <p className="dim" style={{ margin: 0 }}>What your teams logged in their projects. Linking a version makes it available to the whole organization.</p>
      </div>
      <Answered query={owners}>
        {(items) =>
          items.length === 0 ? (
            <div className="panel"><Empty icon="package" title="No team of yours yet"><p>Artifacts belong to the projects of teams. An admin of the organization adds you to one; then log the first version:</p><Code label="How to log an artifact" code={logCode} /></Empty></div>
          ) : (
            <div className="stack">{[...items].sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0)).map((item) => <Owner key={item.name} {...item} />)}</div>
          )
        }
      </Answered>
    </>
  );
};

const route = getRouteApi('/artifacts/$entity/$project/$artifact');

export const ArtifactPlace = () => {
  const place = route.useParams();
  useTitle(place.artifact, 'Artifacts');
  const versions = useQuery(sourceVersionsOf(place));
  const owners = useQuery(entities);
  const isPersonal = owners.data?.find(({ name }) => name === place.entity)?.kind === 'user';
  return (
    <>
      <div className="head">
        <h1>{place.artifact}</h1>
        <div className="path"><code className="mono wrap-anywhere">{`${place.entity}/${place.project}/${place.artifact}`}</code><Copy text={`${place.entity}/${place.project}/${place.artifact}`} what="the name" /></div>
      </div>
      <Answered query={versions}>
        {(items) => (
          <section className="panel" aria-label="Versions">
            <div className="panel-head"><h2 className="section-title">{plural(items.length, 'version')}</h2></div>
            <div className="table-scroll" tabIndex={0} role="region" aria-label="Versions table">
              <table className="table">
                <thead><tr><th>Version</th><th>Aliases</th><th>Digest</th><th className="number">Size</th><th>Linked as</th><th>Logged</th><th><span className="hidden">Actions</span></th></tr></thead>
                <tbody>
                  {items.map((item) => (
                    <tr key={item.version}>
                      <td className="version">{item.version}{!item.available && <span className="chip bad">deleted</span>}</td>
                      <td><div className="chips">{item.aliases.map((alias) => <span key={alias} className={`chip ${alias === 'latest' ? 'default' : ''}`}><span className="ellipsis isolate">{alias}</span></span>)}</div></td>
                      <td><code className="mono ellipsis" style={{ display: 'block', maxWidth: 160 }} title={item.digest}>{item.digest}</code></td>
                      <td className="number">{item.sizeBytes === null ? <span className="dim">–</span> : sizeOf(item.sizeBytes)}</td>
                      <td>
                        <div className="stack" style={{ gap: 2, minWidth: 180 }}>
                          {item.links.length === 0 && <span className="dim">nowhere that you see</span>}
                          {item.links.map((link) => <Link key={`${link.registry}/${link.collection}`} className="link wrap-anywhere" to="/registries/$registry/collections/$collection/versions/$version" params={link}>{link.registry}/{link.collection}:{link.version}</Link>)}
                        </div>
                      </td>
                      <td className="dim"><When at={item.loggedAt} /> by <Person principal={item.loggedBy} avatar={false} /></td>
                      <td className="number"><Action size="compact-sm" leftSection={<Icon name="link" size={14} />} because={isPersonal ? 'Versions of a personal entity cannot be linked. Log it in a project of a team.' : item.available ? undefined : 'It was deleted.'} onClick={() => openDialog({ kind: 'link', source: item.name })}>Link to registry</Action></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        )}
      </Answered>
    </>
  );
};
