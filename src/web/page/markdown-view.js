/** @import { Inline } from './inline.js' */
/** @import { Align, Block } from './markdown.js' */
import { el } from './dom.js';
import { parseMarkdown } from './markdown.js';

/**
 * A model's text as elements of this page. Only the elements named below can come of it, and only http(s) links.
 *
 * @param {string} text
 * @returns {Node[]}
 */
export const proseOf = (text) => parseMarkdown(text).map(blockNode);

/** @param {Block} block @returns {Node} */
function blockNode(block) {
  switch (block.kind) {
    case 'heading':
      return headingNode(block.level, block.inline.map(inlineNode));
    case 'paragraph':
      return el('p', {}, ...block.inline.map(inlineNode));
    case 'code':
      return codeNode(block.language, block.text);
    case 'quote':
      return el('blockquote', {}, ...block.blocks.map(blockNode));
    case 'list':
      return listNode(block.start, block.items);
    case 'table':
      return tableNode(block);
    case 'rule':
      return el('hr');
  }
}

/**
 * The page's own headings end at the second level.
 *
 * @param {number} level
 * @param {Node[]} children
 */
function headingNode(level, children) {
  if (level === 1) return el('h3', {}, ...children);
  if (level === 2) return el('h4', {}, ...children);
  return level === 3 ? el('h5', {}, ...children) : el('h6', {}, ...children);
}

/** @param {string} language @param {string} text */
function codeNode(language, text) {
  const copy = el('button', { class: 'copy', attrs: { type: 'button' } }, 'Copy');
  copy.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => copy.replaceChildren('Copied'),
      () => copy.replaceChildren('Not allowed'),
    );
  });
  return el(
    'figure',
    { class: 'code' },
    el('figcaption', {}, el('span', {}, language || 'text'), copy),
    el('pre', { attrs: { tabindex: '0' } }, el('code', {}, text)),
  );
}

/** @param {number | undefined} start @param {Block[][]} items */
function listNode(start, items) {
  const children = items.map((item) => el('li', {}, ...item.map(blockNode)));
  if (start === undefined) return el('ul', {}, ...children);
  return el('ol', { attrs: { start: start === 1 ? undefined : String(start) } }, ...children);
}

/** @param {Extract<Block, { kind: 'table' }>} table */
function tableNode({ head, align, rows }) {
  const header = head.map((cell, i) => el('th', cellExtras(align[i]), ...cell.map(inlineNode)));
  const body = rows.map((row) =>
    el('tr', {}, ...row.map((cell, i) => el('td', cellExtras(align[i]), ...cell.map(inlineNode)))),
  );
  return el(
    'div',
    { class: 'table', attrs: { tabindex: '0', role: 'region', 'aria-label': 'Table' } },
    el('table', {}, el('thead', {}, el('tr', {}, ...header)), el('tbody', {}, ...body)),
  );
}

/** @param {Align | undefined} align */
const cellExtras = (align) => (align ? { class: `align-${align}` } : {});

/** @param {Inline} inline @returns {Node} */
function inlineNode(inline) {
  if (typeof inline === 'string') return document.createTextNode(inline);
  switch (inline.kind) {
    case 'code':
      return el('code', {}, inline.text);
    case 'strong':
      return el('strong', {}, ...inline.children.map(inlineNode));
    case 'em':
      return el('em', {}, ...inline.children.map(inlineNode));
    case 'strike':
      return el('s', {}, ...inline.children.map(inlineNode));
    case 'link':
      return linkNode(inline.href, inline.children.map(inlineNode));
    case 'break':
      return el('br');
  }
}

/**
 * @param {string} href an address that `safeHref` let through
 * @param {Node[]} children
 */
export function linkNode(href, children) {
  const attrs = { href, target: '_blank', rel: 'noopener noreferrer nofollow' };
  return el('a', { attrs }, ...children);
}
