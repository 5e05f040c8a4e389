import { expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import type { PlaceSettings } from '../../src/discord/settings/settings.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { aManager, said } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

/** A server with such limits, in which one question was asked, and what `/quota` tells there. */
async function aServerWith(settings: PlaceSettings, userTokensPerDay = 0) {
  const [discord, store] = [await aDiscord(), await aStore()];
  const by = UserId('discord:100000000000000001');
  await store.places.set(`server:${discord.guild.id}`, { settings, by });
  await aHouseOnDiscord({ discord, store, userTokensPerDay });
  const [ada, bob] = [discord.person('ada'), discord.person('bob')];
  discord.say({ by: ada, in: discord.general, text: '!one' });
  await discord.until(() => discord.answers(discord.general).length === 1);
  const { user } = await store.places.usage({ userId: UserId(`discord:${ada.id}`) });
  const mia = await aManager(discord);
  const quota = (name: 'ada' | 'bob' | 'mia', where = discord.general, locale = 'en-US') =>
    said(discord, { by: { ada, bob, mia }[name], in: where, name: 'quota', locale });
  return { discord, ada, quota, tokens: user.tokens };
}

const midnight = `<t:${Math.floor(systemClock.now() / 86_400_000 + 1) * 86_400}:R>`;
const frees = `A new day begins ${midnight}: then all of it is free again.`;

it('/quota shows what is left of the limits of a server, in numbers to those who manage it', {
  timeout: 60_000,
}, async () => {
  const limits = { userQuestions: 3, userTokens: 1_000, serverQuestions: 1, serverTokens: 5_000 };
  const { discord, ada, quota, tokens } = await aServerWith(limits);
  const left = `Left today for all on this server: questions: 0, tokens: ${5_000 - tokens}.`;

  expect(tokens).toBeGreaterThan(0);
  expect(await quota('ada')).toBe(
    `Your questions today: 1 of 3 (2 left). Tokens: ${tokens} of 1000 (${1_000 - tokens} left).\n${left}\n${frees}`,
  );
  expect(await quota('bob')).toBe(
    `Your questions today: 0 of 3 (3 left). Tokens: 0 of 1000 (1000 left).\n${left}\n${frees}`,
  );
  expect(await quota('mia')).toContain(
    `Questions of all on this server today: 1 of 1 (0 left). Tokens: ${tokens} of 5000 (${5_000 - tokens} left).`,
  );
  expect(await quota('ada', discord.world.directChannel(ada))).toBe(
    `Your questions today: 1. Tokens: ${tokens}.\nA new day begins ${midnight}.`,
  );
});

it('/quota tells nobody what others have asked where no limit makes them share', {
  timeout: 60_000,
}, async () => {
  const { quota, tokens } = await aServerWith({});

  expect(await quota('bob')).toBe(
    `Your questions today: 0. Tokens: 0.\nA new day begins ${midnight}.`,
  );
  expect(await quota('mia')).toContain(
    `Questions of all on this server today: 1. Tokens: ${tokens}.`,
  );
});

it('/quota shows what is left of the tokens that the house gives each user for a day, everywhere and in each language', {
  timeout: 60_000,
}, async () => {
  const { discord, ada, quota, tokens } = await aServerWith({}, 2_000);
  const direct = discord.world.directChannel(ada);
  const left = 2_000 - tokens;
  const firstLine = async (locale: string) => (await quota('ada', direct, locale)).split('\n')[0];

  expect(await quota('ada')).toBe(
    `Your questions today: 1. Tokens: ${tokens} of 2000 (${left} left).\n${frees}`,
  );
  expect(await firstLine('de')).toBe(
    `Deine Fragen heute: 1. Tokens: ${tokens} von 2000 (${left} übrig).`,
  );
  expect(await firstLine('es-ES')).toContain(`${tokens} de 2000 (quedan ${left})`);
  expect(await firstLine('fr')).toContain(`${tokens} sur 2000`);
  expect(await firstLine('fr')).toContain(String(left));
});

it('/quota shows the tighter one where a server limits the tokens of its users, too', {
  timeout: 60_000,
}, async () => {
  const { discord, ada, quota, tokens } = await aServerWith({ userTokens: 1_000 }, 2_000);

  expect(await quota('ada')).toContain(`Tokens: ${tokens} of 1000 (${1_000 - tokens} left).`);
  expect(await quota('ada', discord.world.directChannel(ada))).toContain(
    `Tokens: ${tokens} of 2000 (${2_000 - tokens} left).`,
  );
});
