import { setImmediate as turn } from 'node:timers/promises';
import { PermissionFlagsBits as may } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../machines/question.ts';
import { readPart } from '../../src/discord/answer/part.ts';
import { createReply } from '../../src/discord/answer/reply.ts';
import { Withdrawn } from '../../src/discord/answer/withdrawn.ts';
import { LANGUAGES, type Language } from '../../src/discord/settings/settings.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { anAnswer } from '../support/store-builders.ts';
import { aDiscord, closeAfterEach } from './discord-house.ts';
import { ADA, aPart, aSendingSide, asks } from './sending-side.ts';

guardAgainstLeaks();
closeAfterEach();

const { signal } = new AbortController();

const denied = ({ guild }: FakeDiscord, channel: Channel, deny: bigint): void => {
  channel.permission_overwrites = [{ id: guild.id, type: 0, allow: '0', deny: String(deny) }];
};

interface Said {
  readonly language: Language;
  readonly alone: string;
  readonly fileless: string;
  readonly below: string;
  readonly waits: string;
  readonly uses: string;
  readonly refused: string;
  readonly resumed: string;
  readonly empty: string;
}

const SAID: readonly Said[] = [
  {
    language: 'en',
    alone: 'so this answer is for you alone',
    fileless: 'I may not attach files',
    below: 'The answer is below.',
    waits: 'queued for a free team: place 2…',
    uses: 'chart maker is using run python and web search…',
    refused: 'going on without it, as you refused…',
    resumed: 'I was interrupted',
    empty: 'The answer is empty.',
  },
  {
    language: 'de',
    alone: 'deshalb ist diese Antwort nur für dich',
    fileless: 'keine Dateien anhängen',
    below: 'Die Antwort steht weiter unten.',
    waits: 'warte auf ein freies Team: Platz 2…',
    uses: 'chart maker benutzt run python und web search…',
    refused: 'mache ohne das weiter, wie du es wolltest…',
    resumed: 'Ich wurde unterbrochen',
    empty: 'Die Antwort ist leer.',
  },
  {
    language: 'es',
    alone: 'esta respuesta es solo para ti',
    fileless: 'No puedo adjuntar archivos',
    below: 'La respuesta está más abajo.',
    waits: 'esperando un equipo libre: puesto 2…',
    uses: 'chart maker está usando run python y web search…',
    refused: 'sigo sin ello, como pediste…',
    resumed: 'Me interrumpieron',
    empty: 'La respuesta está vacía.',
  },
  {
    language: 'fr',
    alone: 'cette réponse est donc pour vous seul',
    fileless: 'Je ne peux pas joindre de fichiers',
    below: 'La réponse est plus bas.',
    waits: 'en attente d’une équipe libre : place 2…',
    uses: 'chart maker utilise run python et web search…',
    refused: 'je continue sans cela, comme vous l’avez voulu…',
    resumed: 'J’ai été interrompu',
    empty: 'La réponse est vide.',
  },
];

describe.each(SAID)('in $language', { timeout: 30_000 }, ({ language, ...said }) => {
  it('stands what an answer says of its place', async () => {
    const discord = await aDiscord();
    const ada = discord.person('ada');
    const call = aPart(discord.say({ by: ada, in: discord.general, text: 'a call' }), { language });
    const made = { userId: ADA, ids: ['chart'] };
    const { platform } = aSendingSide(discord);

    denied(discord, discord.general, may.AttachFiles);
    await platform.send(aPart(asks(discord, 'bob'), { language, made }), { signal });
    const [fileless] = discord.answers(discord.general);
    if (fileless === undefined) throw new Error('There is no answer.');
    // A command's reply is its own draft, and what the answer replies to.
    const slow = { ...call, replyTo: fileless.id, createdAt: 60_000 };
    const drafts = { [slow.messageId]: fileless.id };
    await aSendingSide(discord, { drafts }).platform.send(slow, { signal });
    denied(discord, discord.general, may.SendMessages);
    const alone = {
      ...aPart(asks(discord, 'cleo'), { language, ownerId: ada.id }),
      nonce: 'alone',
    };
    await platform.send(alone, { signal });

    const happened = discord.happenings.map(({ content = '' }) => content);
    expect(happened[0]).toBe(`Yes.\n-# ${happened[0]?.slice(8)}`);
    expect(happened[0]).toContain(said.fileless);
    expect(happened).toContain(`-# ${said.below}`);
    expect(happened.at(-1)).toContain(`<#${discord.general.id}>`);
    expect(happened.at(-1)).toContain(said.alone);
  });

  it('stands what a run does', async () => {
    const discord = await aDiscord();
    const { clock, drafts } = aSendingSide(discord);
    const asked = asks(discord, 'ada');
    const origin = { platform: 'discord', channelId: asked.channel_id, replyTo: asked.id };
    const question = {
      ...aQuestion({ run: `discord:${asked.id}` }),
      origin: { ...origin, position: 0, language },
    };
    const { runId } = question;
    const member = { member: 'chart_maker', slot: 'member0' };
    const tools = ['run_python', 'web_search'];
    const steps: readonly RunEvent[] = [
      { type: 'run.queued', runId, behind: 'house', place: 2 },
      { type: 'run.progressed', runId, progress: { kind: 'member_using', ...member, tools } },
      { type: 'run.confirmed', runId, stepKey: 's', end: 'refused' },
    ];
    const shown: string[] = [];
    const isShown = steps.map(() => Promise.withResolvers<void>());
    async function* events() {
      for (const [nth, step] of steps.entries()) {
        yield step;
        await isShown[nth]?.promise;
      }
    }

    drafts.begin(question, events());
    for (const { resolve } of isShown) {
      // No request is on its way: the next one has its timer, beside the one for typing.
      while (clock.pending < 2) await turn();
      const before = discord.happenings.length;
      await clock.advance(1_500);
      await discord.until(() => discord.happenings.slice(before).some(({ content }) => content));
      shown.push(discord.answers(discord.general)[0]?.content ?? '');
      resolve();
    }
    await drafts.settle(runId);

    expect(shown).toEqual([`-# ${said.waits}`, `-# ${said.uses}`, `-# ${said.refused}`]);
  });

  it('stands what must be known about an answer', () => {
    const origin = { platform: 'discord', channelId: '1', replyTo: '2', position: 0, language };
    const reply = createReply({ withdrawn: new Withdrawn() });
    const question = { ...aQuestion(), origin };

    const [part = ''] = reply(question, anAnswer('', { notes: ['resumed'] }));

    expect(readPart(part).text).toMatch(
      new RegExp(`^${said.empty.replace('.', '\\.')}\n-# ${said.resumed}`),
    );
  });
});

it('no language is left out above', () => {
  expect(SAID.map(({ language }) => language)).toEqual(LANGUAGES);
});
