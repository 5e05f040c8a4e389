import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { silentLog } from '../../src/shared/log.ts';
import { startWebServer, type WebServer } from '../../src/web/server.ts';
import { launchBrowser } from './browser.ts';
import { startConsole, TOKEN } from './client.ts';
import { type OpenPage, openPage } from './page.ts';
import { ScriptedHouse } from './scripted-house.ts';

let browser: Browser;
let house: ScriptedHouse;
let server: WebServer;
let open: OpenPage;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  ({ house, server } = await startConsole());
  open = await openPage(browser, server.url);
  await open.page.getByText('connected', { exact: true }).waitFor();
});
afterEach(async () => {
  const { troubles } = open;
  await open.close();
  await server.close();
  expect(troubles).toEqual([]);
});

const run = (n: number) => open.channel(0).locator('.run').nth(n);
const firstRun = async () => (await house.until(() => house.asked[0])).runId;

const serve = (port: number, token = TOKEN) =>
  startWebServer({
    house,
    port,
    token,
    userId: UserId('local'),
    log: silentLog,
    clock: systemClock,
  });

/** The server goes and comes back on the same port, with the same house or another. */
async function restart(next: ScriptedHouse = house): Promise<void> {
  const { port } = server;
  await server.close();
  await open.page.getByText('connection lost, trying again…').waitFor();
  house = next;
  server = await serve(port);
  await open.page.getByText('connected', { exact: true }).waitFor();
}

it('joins a run under way after a reload, with what was written so far', async () => {
  await open.ask(0, 'A long story');
  const runId = await firstRun();
  house.tell({ type: 'run.drafted', runId, turn: 1, delta: 'Once upon ' });
  await run(0).getByText('Once upon').waitFor();
  await open.page.reload();
  await run(0).getByText('Once upon').waitFor();
  house.tell({ type: 'run.drafted', runId, turn: 1, delta: 'a time' });
  await run(0).getByText('Once upon a time').waitFor();
  house.answer(runId, 'The end.');
  await run(0).getByText('The end.').waitFor();
  expect(house.asked.length).toBe(1);
  expect(await open.channel(0).locator('.run').count()).toBe(1);
});

it('keeps unsent text over a reload', async () => {
  await open.channel(0).getByLabel('Question').fill('Not sent ye');
  await open.page.reload();
  expect(await open.channel(0).getByLabel('Question').inputValue()).toBe('Not sent ye');
});

it('shows a lost connection, heals by itself and goes on with the run', async () => {
  await open.ask(0, 'Patience');
  const runId = await firstRun();
  house.tell({ type: 'run.drafted', runId, turn: 1, delta: 'Half' });
  await run(0).getByText('Half').waitFor();
  await restart();
  await house.until(() => house.followersOf(runId) === 1);
  house.tell({ type: 'run.drafted', runId, turn: 1, delta: ' and half' });
  await run(0).getByText('Half and half').waitFor();
  house.answer(runId, 'Whole');
  await run(0).getByText('Whole').waitFor();
});

it('stays with a question that a closing house has kept, until its answer is there', async () => {
  await open.ask(0, 'Patience');
  const runId = await firstRun();
  house.tell({ type: 'run.drafted', runId, turn: 1, delta: 'Half' });
  await run(0).getByText('Half').waitFor();

  house.postpone(runId);

  await run(0).getByText('the answer follows when it is back').waitFor();
  expect(await run(0).getByRole('button', { name: 'Ask again' }).count()).toBe(0);
  await restart();
  await house.until(() => house.followersOf(runId) === 1);
  house.answer(runId, 'Whole');
  await run(0).getByText('Whole').waitFor();
  expect(await run(0).getByText('the answer follows').count()).toBe(0);
  expect(house.asked.length).toBe(1);
});

it('shows the answer of a run that ended while the connection was lost', async () => {
  await open.ask(0, 'Quick');
  const runId = await firstRun();
  const { port } = server;
  await server.close();
  house.answer(runId, 'Missed, but kept');
  server = await serve(port);
  await run(0).getByText('Missed, but kept').waitFor();
});

it('asks what was written while there was no connection as soon as there is one, once', async () => {
  const { port } = server;
  await server.close();
  await open.page.getByText('connection lost, trying again…').waitFor();
  await open.ask(0, 'Anybody there?');
  server = await serve(port);
  house.answer(await firstRun(), 'Yes');
  await run(0).getByText('Yes').waitFor();
  expect(house.asked.length).toBe(1);
});

it('says so when a run was lost with its house, and offers to ask again', async () => {
  await open.ask(0, 'Remember me');
  await firstRun();
  await run(0).getByText('sending…').waitFor();
  await restart(new ScriptedHouse());
  await run(0).getByText('no answer was kept').waitFor();
  await run(0).getByRole('button', { name: 'Ask again' }).click();
  house.answer(await firstRun(), 'Now I do');
  await run(1).getByText('Now I do').waitFor();
});

it('locks when the token is no longer right, and opens with the new link', async () => {
  const { port } = server;
  await server.close();
  const token = 'another-token-of-more-than-thirty-two-characters';
  server = await serve(port, token);
  await open.page.getByText('This console is locked').waitFor();
  await open.page.getByLabel('Token or link').fill(server.url);
  await open.page.getByRole('button', { name: 'Unlock' }).click();
  await open.page.getByText('connected', { exact: true }).waitFor();
  await open.channel(0).waitFor();
});

it('tells that the past cannot be read, and still answers', async () => {
  house.storeBroken = true;
  await open.page.reload();
  await open.channel(0).locator('.problem').getByText('cannot be read just now').waitFor();
  await open.ask(0, 'Even so?');
  house.answer(await firstRun(), 'Even so.');
  await run(0).getByText('Even so.').waitFor();
});
