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
  ['/inspector', new URL('./page/inspector.html', import.meta.url)],
  ['/api.js', new URL('./page/api.js', import.meta.url)],
  ['/asking-view.js', new URL('./page/asking-view.js', import.meta.url)],
  ['/app.js', new URL('./page/app.js', import.meta.url)],
  ['/channel-view.js', new URL('./page/channel-view.js', import.meta.url)],
  ['/channel.css', new URL('./page/channel.css', import.meta.url)],
  ['/composer.js', new URL('./page/composer.js', import.meta.url)],
  ['/connection.js', new URL('./page/connection.js', import.meta.url)],
  ['/conversation.js', new URL('./page/conversation.js', import.meta.url)],
  ['/deck.js', new URL('./page/deck.js', import.meta.url)],
  ['/dom.js', new URL('./page/dom.js', import.meta.url)],
  ['/file-view.js', new URL('./page/file-view.js', import.meta.url)],
  ['/frame.css', new URL('./page/frame.css', import.meta.url)],
  ['/house-view.js', new URL('./page/house-view.js', import.meta.url)],
  ['/house.css', new URL('./page/house.css', import.meta.url)],
  ['/icon.svg', new URL('./page/icon.svg', import.meta.url)],
  ['/inline.js', new URL('./page/inline.js', import.meta.url)],
  ['/lock.js', new URL('./page/lock.js', import.meta.url)],
  ['/markdown-view.js', new URL('./page/markdown-view.js', import.meta.url)],
  ['/markdown.js', new URL('./page/markdown.js', import.meta.url)],
  ['/outcome-view.js', new URL('./page/outcome-view.js', import.meta.url)],
  ['/place.js', new URL('./page/place.js', import.meta.url)],
  ['/prose.css', new URL('./page/prose.css', import.meta.url)],
  ['/run-view.js', new URL('./page/run-view.js', import.meta.url)],
  ['/run.css', new URL('./page/run.css', import.meta.url)],
  ['/scroll.js', new URL('./page/scroll.js', import.meta.url)],
  ['/shelf.js', new URL('./page/shelf.js', import.meta.url)],
  ['/steady.js', new URL('./page/steady.js', import.meta.url)],
  ['/theme.css', new URL('./page/theme.css', import.meta.url)],
  ['/theme.js', new URL('./page/theme.js', import.meta.url)],
  ['/work-view.js', new URL('./page/work-view.js', import.meta.url)],
  ['/inspector/actions.js', new URL('./page/inspector/actions.js', import.meta.url)],
  ['/inspector/app.js', new URL('./page/inspector/app.js', import.meta.url)],
  ['/inspector/chart-view.js', new URL('./page/inspector/chart-view.js', import.meta.url)],
  ['/inspector/chart.css', new URL('./page/inspector/chart.css', import.meta.url)],
  ['/inspector/charts-view.js', new URL('./page/inspector/charts-view.js', import.meta.url)],
  ['/inspector/desk.js', new URL('./page/inspector/desk.js', import.meta.url)],
  ['/inspector/drawings.css', new URL('./page/inspector/drawings.css', import.meta.url)],
  ['/inspector/feed-view.js', new URL('./page/inspector/feed-view.js', import.meta.url)],
  ['/inspector/inspect-api.js', new URL('./page/inspector/inspect-api.js', import.meta.url)],
  ['/inspector/inspector.css', new URL('./page/inspector/inspector.css', import.meta.url)],
  ['/inspector/log.js', new URL('./page/inspector/log.js', import.meta.url)],
  ['/inspector/messages.css', new URL('./page/inspector/messages.css', import.meta.url)],
  ['/inspector/picture.js', new URL('./page/inspector/picture.js', import.meta.url)],
  ['/inspector/queues-view.js', new URL('./page/inspector/queues-view.js', import.meta.url)],
  ['/inspector/repeat.js', new URL('./page/inspector/repeat.js', import.meta.url)],
  ['/inspector/runs-view.js', new URL('./page/inspector/runs-view.js', import.meta.url)],
  ['/inspector/sequence-view.js', new URL('./page/inspector/sequence-view.js', import.meta.url)],
  ['/inspector/tabs.js', new URL('./page/inspector/tabs.js', import.meta.url)],
  ['/inspector/teams.css', new URL('./page/inspector/teams.css', import.meta.url)],
  ['/inspector/teams-view.js', new URL('./page/inspector/teams-view.js', import.meta.url)],
  ['/inspector/time-slider.js', new URL('./page/inspector/time-slider.js', import.meta.url)],
  ['/inspector/timeline.css', new URL('./page/inspector/timeline.css', import.meta.url)],
  ['/inspector/timeline.js', new URL('./page/inspector/timeline.js', import.meta.url)],
  ['/inspector/tree-view.js', new URL('./page/inspector/tree-view.js', import.meta.url)],
  ['/inspector/views.css', new URL('./page/inspector/views.css', import.meta.url)],
  ['/inspector/words.js', new URL('./page/inspector/words.js', import.meta.url)],
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
