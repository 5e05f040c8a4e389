import { expect, it, onTestFinished } from 'vitest';
import { buttonsOf, startFakeDiscord } from '../support/fake-discord/fake-discord.ts';
import { aFolder, launch, start } from '../support/program.ts';

it('npm start with a token opens a bot beside the console, and SIGTERM closes it within 25 seconds', async () => {
  const discord = await startFakeDiscord();
  onTestFinished(() => discord.close());
  const env = {
    DATA_DIR: await aFolder(),
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
  };
  const program = await start({ env });
  expect(program.out()).toContain('discord  as troupe, in 1 servers');

  discord.say({ by: discord.person('ada'), in: discord.general, text: '!what is 12*7?' });
  const isDone = () => {
    const [answer] = discord.answers(discord.general);
    return answer !== undefined && buttonsOf(answer).some(({ label }) => label === 'Regenerate');
  };
  await discord.until(isDone);
  const began = performance.now();
  const { code } = await program.stop();

  expect(discord.answers(discord.general).map(({ content }) => content)).toEqual([
    expect.stringContaining('84'),
  ]);
  expect(code).toBe(0);
  expect(performance.now() - began).toBeLessThan(25_000);
}, 60_000);

it('npm start with a token that Discord does not take ends and says so, without the token', async () => {
  const discord = await startFakeDiscord();
  onTestFinished(() => discord.close());
  discord.http.acceptsToken = false;
  const env = {
    DATA_DIR: await aFolder(),
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
  };

  const { code, errors } = await launch({ env }).ended;

  expect(code).toBe(1);
  expect(errors).toContain('Discord did not accept DISCORD_TOKEN');
  expect(errors).not.toContain(discord.token);
}, 60_000);
