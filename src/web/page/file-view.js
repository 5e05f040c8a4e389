/** @import { FileRef } from '../../../machines/conversation.ts' */
import { el } from './dom.js';

/** Only these are drawn: none of them can hold a script. */
const DRAWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/**
 * What a run has made: images to look at, everything else to save.
 *
 * @param {readonly FileRef[]} files
 * @param {(id: string) => Promise<Blob>} load
 * @returns {Node[]}
 */
export function fileNodes(files, load) {
  if (files.length === 0) return [];
  const items = files.map((file) => fileNode(file, load));
  return [el('ul', { class: 'files' }, ...items)];
}

/** @param {FileRef} file @param {(id: string) => Promise<Blob>} load */
function fileNode(file, load) {
  const link = el('a', { attrs: { download: file.name } }, file.name);
  const item = el('li', {}, link, el('span', { class: 'meta' }, ` ${sizeOf(file.bytes)}`));
  if (DRAWN.has(file.mime)) void draw(file, { load, link, item });
  else {
    link.setAttribute('href', '#');
    link.addEventListener('click', (event) => fetchOnce(event, { file, load, link, item }), {
      once: true,
    });
  }
  return item;
}

/** @param {FileRef} file @param {{ load: (id: string) => Promise<Blob>, link: HTMLAnchorElement, item: HTMLElement }} place */
async function draw(file, { load, link, item }) {
  try {
    // The type is what it was when it was listed: the browser guesses nothing.
    const url = URL.createObjectURL(new Blob([await load(file.id)], { type: file.mime }));
    link.setAttribute('href', url);
    item.prepend(el('img', { attrs: { src: url, alt: file.name, loading: 'lazy' } }));
  } catch {
    item.append(el('span', { class: 'note' }, ' cannot be shown: it is not there any more'));
  }
}

/**
 * @param {Event} event
 * @param {{ file: FileRef, load: (id: string) => Promise<Blob>, link: HTMLAnchorElement, item: HTMLElement }} wanted
 */
function fetchOnce(event, { file, load, link, item }) {
  event.preventDefault();
  load(file.id).then(
    (blob) => {
      link.setAttribute('href', URL.createObjectURL(new Blob([blob], { type: BYTES })));
      link.click();
    },
    () => item.append(el('span', { class: 'note' }, ' is not there any more')),
  );
}

/** Saved, never opened here. */
const BYTES = 'application/octet-stream';

/** @param {number} bytes */
const sizeOf = (bytes) =>
  bytes < 1024
    ? `${bytes} B`
    : `${(bytes / 1024).toLocaleString(undefined, { maximumFractionDigits: 0 })} kB`;
