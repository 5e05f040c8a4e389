import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { startConsole } from './client.ts';
import { openPage } from './page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

it('answers /memory itself, in the conversation it was typed in, as text and for the eyes of whoever typed it', async () => {
  const { house, server } = await startConsole();
  const open = await openPage(browser, server.url);
  const known = Array.from(
    { length: 30 },
    (_, nth) => `${nth + 1}. likes <b>tea</b> no. ${nth + 1}`,
  );
  house.remembers = known.join('\n');

  await open.ask(0, '/memory');
  const notice = open.channel(0).locator('.notice');
  await notice.getByText('likes <b>tea</b> no. 30').waitFor();

  expect(await notice.textContent()).toBe(known.join('\n'));
  expect(await notice.locator('b').count()).toBe(0);
  expect(house.asked).toEqual([]);
  const { width, scrollWidth } = await notice.evaluate((shown) => ({
    width: shown.clientWidth,
    scrollWidth: shown.scrollWidth,
  }));
  expect(scrollWidth).toBeLessThanOrEqual(width);

  await open.close();
  await server.close();
  expect(open.troubles).toEqual([]);
});
