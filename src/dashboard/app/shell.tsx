import { ActionIcon, Drawer, Menu, Modal, Tooltip } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { lazy, ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { follow, onChange, useLiveState } from '../api/live';
import { hasCode } from '../api/problem';
import { organization, registries, whoAmI } from '../api/queries';
import { signOut, useSessionEnded } from '../api/session';
import { ChangeLine } from '../parts/changes';
import { Icon, IconName } from '../parts/icon';
import { Loading, ProblemNote } from '../parts/states';
import { Person } from '../parts/texts';
import { say, Toasts } from '../parts/toasts';
import { fetchAhead } from './ahead';
import { openDialog, useDialog } from './dialogs';
import { followFocus } from './focus';
import { Logo } from './logo';
import { useScheme } from './scheme';
import { SignIn } from './sign-in';

const Dialog = lazy(() => import('../dialogs').then((module) => ({ default: module.Dialog })));
const Palette = lazy(() => import('./palette').then((module) => ({ default: module.Palette })));

/** How long the stream may be away before the page says so, in milliseconds. */
const PATIENCE = 2_500;
/** How long after a failure it is asked again who this is, in milliseconds. */
const AGAIN = 4_000;

const NavItem = ({ to, icon, children }: { to: '/' | '/artifacts' | '/audit' | '/organization'; icon: IconName; children: ReactNode }) => (
  <Link to={to} className="nav-item" activeOptions={{ exact: to === '/' }}>
    <Icon name={icon} />
    {children}
  </Link>
);

const Navigation = () => {
  const me = useQuery(whoAmI).data;
  const shelves = useQuery(registries).data ?? [];
  const name = useQuery(organization).data?.name;
  return (
    <>
      <Link to="/" className="brand">
        <Logo />
        <span className="ellipsis">Moniker{name !== undefined && <span className="dim" style={{ fontWeight: 450 }}> · {name}</span>}</span>
      </Link>
      <NavItem to="/" icon="stack-2">Registries</NavItem>
      <NavItem to="/artifacts" icon="chart-dots-3">Artifacts</NavItem>
      {me?.organizationRole === 'admin' ? (
        <NavItem to="/audit" icon="shield-check">Audit</NavItem>
      ) : (
        <Tooltip label="The audit over all registries is for admins of the organization. Each collection has its own.">
          <span className="nav-item dim" aria-disabled="true" tabIndex={0} style={{ cursor: 'not-allowed' }}>
            <Icon name="lock" />Audit
          </span>
        </Tooltip>
      )}
      <NavItem to="/organization" icon="users">Organization</NavItem>
      {shelves.length > 0 && <div className="nav-title">Registries</div>}
      {shelves.map(({ name: registry, visibility }) => (
        <Link key={registry} to="/registries/$registry" params={{ registry }} className="nav-item">
          <Icon name={visibility === 'restricted' ? 'lock' : 'package'} />
          <span className="ellipsis isolate">{registry}</span>
        </Link>
      ))}
    </>
  );
};

const Crumbs = () => {
  const { registry, collection, version } = useParams({ strict: false });
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const top = path.startsWith('/artifacts') ? 'Artifacts' : path.startsWith('/audit') ? 'Audit' : path.startsWith('/organization') ? 'Organization' : 'Registries';
  return (
    <nav aria-label="Where you are" className="grow">
      <ol className="crumbs">
        <li>{top === 'Artifacts' ? <Link to="/artifacts">{top}</Link> : top === 'Registries' ? <Link to="/">{top}</Link> : <span>{top}</span>}</li>
        {registry !== undefined && (
          <li><span className="dim" aria-hidden="true">/</span><Link className="ellipsis isolate" to="/registries/$registry" params={{ registry }}>{registry}</Link></li>
        )}
        {registry !== undefined && collection !== undefined && (
          <li><span className="dim" aria-hidden="true">/</span><Link className="ellipsis isolate" to="/registries/$registry/collections/$collection" params={{ registry, collection }}>{collection}</Link></li>
        )}
        {version !== undefined && <li><span className="dim" aria-hidden="true">/</span><span>{version}</span></li>}
        {path.endsWith('/settings') && <li><span className="dim" aria-hidden="true">/</span><span>Settings</span></li>}
      </ol>
    </nav>
  );
};

const liveTexts = {
  live: 'Live: what changes elsewhere moves here by itself',
  connecting: 'Connecting to the live stream',
  polling: 'Asked again every 10 s: this server has no live stream just now',
  offline: 'The server cannot be reached',
};

const LiveDot = () => {
  const state = useLiveState();
  return (
    <Tooltip label={liveTexts[state]}>
      <span className="row wide-only" tabIndex={0} role="img" aria-label={liveTexts[state]} style={{ padding: 8 }}>
        <span className={`dot ${state === 'live' ? 'live' : state === 'offline' ? 'warn' : ''}`} />
      </span>
    </Tooltip>
  );
};

const OfflineBanner = () => {
  const state = useLiveState();
  const [shown, setShown] = useState(false);
  const isAway = state === 'offline' || state === 'polling';
  useEffect(() => {
    const timer = setTimeout(() => setShown(isAway), isAway ? PATIENCE : 0);
    return () => clearTimeout(timer);
  }, [isAway]);
  if (!shown || !isAway) return null;
  if (state === 'polling') {
    return (
      <div className="banner warn" role="status">
        <Icon name="clock" /> The server has no live stream for this page just now: it is behind, or too many are following. What you see may be 10 s old; the page goes on by itself.
      </div>
    );
  }
  return (
    <div className="banner warn" role="alert">
      <Icon name="wifi-off" /> The server cannot be reached. What you see may be old; nothing you typed is lost, and the page goes on by itself.
    </div>
  );
};

const UserMenu = ({ principal, role }: { principal: string; role: string }) => {
  const leave = async () => {
    try {
      await signOut();
      window.location.assign('/');
    } catch {
      say('Signing out did not reach the server. Try again.', 'alert-triangle');
    }
  };
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className="nav-item" style={{ border: 0, background: 'none', cursor: 'pointer', font: 'inherit', padding: '4px 6px' }}>
          <span className="hidden">Signed in as {principal}</span>
          <Person principal={principal} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{principal}, {role} of the organization</Menu.Label>
        <Menu.Item component={Link} to="/organization" leftSection={<Icon name="key" />}>Your keys</Menu.Item>
        <Menu.Item leftSection={<Icon name="keyboard" />} onClick={() => openDialog({ kind: 'keys-help' })}>Keyboard</Menu.Item>
        <Menu.Item component="a" href="/api/docs" target="_blank" leftSection={<Icon name="list-details" />}>The API</Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="logout" />} onClick={() => void leave()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const useKeys = (find: () => void) => {
  const navigate = useNavigate();
  const { registry, collection } = useParams({ strict: false });
  const scheme = useScheme();
  const pending = useRef(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        find();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('[role="dialog"]') !== null) return;
      if (pending.current) {
        pending.current = false;
        if (event.key === 'r') void navigate({ to: '/' });
        if (event.key === 'a') void navigate({ to: '/artifacts' });
        if (event.key === 'u') void navigate({ to: '/audit' });
        if (event.key === 'o') void navigate({ to: '/organization' });
        return;
      }
      if (event.key === 'g') {
        pending.current = true;
        setTimeout(() => {
          pending.current = false;
        }, 1_000);
      } else if (event.key === '?') openDialog({ kind: 'keys-help' });
      else if (event.key === 't') scheme.next();
      else if (event.key === '/') {
        event.preventDefault();
        find();
      } else if (event.key === 'n') {
        openDialog({ kind: 'link', ...(registry === undefined ? {} : collection === undefined ? { registry } : { place: { registry, collection } }) });
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [navigate, registry, collection, scheme, find]);
};

/** What others change in the collection that is on the page is said, and by whom. */
const useNews = (principal: string) => {
  const { registry, collection } = useParams({ strict: false });
  useEffect(
    () =>
      onChange((change) => {
        const isHere = collection !== undefined && change.registry === registry && change.collection === collection;
        const isAutomatic = change.data !== null && typeof change.data === 'object' && 'alias' in change.data && change.data.alias === 'latest';
        if (isHere && !isAutomatic && change.by !== principal && /^(Alias(Added|Moved|Removed)|VersionLinked|VersionUnlinked)$/.test(change.type)) {
          say(<div className="row top"><ChangeLine change={change} /></div>, 'history');
        }
      }),
    [registry, collection, principal],
  );
};

const SignedIn = ({ principal, role }: { principal: string; role: string }) => {
  const client = useQueryClient();
  const ended = useSessionEnded();
  const dialog = useDialog();
  const scheme = useScheme();
  const [finding, setFinding] = useState(false);
  const [menu, setMenu] = useState(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useKeys(() => setFinding(true));
  useNews(principal);
  useEffect(() => {
    if (ended) return undefined;
    const controller = new AbortController();
    follow(client, controller.signal);
    return () => controller.abort();
  }, [client, ended]);
  useEffect(() => setMenu(false), [path]);
  useEffect(fetchAhead, []);
  useEffect(followFocus, []);
  return (
    <>
      <a href="#content" className="skip">To the content</a>
      <div className="shell">
        <nav aria-label="Places"><Navigation /></nav>
        <header>
          <ActionIcon className="narrow-only" variant="subtle" color="gray" aria-label="Places" onClick={() => setMenu(true)}>
            <Icon name="menu-2" size={18} />
          </ActionIcon>
          <Crumbs />
          <button type="button" className="search-button" aria-label="Find or do … Ctrl K" onClick={() => setFinding(true)}>
            <Icon name="search" size={15} /><span>Find or do …</span><kbd>Ctrl K</kbd>
          </button>
          <LiveDot />
          <Tooltip label={`Colours: ${scheme.name}`}>
            <ActionIcon variant="subtle" color="gray" aria-label={`Colours: ${scheme.name}. Change`} onClick={scheme.next}><Icon name={scheme.icon} /></ActionIcon>
          </Tooltip>
          <UserMenu principal={principal} role={role} />
        </header>
        <main id="content" tabIndex={-1}>
          <OfflineBanner />
          <Suspense fallback={<Loading />}><Outlet /></Suspense>
        </main>
      </div>
      <Drawer opened={menu} onClose={() => setMenu(false)} size={280} title="Places" padding="sm"><nav aria-label="All places"><Navigation /></nav></Drawer>
      <Suspense fallback={null}>
        {finding && <Palette onClose={() => setFinding(false)} />}
        {dialog !== undefined && <Dialog key={JSON.stringify(dialog)} intent={dialog} />}
      </Suspense>
      <Modal opened={ended} onClose={() => undefined} withCloseButton={false} zIndex={450} title={<strong>Sign in again</strong>}><SignIn again /></Modal>
      <Toasts />
    </>
  );
};

/** The page around every place, or the way into it. */
export const Shell = () => {
  const me = useQuery({ ...whoAmI, retry: false, refetchInterval: ({ state }) => (state.status === 'error' && !hasCode(state.error, 'unauthenticated') ? AGAIN : false) });
  const [isAsked, setIsAsked] = useState(false);
  if (!isAsked && hasCode(me.error, 'unauthenticated')) setIsAsked(true);
  if (me.data !== undefined) return <SignedIn key={me.data.principal} principal={me.data.principal} role={me.data.organizationRole} />;
  // Also while it is asked again who this is: what was typed, and what was answered, stays.
  if (isAsked) return <SignIn />;
  if (me.isError) {
    return <main className="sign-in"><div style={{ maxWidth: 480 }}><ProblemNote error={me.error} retry={() => void me.refetch()} /></div></main>;
  }
  return <main className="sign-in"><Loading rows={3} label="Loading Moniker" /></main>;
};
