import { createHash } from 'node:crypto';
import { ChannelId, RunId, UserId } from '../../../machines/ids.ts';
import type { ContextRecord } from '../../../machines/question.ts';
import { DISCORD, type DiscordQuestion } from '../house.ts';
import type { Language } from '../settings/settings.ts';
import type { HeardMessage } from './heard.ts';

/** Our ids carry the platform's name, so that no message there can pass for another one here. */
export const runIdOf = (messageId: string): RunId => RunId(`${DISCORD}:${messageId}`);
export const userIdOf = (id: string): UserId => UserId(`${DISCORD}:${id}`);
export const channelIdOf = (id: string): ChannelId => ChannelId(`${DISCORD}:${id}`);

/** A channel's own stream of messages: its position is a time, and reading on from it tells a message twice at most. */
const streamOf = (channelId: string): string => `${DISCORD}:${channelId}`;

/** The question that a message asks. */
export function questionOf(
  message: HeardMessage,
  asked: {
    readonly text: string;
    readonly context: readonly ContextRecord[];
    readonly language: Language;
  },
): DiscordQuestion {
  const { id, authorId, authorName, at, channelId, guildId } = message;
  return {
    runId: runIdOf(id),
    userId: userIdOf(authorId),
    channelId: channelIdOf(channelId),
    text: asked.text,
    at,
    from: authorName,
    audience: guildId === undefined ? 'asker' : 'others',
    ...(asked.context.length === 0 ? {} : { context: asked.context }),
    origin: {
      platform: DISCORD,
      channelId,
      replyTo: id,
      position: at,
      ...(guildId === undefined ? {} : { serverId: guildId }),
      stream: streamOf(channelId),
      language: asked.language,
    },
  };
}

/** The same question, answered in another channel: what is said there is its conversation. */
export const movedTo = (channelId: string, question: DiscordQuestion): DiscordQuestion => ({
  ...question,
  channelId: channelIdOf(channelId),
  origin: { ...question.origin, channelId },
});

/** How often a question may be answered anew. */
const MAX_AGAIN = 9;

/** The runs that may have answered a message: the first, and those that answered it again. */
export const familyOf = (messageId: string): readonly RunId[] => [
  runIdOf(messageId),
  ...Array.from({ length: MAX_AGAIN }, (_, n) => RunId(`${runIdOf(messageId)}.${n + 1}`)),
];

/** The message that a run, or one that came again, answers. */
export const messageIdOf = (runId: string): string =>
  runId.replace(`${DISCORD}:`, '').replace(/\.\d$/, '');

/** One id for a channel in which no threads can be opened, so that it is said once. */
export const unthreadedIn = (channelId: string): RunId =>
  RunId(`${DISCORD}:unthreaded:${channelId}`);

/** One id for a channel and an absence, so that the note is written once, whatever happens meanwhile. */
export function absenceOf(channelId: string, since: number): RunId {
  const hash = createHash('sha256').update(`${since}:${channelId}`).digest('base64url');
  return RunId(`${DISCORD}:away:${hash.slice(0, 25)}`);
}
