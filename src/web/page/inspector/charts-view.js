/** @import { DrawnChart } from '../../../shared/inspection.ts' */
/** @import { Picture } from './picture.js' */
import { el } from '../dom.js';
import { createChartView } from './chart-view.js';
import { createTreeView } from './tree-view.js';
import { eventInWords } from './words.js';

const SUPERVISOR = 'supervisor';

/**
 * The actors of the team and the statechart of the one that is chosen, with its states lit.
 *
 * @param {{ charts: readonly DrawnChart[], onPick: () => void }} options
 */
export function createChartsView({ charts, onPick }) {
  const views = new Map(charts.map((chart) => [chart.machine, createChartView(chart)]));
  let picked = SUPERVISOR;
  const tree = createTreeView({ onPick: (actor) => pick(actor) });
  const house = el(
    'button',
    { class: 'actor', attrs: { type: 'button' }, on: { click: () => pick(SUPERVISOR) } },
    el('span', { class: 'who' }, SUPERVISOR),
  );
  const stage = el('div', {
    class: 'stage',
    attrs: { tabindex: '0', role: 'region', 'aria-label': 'Statechart' },
  });
  const caption = el('p', { class: 'small', attrs: { 'aria-live': 'polite' } });
  /** @param {string} actor */
  const pick = (actor) => {
    picked = actor;
    onPick();
  };
  return {
    element: el(
      'div',
      { class: 'charts-view' },
      el('nav', { class: 'actors', attrs: { 'aria-label': 'Actors' } }, house, tree.element),
      el('div', { class: 'drawing' }, caption, stage),
    ),
    /** Shows the team itself, as soon as it is known. */
    pickTeam() {
      picked = '';
    },
    /** @param {Picture} picture @param {string} supervisor The state of the supervisor. */
    show(picture, supervisor) {
      // An actor that is not there (yet, or any more) gives way to the team itself.
      const root = picked === SUPERVISOR ? undefined : rootOf(picture);
      const shown = picture.actors.get(picked) ?? root;
      house.setAttribute('aria-pressed', String(shown === undefined));
      tree.show(picture, shown?.id ?? '');
      const machine = shown?.machine ?? SUPERVISOR;
      const view = views.get(machine);
      const position = shown ?? { states: [supervisor], before: [], moves: 0 };
      caption.textContent = captionOf(shown, machine, view !== undefined);
      if (view === undefined) return stage.replaceChildren();
      if (stage.firstChild !== view.element) stage.replaceChildren(view.element);
      view.show(shown?.isAlive === false ? undefined : position);
    },
  };
}

/** The team itself, beside which its memory stands; in a recorded run, its leader. @param {Picture} picture */
function rootOf(picture) {
  const roots = [...picture.actors.values()].filter(
    (one) => one.parent === undefined && one.isAlive,
  );
  return roots.find(({ machine }) => machine === 'team') ?? roots[0];
}

/** @param {import('./picture.js').Actor | undefined} actor @param {string} machine @param {boolean} hasChart */
function captionOf(actor, machine, hasChart) {
  if (!hasChart) return `${actor?.name ?? machine} works and reports once: it has no statechart.`;
  if (actor === undefined) return `The ${machine} decides who lives, who waits and who leaves.`;
  if (!actor.isAlive) return `${actor.name} has stopped.`;
  const last = actor.lastEvent === '' ? '' : `, moved by ${eventInWords(actor.lastEvent)}`;
  return `${actor.name} is in ${actor.states.join(', ')}${last}`;
}
