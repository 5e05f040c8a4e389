import type { APIMessage } from 'discord.js';
import type { ChannelRest } from '../rest.ts';

/** How many pages of a channel are looked through for a message that may be there. */
const MAX_PAGES = 10;

export interface SoughtMessage {
  readonly channelId: string;
  /** An id of Discord's: what is looked for came later. */
  readonly after: string;
  readonly text: string;
  readonly ourId: string;
}

/** Discord tells no nonces afterwards: a message of ours is known by its writer and its words. Gives back its id. */
export async function ownMessage(
  { channelId, after: first, text, ourId }: SoughtMessage,
  rest: ChannelRest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const isOurs = ({ author, content }: APIMessage): boolean =>
    author.id === ourId && content.endsWith(text.trim());
  let after = first;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await rest.page(channelId, { after, limit: '100' }, signal);
    const ours = page.find(isOurs);
    if (ours !== undefined) return ours.id;
    const newest = page[0]?.id;
    if (newest === undefined || page.length < 100) return undefined;
    after = newest;
  }
  return undefined;
}
