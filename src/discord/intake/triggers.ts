import { summaryQuestion } from '../commands/summary-question.ts';
import { MAX_READ_BACK } from '../long-read/last-messages.ts';
import type { HeardMessage } from './heard.ts';

/** By what a message is meant for the team. */
export type WayIn = 'prefix' | 'mention' | 'reply' | 'direct' | 'thread';

export interface Addressed {
  readonly by: WayIn;
  /** What is asked, without prefix and mention; may be blank where a message is replied to or a file attached. */
  readonly text: string;
  /** How many messages before it are to be read and summed up; left out: as many as usual are shown. */
  readonly messages?: number;
  /** Nobody sums up so many. */
  readonly isOutOfRange?: boolean;
}

export interface TriggerRules {
  readonly botId: string;
  readonly prefix: string;
  /** Bots and webhooks that are heard. */
  readonly allowedBots: ReadonlySet<string>;
  /** Whoever need not address us there, since the thread is a conversation with us. */
  readonly partnerId?: string | undefined;
}

/** Whether a message is meant for the team, and what it asks. Pure. */
export function addressedTo(message: HeardMessage, rules: TriggerRules): Addressed | undefined {
  const { botId, allowedBots } = rules;
  if (!message.isWritten || message.authorId === botId) return undefined;
  if (message.isMachine && !allowedBots.has(message.authorId)) return undefined;
  const addressed = wayIn(message, rules);
  return addressed !== undefined && asksSomething(addressed, message) ? addressed : undefined;
}

function wayIn(message: HeardMessage, rules: TriggerRules): Addressed | undefined {
  const { botId, prefix, partnerId } = rules;
  const text = message.text.trim();
  const summary = summaryOf(text);
  if (summary !== undefined) return summary;
  if (prefix !== '' && text.startsWith(prefix))
    return { by: 'prefix', text: text.slice(prefix.length).trim() };
  const unmentioned = withoutMention(text, botId);
  if (unmentioned !== text) return { by: 'mention', text: unmentioned };
  if (message.repliedTo?.authorId === botId) return { by: 'reply', text };
  if (message.guildId === undefined) return { by: 'direct', text };
  return message.authorId === partnerId && !isForSomebodyElse(message, text)
    ? { by: 'thread', text }
    : undefined;
}

/** Said to a person who is there, too: a reply to them, or their name before anything else. */
const isForSomebodyElse = ({ repliedTo, authorId }: HeardMessage, text: string): boolean =>
  (repliedTo !== undefined && repliedTo.authorId !== authorId) || /^<@!?\d+>/.test(text);

/** `.tldr` and `.tldr 50`, wherever it is written. */
function summaryOf(text: string): Addressed | undefined {
  const asked = /^\.tldr(?:\s+(\d{1,9}))?$/i.exec(text);
  if (asked === null) return undefined;
  const messages = Number(asked[1] ?? USUAL_SUMMARY);
  const way = { by: 'prefix', text: summaryQuestion(messages), messages } as const;
  if (messages >= 1 && messages <= MAX_READ_BACK) return way;
  return { ...way, isOutOfRange: true };
}

const USUAL_SUMMARY = 50;

/** The first mention of ours is the address; what stands in the middle of a sentence is replaced by nothing, too. */
const withoutMention = (text: string, botId: string): string =>
  text.replace(new RegExp(`<@!?${botId}>[,:]?`), '').trim();

/** `!!!` and `! ` ask nothing; a bare mention asks about what it replies to, or about a file. */
function asksSomething({ by, text }: Addressed, message: HeardMessage): boolean {
  const hasWords = /[\p{L}\p{N}]/u.test(text);
  if (by === 'prefix' && text !== '' && !hasWords) return false;
  return text !== '' || message.repliedTo !== undefined || message.attachments.length > 0;
}
