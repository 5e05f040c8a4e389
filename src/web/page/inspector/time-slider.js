/** @import { TeamLog } from './log.js' */
import { el } from '../dom.js';

/**
 * Goes back and forth in what happened; at its end it follows the present.
 *
 * @param {{ onMove: (at: number | undefined) => void }} listener
 */
export function createTimeSlider({ onMove }) {
  const range = el('input', {
    class: 'time',
    attrs: { type: 'range', min: '0', max: '0', step: '1', 'aria-label': 'Moment' },
  });
  const words = el('span', { class: 'small', attrs: { role: 'status' } });
  const live = el('button', { class: 'button', attrs: { type: 'button' } }, 'Live');
  const step = (/** @type {number} */ by) => {
    range.value = String(Number(range.value) + by);
    moved();
  };
  const back = el(
    'button',
    {
      class: 'button icon',
      attrs: { type: 'button', 'aria-label': 'One event back' },
      on: { click: () => step(-1) },
    },
    '‹',
  );
  const forth = el(
    'button',
    {
      class: 'button icon',
      attrs: { type: 'button', 'aria-label': 'One event forward' },
      on: { click: () => step(1) },
    },
    '›',
  );
  const moved = () =>
    onMove(Number(range.value) >= Number(range.max) ? undefined : Number(range.value));
  range.addEventListener('input', moved);
  live.addEventListener('click', () => onMove(undefined));
  return {
    element: el('div', { class: 'slider' }, back, range, forth, live, words),
    /** @param {TeamLog} log */
    show({ events, at }) {
      range.max = String(events.length);
      range.value = String(at ?? events.length);
      live.disabled = at === undefined;
      words.textContent =
        at === undefined ? `${events.length} events` : `event ${at} of ${events.length}`;
    },
  };
}
