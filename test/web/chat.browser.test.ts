import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import type { RunId } from '../../machines/ids.ts';
import type { Progress } from '../../machines/question.ts';
import type { WebServer } from '../../src/web/server.ts';
import { launchBrowser } from './browser.ts';
import { startConsole } from './client.ts';
import { type OpenPage, openPage } from './page.ts';
import type { ScriptedHouse } from './scripted-house.ts';

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
});
afterEach(async () => {
  const { troubles } = open;
  await open.close();
  await server.close();
  expect(troubles).toEqual([]);
});

const nthRun = async (n: number): Promise<RunId> => (await house.until(() => house.asked[n])).runId;
const tell = (runId: RunId, progress: Progress) =>
  house.tell({ type: 'run.progressed', runId, progress });
const run = (channel: number, n: number) => open.channel(channel).locator('.run').nth(n);

it('keeps the token for the tab and takes it out of the address', async () => {
  await open.channel(0).waitFor();
  expect(new URL(open.page.url()).hash).toBe('');
  expect(await open.page.evaluate(() => sessionStorage.getItem('troupe.token'))).not.toBeNull();
});

it('asks for the asker’s word with all that would be done, and passes it on', async () => {
  await open.ask(0, 'Pay her');
  const runId = await nthRun(0);
  const confirmation = {
    stepKey: 'leader/1/0',
    agent: 'leader',
    tool: 'pay',
    shown: '{"to": "<b>Grace</b>"}',
    expiresAt: Date.now() + 60_000,
  };
  house.tell({ type: 'run.asking', runId, confirmation });
  const asking = run(0, 0).locator('.asking');
  await asking.getByText('May leader use pay?').waitFor();
  expect(await asking.locator('pre').textContent()).toBe('{"to": "<b>Grace</b>"}');

  await asking.getByRole('button', { name: 'Refuse' }).click();
  await house.until(() => house.confirmed[0]);
  expect(house.confirmed).toEqual([
    { userId: 'local', runId, stepKey: 'leader/1/0', allow: false },
  ]);
  house.tell({ type: 'run.confirmed', runId, stepKey: 'leader/1/0', end: 'refused' });
  await asking.waitFor({ state: 'detached' });
  house.answer(runId, 'Not paid.');
});

it('shows the answer while it is written, and the work of leader and members line by line', async () => {
  await open.ask(0, 'How many?');
  const runId = await nthRun(0);
  const work = run(0, 0).locator('.work');
  house.tell({ type: 'run.queued', runId, behind: 'house', place: 2 });
  await work.getByText('queued for a free team: place 2').waitFor();
  house.tell({ type: 'run.started', runId });
  tell(runId, { kind: 'thinking', turn: 1 });
  await work.getByText('thinking…').waitFor();
  tell(runId, { kind: 'delegating', member: 'research', slot: 's0', task: 'Look it up' });
  tell(runId, { kind: 'delegating', member: 'compute', slot: 's1', task: 'Add it up' });
  await work.getByText('asking compute…').waitFor();
  await work.getByText('1 s').first().waitFor();
  expect(await work.locator('li').count()).toBe(2);
  tell(runId, { kind: 'member_reported', member: 'research', slot: 's0', ok: true });
  tell(runId, { kind: 'member_reported', member: 'compute', slot: 's1', ok: false });
  await work.locator('.done').getByText('research has reported').waitFor();
  await work.locator('.undone').getByText('compute could not do it').waitFor();

  house.tell({ type: 'run.drafted', runId, turn: 1, delta: 'Let me see' });
  await run(0, 0).locator('.answer').getByText('Let me see').waitFor();
  house.tell({ type: 'run.drafted', runId, turn: 2, delta: 'There are **forty' });
  house.tell({ type: 'run.drafted', runId, turn: 2, delta: '-two**' });
  await run(0, 0).locator('strong').getByText('forty-two').waitFor();
  expect(await run(0, 0).locator('.answer').textContent()).toBe('There are forty-two');

  house.answer(runId, 'There are **42**.');
  await run(0, 0).locator('strong').getByText('42', { exact: true }).waitFor();
  expect(await work.locator('li').count()).toBe(0);
  expect(await open.channel(0).getByRole('status').textContent()).toBe('Answer: There are **42**.');
});

it('starts a new line with Shift+Enter and sends with Enter', async () => {
  const field = open.channel(0).getByLabel('Question');
  await field.fill('one');
  await field.press('Shift+Enter');
  await field.pressSequentially('two');
  expect(house.asked.length).toBe(0);
  await field.press('Enter');
  await nthRun(0);
  expect(house.asked[0]?.text).toBe('one\ntwo');
  expect(await field.inputValue()).toBe('');
});

