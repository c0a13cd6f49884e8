import { Anchor, Button, Skeleton } from '@mantine/core';
import { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { createContext, ReactNode, useContext, useEffect } from 'react';
import { problemOf } from '../api/problem';
import { Icon, IconName } from './icon';

const whatToDo: Readonly<Record<string, string>> = {
  read_model_behind: 'This server is catching up with the newest changes. The page tries again by itself.',
  store_unavailable: 'The server cannot reach its event store. What you typed is still here; try again in a moment.',
  contention: 'Many people are changing this at once. Try again.',
  internal: 'This is a fault of the server, not yours. Try again; if it stays, tell whoever runs it.',
};

/** What is the matter, and what to do, in the server's own words. */
export const ProblemNote = ({ error, retry, children }: { error: unknown; retry?: (() => void) | undefined; children?: ReactNode }) => {
  const problem = problemOf(error);
  return (
    <div className="problem" role="alert">
      <Icon name={problem.code === 'offline' ? 'wifi-off' : 'alert-triangle'} size={18} />
      <div className="grow stack tight">
        <strong>{problem.title}</strong>
        <p>{problem.detail}</p>
        {whatToDo[problem.code] !== undefined && <p className="dim">{whatToDo[problem.code]}</p>}
        {problem.errors?.map(({ path, message }) => (
          <p key={path + message}><code className="mono">{path}</code> {message}</p>
        ))}
        {problem.retryAfter !== undefined && <p>Try again in {problem.retryAfter} s.</p>}
        {children}
        {retry && <div><Button size="compact-sm" onClick={retry}>Try again</Button></div>}
      </div>
    </div>
  );
};

type EmptyProps = { icon: IconName; title: string; children?: ReactNode; action?: ReactNode; isPlace?: boolean };

/** @param isPlace whether this is all that there is at an address, so that its title is the page's */
export const Empty = ({ icon, title, children, action, isPlace = false }: EmptyProps) => (
  <div className="empty">
    <span className="dim"><Icon name={icon} size={28} /></span>
    {isPlace ? <h1 className="section-title">{title}</h1> : <strong>{title}</strong>}
    {children}
    {action}
  </div>
);

export const Loading = ({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) => (
  <div className="stack" style={{ padding: '16px 20px', gap: 12 }} role="status" aria-label={label}>
    {Array.from({ length: rows }, (_, row) => (
      <Skeleton key={row} height={18} width={`${92 - ((row * 17) % 38)}%`} radius="sm" />
    ))}
  </div>
);

const notFound: Readonly<Record<string, string>> = {
  registry_not_found: 'Its name may be misspelt, or it is restricted and you have no role in it: ask one of its admins.',
  collection_not_found: 'It may have been deleted, or its name may be misspelt. What was deleted still answers in the audit.',
  version_not_found: 'It may have been unlinked since. The timeline of its collection still shows it.',
  artifact_not_found: 'Its name may be misspelt, or you are not in its team: ask one of its members.',
  entity_not_found: 'Its name may be misspelt, or you are not in it: ask an admin of the organization.',
};

/** A whole place that cannot be shown. */
export const PlaceProblem = ({ error, retry, isPlace = false }: { error: unknown; retry: () => void; isPlace?: boolean }) => {
  const problem = problemOf(error);
  const missing = notFound[problem.code];
  if (missing === undefined) return <ProblemNote error={error} retry={retry} />;
  return (
    <div className="panel">
      <Empty icon="search" isPlace={isPlace} title={problem.title} action={<Anchor component={Link} to="/" className="link">All registries</Anchor>}>
        <p>{missing}</p>
      </Empty>
    </div>
  );
};

type AnsweredProps<T> = { query: UseQueryResult<T>; rows?: number; isPlace?: boolean; children: (data: T) => ReactNode };

/** What was there and is not any more, by its code: said once, around all that shows it. */
const Told = createContext<string | undefined>(undefined);

const Gone = ({ title, missing }: { title: string; missing: string }) => (
  <div className="note guard" role="alert" style={{ marginBottom: 16 }}>
    <Icon name="alert-triangle" size={18} />
    <div className="grow">
      <strong>{title} any more.</strong> {missing} What you see is how it was last shown to you; nothing of it can be changed any more.{' '}
      <Anchor component={Link} to="/" className="link">All registries</Anchor>
    </div>
  </div>
);

/** What a question was answered, or that it is being asked, or why it cannot be. */
export const Answered = <T,>({ query, rows, isPlace = false, children }: AnsweredProps<T>) => {
  const told = useContext(Told);
  if (query.data !== undefined && !query.isLoadingError) {
    const { code, title } = query.isRefetchError ? problemOf(query.error) : { code: '', title: '' };
    const missing = code === told ? undefined : notFound[code];
    // Beside what is shown, and not instead of it: somebody may be typing in there.
    return (
      <Told.Provider value={missing === undefined ? told : code}>
        {missing !== undefined && <Gone title={title} missing={missing} />}
        {children(query.data)}
      </Told.Provider>
    );
  }
  if (query.isError) return <PlaceProblem isPlace={isPlace} error={query.error} retry={() => void query.refetch()} />;
  return <Loading rows={rows ?? 6} />;
};

export const useTitle = (...parts: ReadonlyArray<string>): void => {
  const title = [...parts, 'Moniker'].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
};
