import type { Client } from 'discord.js';
import type { ModelPort } from '../../../machines/ports.ts';
import type { ContextRecord, RunEvent } from '../../../machines/question.ts';
import { sayEnding } from '../../../machines/wording.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { theirId } from '../archive/archived-message.ts';
import { channelsFor } from '../archive/audience.ts';
import type { HeardMessage } from '../intake/heard.ts';
import { digest } from '../long-read/digest.ts';
import { lastMessages } from '../long-read/last-messages.ts';
import type { ChannelRest } from '../rest.ts';
import type { Language } from '../settings/settings.ts';
import { outgoingText } from '../text/outgoing.ts';
import { PHRASES } from '../words/phrases.ts';
import type { Person } from './desk.ts';
import { summaryQuestion } from './summary-question.ts';

export interface SummaryOptions {
  readonly client: () => Client | undefined;
  readonly rest: ChannelRest;
  readonly clock: Clock;
  readonly log: Log;
  /** Reads what is too long for one look. Left out: the newest of it is taken. */
  readonly model: ModelPort | undefined;
  /** Ends what is under way when the house closes. */
  readonly signal: AbortSignal;
  /** Asks the person's team, for that person alone. */
  readonly ask: (ask: {
    readonly userId: string;
    readonly channelId: string;
    readonly text: string;
    readonly from: string;
    readonly context: readonly ContextRecord[];
    /** What answers a command can be said for some minutes, and by this life of the house alone. */
    readonly forNow: true;
  }) => AsyncIterable<RunEvent>;
}

/** What the last messages come to, in the team's words; undefined when there are none, or they may not be read. */
export async function summarise(
  person: Person,
  { count, language }: { readonly count: number; readonly language: Language },
  options: SummaryOptions,
): Promise<string | undefined> {
  const { userId, channelId, name: from } = person;
  if (!(await mayRead(person, options))) return undefined;
  const messages = await lastMessages({ channelId: theirId(channelId), count }, options);
  if (messages.length === 0) return undefined;
  const context = await digest(messages.map(recordOf).reverse(), { userId, channelId }, options);
  const text = summaryQuestion(count);
  const events = options.ask({ userId, channelId, text, from, context, forNow: true });
  for await (const event of events) {
    if (event.type !== 'run.settled') continue;
    const { outcome } = event;
    return outcome.kind === 'answered'
      ? outgoingText(outcome.text, [])
      : sayEnding(outcome, PHRASES[language]);
  }
  return undefined;
}

async function mayRead({ userId, channelId, place }: Person, options: SummaryOptions) {
  if (place.guildId === undefined) return true;
  const asked = { userId: theirId(userId), channelId: theirId(channelId) };
  const channels = await channelsFor(options.client(), asked, options.log);
  return channels.includes(channelId);
}

const recordOf = ({ id, authorId, authorName, at, text }: HeardMessage): ContextRecord => ({
  kind: 'message',
  id,
  authorId,
  author: authorName,
  time: new Date(at).toISOString(),
  content: text,
});