it.each(['the button', 'Escape'])('stops the answer with %s', async (how) => {
  await open.ask(0, 'Take your time');
  await nthRun(0);
  const stop = open.channel(0).getByRole('button', { name: 'Stop' });
  await stop.waitFor();
  if (how === 'Escape') await open.channel(0).getByLabel('Question').press('Escape');
  else await stop.click();
  await run(0, 0).getByText('Stopped, as you asked.').waitFor();
  expect(house.cancelled).toHaveLength(1);
  await stop.waitFor({ state: 'hidden' });
});

it('works in two channels side by side, each by itself', async () => {
  await open.page.getByRole('button', { name: 'New channel' }).click();
  await open.ask(0, 'First');
  const first = await nthRun(0);
  await open.ask(1, 'Second');
  const second = await nthRun(1);
  expect(house.asked[0]?.channelId).not.toBe(house.asked[1]?.channelId);
  house.answer(second, 'to the second');
  await run(1, 0).getByText('to the second').waitFor();
  house.answer(first, 'to the first');
  await run(0, 0).getByText('to the first').waitFor();
  expect(await open.channel(1).locator('.run').count()).toBe(1);
});

it('keeps more runs going than a browser has connections, and still stops one', async () => {
  for (let i = 0; i < 10; i++) await open.ask(0, `Question ${i}`);
  await nthRun(9);
  await open.channel(0).getByRole('button', { name: 'Stop' }).click();
  await house.until(() => house.cancelled.length === 1);
  for (let i = 0; i < 10; i++) await run(0, i).getByText('Stopped, as you asked.').waitFor();
});

it('renames, closes and reopens a channel, and remembers it', async () => {
  const title = open.channel(0).getByLabel('Channel name');
  await title.fill('Taxes');
  await title.press('Enter');
  await open.ask(0, 'Due when?');
  house.answer(await nthRun(0), 'In **May**.');
  await run(0, 0).getByText('May').waitFor();
  await open.page.reload();
  await run(0, 0).getByText('May').waitFor();
  expect(await title.inputValue()).toBe('Taxes');

  await open.channel(0).getByRole('button', { name: 'Close channel' }).click();
  await open.channel(0).getByText('Ask your team anything.').waitFor();
  await open.page.locator('.session').click();
  await run(1, 0).getByText('May').waitFor();
});

it.each([
  [
    'failed',
    'The reply broke off before it was complete. Please try again.',
    { kind: 'failed', failure: failure('truncated', 'cut at 12'), usage: NO_USAGE },
  ],
  [
    'refused',
    'Your team has run into trouble several times and is taking a break. It is worth trying again in 10 minutes.',
    { kind: 'refused', refusal: { kind: 'quarantined', retryAfterMs: 600_000 } },
  ],
] as const)(
  'says in a friendly sentence that a run was %s, and asks again on demand',
  async (_kind, sentence, outcome) => {
    await open.ask(0, 'Try this');
    house.settle(await nthRun(0), outcome);
    await run(0, 0).getByText(sentence).waitFor();
    await run(0, 0).getByRole('button', { name: 'Ask again' }).click();
    await nthRun(1);
    expect(house.asked[1]?.text).toBe('Try this');
    expect(house.asked[1]?.runId).not.toBe(house.asked[0]?.runId);
  },
);

it('shows who is alive, who waits, the model, the demo and the health of the storage', async () => {
  const panel = open.page.locator('.house');
  await panel.getByText('storage ok').waitFor();
  house.show({
    teamCount: 2,
    maxTeams: 2,
    // The ids are shown, not used: their brand does not matter here.
    teams: [
      { userId: 'ann', state: 'idle', place: 1, lastUsedAt: Date.now() - 300_000, runs: [] },
      {
        userId: 'bob',
        state: 'busy',
        place: 2,
        lastUsedAt: Date.now(),
        runs: [{ runId: 'r', channelId: 'lobby', state: 'thinking' }],
      },
    ] as never,
    waiting: [{ userId: 'cem', place: 1, questions: 2 }] as never,
    waitingCount: 1,
    health: 'degraded',
    model: 'some/model',
    demo: true,
  });
  await panel.getByText('2 of 2 teams, 1 waiting').waitFor();
  expect(await panel.locator('.team').allInnerTexts()).toEqual([
    '1\nann\nidle\n5 min ago',
    '2\nbob\nbusy\njust now\nthinking in lobby',
    '1\ncem\n2 questions',
  ]);
  await panel.getByText('storage degraded').waitFor();
  await panel.getByText('some/model').waitFor();
  await open.page.getByText('Demo: simple rules write the answers.').waitFor();
});
