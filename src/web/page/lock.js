import { el } from './dom.js';
import { keepToken } from './shelf.js';
import { showConnection } from './steady.js';

/**
 * Without the right token nothing can be shown: asks for it.
 *
 * @param {HTMLElement} place
 */
export function showLock(place) {
  showConnection({ kind: 'locked' });
  const field = el('input', {
    class: 'field',
    attrs: {
      type: 'password',
      'aria-label': 'Token or link',
      autocomplete: 'off',
      placeholder: 'Token or link',
    },
  });
  const form = el(
    'form',
    { class: 'lock' },
    el('h2', {}, 'This console is locked'),
    el('p', {}, 'Open the link that Troupe printed when it started, or paste it here.'),
    field,
    el('button', { class: 'button strong', attrs: { type: 'submit' } }, 'Unlock'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    keepToken(field.value.trim().replace(/^.*token=/, ''));
    location.reload();
  });
  place.replaceChildren(form);
  field.focus();
}

/** A link with a new token, followed while a page is open, changes the fragment only. */
export function reloadOnNewToken() {
  window.addEventListener('hashchange', () => {
    if (location.hash.includes('token=')) location.reload();
  });
}
