import type { Client } from 'discord.js';
import type { ContextRecord, RunEvent } from '../../../machines/question.ts';
import { sayEnding } from '../../../machines/wording.ts';
import type { Log } from '../../shared/log.ts';
import { theirId } from '../archive/archived-message.ts';
import { channelsFor } from '../archive/audience.ts';
import { type HeardMessage, heard } from '../intake/heard.ts';
import type { ChannelRest } from '../rest.ts';
import { outgoingText } from '../text/outgoing.ts';
import type { Person } from './desk.ts';
import { summaryQuestion } from './summary-question.ts';

export interface SummaryOptions {
  readonly client: () => Client | undefined;
  readonly rest: ChannelRest;
  readonly log: Log;
  /** Asks the person's team, for that person alone. */
  readonly ask: (ask: {
    readonly userId: string;
    readonly channelId: string;
    readonly text: string;
    readonly from: string;
    readonly context: readonly ContextRecord[];
  }) => AsyncIterable<RunEvent>;
}

const PAGE = 100;

/** What the last messages come to, in the team's words; undefined when there are none, or they may not be read. */
export async function summarise(
  person: Person,
  count: number,
  options: SummaryOptions,
): Promise<string | undefined> {
  const { userId, channelId, name: from } = person;
  if (!(await mayRead(person, options))) return undefined;
  const messages = await lastMessages(theirId(channelId), count, options);
  if (messages.length === 0) return undefined;
  const context = messages.map(recordOf).reverse();
  const events = options.ask({ userId, channelId, text: summaryQuestion(count), from, context });
  for await (const event of events) {
    if (event.type !== 'run.settled') continue;
    const { outcome } = event;
    return outcome.kind === 'answered' ? outgoingText(outcome.text, []) : sayEnding(outcome);
  }
  return undefined;
}

async function mayRead({ userId, channelId, place }: Person, options: SummaryOptions) {
  if (place.guildId === undefined) return true;
  const asked = { userId: theirId(userId), channelId: theirId(channelId) };
  const channels = await channelsFor(options.client(), asked, options.log);
  return channels.includes(channelId);
}

/** Newest first. */
async function lastMessages(
  channelId: string,
  count: number,
  { rest }: SummaryOptions,
): Promise<readonly HeardMessage[]> {
  const { signal } = new AbortController();
  const messages: HeardMessage[] = [];
  while (messages.length < count) {
    const before = messages.at(-1)?.id;
    const limit = Math.min(PAGE, count - messages.length);
    const query = { limit: String(limit), ...(before === undefined ? {} : { before }) };
    const page = await rest.page(channelId, query, signal);
    messages.push(...page.map((raw) => heard(raw)));
    if (page.length < limit) break;
  }
  return messages.filter(({ isWritten, text }) => isWritten && text.trim() !== '');
}

const recordOf = ({ id, authorId, authorName, at, text }: HeardMessage): ContextRecord => ({
  kind: 'message',
  id,
  authorId,
  author: authorName,
  time: new Date(at).toISOString(),
  content: text,
});
