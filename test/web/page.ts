import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** A console open in a browser, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Uncaught errors, refused code, and requests that left this machine. */
  readonly troubles: readonly string[];
  channel(n: number): Locator;
  ask(n: number, text: string): Promise<void>;
  /** What a function of in-page.js says about the page. */
  probe<T>(name: string, argument?: string): Promise<T>;
  /** Forgets the troubles so far: the test caused them. */
  forgive(): void;
  close(): Promise<void>;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  await context.addInitScript({ path: IN_PAGE });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML/.test(message.text())) troubles.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') troubles.push(`left: ${request.url()}`);
  });
  await page.goto(url);
  const channel = (n: number) => page.locator('.channel').nth(n);
  return {
    page,
    troubles,
    channel,
    async ask(n, text) {
      const field = channel(n).getByLabel('Question');
      await field.fill(text);
      await field.press('Enter');
    },
    probe: (name, argument) =>
      page.evaluate(`probe.${name}(${argument === undefined ? '' : JSON.stringify(argument)})`),
    forgive() {
      troubles.length = 0;
    },
    close: () => context.close(),
  };
}

const IN_PAGE = fileURLToPath(new URL('./in-page.js', import.meta.url));
