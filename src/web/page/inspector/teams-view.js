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
  const drawRows = createRows(rows);
  let picked = '';
  /** @type {Census | undefined} */
  let last;
  let lastFrom = 0;
  const draw = () => {
    if (last !== undefined) drawRows({ census: last, from: lastFrom, picked });
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
 * Shows these teams, each in the row that it has had before: what a person presses or has walked to by keyboard stays,
 * although all is drawn anew every second.
 *
 * @param {HTMLElement} list
 */
function createRows(list) {
  /** @type {Map<string, TeamRow>} */
  let known = new Map();
  /** @param {{ census: Census, from: number, picked: string }} what */
  return ({ census: { found, teams }, from, picked }) => {
    /** @type {typeof known} */
    const now = new Map();
    teams.forEach((team, index) => {
      const row = known.get(team.userId) ?? createRow(team.userId);
      row.show(team, { top: (from + index) * ROW_PX, isPicked: team.userId === picked });
      now.set(team.userId, row);
    });
    known = now;
    list.style.height = `${Math.max(1, found) * ROW_PX}px`;
    const nodes = [...now.values()].map(({ node }) => node);
    arrange(list, nodes.length > 0 ? nodes : [el('li', { class: 'hint' }, 'Nobody.')]);
  };
}

/**
 * Makes these the children, in this order. Those whose neighbours stay are not moved: what is moved loses its focus and
 * does not hear the end of a press.
 *
 * @param {HTMLElement} list
 * @param {readonly Element[]} nodes
 */
function arrange(list, nodes) {
  const focused = document.activeElement;
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  let next = list.firstElementChild;
  for (const node of nodes) {
    if (next !== null && next !== node && next.nextElementSibling === node) {
      // It has gone further down: it is put there when its turn comes.
      next.remove();
      next = node;
    }
    if (next === node) next = node.nextElementSibling;
    else list.insertBefore(node, next);
  }
  if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
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
 * @typedef {object} TeamRow
 * @property {HTMLElement} node
 * @property {(team: CensusTeam, where: { top: number, isPicked: boolean }) => void} show
 */

/**
 * @param {string} userId
 * @returns {TeamRow}
 */
function createRow(userId) {
  const placed = el('span', { class: 'place' });
  const pill = el('span');
  const when = el('span', { class: 'when' });
  const who = el('span', { class: 'who' }, userId);
  const button = el('button', { attrs: { type: 'button' } }, placed, who, pill, when);
  const node = el('li', { class: 'team-row', attrs: { 'data-user': userId } }, button);
  return {
    node,
    show({ state, place, lastUsedAt, runs }, { top, isPicked }) {
      node.style.top = `${top}px`;
      node.toggleAttribute('data-picked', isPicked);
      button.setAttribute('aria-pressed', String(isPicked));
      button.title =
        place === 1
          ? 'next to leave when somebody needs the place'
          : `place ${place} in order of use`;
      placed.textContent = String(place);
      pill.className = `pill ${state}`;
      pill.textContent = state;
      when.textContent =
        runs.length === 0 ? ago(lastUsedAt) : runs.map((run) => run.state).join(', ');
    },
  };
}

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MB`;
