/** @import { Census, CensusTeam } from '../../inspector/house.ts' */
import { ago, el } from '../dom.js';

const ROW_PX = 44;
/** Rows above and below those that are seen, so that scrolling does not show gaps. */
const SPARE_ROWS = 10;
const MAX_ROWS = 200;

/**
 * Everybody alive, in order of use. However many there are, only the rows that are seen exist.
 *
 * @param {{ onPick: (userId: string) => void, onWindow: () => void }} listener
 */
export function createTeamsView({ onPick, onWindow }) {
  const search = el('input', {
    class: 'field',
    attrs: { type: 'search', placeholder: 'Find a user', 'aria-label': 'Find a user' },
  });
  const rows = el('ol', { class: 'rows' });
  const list = el(
    'div',
    { class: 'team-list', attrs: { tabindex: '0', role: 'region', 'aria-label': 'Teams' } },
    rows,
  );
  const supervisor = el('p', { class: 'supervisor' });
  const memory = el('p', { class: 'small' });
  const waiting = el('p', { class: 'small' });
  const element = el(
    'section',
    { class: 'panel teams-panel', attrs: { 'aria-label': 'House' } },
    el('h2', {}, 'House'),
    supervisor,
    memory,
    waiting,
    search,
    list,
  );
  let picked = '';
  /** @type {Census | undefined} */
  let last;
  let lastFrom = 0;
  const draw = () => {
    if (last !== undefined) drawRows(rows, { census: last, from: lastFrom, picked });
  };
  list.addEventListener('scroll', onWindow, { passive: true });
  search.addEventListener('input', () => {
    list.scrollTop = 0;
    onWindow();
  });
  rows.addEventListener('click', (event) => {
    const row = event.target instanceof Element ? event.target.closest('[data-user]') : null;
    if (row !== null) onPick(row.getAttribute('data-user') ?? '');
  });
  return {
    element,
    /** What of the list is seen. */
    window() {
      const from = Math.max(0, Math.floor(list.scrollTop / ROW_PX) - SPARE_ROWS);
      const seen = Math.ceil((list.clientHeight || 600) / ROW_PX);
      return { from, count: Math.min(MAX_ROWS, seen + 2 * SPARE_ROWS), find: search.value.trim() };
    },
    /** @param {Census} census @param {number} from */
    show(census, from) {
      last = census;
      lastFrom = from;
      supervisor.replaceChildren(...supervisorWords(census));
      memory.textContent = `memory ${megabytes(census.memory.heapUsed)} heap, ${megabytes(census.memory.resident)} process`;
      waiting.textContent = waitingWords(census);
      draw();
    },
    /** @param {string} userId */
    pick(userId) {
      picked = userId;
      draw();
    },
  };
}

/**
 * @param {HTMLElement} rows
 * @param {{ census: Census, from: number, picked: string }} what
 */
function drawRows(rows, { census: { found, teams }, from, picked }) {
  // Drawn anew every second: whoever has walked to a row by keyboard stays there.
  const focused = document.activeElement?.closest('.team-row')?.getAttribute('data-user');
  const nodes = teams.map((team, index) => rowOf(team, from + index, team.userId === picked));
  rows.style.height = `${Math.max(1, found) * ROW_PX}px`;
  rows.replaceChildren(...(nodes.length > 0 ? nodes : [el('li', { class: 'hint' }, 'Nobody.')]));
  const row = nodes.find((node) => node.dataset['user'] === focused);
  row?.querySelector('button')?.focus();
}

/** @param {Census} census */
const supervisorWords = ({ supervisor, teamCount, maxTeams }) => [
  el('span', { class: `pill ${supervisor === 'running' ? 'good' : 'closing'}` }, supervisor),
  ` ${teamCount} of ${maxTeams} teams`,
];

/** @param {Census} census */
function waitingWords({ waiting, waitingCount }) {
  if (waitingCount === 0) return 'nobody waits for a place';
  const names = waiting.slice(0, 3).map(({ userId }) => userId);
  const more = waitingCount > names.length ? ` and ${waitingCount - names.length} more` : '';
  return `waiting for a place: ${names.join(', ')}${more}`;
}

/**
 * @param {CensusTeam} team
 * @param {number} index
 * @param {boolean} isPicked
 */
function rowOf({ userId, state, place, lastUsedAt, runs }, index, isPicked) {
  const doing = runs.length === 0 ? ago(lastUsedAt) : runs.map((run) => run.state).join(', ');
  const row = el(
    'li',
    { class: 'team-row', attrs: { 'data-user': userId, 'data-picked': isPicked } },
    el(
      'button',
      {
        attrs: {
          type: 'button',
          'aria-pressed': String(isPicked),
          title:
            place === 1
              ? 'next to leave when somebody needs the place'
              : `place ${place} in order of use`,
        },
      },
      el('span', { class: 'place' }, String(place)),
      el('span', { class: 'who' }, userId),
      el('span', { class: `pill ${state}` }, state),
      el('span', { class: 'when' }, doing),
    ),
  );
  row.style.top = `${index * ROW_PX}px`;
  return row;
}

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MB`;
