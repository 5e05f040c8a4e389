import { RateLimitError } from 'discord.js';
import type { Clock } from '../../shared/clock.ts';
import { pause } from '../archive/pause.ts';
import { type HeardMessage, heard } from '../intake/heard.ts';
import type { ChannelRest } from '../rest.ts';

/** Messages that can be read back at once. */
export const MAX_READ_BACK = 1_000;

/** Which messages: so many, before a message, or the last ones. Discord's own ids. */
export interface Stretch {
  readonly channelId: string;
  readonly guildId?: string | undefined;
  readonly before?: string;
  readonly count: number;
}

export interface ReadingBack {
  readonly rest: ChannelRest;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What Discord gives at once. */
const PAGE = 100;
/** How often a limit is waited for, and for how long. */
const MAX_WAITS = 5;
const LONGEST_WAIT_MS = 10_000;

/** What was written, newest first; what Discord itself has said there is left out. Rejects with what discord.js throws. */
export async function lastMessages(
  { channelId, guildId, before, count }: Stretch,
  reading: ReadingBack,
): Promise<readonly HeardMessage[]> {
  const messages: HeardMessage[] = [];
  while (messages.length < count && !reading.signal.aborted) {
    const limit = Math.min(PAGE, count - messages.length);
    const end = messages.at(-1)?.id ?? before;
    const query = { limit: String(limit), ...(end === undefined ? {} : { before: end }) };
    const page = await pageOf(channelId, query, reading);
    messages.push(...page.map((raw) => heard(raw, guildId)));
    if (page.length < limit) break;
  }
  return messages.filter(({ isWritten, text }) => isWritten && text.trim() !== '');
}

async function pageOf(
  channelId: string,
  query: Readonly<Record<string, string>>,
  { rest, clock, signal }: ReadingBack,
): ReturnType<ChannelRest['page']> {
  for (let waits = 0; ; waits++) {
    try {
      return await rest.page(channelId, query, signal);
    } catch (error) {
      const isShort = error instanceof RateLimitError && error.retryAfter <= LONGEST_WAIT_MS;
      if (!isShort || waits >= MAX_WAITS) throw error;
      await pause(clock, error.retryAfter, signal);
    }
  }
}
