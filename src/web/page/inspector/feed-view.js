/** @import { InspectedEvent } from '../../../shared/inspected-event.ts' */
/** @import { Picture } from './picture.js' */
import { el } from '../dom.js';
import { wordsOf } from './words.js';

/** Rows that exist at once: more than anybody scrolls through while they run by. */
const MAX_ROWS = 200;

/** @type {readonly { kind: string, name: string, types: readonly string[] }[]} */
const KINDS = [
  { kind: 'moves', name: 'State changes', types: ['actor.moved', 'supervisor.moved'] },
  { kind: 'steps', name: 'Models and tools', types: ['step.started', 'step.ended'] },
  { kind: 'messages', name: 'Messages', types: ['message.sent', 'mailbox.changed'] },
  {
    kind: 'actors',
    name: 'Starts and stops',
    types: ['actor.started', 'actor.stopped', 'feed.dropped'],
  },
];

/**
 * What happened, the newest first; only what is wanted.
 *
 * @param {{ onFilter: () => void }} listener
 */
export function createFeedView({ onFilter }) {
  const boxes = KINDS.map(({ kind, name, types }) => {
    const box = el('input', {
      attrs: { type: 'checkbox', checked: true, id: `show-${kind}`, 'aria-label': name },
    });
    box.addEventListener('change', onFilter);
    return { box, types, label: el('label', { attrs: { for: `show-${kind}` } }, box, name) };
  });
  const search = el('input', {
    class: 'field',
    attrs: { type: 'search', placeholder: 'Actor or event', 'aria-label': 'Actor or event' },
  });
  search.addEventListener('input', onFilter);
  const note = el('p', { class: 'small', attrs: { role: 'status' } });
  const list = el('ol', { class: 'feed', attrs: { 'aria-label': 'What happened, newest first' } });
  const element = el(
    'div',
    { class: 'feed-view' },
    el('div', { class: 'filters' }, ...boxes.map(({ label }) => label), search),
    note,
    list,
  );
  return {
    element,
    /** @param {readonly InspectedEvent[]} events @param {Picture} picture @param {number} dropped */
    show(events, picture, dropped) {
      const types = boxes.flatMap(({ box, types: shown }) => (box.checked ? shown : []));
      const words = search.value.trim().toLowerCase();
      const rows = newest(events, { types, words, picture }).map(({ event, line }) =>
        rowOf(event, line),
      );
      note.textContent =
        dropped === 0
          ? ''
          : `${dropped} events were left out: there were more than anybody could read.`;
      list.replaceChildren(
        ...(rows.length > 0 ? rows : [el('li', { class: 'hint' }, 'Nothing yet.')]),
      );
    },
  };
}

/**
 * The latest events that are wanted, newest first.
 *
 * @param {readonly InspectedEvent[]} events
 * @param {{ types: readonly string[], words: string, picture: Picture }} wanted
 */
function newest(events, { types, words, picture }) {
  return events
    .toReversed()
    .values()
    .filter(({ type }) => types.includes(type))
    .map((event) => ({ event, line: wordsOf(event, picture) }))
    .filter(({ line: { who, what } }) => `${who} ${what}`.toLowerCase().includes(words))
    .take(MAX_ROWS)
    .toArray();
}

/** @param {InspectedEvent} event @param {{ who: string, what: string }} line */
function rowOf({ at, type }, { who, what }) {
  return el(
    'li',
    { class: 'happening', attrs: { 'data-type': type } },
    el('time', {}, clockTime(at)),
    el('span', { class: 'who' }, who),
    el('span', { class: 'what' }, what),
  );
}

/** @param {number} at */
function clockTime(at) {
  const time = new Date(at);
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()];
  const seconds = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${seconds}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
