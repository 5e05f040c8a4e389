/** @import { DrawnChart } from '../../../shared/inspection.ts' */
/** @import { InspectApi } from './inspect-api.js' */
/** @import { InspectorLine } from '../../wire.ts' */
/** @import { ConnectionState } from '../steady.js' */
import { Refused } from '../api.js';
import { byId } from '../dom.js';
import { reloadOnNewToken, showLock } from '../lock.js';
import { takeToken } from '../shelf.js';
import { keepOpen, pause, readAll, showConnection } from '../steady.js';
import { startTheme } from '../theme.js';
import { Desk } from './desk.js';
import { createInspectApi } from './inspect-api.js';

startTheme(byId('theme'));
reloadOnNewToken();

const token = takeToken();
if (token === '') showLock(byId('desk'));
else void open(createInspectApi(token));

/** @param {InspectApi} api */
async function open(api) {
  const start = await begin(api);
  if (start === undefined) return;
  let stream = '';
  let followed = '';
  /** One call after the other: the last that was wanted must be the last to arrive. @type {Promise<void>} */
  let following = Promise.resolve();
  const follow = () => {
    const call = async () => {
      if (stream !== '') await api.follow(stream, followed === '' ? undefined : followed);
    };
    following = following.then(call, call);
    return following;
  };
  const desk = new Desk({
    api,
    charts: start.charts,
    isAdmin: start.admin,
    onFollow(userId) {
      followed = userId;
      return follow();
    },
  });
  byId('desk').replaceChildren(desk.element);
  desk.begin();
  await keepOpen(async (taken) => {
    /** @param {InspectorLine} line */
    const take = (line) => {
      if (line.type === 'inspect.events') desk.take(line);
      if (line.type !== 'inspect.opened') return;
      stream = line.stream;
      showState({ kind: 'open' });
      desk.forget();
      desk.lookAround();
      // When even this call is lost, so is the stream, and both are opened again.
      follow().catch(() => {});
    };
    const refused = await readAll(api.open, { take, taken });
    stream = '';
    return refused;
  }, showState);
}

/**
 * Asks for what never changes, until the house answers. Gives nothing when the token is refused.
 *
 * @param {InspectApi} api
 * @returns {Promise<{ charts: readonly DrawnChart[], admin: boolean } | undefined>}
 */
async function begin(api) {
  for (;;) {
    try {
      return await api.charts();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return void showLock(byId('desk'));
      showState({ kind: 'lost', why: error instanceof Refused ? error.message : '' });
      await pause(2_000);
    }
  }
}

/** @param {ConnectionState} state */
function showState(state) {
  if (state.kind === 'locked') showLock(byId('desk'));
  else showConnection(state);
}
