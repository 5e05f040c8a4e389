/** @import { InspectApi } from './inspect-api.js' */
import { el } from '../dom.js';
import { attempt } from './repeat.js';

/**
 * What an operator may do to the house and to the team that is looked at; nothing where looking is all.
 *
 * @param {{ api: InspectApi, isAdmin: boolean, userId: () => string }} options
 */
export function createActions({ api, isAdmin, userId }) {
  const element = el('div', { class: 'actions' });
  if (!isAdmin) {
    return { element, show() {} };
  }
  const size = el('input', {
    class: 'field size',
    attrs: {
      type: 'number',
      min: '1',
      'aria-label': 'How many teams may live',
      placeholder: 'Teams',
    },
  });
  const resize = el(
    'form',
    { class: 'actions' },
    size,
    el('button', { class: 'button', attrs: { type: 'submit' } }, 'Resize'),
  );
  resize.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(() => api.resize(Number(size.value)));
  });
  const stop = () => void attempt(() => api.stop(userId()));
  const dismiss = () => {
    if (confirm(`Remove the team of ${userId()}, whatever it does?`))
      void attempt(() => api.dismiss(userId()));
  };
  const ofTeam = [
    el('button', { class: 'button', attrs: { type: 'button' }, on: { click: stop } }, 'Stop runs'),
    el(
      'button',
      { class: 'button stop', attrs: { type: 'button' }, on: { click: dismiss } },
      'Dismiss team',
    ),
  ];
  element.append(resize);
  return {
    element,
    /** A team has been chosen. */
    show() {
      element.replaceChildren(...(userId() === '' ? [] : ofTeam), resize);
    },
  };
}
