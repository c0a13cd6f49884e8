import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { scaleTime } from 'd3-scale';
import { KeyboardEvent, PointerEvent, useMemo, useRef, useState } from 'react';
import { aliasesOf, collectionDiff, InCollection, Registry, Timeline, timelineOf } from '../../api/queries';
import { causeIn } from '../../parts/changes';
import { Icon } from '../../parts/icon';
import { numberOf } from '../../parts/names';
import { Answered, Empty } from '../../parts/states';
import { Person, VersionLink } from '../../parts/texts';
import { exactly, fromLocalInput, shortly, toLocalInput } from '../../parts/time';
import { DiffView } from '../../parts/diff-view';
import { Bar, drawnOf, inOrder, Lane, lanesOf } from './lanes';

const route = getRouteApi('/registries/$registry/collections/$collection');

const LANE = 34;
const BAR = 22;
const TOP = 52;
const LINKS = 20;
const GUTTER = 132;
const FEW = 12;
const HUES = [250, 165, 28, 205, 320, 95, 272, 45, 188, 345];
const DAY = 86_400_000;

const ranges = ['all', '365', '90', '30', '7', '1'] as const;
type Range = (typeof ranges)[number];

const hueOf = (version: string) => HUES[numberOf(version) % HUES.length] ?? 0;
const fillOf = (version: string) => `light-dark(hsl(${hueOf(version)} 58% 91%), hsl(${hueOf(version)} 30% 25%))`;
const lineOf = (version: string) => `light-dark(hsl(${hueOf(version)} 36% 62%), hsl(${hueOf(version)} 34% 48%))`;

const verb = (start: Bar['start']) => (causeIn(start) === 'rollback' ? 'rolled back' : causeIn(start) === 'link' ? 'linked' : 'given');

type Tip = { readonly lane: Lane; readonly bar: Bar; readonly x: number; readonly y: number };

const lasted = (from: number, to: number) => {
  const days = (to - from) / DAY;
  if (days >= 2) return `${Math.round(days)} days`;
  const hours = days * 24;
  return hours >= 2 ? `${Math.round(hours)} hours` : `${Math.max(Math.round(hours * 60), 0)} min`;
};

const TipBody = ({ lane, bar }: { lane: Lane; bar: Bar }) => (
  <div className="stack tight">
    <div><strong className="isolate">{lane.alias}</strong> on <span className="version">{bar.version}</span> for {lasted(Date.parse(bar.start.at), bar.end === undefined ? Date.now() : Date.parse(bar.end.at))}</div>
    <div className="dim">From {exactly(bar.start.at)}</div>
    <div className="dim">{bar.end === undefined ? 'Until now' : `To ${exactly(bar.end.at)}`}</div>
    <div>{verb(bar.start)} by <Person principal={bar.start.by} avatar={false} /></div>
    {bar.start.reason !== null && <em className="wrap-anywhere">{bar.start.reason}</em>}
  </div>
);

type CursorProps = {
  name: string;
  at: number;
  x: number;
  height: number;
  domain: readonly [number, number];
  step: number;
  onMove: (at: number, isDone: boolean) => void;
  atPointer: (event: PointerEvent) => number;
};

const Cursor = ({ name, at, x, height, domain, step, onMove, atPointer }: CursorProps) => {
  const press = (event: KeyboardEvent) => {
    const by = (event.shiftKey ? 10 : 1) * step;
    const to = event.key === 'ArrowLeft' ? at - by : event.key === 'ArrowRight' ? at + by : event.key === 'Home' ? domain[0] : event.key === 'End' ? domain[1] : undefined;
    if (to === undefined) return;
    event.preventDefault();
    onMove(Math.min(Math.max(to, domain[0]), domain[1]), true);
  };
  return (
    <g
      className="cursor-handle"
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={domain[0]}
      aria-valuemax={domain[1]}
      aria-valuenow={at}
      aria-valuetext={exactly(new Date(at).toISOString())}
      transform={`translate(${x} 0)`}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && onMove(atPointer(event), false)}
      onPointerUp={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && onMove(atPointer(event), true)}
    >
      <rect x={-12} width={24} y={0} height={height} fill="transparent" />
      <line y1={20} y2={height} stroke="var(--accent)" strokeWidth={2} />
      <rect className="grip" x={-8} y={4} width={16} height={18} rx={5} fill="var(--accent)" stroke="var(--surface)" />
      <path d="M-2 9v8M2 9v8" stroke="var(--surface)" strokeWidth={1.5} />
    </g>
  );
};

