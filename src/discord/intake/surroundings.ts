import type { Client } from 'discord.js';
import type { ContextRecord } from '../../../machines/question.ts';
import type { Log } from '../../shared/log.ts';
import { mayReadHistory } from '../permissions.ts';
import { type ChannelRest, problemOf } from '../rest.ts';
import { type HeardMessage, heard } from './heard.ts';

export interface SurroundingsOptions {
  /** Undefined as long as there is no connection. */
  readonly client: () => Client | undefined;
  readonly rest: ChannelRest;
  readonly log: Log;
  /** Messages before the question. */
  readonly limit: number;
  /** A moment for reading, in the time zone of the house. */
  readonly timeOf: (at: number) => string;
  /** A message as people read it: names in the place of ids. */
  readonly readable: (message: HeardMessage) => string;
  /** Discord itself has said that the asker may read here. */
  readonly isAllowed?: boolean;
}

/** Where and by whom something is asked. */
export type Asked = Pick<HeardMessage, 'id' | 'channelId' | 'guildId' | 'authorId' | 'roleIds'>;

/** Characters of all messages together; the newest are kept. */
const MAX_CHARS = 24_000;

/** What was said before a question, as far as its asker may read it: newest last. Empty when it cannot be read. */
export async function messagesBefore(
  message: Asked,
  options: SurroundingsOptions,
  signal: AbortSignal,
): Promise<readonly ContextRecord[]> {
  const { rest, limit, log } = options;
  if (limit === 0) return [];
  try {
    if (!(await mayAskerRead(message, options, signal))) return [];
    const query = { before: message.id, limit: String(limit) };
    const page = await rest.page(message.channelId, query, signal);
    const said = page
      .map((raw) => heard(raw, message.guildId))
      .filter(({ isWritten, text }) => isWritten && text.trim() !== '');
    return newest(said.map((one) => recordOf(one, 'message', options))).reverse();
  } catch (error) {
    log.info('discord.context_unread', { channelId: message.channelId, why: problemOf(error).why });
    return [];
  }
}

/** In direct messages, both read everything. Elsewhere it must be known that the asker may. */
export async function mayAskerRead(
  { guildId, channelId, authorId: userId, roleIds: told }: Asked,
  { client, rest, isAllowed }: Pick<SurroundingsOptions, 'client' | 'rest' | 'isAllowed'>,
  signal: AbortSignal,
): Promise<boolean> {
  if (guildId === undefined || isAllowed === true) return true;
  const channel = client()?.guilds.cache.get(guildId)?.channels.cache.get(channelId);
  if (channel === undefined) return false;
  const roleIds = told ?? (await rest.rolesOf(guildId, userId, signal));
  return mayReadHistory(channel, { userId, roleIds });
}

/** One message as a record: who said what is told by its fields, never by its words. */
export function recordOf(
  message: HeardMessage,
  kind: 'message' | 'replied_to',
  { timeOf, readable }: Pick<SurroundingsOptions, 'timeOf' | 'readable'>,
): ContextRecord {
  const { id, authorId, authorName: author, at } = message;
  return { kind, id, authorId, author, time: timeOf(at), content: readable(message) };
}

function newest(records: readonly ContextRecord[]): ContextRecord[] {
  let left = MAX_CHARS;
  const kept: ContextRecord[] = [];
  for (const record of records) {
    left -= record.content.length;
    if (left < 0) break;
    kept.push(record);
  }
  return kept;
}
