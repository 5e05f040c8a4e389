import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from '@dagrejs/dagre';
import type { DrawnArrow, DrawnChart, DrawnPoint as Point } from '../shared/inspection.ts';
import type { Chart, ChartState, ChartTransition } from './chart.ts';

/** One state's inside, or the whole chart. */
type Level = Omit<DrawnChart, 'machine'>;

/** Room for one line of words, for a state's name, and around what a state holds. */
const LINE = 15;
const HEADER = 32;
const MARGIN = 16;
const CHAR_WIDTH = 6.8;

/**
 * Gives every state and arrow a place. Each level of the chart is laid out by itself, from the inside out, and what is
 * inside a state moves with it: so an arrow that crosses the edge of a state begins or ends at that edge, and its
 * words name the state inside.
 */
export function layOut(chart: Chart): DrawnChart {
  return { machine: chart.machine, ...levelOf(chart, '') };
}

function levelOf(chart: Chart, within: string): Level {
  const boxes = chart.states
    .filter((state) => (state.within ?? '') === within)
    .map((state) => boxOf(chart, state));
  const arrows = arrowsAmong(chart, boxes);
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({ nodesep: 24, ranksep: 30, marginx: MARGIN, marginy: MARGIN });
  for (const { state, width, height } of boxes) graph.setNode(state.id, { width, height });
  for (const { from, to, labels } of arrows) {
    graph.setEdge(from, to, { ...sizeOf(labels), labelpos: 'c' });
  }
  layout(graph);
  const placed = boxes.map((box) => place(box, graph.node(box.state.id)));
  const drawn = arrows.map((arrow) => draw(arrow, graph.edge(arrow.from, arrow.to)));
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    states: placed.flatMap(({ states }) => states),
    arrows: [...drawn, ...placed.flatMap(({ arrows: inner }) => inner)],
  };
}

/** A state with its inside, before it has a place. */
interface Box {
  readonly state: ChartState;
  readonly width: number;
  readonly height: number;
  readonly inside: readonly string[];
  readonly level: Level | undefined;
}

function boxOf(chart: Chart, state: ChartState): Box {
  const inside = chart.transitions.filter(isInside(state.id)).map((it) => inWords(it, state.id));
  const level = chart.states.some(({ within }) => within === state.id)
    ? levelOf(chart, state.id)
    : undefined;
  const words = sizeOf([
    `● ${state.name}`,
    ...state.invokes.map((name) => `runs ${name}`),
    ...inside,
  ]);
  return {
    state,
    inside,
    level,
    width: Math.max(70, words.width + 20, level?.width ?? 0),
    height: words.height + HEADER - LINE + (level?.height ?? 0),
  };
}

/** Answered without leaving the state: it leads nowhere, or from a state to itself or to one around or inside it. */
const isInside =
  (id: string) =>
  ({ from, to }: ChartTransition): boolean =>
    from === id && (to === undefined || to === id || isWithin(to, id) || isWithin(id, to));

const isWithin = (inner: string, outer: string): boolean => inner.startsWith(`${outer}.`);

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
}

/** The arrows of one level: those between two of its states, or between what is inside of them. */
function arrowsAmong(chart: Chart, boxes: readonly Box[]): readonly Arrow[] {
  const holderOf = (id: string): string | undefined =>
    boxes.find(({ state }) => state.id === id || isWithin(id, state.id))?.state.id;
  const between = new Map<string, Arrow>();
  for (const transition of chart.transitions) {
    const from = holderOf(transition.from);
    const to = transition.to === undefined ? undefined : holderOf(transition.to);
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from} ${to}`;
    const labels = [...(between.get(key)?.labels ?? []), inWords(transition, from)];
    between.set(key, { from, to, labels });
  }
  return [...between.values()];
}

/** `event [guard]`; begins with the state inside that it comes from. */
function inWords({ from, event, guard }: ChartTransition, holder: string): string {
  const inner = from === holder ? '' : `${from.slice(holder.length + 1)}: `;
  const condition = guard === undefined ? '' : `[${guard}]`;
  return `${inner}${[event, condition].filter((part) => part !== '').join(' ') || 'otherwise'}`;
}

const sizeOf = (lines: readonly string[]) => ({
  width: Math.ceil(Math.max(0, ...lines.map((line) => line.length)) * CHAR_WIDTH),
  height: lines.length * LINE,
});

/** A node's place is its middle; what is inside stands under its words. */
function place({ state, inside, level, width, height }: Box, middle: NodeLabel): Level {
  const x = (middle.x ?? 0) - width / 2;
  const y = (middle.y ?? 0) - height / 2;
  const own = { ...state, x, y, width, height, inside };
  if (level === undefined) return { width, height, states: [own], arrows: [] };
  const by = { x: x + (width - level.width) / 2, y: y + height - level.height };
  return {
    width,
    height,
    states: [own, ...level.states.map((inner) => ({ ...inner, ...moved(inner, by) }))],
    arrows: level.arrows.map((arrow) => ({
      ...arrow,
      points: arrow.points.map((point) => moved(point, by)),
      label: moved(arrow.label, by),
    })),
  };
}

const draw = (arrow: Arrow, { points = [], x = 0, y = 0 }: EdgeLabel): DrawnArrow => ({
  ...arrow,
  points: points.map(({ x: px, y: py }: Point) => ({ x: px, y: py })),
  label: { x, y },
});

const moved = (point: Point, by: Point): Point => ({ x: point.x + by.x, y: point.y + by.y });
