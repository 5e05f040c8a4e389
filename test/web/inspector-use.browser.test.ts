import type { BrowserContextOptions, Request } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { RunId } from '../../machines/ids.ts';
import { aHouse, inspecting, pick, tab, USER } from './inspecting.ts';
import { aStep, aTeam, moved, someFacts, started, told } from './scripted-inspected.ts';

const { inspect, probe, restart, forgive } = inspecting();

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

describe('A recorded run', () => {
  it('is stepped through from its beginning, while nothing of the present disturbs', async () => {
    const house = aHouse();
    house.facts = [someFacts()];
    house.recordings.set(RunId('run-1'), {
      events: [
        started('r', { name: 'leader0', machine: 'leader', states: ['working.recalling'] }),
        moved('r', ['working.recalling'], ['working.thinking']),
        moved('r', ['working.thinking'], ['ending']),
      ],
      trouble: 'step 3 went otherwise',
    });
    const page = await inspect(house);
    await pick(page);
    await tab(page, 'Runs');
    await page.locator('.run-row').click();
    await page.getByRole('button', { name: 'Step through it' }).click();

    await page.getByText('Recording of run-1: step 3 went otherwise').waitFor();
    await page.getByRole('img', { name: /leader: now in working.recalling/ }).waitFor();
    await page.getByRole('button', { name: 'One event forward' }).click();
    await page.getByRole('img', { name: /leader: now in working.thinking/ }).waitFor();
    await page.getByRole('button', { name: 'Live' }).click();
    await page.getByRole('img', { name: /leader: now in ending/ }).waitFor();
    expect(house.followersOf(USER)).toBe(0);
  });
});

describe('The list of teams', () => {
  it('is asked for less and less often while the house is away, and again when it is back', async () => {
    const house = aHouse();
    const page = await inspect(house);
    const isCensus = (request: Request) => request.url().includes('/api/inspect/census');

    await restart(house, async () => {
      await page.waitForEvent('requestfailed', isCensus);
      const failedAt = performance.now();
      await page.waitForEvent('request', isCensus);
      expect(performance.now() - failedAt).toBeGreaterThan(1_500);
      house.teams = [aTeam(7)];
    });

    await page.locator('#connection[data-state="open"]').waitFor();
    await page.locator('[data-user="user-7"]').waitFor();
    forgive();
  });

  it('hears a press upon a team during which the list was refreshed', async () => {
    const house = aHouse();
    const page = await inspect(house);
    await page.locator('[data-user="user-1"] button').hover();

    await page.mouse.down();
    house.teams = [aTeam(1), aTeam(3)];
    await page.locator('[data-user="user-3"]').waitFor();
    house.teams = [aTeam(1), aTeam(2)];
    await page.locator('[data-user="user-3"]').waitFor({ state: 'detached' });
    await page.mouse.up();

    await page.getByRole('heading', { name: 'user-1' }).waitFor();
  });

  it.each([
    ['down', 1, [2, 3, 1]],
    ['up', 3, [3, 1, 2]],
  ])('leaves the focus on a team that goes %s in the order of use', async (_, mover, order) => {
    const house = aHouse();
    house.teams = [1, 2, 3].map((n) => aTeam(n));
    const page = await inspect(house);
    const row = page.locator(`[data-user="user-${mover}"] button`);
    await row.focus();
    const before = await row.elementHandle();

    house.teams = order.map((n) => aTeam(n));

    const names = page.locator('.team-row .who');
    await expect.poll(() => names.allTextContents()).toEqual(order.map((n) => `user-${n}`));
    expect(await row.evaluate((now, then) => now === then, before)).toBe(true);
    expect(await row.and(page.locator(':focus')).count()).toBe(1);
  });
});

describe('Looking only', () => {
  it('offers nothing that acts', async () => {
    const house = aHouse();
    house.facts = [someFacts()];
    const page = await inspect(house);
    await pick(page);
    await tab(page, 'Runs');
    await page.locator('.run-row').click();
    await page.locator('.run-facts').waitFor();

    for (const name of ['Dismiss team', 'Stop runs', 'Resize', 'Reveal texts']) {
      expect(await page.getByRole('button', { name }).count(), name).toBe(0);
    }
  });
});

