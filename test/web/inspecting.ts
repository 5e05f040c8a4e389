import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { RunId, UserId } from '../../machines/ids.ts';
import type { WebServer } from '../../src/web/server.ts';
import { launchBrowser } from './browser.ts';
import { startConsole } from './client.ts';
import { type OpenPage, openPage } from './page.ts';
import { AT_WORK, aTeam, ScriptedInspected } from './scripted-inspected.ts';

export const USER = UserId('user-1');

/** A browser for the tests of a file, and an inspector open in it for each of them. */
export function inspecting() {
  let browser: Browser;
  let server: WebServer;
  let open: OpenPage;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    expect(open.troubles).toEqual([]);
    await open.close();
    await server.close();
  });

  return {
    async inspect(
      inspected: ScriptedInspected,
      options: BrowserContextOptions = {},
    ): Promise<Page> {
      ({ server } = await startConsole({ inspected }));
      open = await openPage(browser, server.url.replace('/#', '/inspector#'), options);
      open.page.setDefaultTimeout(10_000);
      await open.page.locator('.supervisor').waitFor();
      return open.page;
    },
    /** The server ends, and begins again at the same address. */
    async restart(inspected: ScriptedInspected, whileAway: () => Promise<void>): Promise<void> {
      const { port } = server;
      await server.close();
      await whileAway();
      ({ server } = await startConsole({ inspected, port }));
    },
    probe: <T>(name: string, argument?: string) => open.probe<T>(name, argument),
    forgive: () => open.forgive(),
  };
}

/** Two teams, of which one works. */
export function aHouse(options: { readonly isAdmin?: boolean } = {}): ScriptedInspected {
  const house = new ScriptedInspected(options);
  const runs = [{ runId: RunId('r'), state: 'thinking' }];
  house.teams = [aTeam(1, { state: 'busy', runs }), aTeam(2)];
  house.happen(USER, ...AT_WORK);
  return house;
}

export const pick = (page: Page, userId = 'user-1') =>
  page.locator(`[data-user="${userId}"] button`).click();

export const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();
