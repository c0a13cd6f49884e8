import '@xyflow/react/dist/style.css';
import dagre from '@dagrejs/dagre';
import { useComputedColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Background, Controls, Handle, Node, NodeProps, Position, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import type { Schemas } from '../api/client';
import { Icon, IconName } from './icon';
import { shortly } from './time';

type Lineage = Schemas['Lineage'];
type NodeKind = Schemas['NodeKind'];
type Box = Node<{ kind: NodeKind; name: string; isThis: boolean; count: number }, 'box'>;

const WIDTH = 172;
const HEIGHT = 54;
/** Of the drawing, in pixels. */
const LEAST = 150;
const MOST = 420;
/** Runs drawn one by one; the others are one node. */
const RUNS = 12;

const icons: Readonly<Record<NodeKind, IconName>> = { run: 'player-play', source: 'package', version: 'stack-2' };
const names: Readonly<Record<NodeKind, string>> = { run: 'Run', source: 'Source', version: 'Linked version' };

const nameOf = (name: string) => name.slice(name.lastIndexOf('/') + 1);
const whereOf = (name: string) => name.slice(0, Math.max(name.lastIndexOf('/'), 0)).replace(/^wandb-registry-/, '');

const BoxNode = ({ data }: NodeProps<Box>) => (
  <div style={{ width: WIDTH, height: HEIGHT, padding: '8px 12px', borderRadius: 10, fontSize: 12, background: data.isThis ? 'var(--accent-soft)' : 'var(--surface)', border: `1px solid ${data.isThis ? 'var(--accent)' : 'var(--line)'}`, color: 'var(--mantine-color-text)' }}>
    <Handle type="target" position={Position.Left} style={{ opacity: 0 }} />
    <div className="row dim tiny" style={{ gap: 5 }}><Icon name={icons[data.kind]} size={12} /><span className="ellipsis isolate" title={data.name}>{names[data.kind]} · {whereOf(data.name)}</span></div>
    <div className="ellipsis strong isolate" title={data.name} style={{ fontSize: 13 }}>{nameOf(data.name)}</div>
    <Handle type="source" position={Position.Right} style={{ opacity: 0 }} />
  </div>
);

const nodeTypes = { box: BoxNode };

const laidOut = (lineage: Lineage, thisId: string | undefined) => {
  const users = lineage.edges.filter(({ kind }) => kind === 'used').map(({ from, to }) => (lineage.nodes.find(({ id }) => id === to)?.kind === 'run' ? to : from));
  const hidden = new Set(users.slice(RUNS));
  const nodes = lineage.nodes.filter(({ id }) => !hidden.has(id));
  // A run that both made the source and linked it is told once: the line over the source says nothing more.
  const makers = new Set(lineage.edges.filter(({ kind }) => kind === 'produced').map(({ from }) => from));
  const edges = lineage.edges.filter(({ from, to, kind }) => !hidden.has(from) && !hidden.has(to) && !(kind === 'linked' && makers.has(from)));
  const graph = new dagre.graphlib.Graph<object, { width: number; height: number; x?: number; y?: number }, object>().setDefaultEdgeLabel(() => ({}));
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 58 });
  for (const { id } of nodes) graph.setNode(id, { width: WIDTH, height: HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  const tall = Math.max(0, ...nodes.map(({ id }) => (graph.node(id)?.y ?? 0) + HEIGHT / 2));
  return {
    hidden: hidden.size,
    height: Math.min(Math.max(tall + 56, LEAST), MOST),
    nodes: nodes.map(({ id, kind, name }): Box => {
      const { x = 0, y = 0 } = graph.node(id) ?? {};
      return { id, type: 'box', position: { x: x - WIDTH / 2, y: y - HEIGHT / 2 }, data: { kind, name, isThis: id === thisId, count: 0 }, ariaLabel: `${names[kind]} ${name}` };
    }),
    edges: edges.map(({ from, to, kind, at }) => ({ id: `${from} ${to} ${kind}`, source: from, target: to, label: kind, ariaLabel: `${kind} ${shortly(at)}`, style: { stroke: 'var(--mantine-color-dimmed)' }, labelStyle: { fill: 'var(--mantine-color-dimmed)', fontSize: 11 }, labelBgStyle: { fill: 'var(--surface)' } })),
  };
};

/** run → source → version → runs, laid out by itself. */
export const LineageGraph = ({ lineage }: { lineage: Lineage }) => {
  const scheme = useComputedColorScheme();
  const navigate = useNavigate();
  const thisId = lineage.nodes.find(({ kind }) => kind === 'version')?.id;
  const { nodes, edges, hidden, height } = useMemo(() => laidOut(lineage, thisId), [lineage, thisId]);
  const open = ({ data }: Box) => {
    const parts = /^([^/]+)\/([^/]+)\/([^:]+):/.exec(data.name);
    if (data.kind === 'source' && parts?.[1] !== undefined && parts[2] !== undefined && parts[3] !== undefined) {
      void navigate({ to: '/artifacts/$entity/$project/$artifact', params: { entity: parts[1], project: parts[2], artifact: parts[3] } });
    }
  };
  return (
    <>
      <div className="lineage" style={{ height }}>
        <ReactFlow nodes={nodes} edges={edges} nodeTypes={nodeTypes} colorMode={scheme} fitView fitViewOptions={{ maxZoom: 1, padding: 0.06 }} minZoom={0.2} nodesDraggable={false} nodesConnectable={false} edgesFocusable={false} zoomOnScroll={false} preventScrolling={false} proOptions={{ hideAttribution: true }} onNodeClick={(_event, node) => open(node)} style={{ background: 'var(--surface)' }}>
          <Background color="var(--line)" gap={18} />
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
      {hidden > 0 && <div className="dim small" style={{ padding: '8px 20px' }}>{hidden} more runs used it; they are listed below.</div>}
    </>
  );
};
