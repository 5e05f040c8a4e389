/** @import { MessageSent } from '../../../shared/inspected-event.ts' */
/** @import { Picture } from './picture.js' */
import { svg } from '../dom.js';
import { eventInWords, nameIn } from './words.js';

const LANE_PX = 132;
const ROW_PX = 26;
const TOP_PX = 46;
/** As many of the last messages as can be read. */
const MAX_ROWS = 60;
const OUTSIDE = 'outside';

/** Who told whom what, the newest at the bottom. */
export function createSequenceView() {
  const element = svg('svg', { class: 'sequence', role: 'img' });
  return {
    element,
    /** @param {readonly MessageSent[]} messages @param {Picture} picture */
    show(messages, picture) {
      const rows = messages.slice(-MAX_ROWS);
      const lanes = lanesOf(rows);
      const width = Math.max(1, lanes.length) * LANE_PX;
      const height = TOP_PX + rows.length * ROW_PX + 12;
      element.setAttribute('viewBox', `0 0 ${width} ${height}`);
      element.setAttribute('width', String(width));
      element.setAttribute('height', String(height));
      element.setAttribute(
        'aria-label',
        `The last ${rows.length} messages between ${lanes.length} actors`,
      );
      element.replaceChildren(
        svg('defs', {}, headOf()),
        ...lanes.flatMap((lane, index) =>
          laneOf(nameIn(picture, lane === OUTSIDE ? undefined : lane), index, height),
        ),
        ...rows.map((message, index) => messageOf(message, lanes, TOP_PX + (index + 0.7) * ROW_PX)),
      );
    },
  };
}

/** @param {readonly MessageSent[]} rows Who comes first in them stands first. */
function lanesOf(rows) {
  /** @type {Set<string>} */
  const lanes = new Set();
  for (const { from, to } of rows) {
    lanes.add(from ?? OUTSIDE);
    lanes.add(to);
  }
  return [...lanes];
}

/** @param {string} name @param {number} index @param {number} height */
function laneOf(name, index, height) {
  const x = (index + 0.5) * LANE_PX;
  return [
    svg('line', { class: 'life', x1: x, y1: 34, x2: x, y2: height }),
    svg('rect', {
      class: 'lane',
      x: x - LANE_PX / 2 + 6,
      y: 6,
      width: LANE_PX - 12,
      height: 26,
      rx: 8,
    }),
    svg('text', { class: 'lane-name', x, y: 24, 'text-anchor': 'middle' }, shortened(name, 16)),
  ];
}

/** @param {MessageSent} message @param {readonly string[]} lanes @param {number} y */
function messageOf({ from, to, event: type }, lanes, y) {
  const event = eventInWords(type);
  const x1 = (lanes.indexOf(from ?? OUTSIDE) + 0.5) * LANE_PX;
  const x2 = (lanes.indexOf(to) + 0.5) * LANE_PX;
  const isToItself = x1 === x2;
  const line = isToItself
    ? `M ${x1} ${y - 6} h 22 v 10 h -20`
    : `M ${x1} ${y} L ${x2 + (x2 > x1 ? -2 : 2)} ${y}`;
  const words = isToItself
    ? svg('text', { x: x1 + 28, y: y + 2 }, shortened(event, 18))
    : svg('text', { x: (x1 + x2) / 2, y: y - 5, 'text-anchor': 'middle' }, event);
  return svg('g', { class: 'message' }, svg('path', { d: line }), words, svg('title', {}, event));
}

const headOf = () =>
  svg(
    'marker',
    {
      id: 'told',
      viewBox: '0 0 8 8',
      refX: 7,
      refY: 4,
      markerWidth: 7,
      markerHeight: 7,
      orient: 'auto',
    },
    svg('path', { d: 'M 0 0.5 L 8 4 L 0 7.5 z' }),
  );

/** @param {string} text @param {number} chars */
const shortened = (text, chars) => (text.length > chars ? `${text.slice(0, chars - 1)}…` : text);
