/**
 * @typedef {object} Extras
 * @property {string} [class]
 * @property {Readonly<Record<string, string | boolean | undefined>>} [attrs] `true` sets an attribute without a value.
 * @property {Readonly<Record<string, (event: Event) => void>>} [on]
 */

/**
 * Makes an element. Text children become text nodes: no HTML is ever read here.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Extras} [extras]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, extras = {}, ...children) {
  const element = document.createElement(tag);
  if (extras.class !== undefined) element.className = extras.class;
  for (const [name, value] of Object.entries(extras.attrs ?? {})) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : value);
  }
  for (const [type, listener] of Object.entries(extras.on ?? {})) {
    element.addEventListener(type, listener);
  }
  element.append(...children);
  return element;
}

/**
 * Makes an element of a drawing.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string | number | undefined>>} [attrs]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attrs = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * The element of the page's own HTML with this id.
 *
 * @param {string} id
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element "${id}".`);
  return element;
}

/**
 * How long ago, in words.
 *
 * @param {number} at milliseconds since the epoch
 */
export function ago(at) {
  const minutes = Math.floor((Date.now() - at) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  return new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
}
