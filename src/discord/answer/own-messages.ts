import type { APIMessage } from 'discord.js';
import type { ChannelRest } from '../rest.ts';

/** How many pages of a channel are looked through for a message that may be there. */
const MAX_PAGES = 10;

export interface OwnMessages {
  readonly channelId: string;
  /** An id of Discord's: what is looked for came later. */
  readonly after: string;
  readonly ourId: string;
}

/** What we wrote in a channel, page after page, the newest first in each. */
export async function* ownMessages(
  { channelId, after: first, ourId }: OwnMessages,
  rest: ChannelRest,
  signal: AbortSignal,
): AsyncGenerator<readonly APIMessage[], void, undefined> {
  let after = first;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await rest.page(channelId, { after, limit: '100' }, signal);
    yield page.filter(({ author }) => author.id === ourId);
    const newest = page[0]?.id;
    if (newest === undefined || page.length < 100) return;
    after = newest;
  }
}
