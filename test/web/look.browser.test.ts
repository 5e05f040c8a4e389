import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WebServer } from '../../src/web/server.ts';
import { launchBrowser } from './browser.ts';
import { startConsole } from './client.ts';
import { openPage } from './page.ts';
import type { ScriptedHouse } from './scripted-house.ts';

let browser: Browser;
let house: ScriptedHouse;
let server: WebServer;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  ({ house, server } = await startConsole());
  house.onAsk = ({ runId }) => house.answer(runId, LONG);
});
afterEach(() => server.close());

const LONG = `${'A sentence that is long enough to wrap on any screen. '.repeat(6)}

\`\`\`js
const line = 'code that is far too wide for a telephone held upright in one hand, as people do';
\`\`\`

| one | two | three | four | five | six | seven | eight |
|--|--|--|--|--|--|--|--|
| a fairly wide cell | b | c | d | e | f | another wide cell | h |

https://example.com/${'a-very-long-address-without-any-place-to-break/'.repeat(6)}`;

interface Contrast {
  readonly background: number;
  readonly ratio: number;
}

const SIZES: readonly (readonly [string, BrowserContextOptions])[] = [
  ['a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  ['a laptop', { viewport: { width: 1280, height: 800 } }],
];

describe.each(SIZES)('on %s', (_name, options) => {
  it('keeps everything within the width of its column; only code and tables scroll sideways', async () => {
    const open = await openPage(browser, server.url, options);
    await open.ask(0, `Question ${'withoutanyspace'.repeat(30)}`);
    await open.channel(0).locator('.run[data-state="answered"]').waitFor();
    expect(await open.probe('overflowing')).toEqual([]);
    expect(await open.probe('fitsTheScreen')).toBe(true);
    await open.close();
  });
});

it('scrolls sideways between the columns of a phone, never the page itself', async () => {
  const open = await openPage(browser, server.url, SIZES[0]?.[1]);
  await open.page.getByRole('button', { name: 'New channel' }).tap();
  await open.channel(1).waitFor();
  expect(await open.probe('fitsTheScreen')).toBe(true);
  await open.page.getByRole('navigation', { name: 'Go to' }).getByText('House').tap();
  await expect.poll(() => open.probe('isAtTheLeft', '.house')).toBe(true);
  expect(await open.probe('fitsTheScreen')).toBe(true);
  await open.close();
});

it('leads to each column by its tab on a phone', async () => {
  const open = await openPage(browser, server.url, SIZES[0]?.[1]);
  await open.channel(0).waitFor();
  await expect.poll(() => open.probe('isAtTheLeft', '.channel')).toBe(true);
  await open.page.getByRole('navigation', { name: 'Go to' }).getByText('House').tap();
  await expect.poll(() => open.probe('isAtTheLeft', '.house')).toBe(true);
  await open.close();
});

it.each(['light', 'dark'] as const)(
  'follows the %s colours of the system, with enough contrast',
  async (colorScheme) => {
    const open = await openPage(browser, server.url, { colorScheme });
    await open.channel(0).waitFor();
    const contrast = await open.probe<Contrast>('contrast', '.channel .title');
    expect(contrast.background > 0.5).toBe(colorScheme === 'light');
    expect(contrast.ratio).toBeGreaterThan(7);
    for (const selector of ['.welcome p', '.bar .button.strong', '.connection', '.house h2']) {
      const { ratio } = await open.probe<Contrast>('contrast', selector);
      expect(ratio, selector).toBeGreaterThan(4.5);
    }
    await open.close();
  },
);

it('remembers the colours that were chosen', async () => {
  const open = await openPage(browser, server.url, { colorScheme: 'light' });
  const button = open.page.getByRole('button', { name: /Colours/ });
  await button.click();
  await button.click();
  expect(await button.textContent()).toBe('Dark');
  await open.page.reload();
  await open.channel(0).waitFor();
  expect((await open.probe<Contrast>('contrast', '.channel .title')).background).toBeLessThan(0.2);
  await open.close();
});

it('gives every control a name and can be used by keyboard alone', async () => {
  const open = await openPage(browser, server.url);
  await open.channel(0).getByText('Ask your team anything.').waitFor();
  expect(await open.probe('nameless')).toEqual([]);
  await expect.poll(() => open.probe('focused')).toBe('Question');
  await open.page.keyboard.type('By keyboard');
  await open.page.keyboard.press('Tab');
  await open.page.keyboard.press('Enter');
  await house.until(() => house.asked.some(({ text }) => text === 'By keyboard'));
  await open.close();
});
