import { readFile } from 'node:fs/promises';
import type { Answer } from './answer.ts';

/** Every file the console serves, by the one path it is served under. */
export type Assets = ReadonlyMap<string, Answer>;

/** Reads the page into memory: what a request names is looked up here, never on the disk. */
export async function loadAssets(): Promise<Assets> {
  const entries = await Promise.all(
    FILES.map(async ([path, file]): Promise<[string, Answer]> => [path, await loadAsset(file)]),
  );
  return new Map(entries);
}

const FILES: readonly (readonly [path: string, file: URL])[] = [
  ['/', new URL('./page/index.html', import.meta.url)],
  ['/icon.svg', new URL('./page/icon.svg', import.meta.url)],
  ['/api.js', new URL('./page/api.js', import.meta.url)],
  ['/app.js', new URL('./page/app.js', import.meta.url)],
  ['/channel-view.js', new URL('./page/channel-view.js', import.meta.url)],
  ['/channel.css', new URL('./page/channel.css', import.meta.url)],
  ['/composer.js', new URL('./page/composer.js', import.meta.url)],
  ['/connection.js', new URL('./page/connection.js', import.meta.url)],
  ['/conversation.js', new URL('./page/conversation.js', import.meta.url)],
  ['/deck.js', new URL('./page/deck.js', import.meta.url)],
  ['/dom.js', new URL('./page/dom.js', import.meta.url)],
  ['/frame.css', new URL('./page/frame.css', import.meta.url)],
  ['/house-view.js', new URL('./page/house-view.js', import.meta.url)],
  ['/house.css', new URL('./page/house.css', import.meta.url)],
  ['/inline.js', new URL('./page/inline.js', import.meta.url)],
  ['/markdown-view.js', new URL('./page/markdown-view.js', import.meta.url)],
  ['/markdown.js', new URL('./page/markdown.js', import.meta.url)],
  ['/outcome-view.js', new URL('./page/outcome-view.js', import.meta.url)],
  ['/prose.css', new URL('./page/prose.css', import.meta.url)],
  ['/run-view.js', new URL('./page/run-view.js', import.meta.url)],
  ['/run.css', new URL('./page/run.css', import.meta.url)],
  ['/scroll.js', new URL('./page/scroll.js', import.meta.url)],
  ['/shelf.js', new URL('./page/shelf.js', import.meta.url)],
  ['/theme.css', new URL('./page/theme.css', import.meta.url)],
  ['/theme.js', new URL('./page/theme.js', import.meta.url)],
  ['/work-view.js', new URL('./page/work-view.js', import.meta.url)],
];

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

async function loadAsset(file: URL): Promise<Answer> {
  const extension = file.pathname.slice(file.pathname.lastIndexOf('.') + 1);
  const type = TYPES[extension];
  if (type === undefined) throw new TypeError(`No content type is known for ${file.pathname}.`);
  return {
    status: 200,
    headers: { 'Content-Type': type, 'Cache-Control': 'no-cache' },
    body: await readFile(file),
  };
}
