import { z } from 'zod';
import type { Failure } from '../../machines/failure.ts';
import type { ChannelId, UserId } from '../../machines/ids.ts';
import type { ToolResult } from '../../machines/ports.ts';
import type { RunRef } from '../../machines/question.ts';
import type { ToolPolicy } from '../../machines/tool-policy.ts';
import { prefix } from './output.ts';
import { defineTool, returned, type Tool, type ToolContext } from './tool.ts';

/** Whose conversation, and where: nothing outside of it is ever shown. */
export interface HistoryScope {
  readonly userId: UserId;
  readonly channelId: ChannelId;
}

export interface HistoryRecord {
  /** Names the entry; `before` takes it. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `user` is the asker; `other`: somebody else in the channel. */
  readonly author: 'user' | 'team' | 'other';
  /** The display name of whoever wrote it: chosen by people, proves nothing. */
  readonly name?: string;
  /** Where it was said; left out where there is but one channel. */
  readonly channel?: string;
  /** Leads to it. */
  readonly link?: string;
  readonly text: string;
}

export type HistoryFound =
  | {
      readonly kind: 'found';
      readonly records: readonly HistoryRecord[];
      /** There are further ones that were not asked for. */
      readonly more: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What was said before in one conversation. Never rejects on anything a database can do. */
export interface HistoryPort {
  /** The latest `limit` entries, oldest first; with `before`, the latest of those older than that entry. */
  recent(
    scope: HistoryScope,
    options: { readonly limit: number; readonly before?: string; readonly signal: AbortSignal },
  ): Promise<HistoryFound>;
  /** At most `limit` entries that match the words of `query`, best match first. */
  search(
    scope: HistoryScope,
    options: { readonly query: string; readonly limit: number; readonly signal: AbortSignal },
  ): Promise<HistoryFound>;
}

/** What the asker of a run said and was told in all their conversations, as far as its readers may read it. Never rejects. */
export interface SessionsPort {
  /** At most `limit` entries that match the words of `query`, best match first. */
  search(
    run: RunRef,
    options: { readonly query: string; readonly limit: number; readonly signal: AbortSignal },
  ): Promise<HistoryFound>;
}

/** Answers may quote strangers, so what is read back is private and untrusted at once. */
const POLICY: ToolPolicy = {
  readsUntrusted: true,
  readsPrivate: true,
  sendsOutward: false,
  repeatable: true,
  needsConfirmation: false,
};
const DEADLINE_MS = 10_000;
/** More than one record of control characters takes, escaped: something always fits. */
const MAX_OUTPUT_CHARS = 14_000;
const MAX_RECORD_CHARS = 2_000;

const limit = (usual: number, most: number) =>
  z
    .int('expected a whole number')
    .min(1, 'expected 1 or more')
    .max(most, `expected at most ${most}`)
    .default(Math.min(usual, most))
    .describe(`How many records, 1 to ${most}`);

const search = (most: number) =>
  z.object({
    query: z
      .string('expected a text')
      .trim()
      .min(1, 'expected some words')
      .max(400, 'expected at most 400 characters')
      .describe('The words to look for, not a sentence'),
    limit: limit(10, most),
  });

/** Records of one look, at most, where nobody has said otherwise. */
const MOST = 50;

/** Reads the asker's own conversation in this channel, newest part first, at most so many records at once. */
export function readChatHistory(history: HistoryPort, most = MOST): Tool {
  return defineTool({
    name: 'read_chat_history',
    description:
      'Reads the latest questions and answers of this conversation, oldest first, as JSON records. To go further back, give the id of the oldest record as `before`.',
    input: z.object({
      limit: limit(20, most),
      before: z.string('expected a record id').max(128, 'expected a record id').optional(),
    }),
    policy: POLICY,
    deadlineMs: DEADLINE_MS,
    maxOutputChars: MAX_OUTPUT_CHARS,
    async execute({ limit: count, before }, context) {
      const options = { limit: count, signal: context.signal };
      const found = await history.recent(
        scopeOf(context),
        before === undefined ? options : { ...options, before },
      );
      // What does not fit is left out at the old end, where `before` finds it again.
      return listed(found, 'newest');
    },
  });
}

/** Searches the asker's own conversation in this channel. */
export function searchChatHistory(history: HistoryPort, most = MOST): Tool {
  return defineTool({
    name: 'search_chat_history',
    description:
      'Searches the earlier questions and answers of this conversation for words and returns matching JSON records, best match first.',
    input: search(most),
    policy: POLICY,
    deadlineMs: DEADLINE_MS,
    maxOutputChars: MAX_OUTPUT_CHARS,
    async execute({ query, limit: count }, context) {
      const options = { query, limit: count, signal: context.signal };
      return listed(await history.search(scopeOf(context), options), 'first');
    },
  });
}

/** Searches the asker's own conversations in every channel. */
export function searchSessions(sessions: SessionsPort, most = MOST): Tool {
  return defineTool({
    name: 'search_sessions',
    description:
      'Searches all earlier conversations of the person who asks, in every channel, for words and returns matching JSON records of questions and answers with their dates and channels, best match first.',
    input: search(most),
    policy: POLICY,
    deadlineMs: DEADLINE_MS,
    maxOutputChars: MAX_OUTPUT_CHARS,
    async execute({ query, limit: count }, { run, signal }) {
      return listed(await sessions.search(run, { query, limit: count, signal }), 'first');
    },
  });
}

const scopeOf = ({ run }: ToolContext): HistoryScope => ({
  userId: run.userId,
  channelId: run.channelId,
});

/** JSON, so that no text can pass for another record; whole records only, and it says when some are left out. */
function listed(found: HistoryFound, keep: 'first' | 'newest'): ToolResult {
  if (found.kind === 'failed') return found;
  const shown = found.records.map(recordShown);
  const byImportance = keep === 'first' ? shown : shown.toReversed();
  const fitting = withinRoom(byImportance);
  return returned(
    JSON.stringify({
      records: keep === 'first' ? fitting : fitting.toReversed(),
      more: found.more || fitting.length < shown.length,
    }),
  );
}

function recordShown({ id, at, author, text, name, channel, link }: HistoryRecord): object {
  const kept = prefix(text, MAX_RECORD_CHARS);
  const left = text.length - kept.length;
  const record = {
    id,
    at: new Date(at).toISOString(),
    author,
    ...(name === undefined ? {} : { name }),
    ...(channel === undefined ? {} : { channel }),
    text: kept,
    ...(link === undefined ? {} : { link }),
  };
  return left === 0 ? record : { ...record, charactersNotShown: left };
}

function withinRoom(records: readonly object[]): readonly object[] {
  let room = MAX_OUTPUT_CHARS - '{"records":[],"more":false}'.length;
  const end = records.findIndex((record) => {
    room -= JSON.stringify(record).length + 1;
    return room < 0;
  });
  return end === -1 ? records : records.slice(0, end);
}
