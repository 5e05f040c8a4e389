/** @import { ConnectionState } from './connection.js' */
import { createApi } from './api.js';
import { createConnection } from './connection.js';
import { createDeck } from './deck.js';
import { byId, el } from './dom.js';
import { createHouseView } from './house-view.js';
import { keepToken, takeToken } from './shelf.js';
import { startTheme } from './theme.js';

startTheme(byId('theme'));
// A link with a new token, followed while this page is open, changes the fragment only.
window.addEventListener('hashchange', () => {
  if (location.hash.includes('token=')) location.reload();
});

const token = takeToken();
if (token === '') lock();
else open(token);

/** @param {string} token */
function open(token) {
  const api = createApi(token);
  const house = createHouseView({ onOpen: (session) => deck.openSession(session) });
  const connection = createConnection(api, {
    onState: showState,
    onOverview(overview) {
      house.show(overview);
      showBanner(overview.demo);
    },
  });
  const deck = createDeck({ api, connection, house });
  void connection.run();
}

/** @param {ConnectionState} state */
function showState(state) {
  const words = {
    connecting: 'connecting…',
    open: 'connected',
    lost: 'connection lost, trying again…',
    locked: 'locked',
  };
  const line = byId('connection');
  line.dataset['state'] = state.kind;
  line.textContent = state.kind === 'lost' && state.why !== '' ? state.why : words[state.kind];
  if (state.kind === 'locked') lock();
}

/** @param {boolean} demo */
function showBanner(demo) {
  const banner = byId('banner');
  banner.hidden = !demo;
  if (!demo || banner.textContent !== '') return;
  banner.append(
    'Demo: simple rules write the answers. Set ',
    el('code', {}, 'GROQ_API_KEY'),
    ' for real ones.',
  );
}

/** Without the right token nothing can be shown: asks for it. */
function lock() {
  byId('connection').dataset['state'] = 'locked';
  byId('connection').textContent = 'locked';
  byId('new-channel').toggleAttribute('disabled', true);
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
  byId('deck').replaceChildren(form);
  byId('tabs').replaceChildren();
  field.focus();
}
