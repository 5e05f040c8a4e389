/**
 * A browser keeps six connections to one house, for all its tabs together, and a stream takes one for good. So only the
 * tabs used last have a stream; the others rest until they are used.
 */
const TABS = 4;
const PREFIX = 'troupe-stream ';

/**
 * @typedef {object} Place
 * @property {AbortSignal} taken Aborts when another tab takes the place.
 * @property {() => void} leave
 */

/**
 * A place for this tab among those that have a stream. There always is one: the tab that took its own first loses it.
 * Rejects when the browser refuses to keep any.
 *
 * @returns {Promise<Place>}
 */
export async function takePlace() {
  // Names that sort by age; the browser frees a lock when its tab is gone, however it went.
  const place = await hold(`${PREFIX}${Date.now()} ${crypto.randomUUID()}`);
  try {
    const { held = [] } = await navigator.locks.query();
    const names = held.map(({ name = '' }) => name).filter((name) => name.startsWith(PREFIX));
    const tooMany = names.sort().slice(0, -TABS);
    await Promise.all(tooMany.map(takeAway));
  } catch (error) {
    place.leave();
    throw error;
  }
  return place;
}

/** @param {string} name */
async function takeAway(name) {
  try {
    await navigator.locks.request(name, { steal: true }, () => {});
  } catch (error) {
    // Another tab that came at the same time takes it away from this one: taken away it is.
    if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
  }
}

/**
 * @param {string} name
 * @returns {Promise<Place>}
 */
function hold(name) {
  const losing = new AbortController();
  return new Promise((granted, refused) => {
    const holding = navigator.locks.request(
      name,
      () =>
        new Promise((resolve) => {
          granted({ taken: losing.signal, leave: () => resolve(undefined) });
        }),
    );
    // It rejects when the lock is stolen, or was never granted.
    holding.catch((error) => {
      losing.abort();
      refused(error);
    });
  });
}

/** Resolves when somebody turns to this tab. */
export function turnedTo() {
  return new Promise((resolve) => {
    const done = new AbortController();
    const look = () => {
      if (document.visibilityState === 'hidden') return;
      done.abort();
      resolve(undefined);
    };
    const { signal } = done;
    document.addEventListener('visibilitychange', look, { signal });
    for (const sign of ['focus', 'pointerdown', 'keydown']) {
      window.addEventListener(sign, look, { signal, capture: true });
    }
  });
}
