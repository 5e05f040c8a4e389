import { PermissionFlagsBits as may } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import type { ToolPort } from '../../machines/ports.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { LANGUAGES, type Language } from '../../src/discord/settings/settings.ts';
import type { Store } from '../../src/store/store.ts';
import { anAgent, aRoster, aTool } from '../../src/testing/builders.ts';
import { readPost } from '../support/fake-discord/checks.ts';
import { buttonsOf, type FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, Message } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { use } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

type InEach<Value> = Readonly<Record<Language, Value>>;

/** A channel for each language, which is set there; in the first nothing is. */
async function channelsIn(discord: FakeDiscord, store: Store): Promise<InEach<Channel>> {
  const { world, guild, general: en } = discord;
  const [de, es, fr] = [
    world.addChannel(guild, 'de'),
    world.addChannel(guild, 'es'),
    world.addChannel(guild, 'fr'),
  ];
  const by = UserId('discord:100000000000000001');
  for (const [language, { id }] of Object.entries({ de, es, fr }))
    await store.places.set(`channel:${id}`, { settings: { language }, by });
  return { en, de, es, fr };
}

/** What holds in each of the channels. */
const inEach = <Value>(channels: InEach<Channel>, told: (channel: Channel) => Value) => ({
  en: told(channels.en),
  de: told(channels.de),
  es: told(channels.es),
  fr: told(channels.fr),
});

const each = (channels: InEach<Channel>): readonly Channel[] => Object.values(channels);

const last = (discord: FakeDiscord, channel: Channel): Message | undefined =>
  discord.answers(channel).at(-1);
const lastWords = (discord: FakeDiscord) => (channel: Channel) => last(discord, channel)?.content;
const lastLabels = (discord: FakeDiscord) => (channel: Channel) => {
  const message = last(discord, channel);
  return message === undefined ? [] : buttonsOf(message).map(({ label }) => label);
};

const config = { contextMessages: 0 };

