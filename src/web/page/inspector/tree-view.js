/** @import { Actor, Picture } from './picture.js' */
import { el } from '../dom.js';

/**
 * The actors of a team, each under the one that started it. One is chosen.
 *
 * @param {{ onPick: (actor: string) => void }} listener
 */
export function createTreeView({ onPick }) {
  const element = el('ul', { class: 'tree', attrs: { 'aria-label': 'Actors of the team' } });
  element.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target.closest('button') : null;
    const actor = target?.dataset['actor'];
    if (actor !== undefined) onPick(actor);
  });
  return {
    element,
    /** @param {Picture} picture @param {string} picked */
    show(picture, picked) {
      const roots = [...picture.actors.values()].filter(
        ({ parent }) => parent === undefined || !picture.actors.has(parent),
      );
      const focused = document.activeElement?.getAttribute('data-actor');
      element.replaceChildren(...roots.map((root) => branchOf(picture, root, picked)));
      if (focused === null || focused === undefined) return;
      const again = [...element.querySelectorAll('button')].find(
        (button) => button.dataset['actor'] === focused,
      );
      again?.focus();
    },
  };
}

/**
 * @param {Picture} picture
 * @param {Actor} actor
 * @param {string} picked
 * @returns {HTMLElement}
 */
function branchOf(picture, actor, picked) {
  const children = picture.childrenOf(actor.id);
  const where = actor.states.length > 0 ? actor.states.join(', ') : '';
  const button = el(
    'button',
    {
      class: 'actor',
      attrs: {
        type: 'button',
        'data-actor': actor.id,
        'data-alive': String(actor.isAlive),
        'aria-pressed': String(actor.id === picked),
      },
    },
    el('span', { class: 'who' }, actor.name),
    el('span', { class: 'where' }, actor.isAlive ? where : 'stopped'),
  );
  if (children.length === 0) return el('li', {}, button);
  return el(
    'li',
    {},
    button,
    el('ul', {}, ...children.map((child) => branchOf(picture, child, picked))),
  );
}
