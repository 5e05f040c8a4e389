import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { WebServer } from '../../src/web/server.ts';
import { launchBrowser } from './browser.ts';
import { startConsole } from './client.ts';
import { type OpenPage, openPage } from './page.ts';

let browser: Browser;
let server: WebServer;
let open: OpenPage;

beforeAll(async () => {
  browser = await launchBrowser();
  ({ server } = await startConsole());
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
beforeEach(async () => {
  // Without a token: the page itself opens no connection.
  open = await openPage(browser, new URL('/', server.url).href);
});
afterEach(() => open.close());

interface Course {
  readonly states: readonly string[];
  readonly waitedMs: number;
  readonly places: number;
}

it('gives each of many tabs a place that open at once and take away the same ones', async () => {
  expect(await open.probe('placesRefused', '9')).toEqual([]);
});

it('waits no longer after the first loss of a tab that has often rested', async () => {
  const course = await open.probe<Course>('connectionThrough', 'rest rest rest rest rest loss');

  expect(course.states).toEqual([...Array(5).fill('resting'), 'lost', 'locked']);
  // Less than half of the shortest wait after six losses.
  expect(course.waitedMs).toBeLessThan(3_000);
});

it('opens again after an error of its own, which it reports, and leaves the place it had', async () => {
  const course = await open.probe<Course>('connectionThrough', 'error');

  expect(course).toMatchObject({ states: ['lost', 'locked'], places: 1 });
  expect(open.troubles).toEqual(['planted']);
});

it('tries again when it is given no place, and leaves the one it had asked for', async () => {
  await open.probe('failNextPlace', 'no answer');
  const course = await open.probe<Course>('connectionThrough', '');

  expect(course).toMatchObject({ states: ['lost', 'locked'], places: 1 });
  expect(open.troubles).toEqual(['no answer']);
});
