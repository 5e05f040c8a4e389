/**
 * @typedef {object} OpenChannel
 * @property {string} id
 * @property {string} title
 *
 * @typedef {object} PendingRun A question whose end this browser has not seen yet.
 * @property {string} runId
 * @property {string} channelId
 * @property {string} text
 * @property {number} at
 * @property {boolean} asked
 *
 * @typedef {object} Shelved
 * @property {OpenChannel[]} channels
 * @property {Record<string, PendingRun>} pending by run id
 * @property {Record<string, string>} drafts unsent text by channel id
 * @property {string} theme `light`, `dark`, or empty for the system's
 */

const KEY = 'troupe.console';

/**
 * What this browser remembers. Whatever cannot be read counts as nothing.
 *
 * @returns {Shelved}
 */
export function readShelf() {
  /** @type {Shelved} */
  const empty = { channels: [], pending: {}, drafts: {}, theme: '' };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return { ...empty, ...kept };
  } catch {
    return empty;
  }
}

/**
 * Changes what is remembered. Read first, since other tabs write here too. A browser that keeps nothing (private
 * windows, full storage) costs memory of the page, not its work.
 *
 * @param {(shelf: Shelved) => void} change
 */
export function changeShelf(change) {
  const shelf = readShelf();
  change(shelf);
  try {
    localStorage.setItem(KEY, JSON.stringify(shelf));
  } catch {
    document.documentElement.dataset['forgetful'] = 'true';
  }
}

const TOKEN_KEY = 'troupe.token';

/** The token: taken out of the address, so that it is neither bookmarked nor shown, and kept for this tab. */
export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem(TOKEN_KEY, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? '';
}

/** @param {string} token */
export const keepToken = (token) => sessionStorage.setItem(TOKEN_KEY, token);
