import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import { aHouse, inspecting, pick, tab, USER } from './inspecting.ts';
import { aStep, moved, someFacts, started } from './scripted-inspected.ts';

const { inspect, restart, forgive } = inspecting();

const lit = (page: Page) => page.locator('.state.lit > .name').allTextContents();

describe('The inspector', () => {
  it('shows who is alive, in order of use, and what the process holds', async () => {
    const page = await inspect(aHouse());

    const rows = page.locator('.team-row');
    await rows.nth(1).waitFor();
    expect(await rows.nth(0).textContent()).toContain('user-1');
    expect(await rows.nth(0).textContent()).toContain('thinking');
    expect(await page.locator('.supervisor').textContent()).toBe('running 2 of 10000 teams');
    expect(await page.getByText('memory 50 MB heap, 120 MB process').count()).toBe(1);
  });

  it('lights the state of the supervisor before a team is chosen', async () => {
    const page = await inspect(aHouse());

    await page.getByRole('img', { name: 'Statechart of supervisor: now in running' }).waitFor();
    expect(await lit(page)).toEqual(['● running']);
  });

  it('draws the chart of the team that is chosen, and of each of its actors, with its states lit', async () => {
    const page = await inspect(aHouse());
    await pick(page);

    await page.getByRole('img', { name: 'Statechart of team: now in open.busy' }).waitFor();
    await page.getByRole('button', { name: /^leader0/ }).click();
    await page
      .getByRole('img', { name: 'Statechart of leader: now in working.thinking' })
      .waitFor();
    expect(await lit(page)).toEqual(['● working', 'thinking']);
    await page.getByRole('button', { name: /^callModel/ }).click();
    await page.getByText('it has no statechart').waitFor();
  });

  it('shows the memory of a team beside it, and draws its chart when it is chosen', async () => {
    const house = aHouse();
    const states = ['living.door.open', 'living.work.extracting'];
    house.happen(
      USER,
      started('m', { name: 'memory', machine: 'memory', states }),
      started('m1', { parent: 'm', name: '0.memory', machine: 'readMessages' }),
    );
    const page = await inspect(house);
    await pick(page);
    await page.getByRole('img', { name: 'Statechart of team: now in open.busy' }).waitFor();

    const roots = await page.locator('.tree > li > button .who').allTextContents();
    await page.getByRole('button', { name: /^memory/ }).click();
    await page.getByRole('img', { name: /^Statechart of memory: now in/ }).waitFor();

    expect(roots).toEqual(['team', 'memory']);
    expect(await lit(page)).toEqual(['● living', 'door', '● open', 'work', 'extracting']);
    await page.getByRole('button', { name: /^readMessages/ }).waitFor();
  });

  it('goes along with what happens, and shows the way that was taken', async () => {
    const house = aHouse();
    const page = await inspect(house);
    await pick(page);
    await page.getByRole('button', { name: /^leader0/ }).click();
    await page.getByRole('img', { name: /now in working.thinking/ }).waitFor();

    house.happen(USER, moved('t1', ['working.thinking'], ['working.retrying']));

    await page.getByRole('img', { name: /now in working.retrying/ }).waitFor();
    expect(await page.locator('.arrow.last text').allTextContents()).toEqual([
      'done: callModel [mayRetry]',
    ]);
  });

  it('draws who told whom what', async () => {
    const page = await inspect(aHouse());
    await pick(page);
    await tab(page, 'Messages');

    const drawing = page.getByRole('img', { name: 'The last 3 messages between 3 actors' });
    await drawing.waitFor();
    expect(await drawing.locator('.lane-name').allTextContents()).toEqual([
      'outside',
      'team',
      'leader0',
    ]);
    expect(await drawing.locator('.message > text').allTextContents()).toEqual([
      'team.ask',
      'done',
      'leader.progressed',
    ]);
  });

  it('tells what happens, newest first, and only what is wanted', async () => {
    const house = aHouse();
    const page = await inspect(house);
    await pick(page);
    await tab(page, 'Feed');
    const rows = page.locator('.happening');
    await rows.nth(5).waitFor();
    expect(await rows.first().textContent()).toContain('leader.progressed');

    await page.getByRole('checkbox', { name: 'Messages' }).uncheck();
    await expect.poll(() => rows.count()).toBe(3);
    await page.getByLabel('Actor or event').fill('leader0');
    await expect
      .poll(() => rows.allTextContents())
      .toEqual([expect.stringContaining('leader0started')]);
  });

  it('says so when there was more than could be told', async () => {
    const house = aHouse();
    const page = await inspect(house);
    await pick(page);
    await tab(page, 'Feed');

    house.happen(USER, { type: 'feed.dropped', at: 0, count: 1_234 });

    await page.getByText('1234 events were left out').first().waitFor();
  });

  it('goes back and forth in time, and follows the present again', async () => {
    const house = aHouse();
    const page = await inspect(house);
    await pick(page);
    house.happen(USER, moved('t', ['open.busy'], ['open.idle']));
    await page.getByRole('img', { name: /now in open.idle/ }).waitFor();

    await page.getByRole('button', { name: 'One event back' }).click();
    await page.getByRole('img', { name: /now in open.busy/ }).waitFor();
    house.happen(USER, moved('t', ['open.idle'], ['draining']));
    await expect.poll(() => page.getByText(/^event 6 of 8$/).count()).toBe(1);
    expect(await page.getByRole('img', { name: /now in open.busy/ }).count()).toBe(1);

    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByRole('img', { name: /now in draining/ }).waitFor();
  });

  it('shows of a run what took how long and what it cost', async () => {
    const house = aHouse();
    house.facts = [someFacts()];
    house.steps = [
      aStep('leader/1', 800),
      aStep('member0/research/1', 1_500),
      aStep('member0/research/1/0', 2_100, { kind: 'tool', model: undefined }),
      aStep('leader/2', 3_900),
    ];
    const page = await inspect(house);
    await tab(page, 'Runs');
    await page.locator('.run-row').click();

    await page.getByRole('img', { name: 'Timeline: 5 steps in 4.0 s' }).waitFor();
    expect(await page.locator('.bar > text:last-of-type').allTextContents()).toEqual([
      'call 1: scripted-1: 800 ms, 320 tokens, $0.0003',
      'research: 1.3 s',
      'call 1: scripted-1: 700 ms, 320 tokens, $0.0003',
      'tool 0: 600 ms',
      'call 2: scripted-1: 1.8 s, 320 tokens, $0.0003',
    ]);
    expect(await page.locator('.run-facts').textContent()).toContain('$0.0012');
  });

  it('shows what waits to be answered and to be said', async () => {
    const house = aHouse();
    house.waiting = {
      inbox: {
        count: 7,
        oldest: [
          { messageId: 'm-1', userId: 'user-3', channelId: 'general', attempts: 1, receivedAt: 0 },
        ],
      },
      outbox: {
        count: 1,
        oldest: [
          {
            messageId: 'm-0',
            part: 0,
            platform: 'discord',
            state: 'pending',
            tries: 2,
            notBefore: 0,
            chars: 512,
          },
        ],
      },
    };
    const page = await inspect(house);
    await tab(page, 'Queues');

    await page.getByText('Inbox: 7 to be answered').waitFor();
    expect(await page.locator('.queues td').allTextContents()).toEqual(
      expect.arrayContaining(['m-1', 'user-3', 'm-0', 'discord', '512 chars']),
    );
  });

  it('finds a user, and lets go of the team before when another is chosen', async () => {
    const house = aHouse();
    const page = await inspect(house);
    await pick(page);
    await expect.poll(() => house.followersOf(USER)).toBe(1);

    await page.getByLabel('Find a user').fill('user-2');
    await expect.poll(() => page.locator('.team-row').allTextContents()).toHaveLength(1);
    await pick(page, 'user-2');

    await expect.poll(() => house.followersOf(USER)).toBe(0);
    await expect.poll(() => house.followersOf(UserId('user-2'))).toBe(1);
  });

  it('follows again after the connection was lost, from the beginning', async () => {
    const house = aHouse();
    const page = await inspect(house);
    await pick(page);
    await page.getByRole('img', { name: /now in open.busy/ }).waitFor();

    await restart(house, () => page.locator('#connection[data-state="lost"]').waitFor());

    await page.locator('#connection[data-state="open"]').waitFor();
    await page.getByRole('img', { name: /now in open.busy/ }).waitFor();
    expect(await page.locator('.actor[data-actor="t"]').count()).toBe(1);
    forgive();
  });
});
