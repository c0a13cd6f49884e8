import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { allCollections, recentChanges, Registry, registries, whoAmI } from '../api/queries';
import { openDialog } from '../app/dialogs';
import { Action } from '../parts/action';
import { Feed } from '../parts/changes';
import { Icon } from '../parts/icon';
import { roleNames } from '../parts/roles';
import { SearchField } from '../parts/search-field';
import { Answered, Empty, Loading, ProblemNote, useTitle } from '../parts/states';
import { Code, plural } from '../parts/texts';

const SHOWN_CHANGES = 10;
/** Registries whose newest changes are asked for; more would be too many questions for one page. */
const ASKED = 8;

const route = getRouteApi('/');

const Card = ({ registry }: { registry: Registry }) => (
  <li>
    <Link className="card" to="/registries/$registry" params={{ registry: registry.name }}>
      <div className="row between">
        <span className="row strong" style={{ fontSize: '0.95rem' }}>
          <Icon name={registry.visibility === 'restricted' ? 'lock' : 'stack-2'} />
          <span className="ellipsis isolate">{registry.name}</span>
        </span>
        <span className="chip tag" title="Your role here">{roleNames[registry.role]}</span>
      </div>
      <p className="dim small clamp wrap-anywhere" style={{ margin: 0, minHeight: '2.6em' }}>{registry.description === '' ? 'No description yet.' : registry.description}</p>
      <div className="row between small" style={{ marginTop: 'auto' }}>
        <span className="nums">{plural(registry.collections, 'collection')}</span>
        <span className="dim ellipsis">{registry.acceptedTypes === 'any' ? 'any type' : registry.acceptedTypes.join(', ')}</span>
      </div>
      {registry.protectedAliases.length > 0 && (
        <div className="chips" aria-label="Protected aliases">
          {registry.protectedAliases.slice(0, 4).map((alias) => (
            <span key={alias} className="chip protected"><Icon name="lock" size={12} /><span className="ellipsis isolate">{alias}</span></span>
          ))}
          {registry.protectedAliases.length > 4 && <span className="tiny dim">+{registry.protectedAliases.length - 4}</span>}
        </div>
      )}
    </Link>
  </li>
);

const Found = ({ query }: { query: string }) => {
  const collections = useQuery(allCollections());
  const words = query.toLowerCase().split(/\s+/);
  return (
    <section className="panel" aria-label="Collections found">
      <div className="panel-head"><h2 className="section-title">Collections</h2></div>
      <Answered query={collections} rows={3}>
        {(all) => {
          const found = all.filter(({ name, registry, type, tags }) => words.every((word) => [name, registry, type, ...tags].join(' ').toLowerCase().includes(word)));
          if (found.length === 0) return <Empty icon="search" title="No collection of this name, type or tag" />;
          return (
            <div className="table-scroll">
              <table className="table">
                <thead><tr><th>Name</th><th>Registry</th><th>Type</th><th>Tags</th><th className="number">Versions</th></tr></thead>
                <tbody>
                  {found.slice(0, 50).map((item) => (
                    <tr key={`${item.registry}/${item.name}`}>
                      <td><Link className="link strong wrap-anywhere" to="/registries/$registry/collections/$collection" params={{ registry: item.registry, collection: item.name }}>{item.name}</Link></td>
                      <td>{item.registry}</td>
                      <td>{item.type}</td>
                      <td className="wrap-anywhere">{item.tags.join(', ')}</td>
                      <td className="number">{item.versions}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Answered>
    </section>
  );
};

const Recent = ({ names }: { names: ReadonlyArray<string> }) => {
  const recent = useQuery(recentChanges(names));
  if (recent.isError) return <ProblemNote error={recent.error} retry={() => void recent.refetch()} />;
  if (recent.data === undefined) return <Loading rows={5} />;
  const worthTelling = recent.data.filter(({ type, data, collection }) => !/Settled$|Registered$/.test(type) && !(collection !== undefined && /^Alias(Unp|P)rotected$/.test(type)) && !(/^Alias(Added|Moved)$/.test(type) && typeof data === 'object' && data !== null && 'alias' in data && data.alias === 'latest'));
  if (worthTelling.length === 0) return <p className="dim small">Nothing has changed yet.</p>;
  return <Feed changes={worthTelling.slice(0, SHOWN_CHANGES)} where />;
};

const logFirst = `# Log a version of an artifact in a project of your team, then link it.
curl -X POST "$MONIKER/api/v1/artifacts" -H "Authorization: Bearer $KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"name": "vision/zoo/zoo_model", "type": "model", "digest": "sha256:9f86d081"}'
curl -X POST "$MONIKER/api/v1/links" -H "Authorization: Bearer $KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"source": "vision/zoo/zoo_model:latest", "targetPath": "wandb-registry-model/zoo"}'`;

export const Home = () => {
  useTitle('Registries');
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const all = useQuery(registries);
  const me = useQuery(whoAmI).data;
  const query = (q ?? '').trim();
  return (
    <>
      <div className="head">
        <div className="row between wrap">
          <h1>Registries</h1>
          <div className="row">
            <SearchField
              aria-label="Search registries and collections"
              placeholder="Search registries and collections"
              leftSection={<Icon name="search" />}
              value={q ?? ''}
              w={260}
              onSearch={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
            />
            <Action variant="filled" leftSection={<Icon name="plus" />} because={me?.organizationRole === 'viewer' ? 'Viewers of the organization create no registries.' : undefined} onClick={() => openDialog({ kind: 'new-registry' })}>
              New registry
            </Action>
          </div>
        </div>
      </div>
      <Answered query={all}>
        {(items) => {
          const shown = items.filter(({ name, description }) => query === '' || `${name} ${description}`.toLowerCase().includes(query.toLowerCase()));
          return (
            <div className="with-side">
              <div className="stack loose">
                {shown.length > 0 && <ul className="cards">{shown.map((registry) => <Card key={registry.name} registry={registry} />)}</ul>}
                {items.length === 0 && (
                  <div className="panel">
                    <Empty icon="stack-2" title="No registry that you can see yet">
                      <p>A registry is a shelf that the whole organization shares. Make one, or ask an admin of one for a role in it.</p>
                      <Code label="How to log and link the first version" code={logFirst} />
                    </Empty>
                  </div>
                )}
                {query !== '' && <Found query={query} />}
              </div>
              <section className="panel pad" aria-label="Recent changes">
                <h2>Recent changes</h2>
                <Recent names={items.map(({ name }) => name).slice(0, ASKED)} />
              </section>
            </div>
          );
        }}
      </Answered>
    </>
  );
};