/** What the timeline shows of an instant: the alias map as it was. */
const AsOf = ({ place, at }: { place: InCollection; at: string }) => {
  const aliases = useQuery(aliasesOf(place, at));
  return (
    <section className="panel pad stack" aria-label="As of the cursor">
      <h2>As of {shortly(at)}</h2>
      <Answered query={aliases} rows={2}>
        {(items) =>
          items.length === 0 ? <span className="dim">No alias was held then.</span> : (
            <dl className="facts">
              {items.map((item) => (
                <div key={item.alias} style={{ display: 'contents' }}>
                  <dt className="isolate wrap-anywhere">{item.alias}</dt>
                  <dd><VersionLink place={place} version={item.version} at={at} /> <span className="dim">since {shortly(item.since)} by <Person principal={item.by} avatar={false} /></span></dd>
                </div>
              ))}
            </dl>
          )
        }
      </Answered>
    </section>
  );
};

const Between = ({ place, from, to }: { place: InCollection; from: string; to: string }) => {
  const diff = useQuery(collectionDiff(place, from, to));
  return (
    <section className="panel pad stack" aria-label="Between the cursors">
      <h2>What changed from {shortly(from)} to {shortly(to)}</h2>
      <Answered query={diff} rows={3}>{(found) => <DiffView registry={place.registry} diff={found} />}</Answered>
    </section>
  );
};

