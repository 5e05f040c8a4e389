import { setImmediate as turn } from 'node:timers/promises';
import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { readPart } from '../../src/discord/answer/part.ts';
import { createReply } from '../../src/discord/answer/reply.ts';
import { Withdrawn } from '../../src/discord/answer/withdrawn.ts';
import { aQuestion } from '../../src/testing/builders.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { anAnswer } from '../support/store-builders.ts';
import { aDiscord, closeAfterEach } from './discord-house.ts';
import { ADA, aPart, aSendingSide } from './sending-side.ts';

guardAgainstLeaks();
closeAfterEach();

const { signal } = new AbortController();

describe('a part of an answer', () => {
  it('that may have arrived long ago is found by its writer and its words, and by nothing else', async () => {
    const discord = await aDiscord();
    const { platform } = aSendingSide(discord);
    const [ada, general] = [discord.person('ada'), discord.general];
    const asked = discord.say({ by: ada, in: general, text: '!hello' });
    discord.say({ by: ada, in: general, text: 'Hello to you.' });
    const part = aPart(asked, { text: 'Hello to you.' });

    const before = await platform.find(part, { signal });
    const sent = await platform.send(part, { signal });
    const after = await platform.find(part, { signal });

    expect(before).toEqual({ kind: 'absent' });
    expect(sent).toMatchObject({ kind: 'sent' });
    expect(after).toEqual({ kind: 'found', platformId: discord.answers(general)[0]?.id });
  });

  it('brings what the work has made along, and comes without what was erased meanwhile', async () => {
    const discord = await aDiscord();
    const { platform } = aSendingSide(discord);
    const asked = discord.say({ by: discord.person('ada'), in: discord.general, text: '!draw' });
    const made = { userId: ADA, ids: ['chart', 'erased'] };

    const sent = await platform.send(aPart(asked, { text: 'Here it is.', made }), { signal });

    expect(sent).toMatchObject({ kind: 'sent' });
    expect(discord.answers(discord.general)[0]).toMatchObject({
      content: 'Here it is.',
      attachments: [{ filename: 'chart.png', size: 3 }],
    });
  });

  it('comes without its files where we may attach none, and says so', async () => {
    const discord = await aDiscord();
    const { platform } = aSendingSide(discord);
    const { guild, general } = discord;
    const asked = discord.say({ by: discord.person('ada'), in: general, text: '!draw' });
    general.permission_overwrites = [
      { id: guild.id, type: 0, allow: '0', deny: String(PermissionFlagsBits.AttachFiles) },
    ];
    const made = { userId: ADA, ids: ['chart'] };

    const sent = await platform.send(aPart(asked, { text: 'Here it is.', made }), { signal });

    expect(sent).toMatchObject({ kind: 'sent' });
    expect(discord.answers(general)).toMatchObject([
      { content: 'Here it is.\n-# I may not attach files in this channel.', attachments: [] },
    ]);
  });

  it('names the files of an answer under its last message, those that Discord would take', () => {
    const file = { id: 'chart', name: 'chart.png', mime: 'image/png', bytes: 3 };
    const huge = { ...file, id: 'huge', bytes: 11 * 1024 * 1024 };
    const reply = createReply({ withdrawn: new Withdrawn() });
    const question = aQuestion({ user: ADA });

    const parts = reply(question, anAnswer('Here it is.', { files: [file, huge] })).map(readPart);

    expect(parts).toMatchObject([{ made: { userId: ADA, ids: ['chart'] } }]);
  });

  it('is given up where we may not write, and tried again where Discord is in trouble', async () => {
    let status = 403;
    const discord = await aDiscord({ fault: () => ({ status }) });
    const { platform } = aSendingSide(discord);
    const to = { id: discord.world.ids.next(), channel_id: discord.general.id };
    const part = aPart(to);

    expect(await platform.send(part, { signal })).toMatchObject({ kind: 'refused' });
    status = 503;
    expect(await platform.send(part, { signal })).toMatchObject({ kind: 'unsent' });
  });
});

/** A run of Ada's that asks somebody, shown in a draft on a clock that is turned by hand. */
async function aRunShown(discord: FakeDiscord) {
  const { clock, drafts } = aSendingSide(discord);
  const asked = discord.say({ by: discord.person('ada'), in: discord.general, text: '!hm' });
  const { id: channelId } = discord.general;
  const origin = { platform: 'discord', channelId, replyTo: asked.id, position: 0 };
  const question = { ...aQuestion({ run: `discord:${asked.id}` }), origin };
  const typed = () => discord.happenings.filter(({ kind }) => kind === 'typing').length;
  const shown = () => discord.answers(discord.general)[0]?.content;
  const hasEnded = Promise.withResolvers<void>();
  async function* events() {
    const { runId } = question;
    const progress = { kind: 'delegating', member: 'compute', slot: 'member0', task: '' } as const;
    yield { type: 'run.progressed', runId, progress } as const;
    await hasEnded.promise;
  }
  drafts.begin(question, events());
  await discord.until(() => typed() === 1);
  await clock.advance(1_500);
  await discord.until(() => shown() === '-# asking compute…');
  /** No request is on its way: what comes next has its timers. */
  const isCalm = async (timers: number): Promise<void> => {
    while (clock.pending < timers) await turn();
  };
  await isCalm(2);
  const end = async (): Promise<void> => {
    await drafts.settle(question.runId);
    hasEnded.resolve();
  };
  return { clock, typed, shown, isCalm, end };
}

describe('a run that takes its time', () => {
  it('is shown by typing every 7.5 seconds, and by how long its step takes', async () => {
    const discord = await aDiscord();
    const { clock, typed, shown, isCalm, end } = await aRunShown(discord);

    await clock.advance(6_000);
    await discord.until(() => typed() === 2);
    await isCalm(2);
    await clock.advance(5_000);
    await discord.until(() => shown() === '-# asking compute, 10 s');
    await end();

    expect(clock.pending).toBe(0);
    expect(discord.answers(discord.general)).toHaveLength(1);
  });

  it('whose draft somebody has deleted is shown by typing alone', async () => {
    const discord = await aDiscord();
    const { clock, typed, isCalm, end } = await aRunShown(discord);
    const [draft] = discord.answers(discord.general);
    if (draft === undefined) throw new Error('There is no draft.');

    discord.world.erase(draft);
    await clock.advance(6_000);
    await discord.until(() => discord.http.requests.some(({ status }) => status === 404));
    await discord.until(() => typed() === 2);
    await isCalm(1);
    await clock.advance(7_500);
    await discord.until(() => typed() === 3);
    await end();

    expect(clock.pending).toBe(0);
    expect(discord.answers(discord.general)).toEqual([]);
    expect(discord.http.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });
});
