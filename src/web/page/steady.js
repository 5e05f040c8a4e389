/** @typedef {{ kind: 'connecting' } | { kind: 'open' } | { kind: 'lost', why: string } | { kind: 'resting' } | { kind: 'locked' }} ConnectionState */

/** @import { Place } from './place.js' */
import { Refused } from './api.js';
import { byId } from './dom.js';
import { takePlace, turnedTo } from './place.js';

const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 8_000;
/** A connection that held this long counts as healed. */
const STEADY_MS = 10_000;

/**
 * Opens a connection again whenever it ends: with growing pauses; or, when another tab needed it, when this one is used
 * again. Ends when the token is refused.
 *
 * @param {(taken: AbortSignal) => Promise<Refused | undefined>} openOnce Stays until the connection ends, or has to; gives
 *   the house's refusal.
 * @param {(state: ConnectionState) => void} onState
 */
export async function keepOpen(openOnce, onState) {
  for (let losses = 0; ; ) {
    const openedAt = Date.now();
    const { taken, refused } = await openInPlace(openOnce);
    if (refused?.status === 401) break;
    if (taken) {
      onState({ kind: 'resting' });
      await turnedTo();
      continue;
    }
    if (Date.now() - openedAt > STEADY_MS) losses = 0;
    onState({ kind: 'lost', why: refused?.message ?? '' });
    const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** losses);
    losses++;
    await pause(retryMs * (0.75 + Math.random() / 2));
  }
  onState({ kind: 'locked' });
}

/**
 * Never rejects: an error, of the browser's or of ours, goes to the console, and the connection counts as lost.
 *
 * @param {(taken: AbortSignal) => Promise<Refused | undefined>} openOnce
 * @returns {Promise<{ taken: boolean, refused?: Refused | undefined }>}
 */
async function openInPlace(openOnce) {
  /** @type {Place | undefined} */
  let place;
  try {
    place = await takePlace();
    const refused = await openOnce(place.taken);
    return { taken: place.taken.aborted, refused };
  } catch (error) {
    reportError(error);
    return { taken: false };
  } finally {
    place?.leave();
  }
}

/**
 * Gives every line to `take` until the stream ends, or `taken` aborts. Gives the house's refusal; any other end looks alike from here.
 *
 * @template Line
 * @param {(signal: AbortSignal) => AsyncIterable<Line>} open
 * @param {{ take: (line: Line) => void, taken: AbortSignal }} reader
 */
export async function readAll(open, { take, taken }) {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  taken.addEventListener('abort', leave);
  if (taken.aborted) leave();
  try {
    for await (const line of open(leaving.signal)) take(line);
  } catch (error) {
    if (error instanceof Refused) return error;
  } finally {
    leave();
    taken.removeEventListener('abort', leave);
  }
  return undefined;
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Says in the page's head how the connection is.
 *
 * @param {ConnectionState} state
 */
export function showConnection(state) {
  const words = {
    connecting: 'connecting…',
    open: 'connected',
    lost: 'connection lost, trying again…',
    resting: 'resting while other tabs are used',
    locked: 'locked',
  };
  const line = byId('connection');
  line.dataset['state'] = state.kind;
  line.textContent = state.kind === 'lost' && state.why !== '' ? state.why : words[state.kind];
}