describe('An operator', () => {
  it('sees the texts of a run only after asking for them, and only as text', async () => {
    const house = aHouse({ isAdmin: true });
    house.facts = [someFacts()];
    house.said = { question: '<img src=x onerror=alert(1)> canary', answer: 'yes', steps: [] };
    const page = await inspect(house);
    await tab(page, 'Runs');
    await page.locator('.run-row').click();
    await page.locator('.run-facts').waitFor();
    expect(await page.content()).not.toContain('canary');

    await page.getByRole('button', { name: 'Reveal texts' }).click();

    await page.getByText('canary').waitFor();
    expect(await page.locator('.texts img').count()).toBe(0);
  });

  it('stops runs, dismisses a team and changes how many may live', async () => {
    const house = aHouse({ isAdmin: true });
    const page = await inspect(house);
    await pick(page);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Stop runs' }).click();
    await page.getByLabel('How many teams may live').fill('7');
    await page.getByRole('button', { name: 'Resize' }).click();
    await expect
      .poll(() => house.orders)
      .toEqual([
        ['stop', { userId: 'user-1' }],
        ['resize', 7],
      ]);
  });
});

describe('A big house', () => {
  it('answers at once while 5,000 teams live and 2,000 events a second arrive', async () => {
    const house = aHouse();
    house.teams = Array.from({ length: 5_000 }, (_, index) => aTeam(index + 1));
    const page = await inspect(house);
    await pick(page);
    await tab(page, 'Feed');
    expect(await page.locator('.team-row').count()).toBeLessThan(80);
    const storm = setInterval(() => {
      const events = Array.from({ length: 100 }, (_, index) => told(`event.${index}`, 't1', 't'));
      house.happen(USER, ...events);
    }, 50);

    try {
      const delays = await page.evaluate<number[]>('probe.delaysOfTyping("Find a user", 20)');
      expect(delays.toSorted((a, b) => a - b)[10]).toBeLessThan(100);
      await page.locator('.team-list').evaluate((list) => list.scrollTo(0, 4_900 * 44));
      await page.locator('[data-user="user-4900"]').waitFor();
      await page.getByText('event.99').first().waitFor();
    } finally {
      clearInterval(storm);
    }
  });
});

describe.each([
  ['a phone', PHONE],
  ['a laptop', { viewport: { width: 1280, height: 800 } }],
] as const)('on %s', (_name, options) => {
  it('keeps within the width of the screen, with a name for every control', async () => {
    const house = aHouse({ isAdmin: true });
    house.facts = [someFacts()];
    house.steps = [aStep('leader/1', 800)];
    const page = await inspect(house, options);
    await pick(page);
    for (const name of ['Charts', 'Messages', 'Feed', 'Runs', 'Queues']) {
      await tab(page, name);
      if (name === 'Runs') await page.locator('.run-row').click();
      expect(await probe('fitsTheScreen'), name).toBe(true);
      expect(await probe('nameless'), name).toEqual([]);
    }
  });
});

it.each(['light', 'dark'] as const)('is readable in %s colours', async (colorScheme) => {
  const page = await inspect(aHouse(), { colorScheme });
  await pick(page);
  await page.getByRole('button', { name: /^leader0/ }).waitFor();
  for (const selector of ['.panel h2', '.small', '.view-tab[aria-selected="false"]', '.where']) {
    const { ratio } = await probe<{ ratio: number }>('contrast', selector);
    expect(ratio, selector).toBeGreaterThan(4.5);
  }
});

it('is worked by keyboard: teams, tabs and actors', async () => {
  const house = aHouse();
  house.happen(USER, started('t9', { parent: 't', name: 'leader1', machine: 'leader' }));
  const page = await inspect(house);
  await page.locator('[data-user="user-1"] button').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: /Statechart of team/ }).waitFor();
  await page.getByRole('tab', { name: 'Charts' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('img', { name: /messages between/ }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('button', { name: /^leader1/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: /Statechart of leader/ }).waitFor();
});
