import { z } from 'zod';
import { failure } from '../../machines/failure.ts';
import { MEMORY_KINDS, type Memory, type MemoryKind } from '../../machines/memory/memories.ts';
import type { ToolResult } from '../../machines/ports.ts';
import type { RunRef } from '../../machines/question.ts';
import type { ToolPolicy } from '../../machines/tool-policy.ts';
import { defineTool, returned, type Tool } from './tool.ts';

/** What a leader would have remembered or forgotten. */
export type MemoryWish =
  | {
      readonly kind: 'remember';
      readonly text: string;
      readonly memoryKind: MemoryKind;
      readonly quote: string;
      readonly replaces?: string | undefined;
    }
  | { readonly kind: 'forget'; readonly id: string; readonly quote: string };

interface Waiting {
  readonly signal: AbortSignal;
}

/** What is known of the user of a run, and of nobody else. Never rejects on anything a database can do. */
export interface UserMemoryPort {
  /** The best first. */
  search(
    run: RunRef,
    words: string,
    options: Waiting & { readonly limit: number },
  ): Promise<readonly Memory[]>;
  wish(
    run: RunRef,
    wish: MemoryWish,
    options: Waiting,
  ): Promise<
    | { readonly kind: 'done' }
    | { readonly kind: 'refused'; readonly why: string }
    | { readonly kind: 'failed'; readonly why: string }
  >;
}

/** Users tell what others told them: it is private, and not to be trusted. */
const POLICY: ToolPolicy = {
  readsUntrusted: true,
  readsPrivate: true,
  sendsOutward: false,
  repeatable: true,
  needsConfirmation: false,
};
const DEADLINE_MS = 10_000;

/** Looks into what is known of the user. */
export const searchMemory = (port: UserMemoryPort): Tool =>
  defineTool({
    name: 'search_memory',
    description:
      'Looks for what is known about the person who asks, from all their earlier conversations. Gives dated records with ids, the best match first.',
    policy: POLICY,
    deadlineMs: DEADLINE_MS,
    maxOutputChars: 8_000,
    input: z.object({
      query: z.string('expected some words').trim().min(1, 'expected some words').max(500),
      limit: z.int('expected a whole number').min(1).max(20).default(8),
    }),
    async execute({ query, limit }, { run, signal }) {
      const memories = await port.search(run, query, { limit, signal });
      return returned(JSON.stringify({ memories: memories.map(recordOf) }));
    },
  });

/** Remembers or forgets at the user's own request, at once. */
export const updateUserMemory = (port: UserMemoryPort): Tool =>
  defineTool({
    name: 'update_user_memory',
    description:
      'Remembers or forgets something about the person, only when their present message asks for it. `quote` must be their own words from that message, verbatim, and `text` may say no more than the quote does. Forgetting needs the id of a record of search_memory.',
    policy: { ...POLICY, readsPrivate: false, readsUntrusted: false },
    deadlineMs: DEADLINE_MS,
    maxOutputChars: 1_000,
    input: z.object({
      action: z.enum(['remember', 'forget'], 'expected remember or forget'),
      quote: z.string('expected the person’s own words').trim().min(1),
      text: z.string('expected a text').trim().min(1).max(300).optional(),
      kind: z.enum(MEMORY_KINDS).default('fact'),
      id: z.string('expected an id').optional(),
    }),
    async execute(input, { run, signal }) {
      const wish = wishOf(input);
      if (typeof wish === 'string') return misfit(wish);
      const wished = await port.wish(run, wish, { signal });
      if (wished.kind === 'done') return returned(DONE[wish.kind]);
      return wished.kind === 'failed'
        ? { kind: 'failed', failure: failure('storage', 'It could not be kept just now.') }
        : returned(`Not done: ${WHY_NOT[wished.why] ?? wished.why}`);
    },
  });

interface WishInput {
  readonly action: 'remember' | 'forget';
  readonly quote: string;
  readonly text?: string | undefined;
  readonly kind: MemoryKind;
  readonly id?: string | undefined;
}

function wishOf({ action, quote, text, kind, id }: WishInput): MemoryWish | string {
  if (action === 'forget') {
    return id === undefined ? 'To forget, an id is needed.' : { kind: 'forget', id, quote };
  }
  if (text === undefined) return 'To remember, a text is needed.';
  return { kind: 'remember', text, memoryKind: kind, quote, replaces: id };
}

const misfit = (why: string): ToolResult => ({
  kind: 'failed',
  failure: failure('invalid_input', why),
});

const DONE = { remember: 'It is remembered.', forget: 'It is erased.' } as const;

const WHY_NOT: Readonly<Record<string, string>> = {
  not_said: 'the quote does not stand in the person’s own message.',
  not_supported: 'the text says more than the quote does.',
  too_long: 'it is too long.',
  secret: 'passwords, keys and numbers of cards or accounts are never kept.',
  no_such_memory: 'there is no such memory.',
  not_asked_for: 'the person has not asked for this to be forgotten.',
  known: 'it is known already.',
  full: 'as much is remembered as can be; something must be forgotten first.',
  off: 'nothing is remembered here: memory is off, or cannot be reached.',
};

const recordOf = ({ id, kind, text, createdAt, eventAt }: Memory) => ({
  id,
  said: new Date(createdAt).toISOString().slice(0, 10),
  ...(eventAt === undefined ? {} : { when: new Date(eventAt).toISOString().slice(0, 10) }),
  kind,
  text,
});
