import { expect, it, onTestFinished } from 'vitest';
import {
  buttonsOf,
  type FakeDiscord,
  startFakeDiscord,
} from '../support/fake-discord/fake-discord.ts';
import type { Channel, Message } from '../support/fake-discord/objects.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { type Act, text } from '../support/groq-server-scripts.ts';
import { aDataFolder, start } from '../support/program.ts';

/** A model that thinks until it is let go. */
async function aSlowProvider() {
  const going = Promise.withResolvers<Act>();
  const server = await startGroqServer({ script: () => going.promise });
  onTestFinished(() => server.close());
  const env = { CUSTOM_PROVIDER: server.url, CUSTOM_MODEL: 'slow', MEMORY: 'off' };
  return { server, env, letGo: () => going.resolve(text('Here you are.')) };
}

const only = (discord: FakeDiscord, channel: Channel): Message | undefined => {
  const answers = discord.answers(channel);
  return answers.length === 1 ? answers[0] : undefined;
};

const hasButton = (message: Message | undefined, label: string): message is Message =>
  message !== undefined && buttonsOf(message).some((button) => button.label === label);

it('a run cut off by kill -9 goes on in the same draft, with its Stop button, and ends in one message', async () => {
  const discord = await startFakeDiscord();
  onTestFinished(() => discord.close());
  const ada = discord.person('ada');
  const { general } = discord;
  const lab = discord.world.addChannel(discord.guild, 'lab');
  const { server, env: provider, letGo } = await aSlowProvider();
  const env = {
    ...provider,
    DATA_DIR: await aDataFolder(),
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
  };
  const first = await start({ env });
  discord.say({ by: ada, in: general, text: '!think about it' });
  discord.say({ by: ada, in: lab, text: '!and about that' });
  await discord.until(() =>
    [general, lab].every((place) => hasButton(only(discord, place), 'Stop')),
  );
  const drafts = [general, lab].map((place) => only(discord, place)?.id);
  first.child.kill('SIGKILL');
  await first.ended;
  const seen = discord.happenings.length;

  await start({ env });
  const shown = () => discord.happenings.slice(seen).filter(({ kind }) => kind !== 'typing');
  const goesOn = (id: string | undefined) =>
    shown().some(
      ({ messageId, content }) =>
        messageId === id && content?.includes('picking up where I left off') === true,
    );
  await discord.until(() => drafts.every(goesOn));
  const draft = only(discord, lab);
  if (!hasButton(draft, 'Stop')) throw new Error('The draft has lost its button.');
  discord.click(draft, 'Stop', ada);
  await discord.until(() => only(discord, lab)?.content.startsWith('Stopped') === true);
  letGo();
  await discord.until(() => hasButton(only(discord, general), 'Regenerate'));

  expect(only(discord, general)?.content).toContain('Here you are.');
  expect(
    shown().filter(({ kind, messageId }) => kind === 'edited' && !drafts.includes(messageId)),
  ).toEqual([]);
  expect(server.requests.length).toBeGreaterThan(2);
}, 90_000);
