/** @import { HouseOverview, SessionSummary, TeamOverview } from '../house.ts' */
import { ago, el } from './dom.js';
import { readShelf } from './shelf.js';

/**
 * Who is alive, who waits, and the conversations that can be opened.
 *
 * @param {{ onOpen: (session: SessionSummary) => void }} listener
 */
export function createHouseView({ onOpen }) {
  const facts = el('div', { class: 'facts' });
  const teams = el('ol', { class: 'teams' });
  const waiting = el('div');
  const sessions = el('div', { class: 'sessions' });
  /** @type {HouseOverview | undefined} */
  let last;
  const draw = () => {
    if (last === undefined) return;
    facts.replaceChildren(...factNodes(last));
    teams.replaceChildren(...teamNodes(last));
    waiting.replaceChildren(...waitingNodes(last));
  };
  // "3 min ago" grows old without any news from the house.
  setInterval(draw, 20_000);
  const element = el(
    'section',
    { class: 'column house', attrs: { id: 'house', 'aria-label': 'House' } },
    el(
      'div',
      { class: 'log', attrs: { tabindex: '0', role: 'region', 'aria-label': 'Who is alive' } },
      el('h2', {}, 'Who is alive'),
      facts,
      teams,
      waiting,
      el('h2', {}, 'Conversations'),
      sessions,
    ),
  );
  return {
    element,
    /** @param {HouseOverview} overview */
    show(overview) {
      last = overview;
      draw();
    },
    /** @param {readonly SessionSummary[]} list */
    showSessions(list) {
      const rows = list.map((session) => sessionButton(session, onOpen));
      sessions.replaceChildren(...(rows.length > 0 ? rows : [hint('None yet.')]));
    },
    /** @param {string} sentence */
    showSessionsProblem(sentence) {
      sessions.replaceChildren(hint(sentence));
    },
  };
}

/** @param {number} questions */
const counted = (questions) => (questions === 1 ? '1 question' : `${questions} questions`);

/** @param {string} text */
const hint = (text) => el('p', { class: 'hint' }, text);

/** @param {HouseOverview} overview */
function factNodes({ teamCount, maxTeams, waitingCount, health, model, code }) {
  const store =
    health === 'ok'
      ? el('span', { class: 'pill good' }, 'storage ok')
      : el(
          'span',
          {
            class: 'pill bad',
            attrs: {
              title:
                'The database cannot be reached: answers are made without memory until it is back.',
            },
          },
          'storage degraded',
        );
  return [
    el(
      'p',
      {},
      el('strong', {}, String(teamCount)),
      ` of ${maxTeams} teams`,
      waitingCount > 0 ? `, ${waitingCount} waiting` : '',
    ),
    el(
      'p',
      { class: 'pills' },
      store,
      el('span', { class: 'pill', attrs: { title: 'The model that answers' } }, model),
      ...(code === undefined
        ? []
        : [
            el(
              'span',
              { class: 'pill', attrs: { title: code.why || 'Where code is run' } },
              `code: ${code.where}`,
            ),
          ]),
    ),
  ];
}

/** @param {HouseOverview} overview */
function teamNodes({ teams, teamCount }) {
  if (teams.length === 0)
    return [hint('Nobody at the moment. The first question brings a team to life.')];
  const names = new Map(readShelf().channels.map(({ id, title }) => [id, title]));
  const rows = teams.map((team) => teamNode(team, names));
  const more = teamCount - teams.length;
  return more > 0 ? [...rows, el('li', { class: 'hint' }, `and ${more} more`)] : rows;
}

/**
 * @param {TeamOverview} team
 * @param {ReadonlyMap<string, string>} names what this browser calls the channels that it has open
 */
function teamNode({ userId, state, place, lastUsedAt, runs }, names) {
  const order =
    place === 1 ? 'next to leave when somebody needs the place' : `place ${place} in order of use`;
  return el(
    'li',
    { class: 'team', attrs: { 'data-state': state, title: order } },
    el('span', { class: 'place' }, String(place)),
    el('span', { class: 'who' }, userId),
    el('span', { class: `pill ${state}` }, state),
    el('span', { class: 'when' }, ago(lastUsedAt)),
    ...runs.map(({ state: doing, channelId }) =>
      el('span', { class: 'doing' }, `${doing} in ${names.get(channelId) ?? channelId}`),
    ),
  );
}

/** @param {HouseOverview} overview */
function waitingNodes({ waiting, waitingCount }) {
  if (waitingCount === 0) return [];
  const rows = waiting.map(({ userId, place, questions }) =>
    el(
      'li',
      { class: 'team', attrs: { 'data-state': 'waiting' } },
      el('span', { class: 'place' }, String(place)),
      el('span', { class: 'who' }, userId),
      el('span', { class: 'when' }, counted(questions)),
    ),
  );
  return [el('h3', {}, 'Waiting for a place'), el('ol', { class: 'teams' }, ...rows)];
}

/**
 * @param {SessionSummary} session
 * @param {(session: SessionSummary) => void} onOpen
 */
function sessionButton(session, onOpen) {
  const asked = session.runs === undefined ? [] : [counted(session.runs)];
  return el(
    'button',
    { class: 'session', attrs: { type: 'button' }, on: { click: () => onOpen(session) } },
    el('span', { class: 'who' }, session.title || session.channelId),
    el('span', { class: 'when' }, [ago(session.lastAt), ...asked].join(' · ')),
  );
}