describe('what everybody reads is in the language of its channel', { timeout: 60_000 }, () => {
  it('when the house was away', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const channels = await channelsIn(discord, store);
    const [ada, hourAgo] = [discord.person('ada'), Date.now() - 60 * 60_000];
    await store.gateways.advance('discord', hourAgo);
    for (const channel of each(channels))
      discord.say({ by: ada, in: channel, text: '!old', at: hourAgo + 1_000 });

    await aHouseOnDiscord({ discord, store, config });
    await discord.until(() => each(channels).every((channel) => last(discord, channel)));

    expect(inEach(channels, lastWords(discord))).toEqual({
      en: expect.stringMatching(/^I was away for a while .* Please ask again/),
      de: expect.stringMatching(/^Ich war eine Weile weg .* Bitte fragt noch einmal/),
      es: expect.stringMatching(/^He estado fuera un rato .* Preguntad de nuevo/),
      fr: expect.stringMatching(/^J’ai été absent un moment .* Veuillez redemander/),
    });
  });

  it('when a question cannot be taken as it is, or fails', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const channels = await channelsIn(discord, store);
    const ada = discord.person('ada');
    const failure = {
      kind: 'rate_limited',
      message: 'x',
      transient: false,
      retryAfterMs: 120_000,
    } as const;
    await aHouseOnDiscord({ discord, store, config, script: () => ({ kind: 'fail', failure }) });
    const ask = async (text: string) => {
      const before = inEach(channels, (channel) => discord.answers(channel).length);
      for (const channel of each(channels)) {
        const post = { ...readPost({ content: '' }), content: text };
        discord.world.write({ by: ada, in: channel, post, at: undefined, webhookId: undefined });
      }
      const isTold = ([language, channel]: [string, Channel]) =>
        discord.answers(channel).length > before[language as Language];
      await discord.until(() => Object.entries(channels).every(isTold));
      return inEach(channels, lastWords(discord));
    };

    expect(await ask(`!${'x'.repeat(9_000)}`)).toEqual({
      en: 'That is too long for a question: it may have 8000 characters. A longer text can be attached as a file.',
      de: expect.stringMatching(/^Das ist zu lang für eine Frage: Sie darf 8000 Zeichen.*Datei/),
      es: expect.stringMatching(/^Es demasiado largo .* 8000 caracteres.*archivo/),
      fr: expect.stringMatching(/^C’est trop long .* 8000 caractères.*fichier/),
    });
    expect(await ask('.tldr 0')).toEqual({
      en: 'I can sum up 1 to 1000 messages, not 0.',
      de: 'Ich kann 1 bis 1000 Nachrichten zusammenfassen, nicht 0.',
      es: 'Puedo resumir de 1 a 1000 mensajes, no 0.',
      fr: 'Je peux résumer de 1 à 1000 messages, pas 0.',
    });
    expect(await ask('!fail')).toEqual({
      en: expect.stringMatching(/limit is used up .* again in 2 minutes\.\n-# reference: discord:/),
      de: expect.stringMatching(/Das Limit .*\. In 2 Minuten lohnt .*\n-# Kennung: discord:/),
      es: expect.stringMatching(/El límite .* en 2 minutos\.\n-# referencia: discord:/),
      fr: expect.stringMatching(/La limite .* dans 2 minutes\.\n-# référence : discord:/),
    });
  });

  it('when a run waits for a word, and under its answer', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const channels = await channelsIn(discord, store);
    const tools: ToolPort = {
      policyOf: () => ({ ...PURE, needsConfirmation: true }),
      run: () => Promise.resolve({ kind: 'returned', content: 'Paid.' }),
    };
    const roster = { ...aRoster(), leader: anAgent('leader', { tools: [aTool('pay')] }) };
    const script = ({ messages }: { readonly messages: readonly { readonly role: string }[] }) =>
      messages.at(-1)?.role === 'user'
        ? ({ kind: 'use', calls: [{ name: 'pay', input: {} }] } as const)
        : ({ kind: 'say', text: 'Finished.' } as const);
    await aHouseOnDiscord({ discord, store, config, roster, tools, script });
    const people = inEach(channels, ({ name }) => discord.person(String(name)));
    const isShown = (label: string) => () =>
      each(channels).every((channel) => lastLabels(discord)(channel)[1] === label);
    for (const language of LANGUAGES)
      discord.say({ by: people[language], in: channels[language], text: '!pay' });
    await discord.until(() => each(channels).every((channel) => lastLabels(discord)(channel)[2]));

    expect(inEach(channels, lastLabels(discord))).toEqual({
      en: ['Allow', 'Refuse', 'Stop'],
      de: ['Erlauben', 'Ablehnen', 'Anhalten'],
      es: ['Permitir', 'Rechazar', 'Detener'],
      fr: ['Autoriser', 'Refuser', 'Arrêter'],
    });
    expect(inEach(channels, (channel) => lastWords(discord)(channel)?.split('\n')[0])).toEqual({
      en: '-# May leader use pay?',
      de: '-# Darf leader pay benutzen?',
      es: expect.stringContaining('-# ¿Puede leader usar pay?'),
      fr: '-# Est-ce que leader peut utiliser pay ?',
    });

    for (const language of LANGUAGES) {
      const draft = last(discord, channels[language]);
      const refuse = lastLabels(discord)(channels[language])[1] ?? '';
      if (draft !== undefined) discord.click(draft, refuse, people[language]);
    }
    await discord.until(isShown('👍'));
    expect(inEach(channels, (channel) => lastLabels(discord)(channel)[0])).toEqual({
      en: 'Regenerate',
      de: 'Neu antworten',
      es: 'Regenerar',
      fr: 'Régénérer',
    });
  });

  it('when it is asked for by somebody of another one, who is told in their own what nobody else reads', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const { de, en } = await channelsIn(discord, store);
    await aHouseOnDiscord({ discord, store, config });
    const call = { by: discord.person('ada'), name: 'ask', locale: 'fr' };
    const options = { question: 'well?' };
    const isSaid = (channel: Channel) => () => lastLabels(discord)(channel).length === 3;

    discord.slash({ ...call, in: de, options });
    discord.slash({ ...call, in: en, options });
    await discord.until(isSaid(de));
    await discord.until(isSaid(en));
    const answer = last(discord, de);
    if (answer === undefined) throw new Error('There is no answer.');
    const judged = discord.click(answer, '👍', { ...call.by, locale: 'fr' });
    await discord.until(() => judged.followUps.length === 1);
    const tooLong = { question: 'x'.repeat(9_000) };
    const refused = await use(discord, { ...call, in: de, options: tooLong });

    expect(lastLabels(discord)(de)).toEqual(['Neu antworten', '👍', '👎']);
    expect(lastLabels(discord)(en)).toEqual(['Régénérer', '👍', '👎']);
    expect(judged.followUps[0]?.content).toBe('Merci.');
    expect(refused.original?.content).toMatch(/^C’est trop long pour une question/);
  });

  it('but not what somebody asks by a menu, which they have chosen in their own', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const { de } = await channelsIn(discord, store);
    const asked: string[] = [];
    const script = ({
      messages,
    }: {
      readonly messages: readonly { readonly content: string }[];
    }) => {
      asked.push(messages.at(-1)?.content ?? '');
      return { kind: 'say', text: 'Done.' } as const;
    };
    await aHouseOnDiscord({ discord, store, config, script });
    const ada = { ...discord.person('ada'), locale: 'es-ES' };
    const target = discord.say({ by: discord.person('bob'), in: de, text: 'Nope.' });

    discord.menu('Ask about this', target, ada);
    await discord.until(() => lastWords(discord)(de) === 'Done.');
    const deny = String(may.ReadMessageHistory);
    de.permission_overwrites = [{ id: discord.guild.id, type: 0, allow: '0', deny }];
    const refused = discord.menu('Summarise from here', target, ada);
    await discord.until(() => refused.original !== undefined);

    expect(asked).toEqual([expect.stringContaining('Explica, por favor, el mensaje')]);
    expect(refused.original?.content).toMatch(/^No puedes leer el historial de este canal/);
  });
});
