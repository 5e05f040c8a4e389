import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import Turndown from 'turndown';

/** What crosses into the thread that reads a page. */
export interface PageJob {
  readonly html: string;
  /** Where the page is: links are made whole with it. */
  readonly url: string;
}

/** What comes back. */
export interface PageText {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

/** The readable part of a page as Markdown, its links whole. Can take seconds for a large page: call it in a thread. */
export function readableText({ html, url }: PageJob): PageText {
  const { document } = parseHTML(html);
  const base = document.createElement('base');
  base.setAttribute('href', url);
  // Its own base, if it has one, would be a second one: the first counts.
  document.head.prepend(base);
  const { title } = document;
  for (const noise of document.querySelectorAll(NOISE)) noise.remove();
  const { body } = document;
  if (!isOrdinary(body)) return { title, text: (body.textContent ?? '').trim() };
  const whole = body.innerHTML;
  const article = new Readability(document).parse();
  // Short pages and lists have no article in them: then the whole page is what there is to read.
  const content = article?.content ?? whole;
  return { title: article?.title ?? title, text: markdownOf(content) };
}

const NOISE = 'script, style, noscript, template, iframe, object, embed, svg, form';
const MAX_ELEMENTS = 50_000;
const MAX_DEPTH = 500;

interface Parent {
  readonly children: Iterable<Parent>;
}

/** Whether looking for an article in it ends in time: that takes the square of a page's depth. Counts level by level. */
function isOrdinary(body: Parent): boolean {
  let level = [...body.children];
  let seen = 0;
  for (let depth = 0; level.length > 0; depth++) {
    seen += level.length;
    if (depth > MAX_DEPTH || seen > MAX_ELEMENTS) return false;
    level = level.flatMap((element) => [...element.children]);
  }
  return true;
}

function markdownOf(content: string): string {
  const { document } = parseHTML(`<!doctype html><html><body>${content}</body></html>`);
  const turndown = new Turndown({ headingStyle: 'atx', codeBlockStyle: 'fenced' });
  // Pictures cannot be seen in a text, and their addresses can be long.
  turndown.addRule('pictures', {
    filter: 'img',
    replacement: (_, node) => ('getAttribute' in node ? (node.getAttribute('alt') ?? '') : ''),
  });
  return turndown.turndown(document.body).trim();
}