const Chart = ({ place, registry, timeline }: { place: InCollection; registry: Registry; timeline: Timeline }) => {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { ref, width } = useElementSize();
  const svg = useRef<SVGSVGElement>(null);
  const range: Range = ranges.find((value) => value === search.range) ?? 'all';
  const setRange = (value: Range) => void navigate({ search: (old) => ({ ...old, range: value === 'all' ? undefined : value }), replace: true, resetScroll: false });
  const [tip, setTip] = useState<Tip>();
  const [dragged, setDragged] = useState<{ which: 'at' | 'until'; at: number }>();
  const [all, setAll] = useState(false);
  const [walk, setWalk] = useState(-1);
  const now = useMemo(() => Date.now(), [timeline]);

  const changes = useMemo(() => drawnOf(timeline), [timeline]);
  const lanes = useMemo(() => inOrder(lanesOf(timeline.held, changes), registry.protectedAliases), [timeline.held, changes, registry.protectedAliases]);
  const shown = all ? lanes : lanes.slice(0, FEW);
  const first = Date.parse(timeline.begins ?? changes[0]?.at ?? new Date(now - DAY).toISOString());
  const start = range === 'all' ? Math.min(first, now - 60_000) : now - Number(range) * DAY;
  const pad = (now - start) * 0.015;
  const gutter = width < 560 ? 98 : GUTTER;
  const right = Math.max(width - 12, gutter + 50);
  const scale = scaleTime().domain([start - pad, now + pad]).range([gutter, right]);
  const domain = [Math.round(start - pad), Math.round(now)] as const;
  const height = TOP + LINKS + shown.length * LANE + 10;
  const ticks = scale.ticks(Math.max(2, Math.floor((right - gutter) / 84))).filter((tick) => tick.getTime() <= now && scale(tick) < right - 24);
  const tickFormat = scale.tickFormat();

  const cursor = (which: 'at' | 'until') => {
    const committed = search[which];
    return dragged?.which === which ? dragged.at : committed === undefined ? undefined : Date.parse(committed);
  };
  const at = cursor('at');
  const until = cursor('until');
  const cursorPixels = [at, until].flatMap((instant) => (instant === undefined ? [] : [scale(instant)]));
  const clamp = (value: number) => Math.min(Math.max(value, domain[0]), domain[1]);
  /** An instant beyond what is drawn stands at its edge. */
  const shownAt = (value: number) => Math.min(Math.max(scale(value), gutter), right);
  const atPointer = (event: PointerEvent) => clamp(scale.invert(event.clientX - (svg.current?.getBoundingClientRect().left ?? 0)).getTime());
  const commit = (which: 'at' | 'until', value: number) =>
    // A cursor that is moved on is one step back, and not each of its places.
    void navigate({ search: (old) => ({ ...old, tab: 'timeline' as const, [which]: new Date(Math.round(value)).toISOString() }), resetScroll: false, replace: search[which] !== undefined });
  const move = (which: 'at' | 'until') => (value: number, isDone: boolean) => {
    if (isDone) {
      setDragged(undefined);
      commit(which, value);
    } else setDragged({ which, at: value });
  };
  const links = changes.filter(({ type }) => type === 'VersionLinked');
  const linkPixels = [...new Map(links.map((change) => [Math.round(scale(Date.parse(change.at))), change])).entries()].filter(([x]) => x >= gutter);
  const [from, to] = at !== undefined && until !== undefined && until < at ? [search.until, search.at] : [search.at, search.until];

  const show = (lane: Lane, row: number, bar: Bar) =>
    setTip({ lane, bar, x: Math.min(Math.max(scale(Date.parse(bar.start.at)), gutter), Math.max(width - 260, 0)), y: TOP + LINKS + row * LANE + LANE });

  /** The past does not end where a bar is opened: it is that of the cursor where that stands on the bar, else when the bar began. */
  const goTo = ({ version, start, end }: Bar) => {
    const isUnder = at !== undefined && Date.parse(start.at) <= at && (end === undefined || at < Date.parse(end.at));
    const then = search.at === undefined || search.until !== undefined ? {} : { at: isUnder ? search.at : start.at };
    void navigate({ to: '/registries/$registry/collections/$collection/versions/$version', params: { ...place, version }, search: then });
  };

  const walkLane = (lane: Lane, row: number) => (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0 && event.key !== 'Enter') return;
    event.preventDefault();
    if (event.key === 'Enter') {
      const bar = lane.bars[walk];
      if (bar !== undefined) goTo(bar);
      return;
    }
    const next = walk < 0 ? lane.bars.length - 1 : Math.min(Math.max(walk + by, 0), lane.bars.length - 1);
    setWalk(next);
    const bar = lane.bars[next];
    if (bar !== undefined) show(lane, row, bar);
  };

  return (
    <div className="stack">
      {timeline.begins !== undefined && (
        <div className="note" role="note">
          <Icon name="history" size={18} /><div>The timeline begins on {exactly(timeline.begins)}. Changes older than that are not drawn: there are too many. The audit lists all of them.</div>
        </div>
      )}
      <section className="panel" aria-label="Timeline">
        <div className="toolbar">
          <SegmentedControl size="xs" aria-label="Range" value={range} onChange={(value) => setRange(value)}
            data={[{ value: 'all', label: 'All' }, { value: '365', label: '1 y' }, { value: '90', label: '90 d' }, { value: '30', label: '30 d' }, { value: '7', label: '7 d' }, { value: '1', label: '1 d' }]}
          />
          <Instant label="As of" value={search.at} onChange={(value) => (value === undefined ? void navigate({ search: (old) => ({ ...old, at: undefined, until: undefined }) }) : commit('at', clamp(Date.parse(value))))} />
          {search.at === undefined ? (
            <span className="dim small wide-only">Click the chart to see the collection as it was then.</span>
          ) : search.until === undefined ? (
            <Button size="xs" leftSection={<Icon name="git-compare" size={14} />} onClick={() => commit('until', now)}>Compare with another instant</Button>
          ) : (
            <Instant label="And" value={search.until} onChange={(value) => (value === undefined ? void navigate({ search: (old) => ({ ...old, until: undefined }) }) : commit('until', clamp(Date.parse(value))))} />
          )}
          {search.at !== undefined && <Button size="xs" variant="subtle" color="gray" onClick={() => void navigate({ search: (old) => ({ ...old, at: undefined, until: undefined }) })}>Clear</Button>}
        </div>
        <div className="timeline" ref={ref} style={{ padding: '8px 0 4px' }}>
          {width > 0 && (
            <svg ref={svg} height={height} role="group" aria-label="One lane per alias over time" onPointerLeave={() => setTip(undefined)}>
              <rect x={gutter} y={0} width={right - gutter} height={height} fill="transparent" style={{ cursor: 'crosshair' }} onClick={(event) => commit('at', clamp(scale.invert(event.clientX - (svg.current?.getBoundingClientRect().left ?? 0)).getTime()))} />
              {at !== undefined && until !== undefined && (
                <rect x={shownAt(Math.min(at, until))} width={Math.abs(shownAt(until) - shownAt(at))} y={24} height={height - 24} fill="var(--accent-soft)" opacity={0.7} pointerEvents="none" />
              )}
              <g aria-hidden="true" pointerEvents="none">
                {ticks.map((tick) => (
                  <g key={tick.getTime()} transform={`translate(${scale(tick)} 0)`}>
                    <line y1={TOP - 10} y2={height} stroke="var(--line)" />
                    <text className="axis" y={TOP - 16} textAnchor="middle">{tickFormat(tick)}</text>
                  </g>
                ))}
                <line x1={scale(now)} x2={scale(now)} y1={TOP - 10} y2={height} stroke="var(--mantine-color-dimmed)" strokeDasharray="2 3" />
                <text className="axis" x={12} y={TOP + 10}>{width < 560 ? 'links' : 'versions linked'}</text>
                {linkPixels.map(([x, change]) => <circle key={change.revision} cx={x} cy={TOP + 6} r={2.5} fill="var(--mantine-color-dimmed)" />)}
              </g>
              {shown.map((lane, row) => {
                const y = TOP + LINKS + row * LANE;
                const isProtected = registry.protectedAliases.includes(lane.alias);
                const open = lane.bars.at(-1);
                return (
                  <g key={lane.alias} tabIndex={0} role="group" className="lane"
                    aria-label={`${lane.alias}: ${open === undefined || open.end !== undefined ? 'held by none' : `held by ${open.version} since ${shortly(open.start.at)}`}; ${lane.bars.length} holders. Arrows walk through them, Enter opens one.`}
                    onKeyDown={walkLane(lane, row)}
                    onFocus={() => setWalk(-1)}
                    onBlur={() => setTip(undefined)}
                  >
                    <line x1={0} x2={right} y1={y + LANE} y2={y + LANE} stroke="var(--line)" opacity={0.7} />
                    <foreignObject x={12} y={y + 5} width={gutter - 20} height={BAR + 2}>
                      <div className={`row small ${isProtected ? 'strong' : ''}`} style={{ gap: 4, height: 24 }} title={lane.alias}>{isProtected && <Icon name="lock" size={12} />}<span className="ellipsis isolate">{lane.alias}</span></div>
                    </foreignObject>
                    {lane.bars.map((bar, index) => {
                      const x1 = Math.max(scale(Date.parse(bar.start.at)), gutter);
                      const x2 = bar.end === undefined ? scale(now) : scale(Date.parse(bar.end.at));
                      if (x2 < gutter || (x2 - x1 < 0.7 && lane.bars.length > 300)) return null;
                      const wide = Math.max(x2 - x1 - 1, 2);
                      const isActive = tip?.bar === bar;
                      const label = bar.version.length * 7;
                      // A cursor does not stand on the name of what it shows.
                      const under = cursorPixels.find((x) => x > x1 - 2 && x < x1 + 9 + label);
                      const labelX = under !== undefined && under + 6 + label < x2 ? under + 5 : x1 + 7;
                      return (
                        <g key={index} className="bar" onPointerEnter={() => show(lane, row, bar)} onClick={() => goTo(bar)}>
                          <rect x={x1} y={y + 6} width={wide} height={BAR} rx={Math.min(5, wide / 2)} fill={fillOf(bar.version)} stroke={isActive ? 'var(--mantine-color-text)' : lineOf(bar.version)} strokeWidth={isActive ? 1.5 : 1} />
                          {wide > 12 + label && <text x={labelX} y={y + 21} pointerEvents="none" style={{ fontWeight: 600, fontFamily: 'var(--mantine-font-family-monospace)' }}>{bar.version}</text>}
                          {causeIn(bar.start) === 'rollback' && wide > 60 && <text x={x1 + wide - 8} y={y + 21} textAnchor="end" pointerEvents="none" style={{ fontSize: 12 }}>↩</text>}
                        </g>
                      );
                    })}
                  </g>
                );
              })}
              {at !== undefined && <Cursor name="As of" at={at} x={shownAt(at)} height={height} domain={domain} step={(domain[1] - domain[0]) / 400} onMove={move('at')} atPointer={atPointer} />}
              {until !== undefined && <Cursor name="Second instant" at={until} x={shownAt(until)} height={height} domain={domain} step={(domain[1] - domain[0]) / 400} onMove={move('until')} atPointer={atPointer} />}
            </svg>
          )}
          {tip !== undefined && <div className="timeline-tip" role="status" style={{ left: tip.x, top: tip.y + 14 }}><TipBody lane={tip.lane} bar={tip.bar} /></div>}
          {dragged !== undefined && <div className="timeline-tip" style={{ left: Math.min(scale(dragged.at) + 12, Math.max(width - 230, 0)), top: 4 }}>{exactly(new Date(Math.round(dragged.at)).toISOString())}</div>}
          {lanes.length > FEW && <div style={{ padding: '6px 16px' }}><Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)}>{all ? 'Fewer lanes' : `All ${lanes.length} lanes`}</Button></div>}
        </div>
      </section>
      {from !== undefined && to !== undefined ? <Between place={place} from={from} to={to} /> : search.at !== undefined ? <AsOf place={place} at={search.at} /> : null}
    </div>
  );
};

const Instant = ({ label, value, onChange }: { label: string; value: string | undefined; onChange: (instant: string | undefined) => void }) => (
  <label className="row small" style={{ gap: 6 }}>
    <span>{label}</span>
    <TextInput key={value ?? 'none'} type="datetime-local" step={1} size="xs" w={200} aria-label={`${label}, an instant`} defaultValue={value === undefined ? '' : toLocalInput(value)}
      onBlur={(event) => {
        const text = event.currentTarget.value;
        const chosen = fromLocalInput(text);
        if (text !== (value === undefined ? '' : toLocalInput(value))) onChange(chosen);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  </label>
);

export const TimelineTab = ({ place, registry }: { place: InCollection; registry: Registry }) => {
  const timeline = useQuery(timelineOf(place));
  return (
    <Answered query={timeline}>
      {(found) =>
        found.changes.length === 0 ? (
          <div className="panel"><Empty icon="timeline" title="Nothing has happened here yet"><p>With the first link, latest gets its first holder, and its lane begins.</p></Empty></div>
        ) : (
          <Chart place={place} registry={registry} timeline={found} />
        )
      }
    </Answered>
  );
};

