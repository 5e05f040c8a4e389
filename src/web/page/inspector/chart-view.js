/** @import { DrawnArrow, DrawnChart, DrawnPoint, DrawnState } from '../../../shared/inspection.ts' */
import { svg } from '../dom.js';
import { isAmong, wentAlong } from './picture.js';

/** @typedef {{ states: readonly string[], before: readonly string[], moves: number }} Position Where an actor is. */

/**
 * A statechart as a drawing, and the way to show where an actor is in it.
 *
 * @param {DrawnChart} chart
 */
export function createChartView(chart) {
  const boxes = chart.states.map((state) => ({ state, node: boxOf(state) }));
  const arrows = chart.arrows.map((arrow) => ({ arrow, node: arrowOf(arrow) }));
  const { width, height } = chart;
  const element = svg(
    'svg',
    {
      class: 'chart',
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      height: Math.ceil(height),
      role: 'img',
      'aria-label': `Statechart of ${chart.machine}`,
    },
    svg('defs', {}, arrowHead('head'), arrowHead('head-lit')),
    ...boxes.map(({ node }) => node),
    ...arrows.map(({ node }) => node),
  );
  let lastMoves = -1;
  return {
    element,
    /** @param {Position | undefined} position Undefined: nobody is in it. */
    show(position = NOWHERE) {
      const { states, moves } = position;
      for (const { state, node } of boxes) mark(node, 'lit', isAmong(state.id, states));
      for (const { arrow, node } of arrows) {
        const isLast = wentAlong(arrow, position);
        mark(node, 'last', isLast);
        if (isLast && moves !== lastMoves) restart(node);
      }
      lastMoves = moves;
      const where = states.length === 0 ? 'nobody is in it' : `now in ${states.join(', ')}`;
      element.setAttribute('aria-label', `Statechart of ${chart.machine}: ${where}`);
    },
  };
}

/** @type {Position} */
const NOWHERE = { states: [], before: [], moves: -1 };

/**
 * Taken off and put on again, the class starts its animation anew.
 *
 * @param {SVGGElement} node
 */
function restart(node) {
  node.classList.remove('just');
  void node.getBBox();
  node.classList.add('just');
}

/** @param {Element} node @param {string} name @param {boolean} isOn */
const mark = (node, name, isOn) => node.classList.toggle(name, isOn);

const LINE = 15;

/** @param {DrawnState} state */
function boxOf({ name, kind, isInitial, invokes, inside, x, y, width, height }) {
  const words = [...invokes.map((what) => `runs ${what}`), ...inside];
  const lines = words.map((text, index) =>
    svg('text', { class: 'inside', x: x + 10, y: y + 36 + index * LINE }, text),
  );
  return svg(
    'g',
    { class: `state ${kind}` },
    svg('rect', { x, y, width, height, rx: kind === 'final' ? 14 : 9 }),
    svg('text', { class: 'name', x: x + 10, y: y + 20 }, `${isInitial ? '● ' : ''}${name}`),
    ...lines,
  );
}

/** @param {DrawnArrow} arrow */
function arrowOf({ points, labels, label }) {
  const top = label.y - ((labels.length - 1) * LINE) / 2 + 4;
  const words = labels.map((text, index) =>
    svg('text', { x: label.x, y: top + index * LINE, 'text-anchor': 'middle' }, text),
  );
  return svg('g', { class: 'arrow' }, svg('path', { d: curveThrough(points) }), ...words);
}

/**
 * A smooth line: straight at its ends, rounded at every point between.
 *
 * @param {readonly DrawnPoint[]} points
 */
function curveThrough(points) {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (first === undefined || last === undefined) return '';
  const bends = rest.map((point, index) => {
    const next = rest[index + 1] ?? last;
    return `Q ${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return `M ${first.x} ${first.y} ${bends.join(' ')} L ${last.x} ${last.y}`;
}

/** @param {string} id */
const arrowHead = (id) =>
  svg(
    'marker',
    { id, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    svg('path', { d: 'M 0 0.5 L 8 4 L 0 7.5 z' }),
  );
