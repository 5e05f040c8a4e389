import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { startConsole } from './client.ts';
import { openPage } from './page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const connection = (page: Page, state: string) =>
  page.locator(`#connection[data-state="${state}"]`).waitFor();

it('answers in each of seven tabs, although a browser keeps six connections', async () => {
  const { house, server } = await startConsole();
  const first = await openPage(browser, server.url);
  try {
    const tabs = [first.page];
    while (tabs.length < 7) {
      const tab = await first.page.context().newPage();
      await tab.goto(server.url);
      await connection(tab, 'open');
      tabs.push(tab);
    }
    await connection(first.page, 'resting');

    for (const [n, tab] of tabs.entries()) {
      await tab.bringToFront();
      const field = tab.locator('.channel').first().getByLabel('Question');
      await field.fill(`Question ${n}`);
      await field.press('Enter');
      const { runId } = await house.until(() => house.asked[n]);
      house.answer(runId, `Answer ${n}`);
      await tab.getByText(`Answer ${n}`, { exact: true }).waitFor();
    }

    expect(house.asked.map(({ text }) => text)).toEqual(tabs.map((_, n) => `Question ${n}`));
    expect(first.troubles).toEqual([]);
  } finally {
    await first.close();
    await server.close();
  }
}, 60_000);
