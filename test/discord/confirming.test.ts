import { describe, expect, it } from 'vitest';
import type { ToolPort, ToolRequest } from '../../machines/ports.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { anAgent, aRoster, aTool } from '../../src/testing/builders.ts';
import { buttonsOf, type FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

const labels = (discord: FakeDiscord): readonly string[] => {
  const [draft] = discord.answers(discord.general);
  return draft === undefined ? [] : buttonsOf(draft).map(({ label }) => label);
};

/** A house whose leader pays when it is told to, and what it has paid. */
async function aTillOnDiscord() {
  const [discord, store] = [await aDiscord(), await aStore()];
  const paid: ToolRequest[] = [];
  const tools: ToolPort = {
    policyOf: ({ name }) => ({ ...PURE, needsConfirmation: name === 'pay' }),
    async run(request) {
      paid.push(request);
      return { kind: 'returned', content: 'Paid.' };
    },
  };
  const roster = { ...aRoster(), leader: anAgent('leader', { tools: [aTool('pay')] }) };
  await aHouseOnDiscord({
    discord,
    store,
    roster,
    tools,
    script: [
      { kind: 'use', calls: [{ name: 'pay', input: { to: 'Grace', sum: 7 } }] },
      { kind: 'say', text: 'Finished.' },
    ],
  });
  const ada = discord.person('ada');
  discord.say({ by: ada, in: discord.general, text: '!pay Grace' });
  await discord.until(() => labels(discord).includes('Allow'));
  const [draft] = discord.answers(discord.general);
  if (draft === undefined) throw new Error('There is no draft.');
  return { discord, ada, paid, draft };
}

const isFinished = (discord: FakeDiscord) => (): boolean =>
  discord.answers(discord.general)[0]?.content === 'Finished.';

describe('what a tool would do outside', () => {
  it('waits under the draft for the word of whoever asked, and is done when it is allowed', async () => {
    const { discord, ada, paid, draft } = await aTillOnDiscord();
    expect(labels(discord)).toEqual(['Allow', 'Refuse', 'Stop']);
    expect(draft.content).toContain('Grace');
    expect(paid).toEqual([]);

    discord.click(draft, 'Allow', ada);

    await discord.until(isFinished(discord));
    expect(paid).toHaveLength(1);
  });

  it('is not done when it is refused', async () => {
    const { discord, ada, paid, draft } = await aTillOnDiscord();

    discord.click(draft, 'Refuse', ada);

    await discord.until(isFinished(discord));
    expect(paid).toEqual([]);
  });

  it('takes no word of anybody else', async () => {
    const { discord, paid, draft } = await aTillOnDiscord();

    const click = discord.click(draft, 'Allow', discord.person('bob'));

    await discord.until(() => click.followUps.length > 0);
    expect(click.followUps[0]?.content).toMatch(/Only whoever asked|does not wait for your word/);
    expect(paid).toEqual([]);
  });
});
