// What the browser tests ask inside the page. Put there before the page's own code, as `probe`.

// By the paths they are served under, which no tool knows.
const PARSER = '/markdown.js';
const VIEW = '/markdown-view.js';
const PLACE = '/place.js';
const STEADY = '/steady.js';
const API = '/api.js';

/** @param {string} markdown @returns {Promise<HTMLElement>} */
async function drawn(markdown) {
  /** @type {typeof import('../../src/web/page/markdown-view.js')} */
  const { proseOf } = await import(VIEW);
  const box = document.createElement('div');
  box.append(...proseOf(markdown));
  return box;
}

/** What another tab does when it comes and there are too many. */
async function takeAllPlaces() {
  const { held = [] } = await navigator.locks.query();
  const steal = ({ name = '' }) => navigator.locks.request(name, { steal: true }, () => {});
  await Promise.all(held.map(steal));
}

const probe = {
  /**
   * Why some of so many tabs are given no place, when each place that one takes away is taken from it by another at the
   * same moment.
   *
   * @param {string} tabs
   */
  async placesRefused(tabs) {
    /** @type {typeof import('../../src/web/page/place.js')} */
    const { takePlace } = await import(PLACE);
    const request = navigator.locks.request.bind(navigator.locks);
    Object.assign(navigator.locks, {
      /** @param {[string, LockGrantedCallback<void>] | [string, LockOptions, LockGrantedCallback<void>]} call */
      request(...call) {
        if (call.length === 2) return request(...call);
        const [name, options] = call;
        return request(name, options, () => request(name, options, () => {}));
      },
    });
    const taken = await Promise.allSettled(Array.from({ length: Number(tabs) }, takePlace));
    for (const end of taken) if (end.status === 'fulfilled') end.value.leave();
    return taken.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  },

  /** @param {string} why The browser cannot tell who has a place, once. */
  failNextPlace(why) {
    navigator.locks.query = async () => {
      Reflect.deleteProperty(navigator.locks, 'query');
      throw new Error(why);
    };
  },

  /**
   * What becomes of a connection that ends in these ways, one after the other, and is refused then; how long it waited
   * before its last opening; and how many places were held during that.
   *
   * @param {string} ends `rest`, `loss` and `error`, with blanks between.
   */
  async connectionThrough(ends) {
    /** @type {typeof import('../../src/web/page/steady.js')} */
    const { keepOpen } = await import(STEADY);
    /** @type {typeof import('../../src/web/page/api.js')} */
    const { Refused } = await import(API);
    const left = ends.split(' ').filter((end) => end !== '');
    /** @type {string[]} */
    const states = [];
    let [endedAt, waitedMs, places] = [0, 0, 0];
    /** @param {AbortSignal} taken */
    const openOnce = async (taken) => {
      const end = left.shift();
      if (end === 'error') throw new Error('planted');
      if (end === 'loss') return undefined;
      if (end === 'rest') {
        const robbed = new Promise((resolve) => taken.addEventListener('abort', resolve));
        await takeAllPlaces();
        await robbed;
        return undefined;
      }
      waitedMs = performance.now() - endedAt;
      places = (await navigator.locks.query()).held?.length ?? 0;
      return new Refused(401, 'Locked.');
    };
    await keepOpen(openOnce, ({ kind }) => {
      states.push(kind);
      endedAt = performance.now();
      if (kind === 'resting') setTimeout(() => window.dispatchEvent(new Event('focus')));
    });
    return { states, waitedMs, places };
  },

  /**
   * The elements that a text becomes, as HTML, without the attributes that all links share.
   *
   * @param {string} markdown
   */
  async htmlOf(markdown) {
    const html = (await drawn(markdown)).innerHTML;
    return html.replaceAll(' target="_blank" rel="noopener noreferrer nofollow"', '');
  },

  /** @param {string} markdown */
  async parseMs(markdown) {
    /** @type {typeof import('../../src/web/page/markdown.js')} */
    const { parseMarkdown } = await import(PARSER);
    const startedAt = performance.now();
    parseMarkdown(markdown);
    return performance.now() - startedAt;
  },

  /**
   * What of a text could act on its own, once it is part of the document.
   *
   * @param {string} markdown
   */
  async intrusions(markdown) {
    const box = await drawn(markdown);
    document.body.append(box);
    const all = [...box.querySelectorAll('*')];
    const found = {
      elements: all.map((one) => one.tagName).filter((name) => ACTIVE.test(name)),
      attributes: all.flatMap((one) =>
        one.getAttributeNames().filter((name) => /^on|^style$|^src/.test(name)),
      ),
      links: all.flatMap((one) => one.getAttribute('href') ?? []),
    };
    box.remove();
    return found;
  },

  /**
   * How long the page takes until it has drawn what was typed, each time, in milliseconds.
   *
   * @param {string} label
   * @param {number} times
   */
  async delaysOfTyping(label, times) {
    const field = document.querySelector(`[aria-label="${label}"]`);
    if (!(field instanceof HTMLInputElement)) throw new Error(`no field "${label}"`);
    const delays = [];
    for (let n = 0; n < times; n++) {
      const startedAt = performance.now();
      field.value = '';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      delays.push(performance.now() - startedAt);
    }
    return delays;
  },

  writeHtml() {
    try {
      document.createElement('div').innerHTML = '<b>bold</b>';
      return 'let in';
    } catch (error) {
      return error instanceof TypeError ? 'refused' : String(error);
    }
  },

  /** Elements that stick out of their column to the right; what scrolls by itself may. */
  overflowing() {
    return [...document.querySelectorAll('.channel')].flatMap((channel) => {
      const limit = channel.getBoundingClientRect().right + 1;
      return [...channel.querySelectorAll('*')]
        .filter((one) => one.closest('pre, .table') === null)
        .filter((one) => one.getBoundingClientRect().right > limit)
        .map((one) => one.outerHTML.slice(0, 80));
    });
  },

  // Not `innerWidth`: a phone zooms out until the widest thing fits, and that grows with it.
  fitsTheScreen() {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth <= clientWidth;
  },

  /** @param {string} selector */
  isAtTheLeft(selector) {
    const column = document.querySelector(selector);
    return column !== null && Math.abs(column.getBoundingClientRect().left) < 2;
  },

  nameless() {
    const controls = 'button, input, textarea, [role=region], nav, section';
    return [...document.querySelectorAll(controls)]
      .filter((one) => (one.getAttribute('aria-label') ?? one.textContent ?? '').trim() === '')
      .filter((one) => one.closest('[hidden]') === null)
      .map((one) => one.outerHTML.slice(0, 80));
  },

  focused: () => document.activeElement?.getAttribute('aria-label') ?? '',

  /**
   * The contrast of an element's text with what is really behind it, as WCAG 2 computes it.
   *
   * @param {string} selector
   */
  contrast(selector) {
    const element = document.querySelector(selector);
    if (element === null) throw new Error(`nothing matches ${selector}`);
    /** @type {Element} */
    let behind = element;
    while (behind.parentElement && isClear(behind)) behind = behind.parentElement;
    const background = luminance(getComputedStyle(behind).backgroundColor);
    const text = luminance(getComputedStyle(element).color);
    const ratio = (Math.max(text, background) + 0.05) / (Math.min(text, background) + 0.05);
    return { background, ratio };
  },
};

const ACTIVE = /^(script|img|svg|iframe|style|form|input|base|meta|object|embed)$/i;

/** @param {Element} element */
const isClear = (element) => getComputedStyle(element).backgroundColor === 'rgba(0, 0, 0, 0)';

/** @param {string} color */
function luminance(color) {
  const canvas = document.createElement('canvas').getContext('2d');
  if (canvas === null) throw new Error('no canvas');
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

Object.assign(globalThis, { probe });
