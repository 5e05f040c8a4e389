/**
 * @typedef {string
 *   | { kind: 'code', text: string }
 *   | { kind: 'strong' | 'em' | 'strike', children: Inline[] }
 *   | { kind: 'link', href: string, children: Inline[] }
 *   | { kind: 'break' }} Inline
 */

/**
 * What stands in a line: emphasis, code, links. Takes time in proportion to the text, whatever is in it.
 *
 * @param {string} text
 * @param {number} [depth] how many marks are open around it
 * @returns {Inline[]}
 */
export function parseInline(text, depth = 0) {
  /** @type {Scan} */
  const scan = { text, depth, at: 0, plain: '', out: [], absent: new Set() };
  while (scan.at < text.length) {
    const reader = READERS[text.charAt(scan.at)];
    if (reader === undefined || !reader(scan)) {
      scan.plain += text.charAt(scan.at);
      scan.at += 1;
    }
  }
  flush(scan);
  return scan.out;
}

/**
 * The address of a link as it may be followed: http and https only, anything else is `undefined`.
 *
 * @param {string} address
 */
export function safeHref(address) {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}

/**
 * @typedef {object} Scan
 * @property {string} text
 * @property {number} depth
 * @property {number} at
 * @property {string} plain text not yet put out
 * @property {Inline[]} out
 * @property {Set<string>} absent marks that do not close anywhere ahead: not looked for again
 */

const MAX_DEPTH = 8;
const MAX_LABEL = 500;

/**
 * Each looks at one opening character; false leaves it plain text.
 *
 * @type {Readonly<Record<string, (scan: Scan) => boolean>>}
 */
const READERS = {
  '\\': readEscape,
  '\n': (scan) => put(scan, { kind: 'break' }, 1),
  '`': readCode,
  '*': (scan) => readMark(scan, '**', 'strong') || readMark(scan, '*', 'em'),
  _: (scan) => readMark(scan, '__', 'strong') || readMark(scan, '_', 'em'),
  '~': (scan) => readMark(scan, '~~', 'strike'),
  '!': (scan) => scan.text.charAt(scan.at + 1) === '[' && readLink(scan, scan.at + 2),
  '[': (scan) => readLink(scan, scan.at + 1),
  '<': readAngle,
  h: readAddress,
};

/** @param {Scan} scan */
function flush(scan) {
  if (scan.plain !== '') scan.out.push(scan.plain);
  scan.plain = '';
}

/**
 * @param {Scan} scan
 * @param {Inline} inline
 * @param {number} length
 */
function put(scan, inline, length) {
  flush(scan);
  scan.out.push(inline);
  scan.at += length;
  return true;
}

/** @param {Scan} scan */
function readEscape(scan) {
  const next = scan.text.charAt(scan.at + 1);
  if (!/[!-/:-@[-`{-~]/.test(next)) return false;
  scan.plain += next;
  scan.at += 2;
  return true;
}

/** @param {Scan} scan */
function readCode(scan) {
  const fence = matchAt(/`+/y, scan.text, scan.at);
  const start = scan.at + fence.length;
  const end = scan.absent.has(fence) ? -1 : closingFence(scan.text, start, fence);
  if (end === -1) {
    scan.absent.add(fence);
    scan.plain += fence;
    scan.at = start;
    return true;
  }
  const text = scan.text.slice(start, end).replaceAll('\n', ' ');
  const padded = text.startsWith(' ') && text.endsWith(' ') && text.trim() !== '';
  return put(
    scan,
    { kind: 'code', text: padded ? text.slice(1, -1) : text },
    end + fence.length - scan.at,
  );
}

/**
 * @param {string} text
 * @param {number} from
 * @param {string} fence
 */
function closingFence(text, from, fence) {
  let at = text.indexOf(fence, from);
  while (at !== -1) {
    const run = matchAt(/`+/y, text, at);
    if (run.length === fence.length) return at;
    at = text.indexOf(fence, at + run.length);
  }
  return -1;
}

/**
 * @param {Scan} scan
 * @param {string} mark
 * @param {'strong' | 'em' | 'strike'} kind
 */
function readMark(scan, mark, kind) {
  const { text, at, depth } = scan;
  const start = at + mark.length;
  if (!text.startsWith(mark, at) || depth >= MAX_DEPTH || scan.absent.has(mark)) return false;
  if (/\s/.test(text.charAt(start) || ' ')) return false;
  // Inside a word, underscores are part of a name: snake_case.
  if (mark.startsWith('_') && /\w/.test(text.charAt(at - 1))) return false;
  const end = closingMark(text, start + 1, mark);
  if (end === -1) {
    scan.absent.add(mark);
    return false;
  }
  const children = parseInline(text.slice(start, end), depth + 1);
  return put(scan, { kind, children }, end + mark.length - at);
}

/**
 * @param {string} text
 * @param {number} from
 * @param {string} mark
 */
function closingMark(text, from, mark) {
  let at = text.indexOf(mark, from);
  while (at !== -1 && !closes(text, at, mark)) at = text.indexOf(mark, at + 1);
  // Of three stars the last two close the double mark.
  return mark === '**' && at !== -1 && text.charAt(at + 2) === '*' ? at + 1 : at;
}

/**
 * Whether a place closes a mark depends on that place alone, so "nowhere ahead" stays true further on.
 *
 * @param {string} text
 * @param {number} at
 * @param {string} mark
 */
function closes(text, at, mark) {
  const before = text.charAt(at - 1);
  const after = text.charAt(at + mark.length);
  if (/\s/.test(before)) return false;
  if (mark.startsWith('_') && /\w/.test(after)) return false;
  // A single star next to another belongs to a double one.
  return mark.length > 1 || (after !== mark && before !== mark);
}

/**
 * @param {Scan} scan
 * @param {number} start where the label begins; pictures are shown as links to them
 */
function readLink(scan, start) {
  const { text } = scan;
  const label = text.slice(start, start + MAX_LABEL).split('](', 1)[0] ?? '';
  const middle = start + label.length;
  if (!text.startsWith('](', middle) || /[[\n]/.test(label)) return false;
  const target = /<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+"[^"\n]{0,300}")?\)/y;
  target.lastIndex = middle + 2;
  const match = target.exec(text.slice(0, middle + 2400));
  const href = safeHref(match?.[1] ?? '');
  if (match === null || href === undefined) return false;
  const children = parseInline(label || href, MAX_DEPTH);
  return put(scan, { kind: 'link', href, children }, target.lastIndex - scan.at);
}

/** @param {Scan} scan */
function readAngle(scan) {
  const line = matchAt(/<br\s{0,3}\/?>/iy, scan.text, scan.at);
  if (line !== '') return put(scan, { kind: 'break' }, line.length);
  const address = matchAt(/<https?:\/\/[^\s<>]{1,2000}>/y, scan.text, scan.at);
  const href = safeHref(address.slice(1, -1));
  if (href === undefined) return false;
  return put(scan, { kind: 'link', href, children: [address.slice(1, -1)] }, address.length);
}

/** @param {Scan} scan */
function readAddress(scan) {
  if (/\w/.test(scan.text.charAt(scan.at - 1))) return false;
  const run = matchAt(/https?:\/\/[^\s<>"'`*|]{1,2000}/y, scan.text, scan.at);
  const address = run.replace(/[.,;:!?\])}]{1,10}$/, '');
  const href = safeHref(address);
  if (href === undefined) return false;
  return put(scan, { kind: 'link', href, children: [address] }, address.length);
}

/**
 * @param {RegExp} sticky
 * @param {string} text
 * @param {number} at
 */
function matchAt(sticky, text, at) {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? '';
}
