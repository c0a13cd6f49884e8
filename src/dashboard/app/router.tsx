import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Link } from '@tanstack/react-router';
import { Empty, ProblemNote } from '../parts/states';
import { Shell } from './shell';

type Search = Record<string, unknown>;

const text = (search: Search, name: string): string | undefined => {
  const value = search[name];
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
};

const oneOf = <const T extends string>(search: Search, name: string, values: ReadonlyArray<T>): T | undefined =>
  values.find((value) => value === search[name]);

/** The members that an address carries, without those that it does not. */
const present = <T extends Record<string, string | undefined>>(members: T) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };

/** What is none is kept as it stands, for the place to say so. */
const instant = (search: Search, name: string) => {
  const value = text(search, name);
  return value === undefined || Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString();
};

const filters = (search: Search) => ({
  by: text(search, 'by'),
  type: text(search, 'type'),
  alias: text(search, 'alias'),
  from: instant(search, 'from'),
  to: instant(search, 'to'),
});

const tabs = ['versions', 'aliases', 'timeline', 'details', 'audit'] as const;

const root = createRootRoute({ component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search: Search) => present({ q: text(search, 'q') }),
  component: lazyRouteComponent(() => import('../places/home'), 'Home'),
});

const registry = createRoute({
  getParentRoute: () => root,
  path: '/registries/$registry',
  validateSearch: (search: Search) =>
    present({ q: text(search, 'q'), type: text(search, 'type'), tag: text(search, 'tag'), sort: text(search, 'sort') }),
  component: lazyRouteComponent(() => import('../places/registry'), 'RegistryPlace'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/registries/$registry/settings',
  component: lazyRouteComponent(() => import('../places/registry-settings'), 'RegistrySettings'),
});

const collection = createRoute({
  getParentRoute: () => root,
  path: '/registries/$registry/collections/$collection',
  validateSearch: (search: Search) =>
    present({
      tab: oneOf(search, 'tab', tabs),
      at: instant(search, 'at'),
      until: instant(search, 'until'),
      compare: text(search, 'compare'),
      sort: text(search, 'sort'),
      metrics: text(search, 'metrics'),
      range: text(search, 'range'),
      tag: text(search, 'tag'),
      source: text(search, 'source'),
      ...filters(search),
    }),
  component: lazyRouteComponent(() => import('../places/collection'), 'CollectionPlace'),
});

const version = createRoute({
  getParentRoute: () => root,
  path: '/registries/$registry/collections/$collection/versions/$version',
  validateSearch: (search: Search) => present({ at: instant(search, 'at') }),
  component: lazyRouteComponent(() => import('../places/version'), 'VersionPlace'),
});

const artifacts = createRoute({
  getParentRoute: () => root,
  path: '/artifacts',
  component: lazyRouteComponent(() => import('../places/artifacts'), 'Artifacts'),
});

const artifact = createRoute({
  getParentRoute: () => root,
  path: '/artifacts/$entity/$project/$artifact',
  component: lazyRouteComponent(() => import('../places/artifacts'), 'ArtifactPlace'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: (search: Search) => present({ ...filters(search), registry: text(search, 'registry'), since: instant(search, 'since'), until: instant(search, 'until') }),
  component: lazyRouteComponent(() => import('../places/audit'), 'Audit'),
});

const organization = createRoute({
  getParentRoute: () => root,
  path: '/organization',
  component: lazyRouteComponent(() => import('../places/organization'), 'OrganizationPlace'),
});

const Nowhere = () => (
  <div className="panel">
    <Empty icon="search" isPlace title="There is nothing at this address" action={<Link to="/" className="link">All registries</Link>} />
  </div>
);

/** Addresses are percent-encoded wholly, so that any name can stand in one; search values are plain text. */
export const router = createRouter({
  routeTree: root.addChildren([home, registry, settings, collection, version, artifacts, artifact, audit, organization]),
  defaultPreload: 'intent',
  // Another registry, collection or version is another page: nothing that was chosen or shown on the one stays on the other.
  defaultRemountDeps: ({ params }) => params,
  scrollRestoration: true,
  defaultNotFoundComponent: Nowhere,
  defaultErrorComponent: ({ error, reset }) => <ProblemNote error={error} retry={reset} />,
  parseSearch: (query) => Object.fromEntries(new URLSearchParams(query)),
  stringifySearch: (search) => {
    const query = new URLSearchParams(
      Object.entries(search as Search).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ).toString();
    return query === '' ? '' : `?${query}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
