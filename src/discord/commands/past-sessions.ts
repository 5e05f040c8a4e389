import { theirId } from '../archive/archived-message.ts';
import { DISCORD } from '../house.ts';
import type { Language } from '../settings/settings.ts';
import { outgoingText } from '../text/outgoing.ts';
import { type CommandCall, type CommandReply, textOption } from './command.ts';
import type { MemoryDesk, SaidBefore } from './desk.ts';
import { say } from './texts.ts';

/** `/memory action:sessions`: only what the asker has said and was told. Rejects when the store is away. */
export async function pastSessions(call: CommandCall, desk: MemoryDesk): Promise<CommandReply> {
  const { language, person } = call;
  const words = textOption(call, 'words').trim();
  if (words === '') return { text: say(language, 'sessions_need_words') };
  const found = await desk.search(person, words);
  if (found.length === 0) return { text: say(language, 'sessions_none') };
  const lines = found.map((one) => lineOf(one, language));
  return { text: [say(language, 'sessions_found'), ...lines].join('\n') };
}

function lineOf({ channelId, askedAt, question, answer }: SaidBefore, language: Language): string {
  const where = channelId.startsWith(`${DISCORD}:`) ? ` <#${theirId(channelId)}>` : '';
  const told = answer === undefined ? say(language, 'sessions_unanswered') : shortened(answer);
  return `- <t:${Math.floor(askedAt / 1_000)}:d>${where}: ${outgoingText(shortened(question), [])} → ${outgoingText(told, [])}`;
}

/** Eight of both fit into one message. */
const MAX_SHOWN_CHARS = 80;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= MAX_SHOWN_CHARS) return line;
  return `${line.slice(0, MAX_SHOWN_CHARS - 1).toWellFormed()}…`;
}
