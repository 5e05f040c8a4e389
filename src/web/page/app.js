/** @import { ConnectionState } from './steady.js' */
import { createApi } from './api.js';
import { createConnection } from './connection.js';
import { createDeck } from './deck.js';
import { byId, el } from './dom.js';
import { createHouseView } from './house-view.js';
import { reloadOnNewToken, showLock } from './lock.js';
import { takeToken } from './shelf.js';
import { showConnection } from './steady.js';
import { startTheme } from './theme.js';

startTheme(byId('theme'));
reloadOnNewToken();

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
  if (state.kind === 'locked') lock();
  else showConnection(state);
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

function lock() {
  byId('new-channel').toggleAttribute('disabled', true);
  byId('tabs').replaceChildren();
  showLock(byId('deck'));
}
