import { Button, Switch } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { InCollection, LinkedVersion, metricsOf, versionOf } from '../../api/queries';
import { hasCode } from '../../api/problem';
import { Icon } from '../../parts/icon';
import { Answered, Loading, ProblemNote } from '../../parts/states';
import { numeral, plural, sizeOf, VersionLink } from '../../parts/texts';
import { When } from '../../parts/time';

/** Metadata as paths and texts, so that versions can be held side by side. */
const flat = (value: unknown, path = ''): ReadonlyArray<readonly [string, string]> => {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [[path, JSON.stringify(value) ?? '']];
  const members = Array.isArray(value) ? value.map((item, index) => [String(index), item] as const) : Object.entries(value);
  return members.length === 0 ? [[path, Array.isArray(value) ? '[]' : '{}']] : members.flatMap(([name, item]) => flat(item, path === '' ? name : `${path}.${name}`));
};

const Delta = ({ value, first }: { value: number; first: number | null | undefined }) => {
  if (first == null || first === value) return null;
  const change = first === 0 ? undefined : ((value - first) / Math.abs(first)) * 100;
  return <span className="tiny dim">{change === undefined ? (value > first ? '↑' : '↓') : `${change > 0 ? '+' : '−'}${Math.abs(change) < 0.1 ? '<0.1' : Math.abs(change).toFixed(1)}%`}</span>;
};

/** A short bar, to see at a glance which is more. */
const Bar = ({ value, most }: { value: number; most: number }) => (
  <span aria-hidden="true" style={{ display: 'block', height: 3, borderRadius: 2, marginTop: 4, background: 'var(--sunken)' }}>
    <span style={{ display: 'block', height: 3, borderRadius: 2, background: 'var(--accent)', opacity: 0.55, width: `${most === 0 ? 0 : (Math.abs(value) / most) * 100}%` }} />
  </span>
);

type HeadProps = { place: InCollection; versions: ReadonlyArray<string>; first: string; found: ReadonlyArray<LinkedVersion> };

const Head = ({ place, versions, first, found }: HeadProps) => (
  <thead>
    <tr>
      <th style={{ width: 210 }}>{first}</th>
      {versions.map((version) => (
        <th key={version} style={{ width: 178 }}>
          <VersionLink place={place} version={version} />
          <div className="tiny ellipsis" style={{ fontWeight: 450 }}>{found.find((item) => item.version === version)?.aliases.join(', ') || ' '}</div>
        </th>
      ))}
    </tr>
  </thead>
);

type CompareProps = { place: InCollection; versions: ReadonlyArray<string>; onChange: (versions: ReadonlyArray<string>) => void; onClose: () => void };

export const Compare = ({ place, versions, onChange, onClose }: CompareProps) => {
  const [onlyDifferent, setOnlyDifferent] = useState(true);
  const metrics = useQuery(metricsOf(place, versions));
  const details = useQueries({ queries: versions.map((version) => versionOf(place, version)) });
  const fault = details.find(({ error }) => error !== null)?.error ?? undefined;
  const missing = versions.filter((_version, index) => hasCode(details[index]?.error, 'version_not_found', 'malformed_request'));
  const found = details.flatMap(({ data }): ReadonlyArray<LinkedVersion> => (data === undefined ? [] : [data]));
  const facts: ReadonlyArray<readonly [string, (version: LinkedVersion) => React.ReactNode]> = [
    ['Source', ({ source }) => <span className="mono wrap-anywhere">{source.name}</span>],
    ['Size', ({ source }) => (source.sizeBytes === null ? '–' : sizeOf(source.sizeBytes))],
    ['Linked', ({ linkedAt }) => <When at={linkedAt} />],
  ];
  const perVersion = found.map(({ source }) => new Map(flat(source.metadata)));
  const paths = [...new Set(perVersion.flatMap((map) => [...map.keys()]))].sort();
  const shown = paths.filter((path) => !onlyDifferent || new Set(perVersion.map((map) => map.get(path))).size > 1);
  return (
    <div className="stack">
      <div className="row between wrap">
        <h2 className="section-title row"><Icon name="git-compare" /> Comparing {plural(versions.length, 'version')}</h2>
        <Button onClick={onClose} leftSection={<Icon name="x" />}>Back to the versions</Button>
      </div>
      {missing.length > 0 && (
        <div className="note guard" role="alert">
          <Icon name="alert-triangle" size={18} />
          <div className="grow wrap-anywhere">Not linked here, or not any more: {missing.join(', ')}.</div>
          {missing.length < versions.length && <Button size="compact-sm" onClick={() => onChange(versions.filter((version) => !missing.includes(version)))}>Compare the others</Button>}
        </div>
      )}
      <section className="panel" aria-label="Metrics compared">
        <div className="panel-head"><h2 className="section-title">Metrics</h2><span className="dim small">Percentages are against {versions[0]}</span></div>
        <Answered query={metrics}>
          {({ versions: columns, metrics: values }) => (
            <div className="table-scroll" tabIndex={0} role="region" aria-label="Metrics table">
              <table className="table compare">
                <Head place={place} versions={columns} first="Metric" found={found} />
                <tbody>
                  {Object.entries(values).map(([name, row]) => {
                    const most = Math.max(...row.map((value) => Math.abs(value ?? 0)));
                    return (
                      <tr key={name}>
                        <td className="wrap-anywhere strong isolate">{name}</td>
                        {row.map((value, index) => (
                          <td key={columns[index]} className="nums">
                            {value === null ? <span className="dim">–</span> : <><span className="compared"><span>{numeral(value)}</span>{index > 0 && <Delta value={value} first={row[0]} />}</span><Bar value={value} most={most} /></>}
                          </td>
                        ))}
                      </tr>
                    );
                  })}
                  {Object.keys(values).length === 0 && <tr><td colSpan={columns.length + 1} className="dim">None of these versions has metrics.</td></tr>}
                </tbody>
              </table>
            </div>
          )}
        </Answered>
      </section>
      <section className="panel" aria-label="Metadata compared">
        <div className="panel-head">
          <h2 className="section-title">Details and metadata</h2>
          <Switch size="xs" label="Only what differs" checked={onlyDifferent} onChange={(event) => setOnlyDifferent(event.currentTarget.checked)} />
        </div>
        {fault !== undefined ? (
          <div style={{ padding: '14px 20px' }}><ProblemNote error={fault} /></div>
        ) : found.length < versions.length ? (
          <Loading rows={4} />
        ) : (
          <div className="table-scroll" tabIndex={0} role="region" aria-label="Metadata table">
            <table className="table compare">
              <Head place={place} versions={versions} first="Detail" found={found} />
              <tbody>
                {facts.map(([name, show]) => (
                  <tr key={name}><td className="strong">{name}</td>{found.map((version) => <td key={version.version}>{show(version)}</td>)}</tr>
                ))}
                {shown.slice(0, 500).map((path) => (
                  <tr key={path}><td className="mono wrap-anywhere isolate">{path}</td>{perVersion.map((map, index) => <td key={versions[index]} className="mono wrap-anywhere">{map.get(path) ?? <span className="dim">–</span>}</td>)}</tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </div>
  );
};
